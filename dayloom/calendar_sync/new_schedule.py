"""The days a new thread plans, with the user's calendar and tasks on them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from dayloom.calendar_sync.calendar import export_calendar
from dayloom.calendar_sync.task_list import as_row
from dayloom.calendars import File, schedule_from
from dayloom.calendars.merge import NAME
from dayloom.settings import known_zone
from dayloom.stores.owner.calendar import RedisCalendar
from state.schedule import GRIDS, FirstDay, Schedule, Value

DEFAULT_DAYS: Final = 7


class Week(Value):
    """The days a new thread plans, as far as somebody has said; else a week from the next whole day.

    `allow_past` lets the agent place tasks on days that are past.
    """

    start: FirstDay | None = None
    days: Annotated[int, Field(ge=1, le=366)] = DEFAULT_DAYS
    grid: Literal["periods12", "half-hours"] = "periods12"
    timezone: str | None = None
    daily_cap: Annotated[int, Field(ge=0)] | None = None
    buffer: Annotated[int, Field(ge=0)] = 0
    allow_past: bool = False
    span_pauses: bool = False

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and not known_zone(value):
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Europe/Berlin")
        return value


async def schedule_of(
    store: RedisCalendar, now: datetime, week: Week | None = None, addresses: Collection[str] = ()
) -> Schedule | None:
    """Return the user's calendar and tasks as the schedule of a new thread; None when there are neither.

    `now` is in the time zone that holds unless `week` names one; `addresses` are the user's own. Raises
    BadInput when tasks do not fit the days.
    """
    calendar, tasks = await store.calendar_and_tasks()
    if not (calendar.text or calendar.entries or tasks):
        return None
    week = week or Week()
    timezone, grid = week.timezone or str(now.tzinfo), GRIDS[week.grid]
    start = week.start or first_whole_day(now.astimezone(ZoneInfo(timezone)), grid[0].start.hour)
    loaded = await asyncio.to_thread(
        schedule_from,
        [File(NAME, export_calendar(calendar))],
        [],
        start=start,
        days=week.days,
        grid=grid,
        timezone=timezone,
        daily_cap=week.daily_cap,
        buffer=week.buffer,
        allow_past=week.allow_past,
        span_pauses=week.span_pauses,
        rows=[as_row(task) for task in tasks],
        addresses=addresses,
    )
    return loaded.schedule


def first_whole_day(now: datetime, first_hour: int) -> date:
    """Return today while its slots are all ahead, else tomorrow."""
    return now.date() if now.hour < first_hour else now.date() + timedelta(days=1)
