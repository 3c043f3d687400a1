"""The schedule: a window of days, a grid of slots, and the tasks on it.

Values only. What may be changed, and when, is decided in `tools`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    StringConstraints,
    WithJsonSchema,
    field_serializer,
    field_validator,
    model_validator,
)

from state.limits import NO_LIMITS, HoursLimit, Limits, effective, read_hours, with_wishes

Day = Annotated[int, Field(ge=1)]
"""A day of the window, counted from 1."""
SlotNumber = Annotated[int, Field(ge=1)]
"""A slot of the day grid, counted from 1."""
Weekday = Annotated[int, Field(ge=1, le=7)]
"""1 is Monday, 7 is Sunday."""
YEARS = range(1900, 9001)
"""The years that can be planned; far from both ends of the calendar, where sums of days and time zones overflow."""


def _plannable(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"{day.isoformat()} cannot be planned; use a year from {YEARS[0]} to {YEARS[-1]}")
    return day


FirstDay = Annotated[
    date,
    AfterValidator(_plannable),
    PlainSerializer(date.isoformat, return_type=str),
    WithJsonSchema({"type": "string", "format": "date"}),
]
"""The first day of a window; written as text, because LangGraph's servers show a date of a state as a list."""
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def _says_nothing(value: object) -> bool:
    return value == NO_LIMITS


class Value(BaseModel):
    """A frozen value; unknown fields are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(StrEnum):
    """Where an entry of the schedule comes from."""

    EVENT = "event"
    TASK_ITEM = "task_item"


class Status(StrEnum):
    """How far an entry is on its way into the calendar."""

    EXISTING = "existing"
    SUGGESTED = "suggested"
    PENDING = "pending"


class Slot(Value):
    """One slot of the day grid, with the clock times it stands for (`24:00` is written `00:00` next day)."""

    slot: SlotNumber
    start: time
    end: time

    @field_serializer("start", "end")
    def _clock(self, value: time) -> str:
        return f"{value:%H:%M}"


LONG_PAUSE: Final = timedelta(minutes=20)
"""A pause between two slots from which on a task is not laid over it, unless the person says so."""


class Window(Value):
    """The days that are planned; `daily_cap` and `buffer` are in slots, and both are hard.

    The agent places nothing before `not_before`, which each turn sets anew. It is None, and all days are open, where
    the person has said so (`allow_past`), or named a window that was over already.
    With `span_pauses` a task may go on after a long pause of the day grid.
    """

    start: FirstDay
    days: Annotated[int, Field(ge=1, le=366)]
    daily_cap: Annotated[int, Field(ge=0)] | None = None
    buffer: Annotated[int, Field(ge=0)] = 0
    allow_past: bool = False
    not_before: AwareDatetime | None = None
    span_pauses: bool = False


def _unsaid(value: object) -> bool:
    return value is None or value == ()


def _blank(value: object) -> bool:
    return value == ""


class Position(Value):
    """A stretch of one day; `slot_end` is inclusive.

    An event that touches no slot lies before `slot_start` and has no length: its `slot_end` is one less. `start` and
    `end` are the times an event has in the calendar on that day; what has none lies exactly on its slots.
    """

    day: Day
    slot_start: SlotNumber
    slot_end: Annotated[int, Field(ge=0)]
    start: AwareDatetime | None = Field(default=None, exclude_if=_unsaid)
    end: AwareDatetime | None = Field(default=None, exclude_if=_unsaid)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.slot_end < self.slot_start - 1:
            raise ValueError(f"slot_end {self.slot_end} is before slot_start {self.slot_start}")
        if (self.start is None) != (self.end is None):
            raise ValueError("a position has both start and end, or neither")
        if not self.length and self.start is None:
            raise ValueError(
                f"slot_end {self.slot_end} is before slot_start {self.slot_start}; what touches no slot "
                "needs its start and end"
            )
        return self

    @property
    def length(self) -> int:
        """Slots covered."""
        return self.slot_end - self.slot_start + 1

    def overlaps(self, other: Position) -> bool:
        """Tell whether the two share a slot, or one lies between two slots of the other."""
        return self.day == other.day and self.slot_start <= other.slot_end and other.slot_start <= self.slot_end

    def within(self, other: Position) -> bool:
        """Tell whether this one lies wholly inside the other."""
        return self.day == other.day and other.slot_start <= self.slot_start and self.slot_end <= other.slot_end


class HostLink(Value):
    """The occurrence of an event in which a guest lies: the event's id and where that occurrence starts."""

    task_id: int
    day: Day
    slot_start: SlotNumber


class SlotRange(Value):
    """Slots of a day a task is limited to; `slot_end` is inclusive."""

    slot_start: SlotNumber
    slot_end: SlotNumber


MOST_ATTENDEES: Final = 30
"""So many people of an event are known by name."""


class EventInfo(Value):
    """What the calendar says of an event beside title, category and times: written by others, and data only.

    `calendar` is the name of the calendar it comes from, where it has one.
    """

    attendees: tuple[str, ...] = Field(default=(), max_length=MOST_ATTENDEES, exclude_if=_unsaid)
    organizer: str = Field(default="", exclude_if=_blank)
    location: str = Field(default="", exclude_if=_blank)
    calendar: str = Field(default="", exclude_if=_blank)
    repeats: bool = False
    whole_day: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who takes part, the organizer first."""
        return tuple(dict.fromkeys([*([self.organizer] if self.organizer else []), *self.attendees]))


class Period(Value):
    """The days for which one repetition of a task is meant; it lies on one of them or nowhere."""

    first: date
    last: date

    @field_serializer("first", "last")
    def _date(self, value: date) -> str:
        return value.isoformat()


class Repeat(Value):
    """How often a task comes again: so many times a day or a week, at least so many days from one to the next."""

    times: Annotated[int, Field(ge=1, le=14)] = 1
    per: Literal["day", "week"] = "week"
    apart: Annotated[int, Field(ge=0, le=7)] = 0

    @model_validator(mode="after")
    def _check_room(self) -> Self:
        days = 1 if self.per == "day" else _DAYS_A_WEEK
        if self.apart and (self.times - 1) * self.apart >= days:
            raise ValueError(f"{self.times} times a {self.per} cannot lie {self.apart} days apart")
        return self

    def __str__(self) -> str:
        """Return it as it is written in a list: `3 a week, 2 days apart`."""
        return f"{self.times} a {self.per}" + (f", {self.apart} days apart" if self.apart else "")


_DAYS_A_WEEK: Final = 7


class Task(Value):
    """An entry of the schedule: an event of the calendar, or work to be placed.

    `duration` is in slots; `minutes` is how long it takes, where somebody has said that. `slots` holds one position per
    occurrence for an event, at most one for a task.
    `order` is the position in the ordered group, which is the category. `priority` 1 is highest.
    An event with `can_embed` may host one task per occurrence.

    What a person sees as one task may be planned in parts: each has the `source_id` of the whole as its `parent`, and
    its number as `part`. Those of a task that comes again have its rule as `repeat`, and each its `period`.
    """

    id: Annotated[int, Field(ge=1)]
    source: Source = Source.TASK_ITEM
    source_id: str = ""
    title: Title
    category: str = ""
    status: Status = Status.PENDING
    locked: bool = False
    can_embed: bool = False
    duration: Annotated[int, Field(ge=1)]
    slots: tuple[Position, ...] = ()
    host: HostLink | None = None
    order: int | None = None
    earliest: AwareDatetime | None = None
    deadline: AwareDatetime | None = None
    weekdays: tuple[Weekday, ...] | None = None
    slot_range: SlotRange | None = None
    priority: Annotated[int, Field(ge=1, le=9)] = 3
    minutes: Annotated[int, Field(ge=1)] | None = Field(default=None, exclude_if=_unsaid)
    event: EventInfo | None = Field(default=None, exclude_if=_unsaid)
    parent: str | None = Field(default=None, exclude_if=_unsaid)
    part: Annotated[int, Field(ge=1)] | None = Field(default=None, exclude_if=_unsaid)
    repeat: Repeat | None = Field(default=None, exclude_if=_unsaid)
    period: Period | None = Field(default=None, exclude_if=_unsaid)

    @model_validator(mode="after")
    def _on_slots(self) -> Self:
        if self.source is Source.TASK_ITEM and any(at.start is not None or not at.length for at in self.slots):
            raise ValueError("a task lies on slots and has their times; only an event has times of its own")
        return self

    @property
    def position(self) -> Position | None:
        """Where the task lies, or None while it is pending; the first occurrence of an event."""
        return self.slots[0] if self.slots else None

    @property
    def movable(self) -> bool:
        """Tell whether the agent may place or move it at all."""
        return self.source is Source.TASK_ITEM and self.status is not Status.EXISTING and not self.locked


def parent_of(task: Task) -> str:
    """Return what the parts of a task have as their parent, now or once it is split."""
    return task.parent or task.source_id or f"#{task.id}"


def part_order(task: Task) -> tuple[date, int]:
    """Return what orders the parts of one task; repetitions of one period are free among each other."""
    return (task.period.first, 0) if task.period else (date.min, task.part or 0)


def too_near(one: Task, other: Task) -> bool:
    """Tell whether two repetitions of one task lie on days too near to each other."""
    if one.parent is None or one.parent != other.parent or one.repeat is None or not one.slots or not other.slots:
        return False
    return abs(one.slots[0].day - other.slots[0].day) < one.repeat.apart


class Ending(StrEnum):
    """How a task has left the list of what is to be planned."""

    DONE = "done"
    DROPPED = "dropped"


class EndedTask(Value):
    """A task that is not to be planned any more: as it was, how and when it ended, the minutes it took where said."""

    task: Task
    ending: Ending
    at: AwareDatetime
    took: Annotated[int, Field(ge=1)] | None = None


LISTED: Final = "task-"
"""What the `source_id` of a task begins with that stands in its person's list."""
OWN: Final = "own-"
"""What the `source_id` of a task begins with that was added on its thread and stands nowhere else."""
MOST_ENDED: Final = 50
"""So many of the newest ended tasks are kept beside a schedule, to be taken back."""


class Schedule(Value):
    """The window, the grid and everything on it; `version` grows with every committed change.

    `ended` are tasks that were done or dropped, the newest last; one that is in the calendar stays among `tasks` too.
    `limits` are what the person has said of these days, `usual` what they have said for good.
    """

    version: Annotated[int, Field(ge=0)] = 0
    timezone: str = "UTC"
    window: Window
    grid: tuple[Slot, ...]
    tasks: tuple[Task, ...] = ()
    ended: tuple[EndedTask, ...] = Field(default=(), exclude_if=_unsaid)
    limits: Limits = Field(default=NO_LIMITS, exclude_if=_says_nothing)
    usual: Limits = Field(default=NO_LIMITS, exclude_if=_says_nothing)
    _by_id: dict[int, Task] = PrivateAttr(default_factory=dict[int, Task])
    _bounds: Limits = PrivateAttr(default=NO_LIMITS)

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Berlin") from error
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.grid or [slot.slot for slot in self.grid] != list(range(1, len(self.grid) + 1)):
            raise ValueError("grid slots must be numbered 1, 2, 3 … in order")
        if len({task.id for task in self.tasks}) != len(self.tasks):
            raise ValueError("task ids must be unique")
        return self

    @model_validator(mode="after")
    def _inside(self) -> Self:
        days, slots = self.window.days, len(self.grid)
        if outside := [task for task in self.tasks for at in task.slots if at.day > days or at.slot_end > slots]:
            raise ValueError(f"task {outside[0].id} lies outside the {days} days of {slots} slots of this schedule")
        return self

    @property
    def by_id(self) -> dict[int, Task]:
        """Tasks by id."""
        return self._by_id

    @property
    def ended_by_id(self) -> dict[int, EndedTask]:
        """What was done or dropped, by id."""
        return {one.task.id: one for one in self.ended}

    @property
    def next_id(self) -> int:
        """An id that no task has, nor had that can be taken back."""
        return max([*self.by_id, *self.ended_by_id], default=0) + 1

    @property
    def slot_minutes(self) -> int:
        """The usual length of a slot; the shorter one when two are equally common."""
        lengths = Counter(_length(slot) for slot in self.grid)
        return min(lengths, key=lambda length: (-lengths[length], length))

    def slots_for(self, minutes: int) -> int:
        """Return how many usual slots hold this many minutes."""
        return max(1, -(-minutes // self.slot_minutes))

    def slots_between(self, start: time, end: time) -> SlotRange | None:
        """Return the slots that lie wholly between two clock times; an end of 00:00 is midnight."""
        inside = [
            slot.slot
            for slot in self.grid
            if slot.start >= start and _minutes(slot.start) + _length(slot) <= (_minutes(end) or 24 * 60)
        ]
        return SlotRange(slot_start=inside[0], slot_end=inside[-1]) if inside else None

    @property
    def bounds(self) -> Limits:
        """What the person has said of days like these: for this schedule, and for good."""
        return self._bounds

    @property
    def wishes(self) -> Limits:
        """What holds of days like these: what is said, and the usual wishes of which nothing is."""
        return with_wishes(self.bounds)

    def with_limits(self, limits: Limits, usual: Limits) -> Schedule:
        """Return it, in the same version, with other limits; the cap and the buffer of the window follow them.

        Those that were given with the days stay while nothing else is said.
        """
        if (limits, usual) == (self.limits, self.usual):
            return self
        old, new, window = self.bounds, effective(limits, usual), dict[str, Any]()
        if new.most_minutes != old.most_minutes:
            most = new.most_minutes
            window["daily_cap"] = None if most is None else most // self.slot_minutes
        if new.buffer != old.buffer:
            window["buffer"] = -(-(new.buffer or 0) // self.slot_minutes)
        update = {"limits": limits, "usual": usual, "window": self.window.model_copy(update=window)}
        return self.model_copy(update=update)

    def open_slots(self, task: Task, day: int) -> SlotRange | None:
        """Return the slots of a day between which a task may lie; None when there are none.

        Of a day of which a part is kept free of its category, these are those before or after it, whichever are more.
        """
        first, last = 1, len(self.grid)
        for hours in self._about(self.bounds.hours, day, task.category, task.title):
            inside = self.slots_between(*hours)
            if inside is None:
                return None
            first, last = max(first, inside.slot_start), min(last, inside.slot_end)
        own = [one for one in self.bounds.free if one.category is not None]
        if free := self._touched(self._about(own, day, task.category, task.title)):
            before, after = (first, min(last, min(free) - 1)), (max(first, max(free) + 1), last)
            first, last = max(before, after, key=lambda stretch: stretch[1] - stretch[0])
        return SlotRange(slot_start=first, slot_end=last) if first <= last else None

    def kept_free(self, day: int) -> frozenset[int]:
        """Return the slots of a day in which the person wants nothing placed."""
        return self._touched(self._about(self.bounds.free, day))

    def _touched(self, said: Iterable[tuple[time, time]]) -> frozenset[int]:
        found: set[int] = set()
        for start, end in said:
            close = _minutes(end) or 24 * 60
            touched = (one for one in self.grid if _minutes(one.start) < close)
            found |= {one.slot for one in touched if _minutes(one.start) + _length(one) > _minutes(start)}
        return frozenset(found)

    def _about(
        self, said: Iterable[HoursLimit], day: int, category: str = "", title: str = ""
    ) -> Iterator[tuple[time, time]]:
        weekday = self.date_of(day).isoweekday()
        return (read_hours(one.hours) for one in said if one.about(category, weekday, title))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of every clock time in this schedule."""
        return ZoneInfo(self.timezone)

    @property
    def events(self) -> Iterator[Task]:
        """What the calendar already holds."""
        return (task for task in self.tasks if task.status is Status.EXISTING)

    @property
    def suggested(self) -> Iterator[Task]:
        """What the draft places."""
        return (task for task in self.tasks if task.status is Status.SUGGESTED)

    @property
    def pending(self) -> Iterator[Task]:
        """What has no place yet."""
        return (task for task in self.tasks if task.status is Status.PENDING)

    def date_of(self, day: int) -> date:
        """Return the calendar date of a day of the window."""
        return self.window.start + timedelta(days=day - 1)

    def day_of(self, when: date) -> int:
        """Return the day number of a date; it may lie outside 1..days."""
        return (when - self.window.start).days + 1

    def start_of(self, day: int, slot: int) -> datetime:
        """Return the moment a slot begins."""
        return datetime.combine(self.date_of(day), self.grid[slot - 1].start, tzinfo=self.zone)

    def end_of(self, day: int, slot: int) -> datetime:
        """Return the moment a slot ends; a slot that ends at or before its start ends on the next day."""
        cell = self.grid[slot - 1]
        overnight = timedelta(days=1 if cell.end <= cell.start else 0)
        return datetime.combine(self.date_of(day) + overnight, cell.end, tzinfo=self.zone)

    def open_from(self, moment: datetime | None) -> Schedule:
        """Return the same version with nothing to be placed before a moment; None opens every day."""
        return self.model_copy(update={"window": self.window.model_copy(update={"not_before": moment})})

    def moment(self, when: date | datetime) -> datetime:
        """Return the moment in the schedule's zone, to which what floats belongs; for a date, its beginning."""
        if not isinstance(when, datetime):
            return datetime.combine(when, time(), tzinfo=self.zone)
        return when.replace(tzinfo=self.zone) if when.tzinfo is None else when.astimezone(self.zone)

    def close_of(self, day: date) -> datetime:
        """Return the end of a date as a deadline: 23:59, or the end of its last slot when that is later."""
        last = datetime.combine(day, time(23, 59), tzinfo=self.zone)
        return max(last, self.end_of(self.day_of(day), len(self.grid)))

    def next_start(self, moment: datetime) -> datetime:
        """Return when the first slot begins that is not before a moment; the moment itself when there is none left."""
        first = max(1, self.day_of(moment.astimezone(self.zone).date()))
        every = (self.start_of(day, slot.slot) for day in range(first, self.window.days + 1) for slot in self.grid)
        return next((start for start in every if start.timestamp() >= moment.timestamp()), moment)

    def gone_by(self, moment: datetime) -> list[Task]:
        """Return the placed work that has ended at a moment and is not done; none where the past is planned too."""
        if self.window.not_before is None:
            return []
        over = self.ended_by_id
        work = (task for task in self.tasks if task.source is Source.TASK_ITEM and task.id not in over)
        return [
            task
            for task in work
            if (at := task.position) and self.end_of(at.day, at.slot_end).timestamp() <= moment.timestamp()
        ]

    def overdue_by(self, moment: datetime) -> list[Task]:
        """Return the work without a place whose deadline has passed at a moment; none where the past is planned too."""
        if self.window.not_before is None:
            return []
        return [task for task in self.pending if task.deadline and task.deadline.timestamp() <= moment.timestamp()]

    def is_over(self, moment: datetime) -> bool:
        """Tell whether the last slot of the window has ended at a moment."""
        return self.end_of(self.window.days, len(self.grid)).timestamp() <= moment.timestamp()

    def is_too_soon(self, day: int, slot: int) -> bool:
        """Tell whether a slot begins before anything may be placed."""
        moment = self.window.not_before
        return moment is not None and self.start_of(day, slot).timestamp() < moment.timestamp()

    def is_past(self, task: Task) -> bool:
        """Tell whether a placed task begins before anything may be placed, so that it stays where it lies."""
        at = task.position
        return at is not None and at.length > 0 and self.is_too_soon(at.day, at.slot_start)

    def may_lie_on(self, task: Task, day: int) -> bool:
        """Tell whether a task may lie on a day by its weekdays and by the days it is meant for."""
        on = self.date_of(day)
        if task.period is not None and not task.period.first <= on <= task.period.last:
            return False
        return task.weekdays is None or on.isoweekday() in task.weekdays

    def parts_of(self, parent: str) -> list[Task]:
        """Return the parts of a task that are here, first part first."""
        parts = [task for task in self.tasks if task.parent == parent]
        return sorted(parts, key=part_order)

    def is_overdue(self, task: Task) -> bool:
        """Tell whether a task was due before anything may be placed, so that its deadline limits nothing any more."""
        opens, soonest = self.start_of(1, 1), self.window.not_before
        limit = opens if soonest is None or soonest.timestamp() < opens.timestamp() else soonest
        return task.deadline is not None and task.deadline.timestamp() <= limit.timestamp()

    def span_of(self, at: Position) -> tuple[datetime, datetime]:
        """Return when a position begins and ends: its own times, or those of its slots."""
        if at.start is not None and at.end is not None:
            return at.start.astimezone(self.zone), at.end.astimezone(self.zone)
        return self.start_of(at.day, at.slot_start), self.end_of(at.day, at.slot_end)

    def kept_clear(self, at: Position) -> tuple[int, int]:
        """Return the first and last slot an entry keeps others from, its buffer included.

        What lies before the first slot or after the last keeps them from none.
        """
        if not at.length and (at.slot_start == 1 or at.slot_end == len(self.grid)):
            return at.slot_start, at.slot_end
        return at.slot_start - self.window.buffer, at.slot_end + self.window.buffer

    def breaks(self, entries: Iterable[Position] = ()) -> frozenset[int]:
        """Return the slots after which a task cannot go on: before a long pause, or one in which an entry lies."""
        between = frozenset(at.slot_end for at in entries if not at.length)
        if self.window.span_pauses:
            return between
        return between.union(one.slot for one, other in pairwise(self.grid) if _gap(one, other) >= LONG_PAUSE)

    def with_tasks(self, changed: Sequence[Task]) -> Schedule:
        """Return the next version with these tasks in place of those with the same ids; itself when nothing differs."""
        new = {task.id: task for task in changed if self.by_id.get(task.id) != task}
        if not new:
            return self
        tasks = tuple(new.get(task.id, task) for task in self.tasks)
        return self.model_copy(update={"tasks": tasks, "version": self.version + 1})

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """Copy without what was worked out of the old tasks and limits."""
        copied = super().model_copy(update=update, deep=deep)
        copied.model_post_init(None)
        return copied

    def model_post_init(self, _: Any) -> None:
        """Build the look-up table and what holds of the limits once; equal schedules have equal ones."""
        self._by_id = {task.id: task for task in self.tasks}
        self._bounds = effective(self.limits, self.usual)


def _length(slot: Slot) -> int:
    return (_minutes(slot.end) - _minutes(slot.start)) % (24 * 60) or 24 * 60


def _gap(one: Slot, other: Slot) -> timedelta:
    """Return the pause between two slots of a day in a row; each may lie beyond midnight."""
    first, end, start = (timedelta(hours=at.hour, minutes=at.minute) for at in (one.start, one.end, other.start))
    end += timedelta(days=end <= first)
    return start + timedelta(days=start < first) - end


def _clock_grid(times: Sequence[tuple[str, str]]) -> tuple[Slot, ...]:
    return tuple(
        Slot(slot=number, start=time.fromisoformat(start), end=time.fromisoformat(end))
        for number, (start, end) in enumerate(times, start=1)
    )


PERIODS12 = _clock_grid(
    [
        ("08:00", "08:45"),
        ("08:55", "09:40"),
        ("10:00", "10:45"),
        ("10:55", "11:40"),
        ("11:50", "12:35"),
        ("13:30", "14:15"),
        ("14:25", "15:10"),
        ("15:30", "16:15"),
        ("16:25", "17:10"),
        ("17:20", "18:05"),
        ("19:00", "19:45"),
        ("19:55", "20:40"),
    ]
)
"""Twelve class periods from 08:00 to 20:40."""

_MINUTES_A_DAY: Final = 24 * 60
_STRETCH: Final = re.compile(r"\s*(\d{1,2})(?::([0-5]\d))?\s*-\s*(\d{1,2})(?::([0-5]\d))?\s*")


def even_grid(minutes: int, first: int = 8 * 60, last: int = 22 * 60) -> tuple[Slot, ...]:
    """Return slots of equal length from one minute of the day to another, without pauses."""
    return tuple(
        Slot(slot=number, start=_minute(start), end=_minute(start + minutes))
        for number, start in enumerate(range(first, last - minutes + 1, minutes), start=1)
    )


def _minute(minutes: int) -> time:
    hour, minute = divmod(minutes % _MINUTES_A_DAY, 60)
    return time(hour, minute)


HALF_HOURS = even_grid(30)
"""Twenty-eight half-hour slots from 08:00 to 22:00."""

QUARTER_HOURS = even_grid(15)
"""Fifty-six quarter-hour slots from 08:00 to 22:00."""

WORKDAY = HALF_HOURS[:24]
"""Twenty-four half-hour slots from 08:00 to 20:00."""

GridName: TypeAlias = Literal["periods12", "half-hours", "quarter-hours"]
GRIDS: Final[dict[GridName, tuple[Slot, ...]]] = {
    "periods12": PERIODS12,
    "half-hours": HALF_HOURS,
    "quarter-hours": QUARTER_HOURS,
}


def grid_within(name: GridName, hours: str) -> tuple[Slot, ...]:
    """Return a grid for the hours of the day that are planned, such as `07:00-22:00`; raises ValueError."""
    first, last = _hours(hours)
    if name == "periods12":
        kept = [slot for slot in PERIODS12 if first <= _minutes(slot.start) and _minutes(slot.end) <= last]
        grid = tuple(slot.model_copy(update={"slot": number}) for number, slot in enumerate(kept, start=1))
    else:
        length = _minutes(GRIDS[name][0].end) - _minutes(GRIDS[name][0].start)
        if first % length or last % length:
            raise ValueError(f"hours {hours!r} are not on {name}; begin and end on a multiple of {length} minutes")
        grid = even_grid(length, first, last)
    if not grid:
        raise ValueError(f"hours {hours!r} leave no slot of {name}; give more of the day")
    return grid


def _hours(hours: str) -> tuple[int, int]:
    found = _STRETCH.fullmatch(hours)
    first, last = (int(found[at]) * 60 + int(found[at + 1] or 0) for at in (1, 3)) if found else (0, 0)
    if not first < last <= _MINUTES_A_DAY:
        raise ValueError(f"hours {hours!r} are no stretch of a day; write such as 07:00-22:00")
    return first, last


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
