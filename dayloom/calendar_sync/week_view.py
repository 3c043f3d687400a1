"""Days as somebody sees them: everything with its times, whatever the slots, and what is said of the days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from pydantic import AwareDatetime

from state.change import Placed, with_times
from state.limits import HoursLimit, read_hours
from state.preview import Clash
from state.schedule import EventInfo, Schedule, Slot, Source, Status, Task, Value
from tools.events import occurrences

_NO_INFO: Final = EventInfo()


class Hours(Value):
    """Hours of one day, for tasks of a category where one is named."""

    start: AwareDatetime
    end: AwareDatetime
    category: str | None = None


class DayView(Value):
    """A day: the hours that tasks must lie in (none: all of them), those kept free, those that are liked."""

    day: int
    date: date
    hours: tuple[Hours, ...]
    kept_free: tuple[Hours, ...]
    preferred: tuple[Hours, ...]


class PartOf(Value):
    """What a part belongs to, and which of how many it is; `repeat` says how often a task comes that comes again."""

    id: str
    title: str
    number: int
    of: int
    repeat: str | None = None


class WorkView(Value):
    """What is to be known of an entry, wherever it lies; an event has neither `minutes` nor what is about work.

    `source_id` is its id in the list of tasks, or the UID of an event. Only what is `movable` may be dragged.
    """

    task_id: int
    source_id: str
    title: str
    category: str
    kind: Source
    status: Status
    locked: bool
    movable: bool
    minutes: int | None
    slots: int
    earliest: AwareDatetime | None
    deadline: AwareDatetime | None
    priority: int
    part: PartOf | None


class EntryView(WorkView):
    """Something that happens at a time; one that happens again is there each time.

    `at` is where a task lies on the grid. `late` says that it ends after its deadline, `host` names the event in which
    it lies.
    """

    start: AwareDatetime
    end: AwareDatetime
    whole_day: bool
    at: Placed | None
    late: bool
    host: int | None
    location: str
    calendar: str


class PendingView(WorkView):
    """A task without a place; `reason` says why, where the agent has looked, `overdue` that its deadline has passed."""

    overdue: bool
    reason: str | None


class WeekView(Value):
    """Days with everything on them; nothing is placed before `not_before` by the agent.

    `version` is that of the preview, which `If-Match` takes; None for days that no thread has. `outdated` names what
    has come into the calendar where the draft has work.
    """

    version: int | None
    state_version: int | None
    working: bool
    timezone: str
    start: date
    days: tuple[DayView, ...]
    grid: tuple[Slot, ...]
    not_before: AwareDatetime | None
    entries: tuple[EntryView, ...]
    pending: tuple[PendingView, ...]
    outdated: tuple[Clash, ...] = ()


def view_week(schedule: Schedule, now: datetime, reasons: Mapping[int, str]) -> WeekView:
    """Return a schedule as somebody sees it at a moment; `reasons` say why tasks have no place."""
    entries = (entry for task in schedule.tasks for entry in _entries(schedule, task))
    pending = (_pending(schedule, task, now, reasons.get(task.id)) for task in schedule.pending)
    return WeekView(
        version=None,
        state_version=None,
        working=False,
        timezone=schedule.timezone,
        start=schedule.window.start,
        days=tuple(_day(schedule, day) for day in range(1, schedule.window.days + 1)),
        grid=schedule.grid,
        not_before=schedule.window.not_before,
        entries=tuple(sorted(entries, key=lambda one: (one.start.timestamp(), one.task_id))),
        pending=tuple(sorted(pending, key=_urgency)),
    )


def _day(schedule: Schedule, day: int) -> DayView:
    on, bounds = schedule.date_of(day), schedule.bounds
    return DayView(
        day=day,
        date=on,
        hours=_hours(schedule, on, bounds.hours),
        kept_free=_hours(schedule, on, bounds.free),
        preferred=_hours(schedule, on, schedule.wishes.prefer),
    )


def _hours(schedule: Schedule, on: date, said: Iterable[HoursLimit]) -> tuple[Hours, ...]:
    here = (one for one in said if one.weekdays is None or on.isoweekday() in one.weekdays)
    return tuple(_between(schedule, on, *read_hours(one.hours), one.category) for one in here)


def _between(schedule: Schedule, on: date, start: time, end: time, category: str | None) -> Hours:
    last = on + timedelta(days=1) if end == time() else on
    first, end_ = (datetime.combine(*pair, tzinfo=schedule.zone) for pair in ((on, start), (last, end)))
    return Hours(start=first, end=end_, category=category)


def _entries(schedule: Schedule, task: Task) -> Iterator[EntryView]:
    info, about = task.event or _NO_INFO, dict(_work(schedule, task))
    spans = occurrences(schedule, task) if task.source is Source.EVENT else map(schedule.span_of, task.slots)
    for start, end in spans:
        yield EntryView(
            **about,
            start=start,
            end=end,
            whole_day=info.whole_day,
            at=None if task.source is Source.EVENT else with_times(schedule, task.position),
            late=task.deadline is not None and task.deadline.timestamp() < end.timestamp(),
            host=task.host.task_id if task.host else None,
            location=info.location,
            calendar=info.calendar,
        )


def _pending(schedule: Schedule, task: Task, now: datetime, reason: str | None) -> PendingView:
    overdue = task.deadline is not None and task.deadline.timestamp() <= now.timestamp()
    return PendingView(**dict(_work(schedule, task)), overdue=overdue, reason=reason)


def _work(schedule: Schedule, task: Task) -> WorkView:
    is_event = task.source is Source.EVENT
    return WorkView(
        task_id=task.id,
        source_id=task.source_id,
        title=task.title,
        category=task.category,
        kind=task.source,
        status=task.status,
        locked=task.locked,
        movable=task.movable,
        minutes=None if is_event else task.minutes or task.duration * schedule.slot_minutes,
        slots=task.duration,
        earliest=task.earliest and task.earliest.astimezone(schedule.zone),
        deadline=task.deadline and task.deadline.astimezone(schedule.zone),
        priority=task.priority,
        part=_part(schedule, task),
    )


def _part(schedule: Schedule, task: Task) -> PartOf | None:
    if task.parent is None:
        return None
    parts = schedule.parts_of(task.parent)
    number = task.part or next(number for number, one in enumerate(parts, 1) if one.id == task.id)
    of = max(len(parts), *(one.part or 0 for one in parts))
    return PartOf(id=task.parent, title=task.title, number=number, of=of, repeat=task.repeat and str(task.repeat))


def _urgency(task: PendingView) -> tuple[float, int, int]:
    return task.deadline.timestamp() if task.deadline else float("inf"), task.priority, task.task_id
