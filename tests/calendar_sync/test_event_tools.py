"""What the agent may do to events of the person's calendar: after a card, once, one of a series or all, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from durable import REPLY, WEEK
from list_desk import Desk
from stage import ScriptedModel

from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.calendar_sync.drafts import Drafts, Drag
from dayloom.calendars import File, read_calendar
from dayloom.stores.redis.connection import AsyncRedis
from graph.build import build
from state.errors import NothingToUndo
from state.schedule import HALF_HOURS, Schedule, Task, Window

CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
X-WR-CALNAME:Work\r
BEGIN:VEVENT\r
UID:standup\r
DTSTAMP:20261101T000000Z\r
DTSTART;TZID=Europe/Berlin:20261102T090000\r
DTEND;TZID=Europe/Berlin:20261102T093000\r
RRULE:FREQ=DAILY\r
EXDATE;TZID=Europe/Berlin:20261127T090000\r
SUMMARY:Standup\r
ORGANIZER;CN=Ben:mailto:ben@example.org\r
ATTENDEE;CN="Lee, Anna";PARTSTAT=ACCEPTED:mailto:anna@example.org\r
X-COLOUR;STRENGTH=5:teal\\, light\r
END:VEVENT\r
END:VCALENDAR\r
BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//other//EN\r
X-WR-CALNAME:Home\r
BEGIN:VEVENT\r
UID:dentist\r
DTSTAMP:20261101T000000Z\r
DTSTART:20261124T140000Z\r
DURATION:PT1H\r
SUMMARY:Dentist\r
LOCATION:Main street 1\r
SEQUENCE:3\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:fair\r
DTSTAMP:20261101T000000Z\r
DTSTART;VALUE=DATE:20261128\r
SUMMARY:Fair\r
END:VEVENT\r
END:VCALENDAR\r
"""


CHOIR = {"title": "Choir", "start": "2026-11-24T19:00"}


class EventDesk(Desk):
    """A person with a calendar, and an agent that changes events of it."""

    async def began_with(self, text: bytes = CALENDAR, *rows: dict[str, Any]) -> Schedule:
        """Begin a thread on the person's calendar."""
        await put_calendar(self.store, text, "Europe/Berlin")
        return await self.began(*rows)

    async def event(self, title: str) -> Task:
        return next(task for task in (await self.schedule()).tasks if task.title == title)

    async def text(self) -> str:
        return export_calendar(await self.store.calendar()).decode()


def known(schedule: Schedule) -> dict[int, Any]:
    """What a schedule says of each entry; in which calendar a new one stands is known when it is read again."""
    return {
        task.id: task.model_copy(update={"event": task.event and task.event.model_copy(update={"calendar": ""})})
        for task in schedule.tasks
    }


@pytest.fixture
def desk(redis: AsyncRedis) -> EventDesk:
    return EventDesk(redis)


async def test_the_people_place_and_calendar_of_an_event_are_read(desk: EventDesk) -> None:
    await desk.began_with()

    standup, dentist, fair = [(await desk.event(title)).event for title in ("Standup", "Dentist", "Fair")]

    assert standup
    assert dentist
    assert fair
    assert (standup.organizer, standup.attendees) == ("Ben <ben@example.org>", ("Lee, Anna <anna@example.org>",))
    assert (standup.calendar, standup.repeats, standup.whole_day) == ("Work", True, False)
    assert (dentist.calendar, dentist.location, dentist.repeats) == ("Home", "Main street 1", False)
    assert fair.whole_day


DENTIST = {"task_id": 2}


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        (
            "add_event",
            {"title": "Lunch", "start": "2026-11-27T12:00", "attendees": ["Anna <anna@example.org>"], "location": "X"},
            "New event: Lunch; Fri 27 Nov 2026 12:00-13:00; place X; with Anna <anna@example.org> — others would have "
            "to be told, which I do not do: Anna <anna@example.org>",
        ),
        (
            "add_event",
            {"title": "Trip", "start": "2026-11-26", "end": "2026-11-27", "category": "fun"},
            "New event: Trip; Thu 26 Nov 2026–Fri 27 Nov 2026; fun — clashes with Standup",
        ),
        ("add_event", {"title": "Far", "start": "2027-03-01T09:00", "minutes": 20}, "Mon 1 Mar 2027 09:00-09:20"),
        (
            "add_event",
            {**CHOIR, "repeats": "weekly", "until": "2026-12-18", "calendar": "Home"},
            "Choir; Tue 24 Nov 2026 19:00-20:00; comes every week until Fri 18 Dec 2026; in the calendar Home",
        ),
        (
            "add_event",
            {"title": "Walk", "start": "2026-11-23T18:00", "repeats": "daily", "every": 2, "minutes": 30},
            "New event: Walk; Mon 23 Nov 2026 18:00-18:30; comes every 2 days",
        ),
        (
            "add_event",
            {"title": "Sabbatical", "start": "2026-11-29", "repeats": "monthly", "until": "2027-01-29"},
            "New event: Sabbatical; Sun 29 Nov 2026; comes every month until Fri 29 Jan 2027",
        ),
        (
            "move_event",
            {**DENTIST, "start": "2026-11-26T16:00"},
            "Dentist: time Tue 24 Nov 2026 15:00-16:00 → Thu 26 Nov 2026 16:00-17:00",
        ),
        ("move_event", {**DENTIST, "start": "2026-11-26"}, "→ Thu 26 Nov 2026 15:00-16:00"),
        ("move_event", {**DENTIST, "title": "Hygiene", "location": ""}, "title Dentist → Hygiene; place Main street 1"),
        ("move_event", {**DENTIST, "minutes": 30}, "→ Tue 24 Nov 2026 15:00-15:30"),
        ("move_event", {**DENTIST, "whole_day": True}, "→ Tue 24 Nov 2026"),
        ("move_event", {"task_id": 3, "start": "2026-11-25"}, "Sat 28 Nov 2026 → Wed 25 Nov 2026"),
        ("cancel_event", {"events": [DENTIST]}, "Cancelled: Dentist; Tue 24 Nov 2026 15:00-16:00; place Main street 1"),
        (
            "cancel_event",
            {"events": [{"task_id": 1, "on": "2026-11-25"}]},
            "Wed 25 Nov 2026 09:00-09:30; with Lee, Anna <anna@example.org> (only this one of the series) — others",
        ),
        ("cancel_event", {"events": [{"task_id": 1, "series": True}, DENTIST]}, "(the whole series)"),
        (
            "cancel_event",
            {"events": [{"task_id": 1, "on": "2026-11-25"}, {"task_id": 1, "on": "2026-11-23"}]},
            "Mon 23 Nov 2026 09:00-09:30",
        ),
        (
            "move_event",
            {"task_id": 1, "on": "2026-11-25", "start": "2026-11-25T10:00", "title": "Sync"},
            "Standup: title Standup → Sync; time Wed 25 Nov 2026 09:00-09:30 → Wed 25 Nov 2026 10:00-10:30 (only this",
        ),
        (
            "move_event",
            {"task_id": 1, "series": True, "start": "2026-11-23T08:30", "minutes": 15},
            "→ Mon 23 Nov 2026 08:30-08:45 (the whole series)",
        ),
    ],
)
async def test_a_change_is_shown_made_seen_by_the_next_turn_and_taken_back(
    desk: EventDesk, tool: str, arguments: dict[str, Any], told: str
) -> None:
    before, text = await desk.began_with(), await desk.text()

    card = await desk.asked(tool, **arguments)
    assert told in card.description
    assert {edit["kind"] for edit in card.payload["dayloom"]["edits"]} == {tool}
    assert await desk.text() == text
    await desk.person.answer("approve")

    there, changed = await desk.schedule(), await desk.text()
    assert changed != text
    assert "X-COLOUR;STRENGTH=5:teal\\, light" in changed
    assert await desk.store.find_unfollowed(desk.thread) is None
    renewed = await desk.renewed()
    assert known(renewed) == known(there)
    assert (await desk.asked("undo_apply")).edits
    await desk.person.answer("approve")
    assert await desk.text() == text
    assert (await desk.schedule()).by_id == before.by_id
    assert (await desk.renewed()).by_id == before.by_id


async def test_a_new_series_stands_in_the_calendar_that_was_named_and_keeps_its_hour_in_summer(desk: EventDesk) -> None:
    await desk.began_with()
    await desk.did("add_event", **CHOIR, repeats="weekly", calendar="Home")

    week = Schedule(timezone="Europe/Berlin", window=Window(start=date(2027, 4, 5), days=7), grid=HALF_HOURS)
    [choir] = [
        event
        for event in read_calendar([File("a.ics", (await desk.text()).encode())], week).events
        if event.title == "Choir"
    ]

    assert [f"{week.span_of(at)[0]:%a %H:%M}" for at in choir.slots] == ["Tue 19:00"]
    assert choir.event is not None
    assert (choir.event.calendar, choir.event.repeats) == ("Home", True)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"repeats": "weekly", "until": "2026-11-01"}, "before it begins"),
        ({"calendar": "Club"}, "known: Home, Work"),
    ],
)
async def test_a_new_event_that_cannot_be_so_is_refused(desk: EventDesk, more: dict[str, Any], told: str) -> None:
    await desk.began_with()

    assert told in await desk.did_nothing("add_event", **CHOIR, **more)


async def test_a_no_changes_nothing(desk: EventDesk) -> None:
    before, text = await desk.began_with(), await desk.text()
    await desk.asked("cancel_event", events=[DENTIST])

    await desk.person.answer("reject")

    assert ((await desk.schedule()).tasks, await desk.text()) == (before.tasks, text)


async def test_undo_by_hand_takes_a_change_back(desk: EventDesk) -> None:
    before, text = await desk.began_with(), await desk.text()
    await desk.did("cancel_event", events=[DENTIST])

    outcome = await desk.commits.undo(desk.thread, key="k", version=None)

    assert [(edit.title, edit.kind.value) for edit in outcome.edits] == [("Dentist", "add_event")]
    assert ((await desk.schedule()).by_id, await desk.text()) == (before.by_id, text)


async def test_the_draft_gives_way_to_an_event_and_the_card_says_so(desk: EventDesk) -> None:
    await desk.began_with(CALENDAR, {"title": "Essay", "duration": "90min"})
    essay = (await desk.event("Essay")).id
    drafts = Drafts(desk.person.threads, build(), desk.person.previews)
    await drafts.edit(desk.thread, [Drag(task_id=essay, day=3, slot_start=3)], match=None)

    card = await desk.asked("add_event", title="Call", start="2026-11-25T10:00")

    assert "clashes with Essay" in card.description
    assert "Essay: Wed 25 Nov 2026 10:00-11:40 → no place" in card.description
    await desk.person.answer("approve")
    assert [task.title for task in (await desk.schedule()).pending] == ["Essay"]


async def test_an_older_file_does_not_undo_what_was_changed_here_and_a_newer_one_wins(desk: EventDesk) -> None:
    await desk.began_with()
    await desk.did("move_event", **DENTIST, start="2026-11-26T16:00")
    await desk.did("add_event", title="Lunch", start="2026-11-27T12:00")
    older, newer = CALENDAR + b"\r\n", CALENDAR.replace(b"SEQUENCE:3", b"SEQUENCE:4")

    _, told = await put_calendar(desk.store, older, "Europe/Berlin")
    assert told == ["Dentist: stays as it was changed here; the file has it as it was before"]
    seen = await desk.renewed()
    assert {task.title: len(task.slots) for task in seen.tasks if task.title in ("Lunch", "Dentist")} == {
        "Lunch": 1,
        "Dentist": 1,
    }
    assert (await desk.event("Dentist")).slots[0].day == 4

    _, told = await put_calendar(desk.store, newer, "Europe/Berlin")
    assert told == ["Dentist: taken from the file, which is at least as new as the change that was made here"]
    await desk.renewed()
    assert (await desk.event("Dentist")).slots[0].day == 2
    assert (await desk.event("Lunch")).slots[0].day == 5


async def test_an_event_that_the_file_has_no_longer_is_gone_although_it_was_changed_here(desk: EventDesk) -> None:
    await desk.began_with()
    await desk.did("move_event", **DENTIST, title="Hygiene")
    gone = CALENDAR.replace(b"UID:dentist", b"UID:other")

    _, told = await put_calendar(desk.store, gone, "Europe/Berlin")

    assert told == ["Hygiene: no longer in the file, so the change that was made here is gone too"]
    assert "Hygiene" not in await desk.text()


async def test_an_event_that_was_moved_elsewhere_meanwhile_is_left_alone(desk: EventDesk) -> None:
    await desk.began_with()
    await desk.asked("move_event", **DENTIST, start="2026-11-26T16:00")
    await put_calendar(desk.store, CALENDAR.replace(b"20261124T14", b"20261125T14"), "Europe/Berlin")

    await desk.person.answer("approve")

    assert "20261126" not in await desk.text()
    with pytest.raises(NothingToUndo):
        await desk.commits.undo(desk.thread, key="k", version=None)


async def test_an_event_of_a_given_schedule_changes_there_alone_and_the_card_says_so(desk: EventDesk) -> None:
    desk.person.model = ScriptedModel([REPLY])
    await desk.person.say("Hello", WEEK)
    lecture = (await desk.event("Lecture")).id

    card = await desk.asked("cancel_event", events=[{"task_id": lecture}])

    assert "in this conversation only" in card.description
    await desk.person.answer("approve")
    assert "Lecture" not in [task.title for task in (await desk.schedule()).tasks]
    assert (await desk.store.calendar()).entries == ()
