"""Events of the person's calendar: new ones, other times and titles, cancelled ones; one of a series, or all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from pydantic import Field, StringConstraints, model_validator

from state.calendar_commit import Act
from state.cells import Cells
from state.desk import Desk
from state.event_edit import EventEdit, EventFacts, EventRule, Scope
from state.schedule import MOST_ATTENDEES, EventInfo, Position, Schedule, Source, Status, Task, Title
from state.task_edit import EditKind, TaskChange, TaskEdit, task_changes, with_edits
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from state.when import say_moment
from tools.applying import refuse
from tools.list_rules import fit_places
from tools.regions import TaskId
from tools.registry import Arguments, Result, Toolbox
from tools.rules import unknown
from tools.tasks import Minutes, Moment, read_moment
from tools.texts import say_entry, say_task

events = Toolbox()

_HOUR: Final = timedelta(hours=1)
_DATE: Final = 10
_UIDS: Final = 24

Line: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
People: TypeAlias = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)], ...],
    Field(max_length=MOST_ATTENDEES),
]


class Meant(Arguments):
    """Which event; of one that repeats, which of them."""

    task_id: TaskId
    on: Moment | None = Field(default=None, description="Of a series: date or start of the one that is meant")
    series: bool = Field(default=False, description="true: the whole series")

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if self.on is not None and self.series:
            raise ValueError("on names one of a series; leave out one of on and series")
        return self


class Meants(Arguments):
    """Which events are cancelled."""

    events: Annotated[tuple[Meant, ...], Field(min_length=1, max_length=50)]


class _Times(Arguments):
    """How long an event lasts; at most one is said."""

    end: Moment | None = Field(default=None, description="End; of whole days the last day")
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def _check_end(self) -> Self:
        if self.end is not None and self.minutes is not None:
            raise ValueError("end and minutes say the same; leave one out")
        return self


class NewEvent(_Times):
    """An event; a date without a time is a whole day, and an hour is usual else."""

    title: Title
    start: Moment
    location: Line = ""
    category: Line = ""
    attendees: People = ()
    repeats: Literal["daily", "weekly", "monthly", "yearly"] | None = None
    every: Annotated[int, Field(ge=1, le=99)] = Field(default=1, description="2 weekly: every other week")
    until: Moment | None = Field(default=None, description="Last day of a series")
    calendar: Line = Field(default="", description="Name, where there are several")

    @model_validator(mode="after")
    def _check_rule(self) -> Self:
        if self.repeats is None and (self.until is not None or self.every > 1):
            raise ValueError("until and every belong to repeats")
        return self

    @property
    def rule(self) -> EventRule | None:
        """How it comes again; None when it does not."""
        if self.repeats is None:
            return None
        return EventRule(per=_PERS[self.repeats], every=self.every, until=_day_of(self.until) if self.until else None)


_PERS: Final[Mapping[str, Literal["day", "week", "month", "year"]]] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
}


def _day_of(moment: str) -> date:
    return date.fromisoformat(moment[:_DATE])


class MovedEvent(Meant, _Times):
    """Which event changes, and how; what is not said stays."""

    title: Title | None = None
    start: Moment | None = Field(default=None, description="New start; a date alone keeps the time")
    whole_day: bool | None = None
    location: Line | None = None
    category: Line | None = None
    attendees: People | None = Field(default=None, description="Everybody who takes part from now on")


@events.add(Effect.OUTSIDE, act=Act.EVENTS, kinds=[EditKind.ADD_EVENT])
def add_event(desk: Desk, args: NewEvent) -> Result:
    """Put an event into the person's calendar, which dayloom tells nobody of; tasks to be planned are add_tasks."""
    start, whole = _moment(desk.schedule, args.start), len(args.start) == _DATE
    facts = _timed(desk.schedule, args, start, whole, timedelta(days=1) if whole else _HOUR)
    if isinstance(facts, Violation):
        return refuse(desk, [facts])
    begin, end = facts
    if wrong := _no_such_rule(desk.schedule, args, begin):
        return refuse(desk, [wrong])
    said: dict[str, Any] = {**args.model_dump(include=_SAID), "rule": args.rule, "calendar": args.calendar}
    now = EventFacts(start=begin, end=end, whole_day=whole, **said)
    id_ = desk.schedule.next_id
    name = hashlib.sha256(f"{desk.operation}/{id_}".encode()).hexdigest()[:_UIDS]
    edit = EventEdit(uid=f"event-{name}@dayloom", now=now)
    return report_events(desk, [TaskEdit(id=id_, after=_new_task(desk.schedule, id_, edit.uid, now), event=edit)])


@events.add(Effect.OUTSIDE, act=Act.EVENTS, kinds=[EditKind.MOVE_EVENT])
def move_event(desk: Desk, args: MovedEvent) -> Result:
    """Change an event of the calendar: start, length, title, place, people; of a series one (on) or all (series)."""
    found = _find(desk, args)
    if isinstance(found, Violation):
        return refuse(desk, [found])
    task, was, scope = found
    whole = was.whole_day if args.whole_day is None else args.whole_day
    start = was.start if args.start is None else _new_start(desk.schedule, was, args.start, whole=whole)
    begin = start.replace(hour=0, minute=0, second=0) if whole else start
    length = was.length if whole is was.whole_day else timedelta(days=1) if whole else _HOUR
    times = _timed(desk.schedule, args, begin, whole, length)
    if isinstance(times, Violation):
        return refuse(desk, [times])
    said = {name: value for name in _SAID if (value := getattr(args, name)) is not None}
    now = was.model_copy(update={**said, "start": times[0], "end": times[1], "whole_day": whole})
    if now == was:
        return Result(desk, ToolReport(text="Nothing to change: the event is so already.", data={"edits": []}))
    return report_events(desk, [_edit(desk, task, EventEdit(uid=task.source_id, was=was, now=now, scope=scope))])


@events.add(Effect.OUTSIDE, act=Act.EVENTS, kinds=[EditKind.CANCEL_EVENT])
def cancel_event(desk: Desk, args: Meants) -> Result:
    """Cancel events of the calendar; of a series one (on) or all (series)."""
    edits: list[TaskEdit] = []
    wrong: list[Violation] = []
    now = desk
    for meant in dict.fromkeys(args.events):
        found = _find(now, meant)
        if isinstance(found, Violation):
            wrong.append(found)
            continue
        task, was, scope = found
        edits.append(_edit(now, task, EventEdit(uid=task.source_id, was=was, scope=scope)))
        now = now.model_copy(update={"schedule": with_edits(now.schedule, edits[-1:])})
    return refuse(desk, wrong) if wrong else report_events(desk, edits)


def _no_such_rule(schedule: Schedule, args: NewEvent, begin: datetime) -> Violation | None:
    """Return why an event cannot come again so, or stand in that calendar."""
    if args.until is not None and _day_of(args.until) < begin.date():
        told = f"the series would end {args.until}, before it begins {say_moment(begin)}."
        return Violation(kind=ViolationKind.OUT_OF_RANGE, message=told)
    known = sorted({task.event.calendar for task in schedule.tasks if task.event and task.event.calendar})
    if args.calendar and args.calendar not in known:
        told = f"no event of these days is in a calendar {args.calendar!r}; known: {', '.join(known) or 'none'}."
        return Violation(kind=ViolationKind.OUT_OF_RANGE, message=told)
    return None


_SAID: Final = {"title", "location", "category", "attendees"}


def report_events(desk: Desk, edits: Sequence[TaskEdit]) -> Result:
    """Return the desk with events changed, the draft giving way to them, and tell each change."""
    after = fit_places(desk, with_edits(desk.schedule, edits))
    shown = task_changes(desk.schedule, edits)
    lines = [_line(desk.schedule, after, edit, one) for edit, one in zip(edits, shown, strict=True)]
    lost = [task for task in desk.schedule.suggested if not after.by_id[task.id].slots]
    lines += [f"- {say_task(task)} has lost its place in the draft" for task in lost]
    report = ToolReport(
        text="\n".join([f"Done, {len(edits)} changed in the calendar:", *lines]),
        data={"edits": [one.model_dump(mode="json") for one in shown]},
    )
    return Result(desk.model_copy(update={"schedule": after}), report, tuple(edits))


def _line(before: Schedule, after: Schedule, edit: TaskEdit, shown: TaskChange) -> str:
    task = after.by_id.get(edit.id) or before.by_id.get(edit.id)
    note, said = shown.event, say_entry(after, task) if task else f'"{shown.title}", outside of these days'
    told = f"; {', '.join(note.tell)} would have to be told" if note and note.tell else ""
    return f"- {shown.kind}: {said}{told}"


def _find(desk: Desk, meant: Meant) -> tuple[Task, EventFacts, Scope | None] | Violation:
    """Return the event that is meant as it is, or why none is."""
    schedule, task = desk.schedule, desk.schedule.by_id.get(meant.task_id)
    if task is None:
        return unknown(schedule, meant.task_id)
    if task.source is not Source.EVENT:
        told = f"{say_task(task)} is a task, not an event; use the tools for tasks (and undo_apply when it is written)."
        return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id, message=told)
    info, series = task.event or EventInfo(), is_series(schedule, task)
    if series and meant.on is None and not meant.series:
        told = f"{say_task(task)} repeats; say which one with `on`, or `series: true` for all of them."
        return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id, message=told)
    times = occurrences(schedule, task)
    named = [one for one in times if meant.on is None or _is_on(schedule, one, meant.on)]
    if len(named) != 1 and meant.on is not None:
        known = "; ".join(say_moment(start) for start, _ in times[:_SHOWN])
        told = f"{say_task(task)} is there {len(named)} times on {meant.on}; give one of its starts: {known}."
        return Violation(kind=ViolationKind.OUT_OF_RANGE, task_id=task.id, message=told)
    start, end = named[0]
    facts = EventFacts(
        title=task.title,
        start=start,
        end=end,
        whole_day=info.whole_day,
        location=info.location,
        category=task.category,
        attendees=info.attendees,
    )
    return task, facts, (Scope.SERIES if meant.series else Scope.ONE) if series else None


_SHOWN: Final = 10


def _is_on(schedule: Schedule, span: tuple[datetime, datetime], on: str) -> bool:
    if len(on) == _DATE:
        return span[0].date().isoformat() == on
    return span[0].timestamp() == _moment(schedule, on).timestamp()


def is_series(schedule: Schedule, task: Task) -> bool:
    """Tell whether an event happens more than once."""
    return bool(task.event and task.event.repeats) or len(occurrences(schedule, task)) > 1


def occurrences(schedule: Schedule, task: Task) -> list[tuple[datetime, datetime]]:
    """Return when an event begins and ends each time; one that goes on over midnight is one."""
    apart = task.event is not None and task.event.repeats and task.event.whole_day
    found: list[tuple[datetime, datetime]] = []
    for at in task.slots:
        start, end = schedule.span_of(at)
        if found and found[-1][1] == start and start.time() == datetime.min.time() and not apart:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _edit(desk: Desk, task: Task, event: EventEdit) -> TaskEdit:
    """Return a change of an event, with where it lies on these days afterwards."""
    known = desk.commit is None or task.source_id in desk.commit.uids
    after = _changed_task(desk.schedule, task, event)
    return TaskEdit(id=task.id, before=task, after=after, event=event.model_copy(update={"kept": known}))


def _changed_task(schedule: Schedule, task: Task, event: EventEdit) -> Task | None:
    was, now = event.was, event.now
    assert was is not None, "an event that is there changes"
    if now is None and event.scope is not Scope.ONE:
        return None
    spans = occurrences(schedule, task)
    if event.scope is Scope.SERIES and now is not None:
        by = _wall(now.start) - _wall(was.start)
        spans = [(first, _shifted(schedule, first, by)) for first, _ in spans]
        new = [(start, _shifted(schedule, start, now.length)) for _, start in spans]
    else:
        rest = [span for span in spans if span[0] != was.start]
        new = [*rest, *([(now.start, now.end)] if now else [])]
    slots = _positions(schedule, new)
    if now is None or event.scope is Scope.ONE:
        return task.model_copy(update={"slots": slots}) if slots else None
    return _with_facts(task, now, slots)


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _shifted(schedule: Schedule, moment: datetime, by: timedelta) -> datetime:
    return schedule.moment(_wall(moment.astimezone(schedule.zone)) + by)


def _positions(schedule: Schedule, spans: Sequence[tuple[datetime, datetime]]) -> tuple[Position, ...]:
    cells = Cells(schedule)
    return cells.merge(at for start, end in spans for at in cells.positions(start, end))


def _new_task(schedule: Schedule, id_: int, uid: str, now: EventFacts) -> Task:
    blank = Task(
        id=id_, source=Source.EVENT, source_id=uid, title=now.title, status=Status.EXISTING, locked=True, duration=1
    )
    task = _with_facts(blank, now, _positions(schedule, list(_times(schedule, now))))
    if now.rule is None and not now.calendar:
        return task
    info = (task.event or EventInfo()).model_copy(update={"repeats": now.rule is not None, "calendar": now.calendar})
    return task.model_copy(update={"event": info})


def _times(schedule: Schedule, now: EventFacts) -> Iterator[tuple[datetime, datetime]]:
    """Yield when a new event begins and ends, each time as far as the days of the schedule go."""
    if now.rule is None:
        yield now.start, now.end
        return
    begin, until = _wall(now.start.astimezone(schedule.zone)), now.rule.until or date.max
    last = min(datetime.combine(until, time.max), datetime.combine(schedule.date_of(schedule.window.days), time.max))
    for start in rrule(_FREQUENCIES[now.rule.per], dtstart=begin, interval=now.rule.every, until=last):
        yield schedule.moment(start), schedule.moment(start + now.length)


_FREQUENCIES: Final[Mapping[str, Any]] = {"day": DAILY, "week": WEEKLY, "month": MONTHLY, "year": YEARLY}


def _with_facts(task: Task, now: EventFacts, slots: tuple[Position, ...]) -> Task:
    said = {"attendees": now.attendees, "location": now.location, "whole_day": now.whole_day}
    info = (task.event or EventInfo()).model_copy(update=said)
    return task.model_copy(
        update={
            "title": now.title,
            "category": now.category,
            "slots": slots,
            "duration": max(1, slots[0].length) if slots else task.duration,
            "event": None if info == EventInfo() else info,
        }
    )


def _moment(schedule: Schedule, said: str) -> datetime:
    return schedule.moment(read_moment(said))


def _new_start(schedule: Schedule, was: EventFacts, said: str, *, whole: bool) -> datetime:
    """Return the new start; a date alone keeps the time of day."""
    when = _moment(schedule, said)
    if len(said) != _DATE or whole:
        return when
    return schedule.moment(datetime.combine(when.date(), was.start.astimezone(schedule.zone).time()))


def _timed(
    schedule: Schedule, args: _Times, start: datetime, whole: bool, length: timedelta
) -> tuple[datetime, datetime] | Violation:
    """Return when an event begins and ends; `length` is how long it lasts unless that is said."""
    if args.end is not None:
        end = _moment(schedule, args.end)
        end = _shifted(schedule, end, timedelta(days=1)) if len(args.end) == _DATE else end
    else:
        minutes = timedelta(minutes=args.minutes) if args.minutes else length
        days = timedelta(days=max(1, -(-minutes // timedelta(days=1))))
        end = _shifted(schedule, start, days if whole else minutes)
    if whole and end.time() != datetime.min.time():
        end = _shifted(schedule, end.replace(hour=0, minute=0, second=0), timedelta(days=1))
    if end.timestamp() <= start.timestamp():
        told = f"the event would end {say_moment(end)}, before it begins {say_moment(start)}."
        return Violation(kind=ViolationKind.OUT_OF_RANGE, message=told)
    return start, end
