"""What a thread has written into the calendar stays a task of it: it moves by replan, and back from another program."""

from __future__ import annotations

from datetime import UTC

import pytest
from list_desk import Desk

from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.stores.redis.connection import AsyncRedis
from state.change import ChangeKind
from state.ids import ThreadId
from state.schedule import Schedule, Source, Status, Task

MEETING = (
    "BEGIN:VEVENT\r\nUID:meeting\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Meeting\r\n"
    "DTSTART:20261124T070000Z\r\nDTEND:20261124T090000Z\r\nEND:VEVENT\r\n"
)
OTHERS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n"


@pytest.fixture
async def desk(redis: AsyncRedis) -> Desk:
    """Two tasks on Tuesday morning, written into the calendar."""
    desk = Desk(redis)
    await desk.began({"title": "Essay", "duration": 2}, {"title": "Report", "duration": 1})
    for id_, slot in ((1, 1), (2, 4)):
        await desk.did("place", task_id=id_, day=2, slot_start=slot)
    await desk.did("apply_schedule")
    return desk


async def exported(desk: Desk) -> str:
    """The calendar as other programs get it."""
    return export_calendar(await desk.store.calendar()).decode()


async def take_in(desk: Desk, text: str) -> None:
    await put_calendar(desk.store, text.encode(), "Europe/Berlin")


def essay(schedule: Schedule) -> Task:
    return schedule.by_id[1]


async def test_replan_moves_what_is_written_where_something_has_come_and_apply_moves_it_in_the_calendar(
    desk: Desk,
) -> None:
    await take_in(desk, OTHERS.format(events=MEETING))

    card = await desk.asked("replan")
    await desk.person.answer("approve")
    moved = await desk.schedule()
    again = await desk.renewed()
    applied = await desk.asked("apply_schedule")
    await desk.person.answer("approve")
    text = await exported(desk)

    assert [(one.title, one.kind) for one in card.changes] == [("Essay", ChangeKind.MOVE)]
    assert "In your calendar this moves once the plan is put there again: Essay." in card.description
    assert (essay(moved).status, moved.by_id[2].status) == (Status.SUGGESTED, Status.EXISTING)
    assert again.tasks == moved.tasks
    assert [(one.title, one.kind) for one in applied.changes] == [("Essay", ChangeKind.MOVE)]
    start = moved.start_of(essay(moved).slots[0].day, essay(moved).slots[0].slot_start).astimezone(UTC)
    assert text.count("SUMMARY:Essay") == 1
    assert f"{start:%Y%m%dT%H%M%SZ}" in text


async def test_what_is_written_and_finds_no_other_place_stays_and_is_told(desk: Desk) -> None:
    before = await desk.schedule()
    full = MEETING.replace("20261124T070000Z", "20261123T060000Z").replace("20261124T090000Z", "20261129T230000Z")
    await take_in(desk, OTHERS.format(events=full))

    await desk.did_nothing("replan")

    assert [one.slots for one in (await desk.schedule()).tasks if one.source is Source.TASK_ITEM] == [
        one.slots for one in before.tasks if one.source is Source.TASK_ITEM
    ]


async def test_what_another_program_has_moved_and_given_back_stays_a_task_and_moves(desk: Desk) -> None:
    text = (await exported(desk)).replace("SEQUENCE:1", "SEQUENCE:41")
    for old, new in (("20261124T070000Z", "20261126T070000Z"), ("20261124T084000Z", "20261126T084000Z")):
        assert old in text
        text = text.replace(old, new)
    await take_in(desk, text)

    back = await desk.renewed()
    await desk.did("replan", late=[1])
    moved = await desk.schedule()
    await desk.did("apply_schedule")
    written = await exported(desk)

    assert (essay(back).source, essay(back).status, essay(back).slots[0].day) == (Source.TASK_ITEM, Status.EXISTING, 4)
    assert essay(moved).status is Status.SUGGESTED
    assert essay(moved).slots != essay(back).slots
    assert written.count("SUMMARY:Essay") == 1
    assert "SEQUENCE:42" in written


async def test_days_apart_count_what_another_thread_has_written(redis: AsyncRedis) -> None:
    first = Desk(redis)
    await first.began({"title": "Gym", "duration": "45min", "repeat": "2 a week, 3 days apart"})
    await first.did("place", task_id=1, day=2, slot_start=1)
    await first.did("apply_schedule")
    other = Desk(redis, thread=ThreadId("another"))
    schedule = await other.began()
    [left] = [task for task in schedule.tasks if task.source is Source.TASK_ITEM]

    await other.did("draft_plan")
    placed = (await other.schedule()).by_id[left.id]
    refused = await other.did_nothing("move", task_id=left.id, day=3, slot_start=5)

    assert placed.slots[0].day >= 5
    assert "fewer than 3 days from" in refused
