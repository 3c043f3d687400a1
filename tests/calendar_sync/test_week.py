"""A week of one life with the offline model: planned, ill, a meeting, one done early, one missed, replanned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from durable import Person
from oracle import faults

from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.calendar_sync.outdated import DraftCheck
from dayloom.calendar_sync.task_list import add_tasks
from dayloom.calendars import Row
from dayloom.offline import OfflineModel
from dayloom.stores.redis.connection import AsyncRedis
from graph.agent import Turn
from state.schedule import Schedule, Task
from state.transcript import Answered, Message

BERLIN = ZoneInfo("Europe/Berlin")
TITLES = ("Essay", "Reading", "Lab report", "Slides", "Interview", "Poster", "Survey", "Proposal")
EVENT = (
    "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
    "SUMMARY:{title}\r\nEND:VEVENT\r\n"
)


def at(day: int, hour: int) -> datetime:
    """A moment of November 2026, of which the 22nd is a Sunday."""
    return datetime(2026, 11, day, hour, tzinfo=BERLIN)


def calendar(*events: tuple[str, datetime, datetime]) -> bytes:
    """A calendar file."""
    blocks = [EVENT.format(uid=title, title=title, start=_utc(start), end=_utc(end)) for title, start, end in events]
    return "".join(["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n", *blocks, "END:VCALENDAR\r\n"]).encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y%m%dT%H%M%SZ")


LECTURE = ("Lecture", at(23, 8), at(23, 10))


class Life:
    """Somebody with a calendar and a list of tasks, who talks to the offline model and approves what it shows."""

    def __init__(self, redis: AsyncRedis) -> None:
        self.person = Person(redis)
        self.person.model = cast(Any, OfflineModel())
        self.store = self.person.book

    async def says(self, now: datetime, words: str, schedule: Schedule | None = None) -> Turn:
        """Say something at a moment, and approve every card that comes of it."""
        self.person.now = now
        turn = await self.person.say(words, schedule)
        while turn.interrupt is not None:
            turn = await self.person.answer("approve")
        assert faults(turn.state.schedule) == [], words
        return turn

    async def begins(self, now: datetime) -> Turn:
        """Begin a thread on the stored calendar and tasks, and plan it."""
        rows = [Row("task", {"title": title, "duration": 2}) for title in TITLES]
        await put_calendar(self.store, calendar(LECTURE), "Europe/Berlin")
        await add_tasks(self.store, rows, now, timezone="Europe/Berlin")
        week = Week(start=at(23, 0).date(), timezone="Europe/Berlin")
        found = await schedule_of(self.store, now, week)
        self.person.seen = found.seen
        return await self.says(now, "Plan my tasks", found.schedule)

    async def told(self) -> tuple[list[str], list[str]]:
        """What the replay has of the person's words, and of what the agent said."""
        steps = await self.person.threads.transcript(self.person.thread)
        messages = [entry for step in steps for entry in step.entries if isinstance(entry, Message)]
        by_role = {role: [one.text for one in messages if one.role == role] for role in ("person", "agent")}
        return by_role["person"], by_role["agent"]


def on(schedule: Schedule, day: int) -> list[Task]:
    """The work of the draft that lies on a day of November."""
    return [task for task in schedule.suggested if schedule.date_of(task.slots[0].day).day == day]


def moved(before: Schedule, after: Schedule) -> set[str]:
    """The titles of what lies elsewhere."""
    return {
        task.title for task in before.suggested if task.id in after.by_id and after.by_id[task.id].slots != task.slots
    }


async def test_a_week_of_one_persons_life_is_right_at_every_step_and_told_by_the_replay(redis: AsyncRedis) -> None:
    life = Life(redis)
    check = DraftCheck(life.store)

    sunday = (await life.begins(at(22, 18))).state.schedule
    assert {task.title for task in sunday.suggested} == set(TITLES)

    monday = sunday
    for task in on(sunday, 23):
        monday = (await life.says(at(23, 21), f"{task.title} is done")).state.schedule
    assert not on(monday, 23)

    tuesday = (await life.says(at(24, 7), "I'm ill on Tuesday")).state.schedule
    assert moved(monday, tuesday) == {task.title for task in on(monday, 24)} != set()
    assert not on(tuesday, 24)
    assert not tuple(tuesday.pending)

    hit = on(tuesday, 26)[0]
    start, end = tuesday.span_of(hit.slots[0])
    await put_calendar(life.store, calendar(LECTURE, ("Meeting", start, end)), "Europe/Berlin")
    assert [one.title for one in await check.clashes(life.person.thread, tuesday)] == [hit.title]
    wednesday = (await life.says(at(25, 7), "replan")).state.schedule
    assert moved(tuesday, wednesday) == {hit.title}
    assert await check.clashes(life.person.thread, wednesday) == ()

    thursday = wednesday
    early = on(wednesday, 28)[0]
    gone = [*on(wednesday, 25), *on(wednesday, 26)]
    for task, words in [(early, "is done, it took 50 minutes"), *((task, "is done") for task in gone)]:
        thursday = (await life.says(at(26, 21), f"{task.title} {words}")).state.schedule
    assert early.id not in thursday.by_id
    assert [one.took for one in thursday.ended if one.task.id == early.id] == [50]

    missed = on(thursday, 27)
    friday = (await life.says(at(27, 21), "replan")).state.schedule
    assert moved(thursday, friday) == {task.title for task in missed} != set()
    assert all(friday.start_of(task.slots[0].day, task.slots[0].slot_start) > at(27, 21) for task in friday.suggested)

    left = {task.title for task in friday.suggested}
    await life.says(at(27, 21) + timedelta(minutes=5), "Put it into my calendar")
    written = export_calendar(await life.store.calendar()).decode()
    assert {title for title in (*TITLES, "Lecture", "Meeting") if f"SUMMARY:{title}\r" in written} == {
        *left,
        "Lecture",
        "Meeting",
    }

    said, answered = await life.told()
    assert [said[0], *(one for one in said if "ill" in one or one == "replan")] == [
        "Plan my tasks",
        "I'm ill on Tuesday",
        "replan",
        "replan",
    ]
    assert any("Meeting" in one for one in answered)
    assert any("has gone by" in one and missed[0].title in one for one in answered)
    steps = await life.person.threads.transcript(life.person.thread)
    approvals = [entry for step in steps for entry in step.entries if isinstance(entry, Answered)]
    assert len(approvals) == len(said)
