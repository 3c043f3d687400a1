"""A new thread starts from the user's calendar and tasks."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from dayloom.calendar_sync.calendar import put_calendar
from dayloom.calendar_sync.entries import entries_of
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.calendar_sync.task_list import add_tasks
from dayloom.calendars import Row
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis
from state.calendar_commit import Commit, Receipt
from state.errors import BadInput
from state.ids import ThreadId
from state.schedule import Position, Source, Status, Window

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 21, 9, tzinfo=BERLIN)
TEXT = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20261101T000000Z\r\n"
    b"DTSTART:20261124T070000Z\r\nDTEND:20261124T074000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def store(redis: AsyncRedis) -> RedisCalendar:
    return RedisCalendar(redis)


async def added(store: RedisCalendar, **fields: object) -> str:
    added = await add_tasks(store, [Row("task 1", fields)], SATURDAY, timezone="Europe/Berlin")
    return added.items[0].id


async def test_without_calendar_and_tasks_a_thread_starts_from_an_empty_week_of_its_user(store: RedisCalendar) -> None:
    schedule = (await schedule_of(store, SATURDAY)).schedule

    assert (schedule.window.start, schedule.timezone, schedule.tasks) == (date(2026, 11, 22), "Europe/Berlin", ())


async def test_a_thread_starts_with_events_and_tasks_on_the_next_whole_day(store: RedisCalendar) -> None:
    await put_calendar(store, TEXT, "Europe/Berlin")
    id_ = await added(store, title="Essay", duration="90min", deadline="2026-11-27")

    schedule = (await schedule_of(store, SATURDAY)).schedule

    assert (schedule.window.start, schedule.window.days, schedule.timezone) == (date(2026, 11, 22), 7, "Europe/Berlin")
    dentist, essay = schedule.tasks
    assert (dentist.title, [(at.day, at.slot_start, at.slot_end) for at in dentist.slots]) == ("Dentist", [(3, 1, 1)])
    assert (essay.source_id, essay.duration, essay.status) == (id_, 2, Status.PENDING)


async def test_before_the_first_slot_today_is_a_whole_day(store: RedisCalendar) -> None:
    await added(store, title="Essay", duration=1)

    schedule = (await schedule_of(store, SATURDAY.replace(hour=7))).schedule

    assert schedule.window.start == date(2026, 11, 21)


async def test_what_is_asked_for_holds(store: RedisCalendar) -> None:
    await added(store, title="Essay", duration=1)
    week = Week(start=date(2026, 12, 1), days=3, grid="half-hours", timezone="Asia/Shanghai", daily_cap=4, buffer=1)

    schedule = (await schedule_of(store, SATURDAY, week)).schedule

    assert (schedule.timezone, len(schedule.grid)) == ("Asia/Shanghai", 28)
    assert schedule.window == Window(start=date(2026, 12, 1), days=3, daily_cap=4, buffer=1)


async def test_a_task_that_does_not_fit_the_days_is_named(store: RedisCalendar) -> None:
    week = Week(grid="half-hours")
    await added(store, title="Essay", duration="8h")
    await added(store, title="Long", duration=12)

    assert await schedule_of(store, SATURDAY, week) is not None
    with pytest.raises(BadInput, match="duration"):
        await added(store, title="Too long", duration=13)
    with pytest.raises(ValidationError, match="unknown time zone"):
        Week(timezone="Mars/Olympus")


async def test_a_task_that_is_in_the_calendar_is_not_planned_again(store: RedisCalendar) -> None:
    await added(store, title="Essay", duration=1)
    first = (await schedule_of(store, SATURDAY)).schedule
    [essay] = first.tasks
    placed = essay.model_copy(
        update={"status": Status.SUGGESTED, "slots": (Position(day=2, slot_start=3, slot_end=3),)}
    )
    [entry] = entries_of(first, [placed], ThreadId("t"), await store.calendar())
    commit = Commit(id="k", thread=ThreadId("t"), tasks=(placed,), uids=(entry.uid,))
    await store.write("k", Receipt(request="r", commit=commit), [entry], before=await store.calendar())

    second = (await schedule_of(store, SATURDAY)).schedule

    [event] = second.tasks
    assert (event.source, event.title, event.slots) == (Source.EVENT, "Essay", placed.slots)


async def test_the_newer_text_is_the_truth_about_an_entry_it_has(store: RedisCalendar) -> None:
    await added(store, title="Essay", duration=1)
    schedule = (await schedule_of(store, SATURDAY)).schedule
    placed = schedule.tasks[0].model_copy(update={"slots": (Position(day=2, slot_start=3, slot_end=3),)})
    [entry] = entries_of(schedule, [placed], ThreadId("t"), await store.calendar())
    commit = Commit(id="k", thread=ThreadId("t"), tasks=(placed,), uids=(entry.uid,))
    await store.write("k", Receipt(request="r", commit=commit), [entry], before=await store.calendar())

    await put_calendar(store, TEXT.replace(b"UID:a", b"UID:" + entry.uid.encode()), "Europe/Berlin")

    assert (await store.calendar()).entries == ()


async def test_what_the_user_has_declined_is_free(store: RedisCalendar) -> None:
    declined = b"ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org\r\nSUMMARY:Dentist"
    await put_calendar(store, TEXT.replace(b"SUMMARY:Dentist", declined), "Europe/Berlin")

    assert (await schedule_of(store, SATURDAY)).schedule.tasks
    assert not (await schedule_of(store, SATURDAY, addresses=["me@example.org"])).schedule.tasks
