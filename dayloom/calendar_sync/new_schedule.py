"""The days a new thread plans, with the user's calendar and tasks on them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendar_sync.ended_tasks import open_rows, with_ended, with_reopened
from dayloom.calendars import (
    File,
    carry_over,
    join_readings,
    read_calendar,
    read_listed,
    schedule_from,
    tasks_written_by,
    without_tasks,
)
from dayloom.calendars.merge import NAME
from dayloom.settings import known_zone
from dayloom.stores.owner.calendar import Calendar, RedisCalendar, version_of
from state.common import NO_SCHEDULE
from state.errors import BadInput
from state.ids import ThreadId
from state.limits import Limits
from state.schedule import GRIDS, PERIODS12, FirstDay, GridName, Position, Schedule, Slot, Value, grid_within
from state.taken_in import TakenIn
from state.task_item import TaskItem

DEFAULT_DAYS: Final = 7
_LIMITS: Final = {"days", "daily_cap", "buffer", "allow_past", "span_pauses"}


class Week(Value):
    """The days a new thread plans, as far as somebody has said; else a week from the next whole day.

    `hours` are those of the day that are planned, where they are not those of the grid. `allow_past` lets the agent
    place tasks on days that are past.
    """

    start: FirstDay | None = None
    days: Annotated[int, Field(ge=1, le=366)] = DEFAULT_DAYS
    grid: GridName = "periods12"
    hours: Annotated[str, Field(max_length=20, examples=["07:00-22:00"])] | None = None
    timezone: str | None = None
    daily_cap: Annotated[int, Field(ge=0)] | None = None
    buffer: Annotated[int, Field(ge=0)] = 0
    allow_past: bool = False
    span_pauses: bool = False

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots of a day."""
        return grid_within(self.grid, self.hours) if self.hours else GRIDS[self.grid]

    @model_validator(mode="after")
    def _has_slots(self) -> Self:
        _ = self.slots
        return self

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str | None) -> str | None:
        if value is not None and not known_zone(value):
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Berlin")
        return value


async def schedule_of(
    store: RedisCalendar,
    now: datetime,
    week: Week | None = None,
    addresses: Collection[str] = (),
    previous: Schedule | None = None,
) -> TakenIn:
    """Return the schedule of a new thread: the days of `week` with the user's calendar and tasks on them.

    What lies in the draft of a `previous` one stays where it is, as far as these days have it. `now` is in the time
    zone that holds unless `week` names one; `addresses` are the user's own. Raises BadInput when tasks do not fit the
    days.
    """
    calendar, tasks = await store.calendar_and_tasks()
    week = week or Week()
    timezone, grid = week.timezone or str(now.tzinfo), week.slots
    start = week.start or first_whole_day(now.astimezone(ZoneInfo(timezone)), grid[0].start.hour)
    limits = week.model_dump(include=_LIMITS)
    loaded = await asyncio.to_thread(
        schedule_from,
        [File(NAME, export_calendar(calendar))],
        [],
        start=start,
        grid=grid,
        timezone=timezone,
        rows=open_rows(tasks),
        listed={task.id for task in tasks},
        addresses=addresses,
        previous=previous,
        **limits,
    )
    schedule = with_limits(loaded.schedule, calendar.limits)
    return TakenIn(with_ended(schedule, tasks), version_of(calendar.version, [task.id for task in tasks]))


async def next_days(
    store: RedisCalendar, previous: Schedule | None, now: datetime, addresses: Collection[str] = ()
) -> TakenIn | None:
    """Return the schedule of a thread that plans again and again, on the days from now on; None while it has these."""
    if previous is None:
        return await schedule_of(store, now, Week(grid="half-hours"), addresses)
    here = now.astimezone(previous.zone)
    if previous.window.start >= here.date():
        return None
    rest = [at for task in previous.suggested for at in task.slots if _lies_ahead(previous, at, here)]
    week = Week(start=here.date() if rest else None, grid="half-hours")
    return await schedule_of(store, here, week, addresses, previous)


def _lies_ahead(schedule: Schedule, at: Position, now: datetime) -> bool:
    """Tell whether a position lies in what is left of today."""
    start, end = schedule.span_of(at)
    return start.date() == now.date() and end > now


def never_given(schedule: Schedule) -> bool:
    """Tell whether nobody gave this schedule, as in a thread that was begun before calendar and tasks came."""
    empty = not schedule.tasks and schedule.timezone == "UTC" and schedule.grid == PERIODS12
    return empty and schedule != NO_SCHEDULE and schedule.window.days == DEFAULT_DAYS


async def update_schedule(
    store: RedisCalendar, thread: ThreadId, schedule: Schedule, addresses: Collection[str] = ()
) -> TakenIn:
    """Return the schedule of a thread on the user's calendar and tasks as they are now.

    What is still there keeps its id, and its place where that is still free. What cannot be taken in is said.
    """
    calendar, tasks = await store.calendar_and_tasks()
    seen = version_of(calendar.version, [task.id for task in tasks])
    try:
        return TakenIn(await asyncio.to_thread(_rebuild, thread, schedule, calendar, tasks, addresses), seen)
    except BadInput as wrong:
        return TakenIn(schedule, seen, refused=str(wrong))


def _rebuild(
    thread: ThreadId, schedule: Schedule, calendar: Calendar, tasks: Sequence[TaskItem], addresses: Collection[str]
) -> Schedule:
    week = schedule.model_copy(update={"tasks": ()})
    file = File(NAME, export_calendar(calendar))
    found = join_readings(
        without_tasks(read_calendar([file], week, addresses), {task.id for task in tasks}),
        read_listed(open_rows(tasks), week),
        tasks_written_by(schedule, thread),
    )
    carried = carry_over(found, week, with_reopened(schedule, tasks)).schedule
    return with_ended(with_limits(carried, calendar.limits), tasks)


def with_limits(schedule: Schedule, usual: Limits) -> Schedule:
    """Return a schedule under what its person has said for good; a cap and a buffer given with the days go first."""
    limits, window, length = schedule.limits, schedule.window, schedule.slot_minutes
    if schedule.bounds.most_minutes is None and window.daily_cap is not None:
        limits = limits.model_copy(update={"most_minutes": window.daily_cap * length})
    if schedule.bounds.buffer is None and window.buffer:
        limits = limits.model_copy(update={"buffer": window.buffer * length})
    return schedule.with_limits(limits, usual)


def first_whole_day(now: datetime, first_hour: int) -> date:
    """Return today while its slots are all ahead, else tomorrow."""
    return now.date() if now.hour < first_hour else now.date() + timedelta(days=1)
