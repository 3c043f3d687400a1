"""explain: why a task lies where it lies, and what would change if it lay elsewhere."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from state.change import Placed, with_times
from state.desk import Desk
from state.schedule import Position, Schedule, Source, Task, Value
from state.tool import Effect, Objective, ToolReport
from state.violation import Violation
from state.when import Locale
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


class Neighbour(Value):
    """A task of the same ordered group, and where it lies."""

    task_id: int
    title: str
    at: Placed


class OtherPlace(Value):
    """A place that would fit too, and how even the days would be then."""

    at: Placed
    load: Objective


class Explained(Value):
    """Why a task lies where it does, or has no place.

    `fixed` says why the agent may not move it at all. `limits` are its own, in words; `after` and `before` are those
    between which its order keeps it, and `sooner` what stands in the way a slot earlier. `earlier` and `later` are the
    nearest of the `fits` places that it could take instead. `why` says what is missing for any.
    """

    task_id: int
    title: str
    at: Placed | None
    fixed: Violation | None = None
    limits: tuple[str, ...] = ()
    after: Neighbour | None = None
    before: Neighbour | None = None
    sooner: tuple[Violation, ...] = ()
    earlier: OtherPlace | None = None
    later: OtherPlace | None = None
    fits: int | None = None
    why: str | None = None


@explaining.add(Effect.READ)
def explain(desk: Desk, args: One) -> Result:
    """Say why a task lies where it does, or has no place: what binds it, and what another place would change."""
    schedule = desk.schedule
    task = schedule.by_id.get(args.task_id)
    if task is None:
        return refuse(desk, [unknown(schedule, args.task_id)])
    if task.source is Source.EVENT:
        return _to_result(desk, [f"{say_task(task)} is an event of the calendar; nobody but its person moves it."], {})
    found = explain_place(desk, task)
    lines = [f"{say_task(task)}: {say_place(schedule, task.position) if task.position else 'no place'}."]
    lines += [f"Limit: {limit}." for limit in found.limits]
    lines += [f"Order: after {_say_neighbour(schedule, found.after)}."] if found.after else []
    lines += [f"Order: before {_say_neighbour(schedule, found.before)}."] if found.before else []
    if found.fixed:
        return _to_result(desk, [*lines, found.fixed.message], {})
    if task.position is None:
        why = found.why or f"could lie at {found.fits} {'place' if found.fits == 1 else 'places'}"
        return _to_result(desk, [*lines, f"It {why}."], {"fits": found.fits})
    lines += [f"A slot earlier: {one.message}" for one in found.sooner]
    lines += [_say_other(schedule, "earlier", found.earlier), _say_other(schedule, "later", found.later)]
    data = {"earlier": _data(found.earlier), "later": _data(found.later), "fits": found.fits}
    return _to_result(desk, lines, data)


def explain_place(desk: Desk, task: Task, locale: Locale = Locale.EN) -> Explained:
    """Return why a task lies where it does, or has no place, as values; `why` is in the language of `locale`."""
    schedule = desk.schedule
    told = Explained(task_id=task.id, title=task.title, at=with_times(schedule, task.position))
    wrong = immovable(task)
    if task.source is Source.EVENT:
        return told.model_copy(update={"fixed": wrong})
    after, before = (None, None) if desk.allow_reorder else neighbours(_wish(desk, task), task)
    own = {
        "limits": tuple(say_limits(schedule, task)),
        "after": _neighbour(schedule, after),
        "before": _neighbour(schedule, before),
        "fixed": wrong,
    }
    return told.model_copy(update=own if wrong else {**own, **_elsewhere(desk, task, locale)})


def _elsewhere(desk: Desk, task: Task, locale: Locale) -> dict[str, Any]:
    """Return where the task could lie instead, and what stands directly before it; or why it fits nowhere."""
    schedule, here = desk.schedule, task.position
    found = sorted(places(desk, task, region=Region()), key=attrgetter("start"))
    if here is None:
        why = None if found else explain_unplaced(_wish(desk, task), schedule, [task], locale)[0].reason
        return {"fits": len(found), "why": why}
    now = here.day, here.slot_start
    return {
        "fits": len(found),
        "sooner": _directly_before(schedule, task, here),
        "earlier": _other(schedule, task, next((one for one in reversed(found) if one.start < now), None)),
        "later": _other(schedule, task, next((one for one in found if one.start > now), None)),
    }


def _directly_before(schedule: Schedule, task: Task, here: Position) -> tuple[Violation, ...]:
    if here.slot_start == 1:
        return ()
    sooner = at(task, here.day, here.slot_start - 1)
    return tuple(misplacements(board(schedule, without={task.id}), task, sooner, None))[:2]


def _neighbour(schedule: Schedule, task: Task | None) -> Neighbour | None:
    where = with_times(schedule, task.position) if task else None
    return Neighbour(task_id=task.id, title=task.title, at=where) if task and where else None


def _other(schedule: Schedule, task: Task, place: Place | None) -> OtherPlace | None:
    where = with_times(schedule, place.position) if place else None
    if place is None or where is None:
        return None
    return OtherPlace(at=where, load=load_objective(schedule, lay(schedule, [(task.id, place.position)])))


def _say_neighbour(schedule: Schedule, found: Neighbour) -> str:
    return f"{say_task(schedule.by_id[found.task_id])} at {say_place(schedule, found.at.position)}"


def _say_other(schedule: Schedule, which: str, other: OtherPlace | None) -> str:
    if other is None:
        return f"No {which} place fits."
    figure = say_objective(other.load)
    return f"The nearest {which} place that fits is {say_place(schedule, other.at.position)}; {figure}"


def _wish(desk: Desk, task: Task) -> Wish:
    return Wish(schedule=desk.schedule, scope=desk.order_scope, tasks=(task,), tolerated=tolerated_pairs(desk))


def _data(other: OtherPlace | None) -> dict[str, Any] | None:
    return other.at.model_dump(mode="json") if other else None


def _to_result(desk: Desk, lines: list[str], data: dict[str, Any]) -> Result:
    return Result(desk, ToolReport(text="\n".join(lines), data=data))
