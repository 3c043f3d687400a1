"""How entries, places and changes are named to the model: titles with ids, times with weekday, date and clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from state.change import Change, Placed
from state.schedule import Period, Position, Schedule, Source, Task
from state.violation import Violation
from state.when import say_date, say_hours, say_moment, say_position, say_span, weekday_name

_TITLE_LENGTH: Final = 60
_TIMES: Final = 3
_PEOPLE: Final = 6


def say_task(task: Task) -> str:
    """Return `"Essay" (task 3)` or `"Lecture" (event 1)`; a long title is cut."""
    kind = "event" if task.source is Source.EVENT else "task"
    return f'"{short_title(task)}" ({kind} {task.id})'


def short_title(task: Task) -> str:
    """Return the title on one line, cut when it is long."""
    title = " ".join(task.title.split())
    return title if len(title) <= _TITLE_LENGTH else f"{title[: _TITLE_LENGTH - 1]}…"


def say_slots(first: int, last: int) -> str:
    """Return `slot 3` or `slots 3-4`; for what touches no slot, `after slot 3` or `before slot 1`."""
    if last < first:
        return f"after slot {last}" if last else "before slot 1"
    return f"slot {first}" if first == last else f"slots {first}-{last}"


def say_length(slots: int) -> str:
    """Return `1 slot` or `3 slots`."""
    return f"{slots} {'slot' if slots == 1 else 'slots'}"


def say_place(schedule: Schedule, position: Position) -> str:
    """Return `Wed 25 Nov 2026 10:00-11:40 (day 3, slots 3-4)`."""
    slots = say_slots(position.slot_start, position.slot_end)
    return f"{say_position(schedule, position)} (day {position.day}, {slots})"


def say_day(schedule: Schedule, day: int) -> str:
    """Return `Wed 25 Nov 2026 (day 3)`."""
    return f"{say_date(schedule.date_of(day))} (day {day})"


def say_clock(schedule: Schedule, first: int, last: int) -> str:
    """Return the clock times of some slots of a day that has been named, `10:00-11:40`."""
    return f"{schedule.grid[first - 1].start:%H:%M}-{schedule.grid[last - 1].end:%H:%M}"


def say_period(period: Period) -> str:
    """Return `Wed 25 Nov 2026`, or first and last day."""
    first, last = say_date(period.first), say_date(period.last)
    return first if period.first == period.last else f"{first} to {last}"


def say_pause(schedule: Schedule, slot: int) -> str:
    """Return the clock times of the pause after a slot, `12:35-13:30`."""
    return f"{schedule.grid[slot - 1].end:%H:%M}-{schedule.grid[slot].start:%H:%M}"


def say_span_clock(schedule: Schedule, at: Position) -> str:
    """Return the clock times of a position on a day that has been named, an event's own where it has them."""
    return say_hours(*schedule.span_of(at))


def say_entry(schedule: Schedule, task: Task) -> str:
    """Return an entry in one line: name, status, where it lies (the first three times), length and limits."""
    shown = "; ".join(say_place(schedule, position) for position in task.slots[:_TIMES])
    more = f" and {len(task.slots) - _TIMES} more times" if len(task.slots) > _TIMES else ""
    inside = f" inside {say_task(schedule.by_id[task.host.task_id])}" if task.host else ""
    return (
        f"{say_task(task)}, {task.status}: {shown or 'no place'}{more}{inside}; {', '.join(say_facts(schedule, task))}"
    )


def say_facts(schedule: Schedule, task: Task) -> list[str]:
    """Return category, length, priority, flags and limits of an entry, each as a short phrase."""
    work = task.source is Source.TASK_ITEM
    facts = {
        task.category: bool(task.category),
        say_length(task.duration): work,
        f"priority {task.priority}": work,
        "locked": task.locked,
        "may host one task each time": task.can_embed,
    }
    return [*(fact for fact, said in facts.items() if said), *say_event(task), *say_limits(schedule, task)]


def say_event(task: Task) -> list[str]:
    """Return what else is known of an event: series, place, people and calendar, each as a short phrase."""
    info = task.event
    if info is None:
        return []
    people = [*info.people[:_PEOPLE], *([f"{len(info.people) - _PEOPLE} more"] if len(info.people) > _PEOPLE else [])]
    facts = {
        "repeats": info.repeats,
        "whole day": info.whole_day,
        f"at {info.location}": bool(info.location),
        f"with {', '.join(people)}": bool(people),
        f"calendar {info.calendar}": bool(info.calendar),
    }
    return [fact for fact, said in facts.items() if said]


def say_limits(schedule: Schedule, task: Task) -> list[str]:
    """Return what limits where a task may lie, each limit as a short phrase."""
    said: list[str] = []
    if task.parent is not None and task.repeat is None:
        said.append(f"part {task.part}")
    if task.repeat is not None:
        said.append(f"repeats {task.repeat}")
    if task.period is not None:
        said.append(f"for {say_period(task.period)}")
    if task.order is not None:
        said.append(f"number {task.order} of {task.category or 'its group'}")
    if task.earliest is not None:
        said.append(f"not before {say_moment(task.earliest.astimezone(schedule.zone))}")
    if task.deadline is not None:
        due = say_moment(task.deadline.astimezone(schedule.zone))
        said.append(f"overdue since {due}" if schedule.is_overdue(task) else f"done by {due}")
    if task.weekdays is not None:
        said.append(f"only on {say_weekdays(task.weekdays)}")
    if task.slot_range is not None:
        said.append(f"only in {say_slots(task.slot_range.slot_start, task.slot_range.slot_end)}")
    return said


def say_weekdays(weekdays: Iterable[int]) -> str:
    """Return `Mon, Wed`."""
    return ", ".join(weekday_name(weekday) for weekday in sorted(weekdays))


def say_change(change: Change) -> str:
    """Return one change with old and new time, and the reason when there is one."""
    because = f"; {change.reason}" if change.reason else ""
    what = f'{change.kind} "{change.title}" (task {change.task_id})'
    return f"{what}: {_say_placed(change.before)} -> {_say_placed(change.after)}{because}"


def _say_placed(at: Placed | None) -> str:
    if at is None:
        return "pending"
    return f"{say_span(at.start, at.end)} (day {at.day}, {say_slots(at.slot_start, at.slot_end)})"


def say_changes(changes: Iterable[Change]) -> str:
    """Return the changes, one a line."""
    return "\n".join(f"- {say_change(change)}" for change in changes)


def say_refusal(violations: Iterable[Violation]) -> str:
    """Return that nothing was changed, and why, one violation a line."""
    return "\n".join(["Refused, nothing changed.", *(f"- {wrong.kind}: {wrong.message}" for wrong in violations)])
