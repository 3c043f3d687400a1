"""at_risk: which deadlines cannot be held any more, or not as the draft stands: by proof, and with what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from pydantic import Field

from state.change import Placed, changes, with_times
from state.desk import Desk
from state.schedule import Schedule, Source, Task, Value
from state.tool import Effect, ToolReport
from state.when import say_minutes, say_moment
from tools.places import Place, lay, places
from tools.planners.assignment import Goal
from tools.planners.build import Wish, build
from tools.planners.figures import SOFT
from tools.planners.free_runs import free_runs
from tools.planners.problem import UNPLACED
from tools.planners.reasons import explain_unplaced
from tools.planners.search import Found, search
from tools.planners.to_slots import schedule_of
from tools.planners.wishes import tolerated_pairs
from tools.regions import Region
from tools.registry import Nothing, Result, Toolbox
from tools.texts import say_length, say_place, say_task

risks = Toolbox()

_TRIED: Final = 6
"""How many other tasks are left out in turn, to see whether that makes room."""
_NAMED: Final = 3
ANYWHERE: Final = Region()


def _unsaid(value: object) -> bool:
    return value is None or value == ()


class RiskKind(StrEnum):
    """How a deadline stands, the worst first."""

    OVERDUE = "overdue"
    IMPOSSIBLE = "impossible"
    CROWDED = "crowded"
    LATE = "late"
    BLOCKED = "blocked"
    UNPLACED = "unplaced"


class Help(StrEnum):
    """What a person can do about it."""

    PLACE = "place"
    MOVE = "move"
    SPLIT = "split"
    DROP = "drop"
    LATER_DEADLINE = "later_deadline"


class Cure(Value):
    """One thing that would help, as the agent reads it, and as values: `task_ids` are the others it concerns.

    `at` is the place it would have, `deadline` when it would have to be due, `longest` how many minutes of the `free`
    ones in time are in one piece.
    """

    help: Help
    text: str
    task_ids: tuple[int, ...] = ()
    titles: tuple[str, ...] = Field(default=(), exclude_if=_unsaid)
    at: Placed | None = Field(default=None, exclude_if=_unsaid)
    deadline: datetime | None = Field(default=None, exclude_if=_unsaid)
    free: int | None = Field(default=None, exclude_if=_unsaid)
    longest: int | None = Field(default=None, exclude_if=_unsaid)


class Risk(Value):
    """A task whose deadline is not safe; `proven` tells that no plan could hold what is said to be impossible."""

    task_id: int
    title: str
    deadline: datetime
    kind: RiskKind
    reason: str
    proven: bool = False
    cures: tuple[Cure, ...] = ()


@risks.add(Effect.READ)
def at_risk(desk: Desk, args: Nothing) -> Result:
    """List the deadlines that cannot be held, or not as the draft stands: by proof, with what would help."""
    found, schedule = list(find_risks(desk)), desk.schedule
    lines = [_say(schedule, one) for one in found]
    head = f"{len(found)} {'deadline is' if len(found) == 1 else 'deadlines are'} at risk:"
    later = [task for task in _with_deadline(schedule) if not task.slots and _is_beyond(schedule, task)]
    lines = [head, *lines] if found else ["No deadline of these days is at risk."]
    if later:
        lines.append(f"Due after these days, not judged: {', '.join(say_task(task) for task in later)}.")
    data: dict[str, Any] = {"tasks": [one.model_dump(mode="json") for one in found]}
    return Result(desk, ToolReport(text="\n".join(lines), data=data))


def find_risks(desk: Desk) -> list[Risk]:
    """Return every deadline that is not safe, the worst kind first and then the earliest."""
    schedule = desk.schedule
    missed = [task for task in _with_deadline(schedule) if not _is_held(schedule, task)]
    overdue = [task for task in missed if schedule.is_overdue(task)]
    fixed = [task for task in missed if task.slots and not task.movable and task not in overdue]
    open_ = [task for task in missed if task not in overdue and task not in fixed and not _is_beyond(schedule, task)]
    found = [
        *(_risk(schedule, task, RiskKind.OVERDUE, "its deadline has passed", _placing(desk, task)) for task in overdue),
        *(_risk(schedule, task, RiskKind.LATE, f"lies {say_place(schedule, task.slots[0])}") for task in fixed),
        *(_Week(_taken_up(desk, open_)).judge(open_) if open_ else ()),
    ]
    ranks = list(RiskKind)
    return sorted(found, key=lambda one: (ranks.index(one.kind), one.deadline.timestamp(), one.task_id))


def _taken_up(desk: Desk, tasks: Sequence[Task]) -> Desk:
    """Return the desk without the places that are too late."""
    away = [(task.id, None) for task in tasks if task.slots]
    return desk.model_copy(update={"schedule": lay(desk.schedule, away)}) if away else desk


@dataclass(frozen=True)
class _Week:
    """What is left of the days for everything that has a deadline, if all other work made room."""

    desk: Desk

    @cached_property
    def dated(self) -> tuple[Task, ...]:
        """What is due in these days; what is due after them need not lie here, and may be thousands of tasks."""
        schedule = self.desk.schedule
        movable = (task for task in _with_deadline(schedule) if task.movable and not schedule.is_overdue(task))
        return tuple(task for task in movable if not _is_beyond(schedule, task))

    @cached_property
    def _joint(self) -> Found:
        """As many deadlines as can be held together, the important ones first."""
        return search(build(self._wish(self.dated)), (Goal.UNPLACED,))

    @cached_property
    def _without(self) -> list[tuple[Task, set[int]]]:
        """Some of those that can be held, the least important first, and what is left out when each is given up."""
        held = (task for task in self.dated if task.id not in _left_out(self._joint))
        tried = sorted(held, key=_least_important)[:_TRIED]
        return [(task, self._left_without(task)) for task in tried]

    def _left_without(self, given_up: Task) -> set[int]:
        kept = tuple(task for task in self.dated if task.id != given_up.id)
        return _left_out(search(build(self._wish(kept)), (Goal.UNPLACED,)))

    def judge(self, waiting: Sequence[Task]) -> Iterator[Risk]:
        """Yield how the deadlines of tasks without a place stand."""
        wish, found = self._wish(self.dated), self._joint
        for task in waiting:
            if not any(item.windows for item in found.best.problem.items if item.task.id == task.id):
                yield self._impossible(wish, task)
            elif task.id in _left_out(found):
                yield self._crowding(wish, task, proven=found.bounds.get(Goal.UNPLACED, 0) > SOFT)
            else:
                yield self._possible(task)

    def _wish(self, tasks: tuple[Task, ...]) -> Wish:
        """Return the wish to lay these, all other work of the draft taken away."""
        schedule, wanted = self.desk.schedule, {task.id for task in tasks}
        away = [(task.id, None) for task in schedule.suggested if task.movable and task.id not in wanted]
        return Wish(
            schedule=lay(schedule, [pair for pair in away if not schedule.is_past(schedule.by_id[pair[0]])]),
            scope=self.desk.order_scope,
            tasks=tasks,
            tolerated=tolerated_pairs(self.desk),
        )

    def _impossible(self, wish: Wish, task: Task) -> Risk:
        alone = self._wish((task,))
        why = explain_unplaced(alone, alone.schedule, [task])[0].reason
        cures = (*_split(alone, task), *_later(self.desk, task))
        return _risk(
            wish.schedule, task, RiskKind.IMPOSSIBLE, f"fits nowhere, whatever else moves: {why}", cures, proven=True
        )

    def _crowding(self, wish: Wish, task: Task, *, proven: bool) -> Risk:
        why = "not every deadline can be held, and giving this one up costs least"
        cures = (*self._drops(task), *_split(wish, task), *_later(self.desk, task))
        return _risk(wish.schedule, task, RiskKind.CROWDED, why, cures, proven=proven)

    def _drops(self, task: Task) -> Iterator[Cure]:
        """Yield the other deadlines that make room when one of them is given up."""
        enough = _left_out(self._joint) - {task.id}
        for other, left in self._without:
            if left <= enough:
                yield Cure(help=Help.DROP, text=f"drop {say_task(other)}", task_ids=(other.id,), titles=(other.title,))

    def _possible(self, task: Task) -> Risk:
        schedule = self.desk.schedule
        if found := _best_place(self.desk, task):
            return _risk(
                schedule, task, RiskKind.UNPLACED, "has no place yet", cures=(_cure_by_place(schedule, found),)
            )
        moves = list(self._moves(task))
        cures = (*(moves or self._removals(task)), *_later(self.desk, task))
        return _risk(schedule, task, RiskKind.BLOCKED, "fits only when other work makes room", cures)

    def _moves(self, task: Task) -> Iterator[Cure]:
        """Yield which other work moves, as little as was found, when the task is laid too."""
        schedule = self.desk.schedule
        wish = Wish(
            schedule=schedule,
            scope=self.desk.order_scope,
            tasks=(*(one for one in schedule.suggested if one.movable), task),
            tolerated=tolerated_pairs(self.desk),
        )
        after = schedule_of(search(build(wish), (Goal.UNPLACED, Goal.MOVED)).best)
        moved = [change for change in changes(schedule, after) if change.task_id != task.id]
        if after.by_id[task.id].slots:
            named = ", ".join(f'"{one.title}"' for one in moved[:_NAMED])
            more = f" and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
            ids, titles = tuple(one.task_id for one in moved), tuple(one.title for one in moved)
            yield Cure(help=Help.MOVE, text=f"move {named}{more}", task_ids=ids, titles=titles)

    def _removals(self, task: Task) -> Iterator[Cure]:
        """Yield the other work that makes room when it is taken out of the draft, the least important first."""
        others = sorted((one for one in self.desk.schedule.suggested if one.movable), key=_least_important)
        for other in others[:_TRIED]:
            if _earliest(_taken_up(self.desk, [other]), task):
                told = f"take {say_task(other)} out of these days"
                yield Cure(help=Help.DROP, text=told, task_ids=(other.id,), titles=(other.title,))


def _least_important(task: Task) -> tuple[int, int]:
    return -task.priority, task.id


def _with_deadline(schedule: Schedule) -> Iterator[Task]:
    return (task for task in schedule.tasks if task.source is Source.TASK_ITEM and task.deadline is not None)


def _is_held(schedule: Schedule, task: Task) -> bool:
    at, deadline = task.position, task.deadline
    return at is not None and deadline is not None and schedule.span_of(at)[1].timestamp() <= deadline.timestamp()


def _is_beyond(schedule: Schedule, task: Task) -> bool:
    end = schedule.end_of(schedule.window.days, len(schedule.grid))
    return task.deadline is not None and end.timestamp() < task.deadline.timestamp()


def _left_out(found: Found) -> set[int]:
    pairs = zip(found.best.problem.items, found.best.choices, strict=True)
    return {item.task.id for item, choice in pairs if choice == UNPLACED}


def _risk(
    schedule: Schedule, task: Task, kind: RiskKind, why: str, cures: Sequence[Cure] = (), *, proven: bool = False
) -> Risk:
    assert task.deadline is not None, "only deadlines are at risk"
    due = task.deadline.astimezone(schedule.zone)
    title, kept = task.title, tuple(cures)
    return Risk(task_id=task.id, title=title, deadline=due, kind=kind, reason=why, proven=proven, cures=kept)


def _earliest(desk: Desk, task: Task) -> Place | None:
    """Return the earliest place in the draft as it stands that breaks no rule."""
    return min(places(desk, task, region=ANYWHERE), key=attrgetter("start"), default=None)


def _best_place(desk: Desk, task: Task) -> Place | None:
    """Return the earliest of the places that the person likes most."""
    found = places(desk, task, region=ANYWHERE)
    return min(found, key=lambda place: (place.unliked, place.start), default=None)


def _placing(desk: Desk, task: Task) -> tuple[Cure, ...]:
    found = _best_place(desk, task)
    return (_cure_by_place(desk.schedule, found),) if found else ()


def _cure_by_place(schedule: Schedule, found: Place) -> Cure:
    where = with_times(schedule, found.position)
    return Cure(help=Help.PLACE, text=f"place it {say_place(schedule, found.position)}", at=where)


def _split(wish: Wish, task: Task) -> Iterator[Cure]:
    """Yield that parts would fit, when the free time there is long enough in all."""
    lengths = [last - first + 1 for _, first, last in free_runs(wish, [task])[task.id]]
    if lengths and max(lengths) < task.duration <= sum(lengths):
        whole, longest = (slots * wish.schedule.slot_minutes for slots in (sum(lengths), max(lengths)))
        told = f"split it: {say_minutes(whole)} are free in time, at most {say_minutes(longest)} in one piece"
        yield Cure(help=Help.SPLIT, text=told, free=whole, longest=longest)


def _later(desk: Desk, task: Task) -> Iterator[Cure]:
    found = _earliest(desk, task.model_copy(update={"deadline": None}))
    if found is not None:
        end = desk.schedule.end_of(found.position.day, found.position.slot_end)
        yield Cure(help=Help.LATER_DEADLINE, text=f"a deadline of {say_moment(end)} or later", deadline=end)


def _say(schedule: Schedule, risk: Risk) -> str:
    task, sure = schedule.by_id[risk.task_id], " (proven)" if risk.proven else ""
    due = say_moment(risk.deadline)
    helped = f" What would help: {'; '.join(cure.text for cure in risk.cures)}." if risk.cures else ""
    return f"- {say_task(task)}, {say_length(task.duration)}, due {due}: {risk.kind}{sure}, {risk.reason}.{helped}"
