"""The rules of the schedule: everything that makes a change inadmissible, as values with names, times and the cure.

Only what a change touches is judged: a calendar that clashes with itself stays as it is, and a task that a new event
has run into may be moved away although other faults remain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from state.desk import OrderScope
from state.limits import NO_LIMITS, LimitName
from state.order import inversions
from state.schedule import HostLink, Position, Schedule, Source, Status, Task, too_near
from state.violation import Violation, ViolationKind
from state.when import say_moment
from tools.load import daily_load
from tools.occupancy import Board, Stay, board
from tools.texts import say_clock, say_day, say_pause, say_period, say_place, say_slots, say_task, say_weekdays


def violations(before: Schedule, after: Schedule, *, scope: OrderScope, allow_reorder: bool) -> tuple[Violation, ...]:
    """Return everything that makes the step from `before` to `after` inadmissible; empty means it may be committed."""
    if frame := tuple(_other_frame(before, after)):
        return frame
    touched = [task for task in after.tasks if task != before.by_id[task.id]]
    if forbidden := tuple(wrong for task in touched for wrong in _forbidden(before.by_id[task.id], task)):
        return forbidden
    return placement_faults(before, after, touched, scope=scope, allow_reorder=allow_reorder)


def placement_faults(
    before: Schedule, after: Schedule, touched: Sequence[Task], *, scope: OrderScope, allow_reorder: bool
) -> tuple[Violation, ...]:
    """Return everything that is wrong with where these tasks of `after` lie; fewer others may be in `before`."""
    if beyond := tuple(wrong for task in touched if task.position and (wrong := outside(after, task, task.position))):
        return beyond
    who = board(after)
    return (
        *_each_pair_once(
            wrong for task in touched if task.position for wrong in misplacements(who, task, task.position, task.host)
        ),
        *_overloads(before, after, touched),
        *(() if allow_reorder else _disorder(before, after, scope)),
    )


def check_unmoved(before: Schedule, after: Schedule) -> tuple[Violation, ...]:
    """Return everything that makes a step more than draft becoming calendar or calendar becoming draft, in place."""
    if frame := tuple(_other_frame(before, after)):
        return frame
    return tuple(
        Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id, message=f"{say_task(task)} would change its place.")
        for task in after.tasks
        if task.model_copy(update=_fixed_fields(before.by_id[task.id])) != before.by_id[task.id]
    )


def immovable(task: Task) -> Violation | None:
    """Return why the agent may never touch this entry, or None when it may."""
    if task.source is Source.EVENT or task.status is Status.EXISTING:
        told = f"{say_task(task)} is in the calendar and stays where it is; change another task instead."
        return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id, message=told)
    if task.locked:
        told = f"{say_task(task)} is locked and stays where it is; only a person can unlock it."
        return Violation(kind=ViolationKind.LOCKED, task_id=task.id, message=told)
    return None


def unknown(schedule: Schedule, task_id: int) -> Violation:
    """Return that there is no such task, with the ids that exist."""
    known = ", ".join(str(id_) for id_ in sorted(schedule.by_id)[:30]) or "none"
    told = f"there is no task {task_id}; ids are: {known}{', …' if len(schedule.by_id) > 30 else ''}."
    return Violation(kind=ViolationKind.OUT_OF_RANGE, task_id=task_id, message=told)


def outside(schedule: Schedule, task: Task, position: Position) -> Violation | None:
    """Return how a position leaves the window or the grid, or None when it lies inside."""
    days, slots = schedule.window.days, len(schedule.grid)
    if position.day > days:
        kind = ViolationKind.OUTSIDE_WINDOW
        told = f"there is no day {position.day}; the window has days 1-{days}, the last is {say_day(schedule, days)}."
    elif position.slot_start > slots:
        kind = ViolationKind.OUT_OF_RANGE
        clock = say_clock(schedule, slots, slots)
        told = f"there is no slot {position.slot_start}; a day has slots 1-{slots}, the last is {clock}."
    elif position.slot_end > slots:
        kind = ViolationKind.OUTSIDE_WINDOW
        told = (
            f"{say_task(task)} needs {position.length} slots and would run past the end of "
            f"{say_day(schedule, position.day)}; start at {say_slots(1, max(1, slots - position.length + 1))}."
        )
    else:
        return None
    return Violation(kind=kind, task_id=task.id, message=told)


def other_window(before: Schedule, after: Schedule) -> Iterator[Violation]:
    """Yield that days, slots or time zone differ, which no tool may change."""
    if _frame(before) != _frame(after):
        told = "the window, the slot grid or the time zone differs; a tool may only give tasks other places."
        yield Violation(kind=ViolationKind.WRONG_STATUS, message=told)


def _frame(schedule: Schedule) -> tuple[object, ...]:
    return schedule.window, schedule.grid, schedule.timezone, schedule.limits, schedule.usual


def limits(schedule: Schedule, task: Task, position: Position) -> Iterator[Violation]:
    """Yield each own limit of the task that a position inside the window breaks, long pauses of the day among them.

    Other entries are not looked at.
    """
    own = (*_time_limits(schedule, task, position), *_place_limits(schedule, task, position))
    for kind, why in (*own, *_pauses(schedule, task, position)):
        yield _at(schedule, task, position, kind, why)
    for limit, why in _said(schedule, task, position):
        yield _at(schedule, task, position, ViolationKind.LIMIT, why, limit=limit)


def misplacements(who: Board, task: Task, position: Position, host: HostLink | None) -> Iterator[Violation]:
    """Yield everything wrong with a task lying at a position: window, own limits, and what else lies there."""
    if wrong := outside(who.schedule, task, position):
        yield wrong
        return
    yield from limits(who.schedule, task, position)
    yield from _clashes(who, task, position, host)
    yield from _too_near(who.schedule, task, position)


def _other_frame(before: Schedule, after: Schedule) -> Iterator[Violation]:
    if [task.id for task in before.tasks] != [task.id for task in after.tasks]:
        told = "tasks were added, removed or put in another sequence; a tool may only give them other places."
        yield Violation(kind=ViolationKind.WRONG_STATUS, message=told)
    yield from other_window(before, after)


def _fixed_fields(task: Task) -> dict[str, object]:
    return {"status": task.status, "locked": task.locked}


def _forbidden(old: Task, new: Task) -> Iterator[Violation]:
    if wrong := immovable(old):
        yield wrong
    elif old.model_copy(update={"slots": new.slots, "host": new.host, "status": new.status}) != new:
        told = f"{say_task(old)} would change in more than its place; a tool may only give it another place."
        yield Violation(kind=ViolationKind.WRONG_STATUS, task_id=old.id, message=told)
    elif not is_coherent(new):
        told = f"{say_task(new)} must have exactly one place while suggested, and no place or host while pending."
        yield Violation(kind=ViolationKind.WRONG_STATUS, task_id=new.id, message=told)


def is_coherent(task: Task) -> bool:
    """Tell whether a task of the draft has one place while it is suggested, and none while it is pending."""
    if task.status is Status.SUGGESTED:
        return len(task.slots) == 1
    return task.status is Status.PENDING and not task.slots and task.host is None


def _each_pair_once(found: Iterable[Violation]) -> Iterator[Violation]:
    said: set[tuple[ViolationKind, int | None, int | None]] = set()
    for wrong in found:
        if wrong.other_task_id is None or (wrong.kind, wrong.other_task_id, wrong.task_id) not in said:
            said.add((wrong.kind, wrong.task_id, wrong.other_task_id))
            yield wrong


def _time_limits(schedule: Schedule, task: Task, position: Position) -> Iterator[tuple[ViolationKind, str]]:
    start = schedule.start_of(position.day, position.slot_start)
    end = schedule.end_of(position.day, position.slot_end)
    soonest = schedule.window.not_before
    if soonest is not None and schedule.is_too_soon(position.day, position.slot_start):
        told = f"starts before {_local(schedule, soonest)}, which is past or too soon; choose a later place."
        yield ViolationKind.DEADLINE, told
    if task.earliest is not None and _earlier(start, task.earliest):
        told = f"starts before {_local(schedule, task.earliest)}, its earliest time; choose a later place."
        yield ViolationKind.DEADLINE, told
    if task.deadline is not None and _earlier(task.deadline, end) and not schedule.is_overdue(task):
        told = f"ends after its deadline {_local(schedule, task.deadline)}; choose an earlier place."
        yield ViolationKind.DEADLINE, told


def _place_limits(schedule: Schedule, task: Task, position: Position) -> Iterator[tuple[ViolationKind, str]]:
    if position.length != task.duration:
        told = f"covers {position.length} slots but takes {task.duration}; give it exactly {task.duration}."
        yield ViolationKind.DURATION, told
    if task.period is not None and not task.period.first <= schedule.date_of(position.day) <= task.period.last:
        told = f"is meant for {say_period(task.period)}; stay on these days."
        yield ViolationKind.NOT_ALLOWED_DAY, told
    if task.weekdays is not None and schedule.date_of(position.day).isoweekday() not in task.weekdays:
        told = f"is not on an allowed weekday; allowed: {say_weekdays(task.weekdays)}."
        yield ViolationKind.NOT_ALLOWED_DAY, told
    allowed = task.slot_range
    if allowed is not None and not allowed.slot_start <= position.slot_start <= position.slot_end <= allowed.slot_end:
        last = min(allowed.slot_end, len(schedule.grid))
        clock = f" ({say_clock(schedule, allowed.slot_start, last)})" if allowed.slot_start <= last else ""
        told = f"leaves its allowed {say_slots(allowed.slot_start, allowed.slot_end)}{clock}; stay inside."
        yield ViolationKind.NOT_ALLOWED_DAY, told


def _said(schedule: Schedule, task: Task, position: Position) -> Iterator[tuple[LimitName, str]]:
    """Yield what the person has said of all their days and this position breaks."""
    day, first, last = position.day, position.slot_start, position.slot_end
    if schedule.bounds == NO_LIMITS:
        return
    hours = schedule.open_slots(task, day)
    if hours is None or first < hours.slot_start or last > hours.slot_end:
        clock = (
            f"only {say_clock(schedule, hours.slot_start, hours.slot_end)} is open then" if hours else "none is open"
        )
        yield "hours", f"is outside the hours the person works in ({clock}); {_LIFT}"
    if inside := [slot for slot in sorted(schedule.kept_free(day)) if first <= slot <= last]:
        clock = say_clock(schedule, inside[0], inside[-1])
        yield "free", f"is in hours that the person keeps free ({clock}); {_LIFT}"


_LIFT: Final = "choose another place, or ask the person to lift that limit (set_limits)."


def _pauses(schedule: Schedule, task: Task, position: Position) -> Iterator[tuple[ViolationKind, str]]:
    for slot in sorted(schedule.breaks()):
        if position.slot_start <= slot < position.slot_end:
            yield ViolationKind.PAUSE, f"would go on after the pause {say_pause(schedule, slot)}; {_cure(task)}"


def _clashes(who: Board, task: Task, position: Position, host: HostLink | None) -> Iterator[Violation]:
    near = [stay for stay in who.near(position) if stay.task.id != task.id]
    mine = next((stay for stay in near if stay.hosts and stay.link == host), None)
    if host is not None and (mine is None or not position.within(mine.position)):
        told = "is not inside the event it is linked to; place it again."
        yield _at(who.schedule, task, position, ViolationKind.STRADDLES_HOST, told, other=host.task_id)
    guests = () if host is None else who.guests.get(host, ())
    others = {guest.id: guest for guest in guests if guest.id != task.id}
    for guest in others.values():
        told = f"would share an event with {say_task(guest)}; one task per occurrence, {_cure(task)}"
        yield _at(who.schedule, task, position, ViolationKind.HOST_TAKEN, told, other=guest.id)
    for stay in near:
        if stay is not mine and stay.task.id not in others:
            kind, why = _clash(who.schedule, task, position, stay)
            limit = None if stay.position.overlaps(position) else "buffer"
            yield _at(who.schedule, task, position, kind, why, other=stay.task.id, limit=limit)


def _too_near(schedule: Schedule, task: Task, position: Position) -> Iterator[Violation]:
    """Yield the other repetitions of the task on days too near to a position."""
    there = task.model_copy(update={"slots": (position,)})
    for other in schedule.parts_of(task.parent) if task.parent and task.repeat else ():
        if other.id != task.id and too_near(there, other) and task.repeat:
            when = f"is fewer than {task.repeat.apart} days from {say_task(other)}, the same task"
            told = f"{when} at {say_place(schedule, other.slots[0])}; {_cure(task)}"
            yield _at(schedule, task, position, ViolationKind.NOT_ALLOWED_DAY, told, other=other.id)


def _clash(schedule: Schedule, task: Task, position: Position, stay: Stay) -> tuple[ViolationKind, str]:
    there = f"{say_task(stay.task)} at {say_place(schedule, stay.position)}"
    if not stay.position.overlaps(position):
        slots = schedule.window.buffer
        return ViolationKind.OVERLAP, f"leaves fewer than {slots} free slots (the buffer) to {there}; {_cure(task)}"
    if stay.hosts and not position.within(stay.position):
        return ViolationKind.STRADDLES_HOST, f"lies partly inside {there}; stay wholly inside it or wholly outside."
    return ViolationKind.OVERLAP, f"overlaps {there}; {_cure(task)}"


def _at(
    schedule: Schedule,
    task: Task,
    position: Position,
    kind: ViolationKind,
    why: str,
    *,
    other: int | None = None,
    limit: LimitName | None = None,
) -> Violation:
    told = f"{say_task(task)} at {say_place(schedule, position)} {why}"
    return Violation(kind=kind, task_id=task.id, message=told, other_task_id=other, limit=limit)


def _cure(task: Task) -> str:
    return f"choose a free place (find_free with task_id {task.id} lists them)."


def _overloads(before: Schedule, after: Schedule, touched: Sequence[Task]) -> Iterator[Violation]:
    cap = after.window.daily_cap
    if cap is None:
        return
    old = daily_load(before)
    for day, load in enumerate(daily_load(after), start=1):
        here = [task for task in touched if task.position and task.position.day == day]
        if load > cap and load > old[day - 1] and here:
            told = (
                f"{say_day(after, day)} would hold {load} slots of tasks, at most {cap} are allowed; "
                f"put {say_task(here[-1])} on another day or move something away first."
            )
            yield Violation(kind=ViolationKind.INFEASIBLE, task_id=here[-1].id, message=told, limit="most_minutes")


def _disorder(before: Schedule, after: Schedule, scope: OrderScope) -> Iterator[Violation]:
    for first_id, second_id in sorted(inversions(after, scope) - inversions(before, scope)):
        first, second = after.by_id[first_id], after.by_id[second_id]
        moved, kept = (first, second) if first != before.by_id.get(first_id) else (second, first)
        assert first.position is not None, "only placed tasks are compared"
        assert second.position is not None, "only placed tasks are compared"
        told = (
            f"{say_task(second)} at {say_place(after, second.position)} would start before "
            f"{say_task(first)} at {say_place(after, first.position)} ends; keep their order, "
            "or ask the person whether the order matters."
        )
        yield Violation(kind=ViolationKind.ORDER, task_id=moved.id, message=told, other_task_id=kept.id)


def _earlier(one: datetime, other: datetime) -> bool:
    # Times in one zone compare by the clock on the wall, which repeats an hour in autumn.
    return one.timestamp() < other.timestamp()


def _local(schedule: Schedule, moment: datetime) -> str:
    return say_moment(moment.astimezone(schedule.zone))
