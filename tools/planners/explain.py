"""explain: why a task lies where it lies, and what would change if it lay elsewhere."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from state.change import with_times
from state.desk import Desk
from state.schedule import Position, Schedule, Source, Task
from state.tool import Effect, ToolReport
from tools.applying import refuse
from tools.edits import One
from tools.load import load_objective, say_objective
from tools.occupancy import board
from tools.places import Place, at, lay, places
from tools.planners.build import Wish
from tools.planners.reasons import explain_unplaced, neighbours
from tools.planners.wishes import tolerated_pairs
from tools.regions import Region
from tools.registry import Result, Toolbox
from tools.rules import immovable, misplacements, unknown
from tools.texts import say_limits, say_place, say_task

explaining = Toolbox()


@explaining.add(Effect.READ)
def explain(desk: Desk, args: One) -> Result:
    """Say why a task lies where it does, or has no place: what binds it, and what another place would change."""
    schedule = desk.schedule
    task = schedule.by_id.get(args.task_id)
    if task is None:
        return refuse(desk, [unknown(schedule, args.task_id)])
    if task.source is Source.EVENT:
        return _to_result(desk, [f"{say_task(task)} is an event of the calendar; nobody but its person moves it."], {})
    lines = [f"{say_task(task)}: {say_place(schedule, task.position) if task.position else 'no place'}."]
    lines += [f"Limit: {limit}." for limit in say_limits(schedule, task)]
    lines += _order(desk, task)
    if wrong := immovable(task):
        return _to_result(desk, [*lines, wrong.message], {})
    if task.position is None:
        fits = len(places(desk, task, region=Region()))
        why = f"could lie at {fits} {'place' if fits == 1 else 'places'}" if fits else _reason(desk, task)
        return _to_result(desk, [*lines, f"It {why}."], {"fits": fits})
    return _beside(desk, task, task.position, lines)


def _reason(desk: Desk, task: Task) -> str:
    return explain_unplaced(_wish(desk, task), desk.schedule, [task])[0].reason


def _beside(desk: Desk, task: Task, here: Position, lines: list[str]) -> Result:
    """Tell what stands directly before, and what the nearest earlier and later places would change."""
    schedule = desk.schedule
    found = sorted(places(desk, task, region=Region()), key=attrgetter("start"))
    now = here.day, here.slot_start
    earlier = next((one for one in reversed(found) if one.start < now), None)
    later = next((one for one in found if one.start > now), None)
    lines += _directly_before(schedule, task, here)
    lines.append(_say_other(schedule, task, "earlier", earlier))
    lines.append(_say_other(schedule, task, "later", later))
    data = {"earlier": _data(schedule, earlier), "later": _data(schedule, later), "fits": len(found)}
    return _to_result(desk, lines, data)


def _directly_before(schedule: Schedule, task: Task, here: Position) -> list[str]:
    if here.slot_start == 1:
        return []
    sooner = at(task, here.day, here.slot_start - 1)
    wrong = list(misplacements(board(schedule, without={task.id}), task, sooner, None))
    return [f"A slot earlier: {one.message}" for one in wrong[:2]]


def _say_other(schedule: Schedule, task: Task, which: str, other: Place | None) -> str:
    if other is None:
        return f"No {which} place fits."
    figure = say_objective(load_objective(schedule, lay(schedule, [(task.id, other.position)])))
    return f"The nearest {which} place that fits is {say_place(schedule, other.position)}; {figure}"


def _order(desk: Desk, task: Task) -> list[str]:
    if desk.allow_reorder:
        return []
    before, after = neighbours(_wish(desk, task), task)
    return [
        *([f"Order: after {say_task(before)} at {say_place(desk.schedule, before.slots[0])}."] if before else []),
        *([f"Order: before {say_task(after)} at {say_place(desk.schedule, after.slots[0])}."] if after else []),
    ]


def _wish(desk: Desk, task: Task) -> Wish:
    return Wish(schedule=desk.schedule, scope=desk.order_scope, tasks=(task,), tolerated=tolerated_pairs(desk))


def _data(schedule: Schedule, place: Place | None) -> dict[str, Any] | None:
    where = with_times(schedule, place.position) if place else None
    return where.model_dump(mode="json") if where else None


def _to_result(desk: Desk, lines: list[str], data: dict[str, Any]) -> Result:
    return Result(desk, ToolReport(text="\n".join(lines), data=data))
