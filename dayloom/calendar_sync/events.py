"""Events of the calendar that is kept: looked at, and changed by the agent or by hand, through the same tools."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from dayloom.calendar_sync.calendar import ATTEMPTS, export_calendar
from dayloom.calendars import File, change_event, read_calendar
from dayloom.calendars.merge import NAME
from dayloom.stores.owner.calendar import Calendar, RedisCalendar
from state.calendar_commit import Act, CalendarEntry, Commit, Receipt
from state.desk import Desk
from state.errors import BadInput, Correctable, KeyReused, MovedOn, RuleBroken, UnknownEvent
from state.event_edit import EventEdit
from state.ids import ThreadId
from state.schedule import HALF_HOURS, Schedule, Task, Value, Window
from state.task_edit import TaskChange, TaskEdit, task_changes
from state.tool import ToolCall
from tools import TOOLBOX
from tools.dispatch import check, perform
from tools.events import occurrences

MOST_DAYS: Final = 366
_BEFORE: Final = timedelta(days=31)
_AROUND: Final = 62
_DATE: Final = 10
BY_HAND: Final = ThreadId("")
"""Who writes into the calendar when no thread does."""


class EventTime(Value):
    """When an event happens once."""

    start: datetime
    end: datetime


class EventSeen(Value):
    """An event with the times at which it happens on some days."""

    id: str
    title: str
    category: str = ""
    location: str = ""
    organizer: str = ""
    attendees: tuple[str, ...] = ()
    calendar: str = ""
    repeats: bool = False
    whole_day: bool = False
    times: tuple[EventTime, ...]


class EventsChanged(Value):
    """What a change by hand has come to: the version of the calendar, the event's id, and what was changed."""

    id: str
    calendar_version: int
    change: TaskChange


@dataclass(frozen=True)
class EventRequest:
    """What is asked of the calendar by hand: a tool of the agent with its fields, and the event by its UID.

    Without a date of its own an event is looked for from a month before `today` on, for a year.
    """

    tool: Literal["add_event", "move_event", "cancel_event"]
    fields: Mapping[str, Any]
    today: date
    uid: str | None = None

    @property
    def digest(self) -> str:
        """What stands for the request, so that a key is good for one."""
        return hashlib.sha256(json.dumps([self.uid, self.tool, dict(self.fields)], sort_keys=True).encode()).hexdigest()

    @property
    def days(self) -> tuple[date, int]:
        """The first day, and how many days are looked at."""
        named = str(self.fields.get("on") or (self.fields.get("start") if self.uid is None else None) or "")[:_DATE]
        try:
            return date.fromisoformat(named) - timedelta(days=_AROUND // 2), _AROUND
        except (ValueError, OverflowError):
            return self.today - _BEFORE, MOST_DAYS

    def arguments(self, week: Schedule) -> dict[str, Any]:
        """Return the arguments of the tool; raises UnknownEvent."""
        if self.uid is None:
            return dict(self.fields)
        found = next((task.id for task in week.tasks if task.source_id == self.uid), None)
        if found is None:
            raise UnknownEvent(
                f"there is no event {self.uid!r} from {week.window.start} on, {week.window.days} days long"
            )
        arguments = {"task_id": found, **self.fields}
        return {"events": [arguments]} if self.tool == "cancel_event" else arguments


@dataclass(frozen=True)
class EventBook:
    """The events of one person's calendar, whose e-mail addresses are `addresses`."""

    store: RedisCalendar
    timezone: str
    addresses: Collection[str] = ()

    async def events(self, start: date, days: int) -> list[EventSeen]:
        """Return what happens on some days, in order of time."""
        week = await asyncio.to_thread(self._week, await self.store.calendar(), start, days)
        found = [_seen(week, task) for task in week.tasks]
        return sorted(found, key=lambda one: (one.times[0].start, one.id))

    async def change(self, asked: EventRequest, key: str | None = None) -> EventsChanged:
        """Change the calendar, once for each key; raises UnknownEvent, BadInput, RuleBroken and KeyReused."""
        key = key or f"\4{secrets.token_hex(8)}"
        for _ in range(ATTEMPTS):
            if kept := await self.store.receipt(key):
                return _answered(kept, asked)
            calendar = await self.store.calendar()
            try:
                receipt, entries = await asyncio.to_thread(self._edit, calendar, asked, key)
                return _answered(await self.store.write(key, receipt, entries, before=calendar), asked)
            except MovedOn:
                continue
        raise MovedOn("The calendar is being changed all the time; try again.")

    def _week(self, calendar: Calendar, start: date, days: int) -> Schedule:
        week = Schedule(window=Window(start=start, days=days), grid=HALF_HOURS, timezone=self.timezone)
        found = read_calendar([File(NAME, export_calendar(calendar))], week, self.addresses)
        return week.model_copy(update={"tasks": found.events})

    def _edit(self, calendar: Calendar, asked: EventRequest, key: str) -> tuple[Receipt, list[CalendarEntry]]:
        """Return what a request writes, judged by the tool that the agent has for it."""
        week = self._week(calendar, *asked.days)
        call = ToolCall(name=asked.tool, arguments=asked.arguments(week))
        try:
            performed = perform(check(TOOLBOX, call), Desk(schedule=week, operation=f"{asked.digest}/{key}"))
        except Correctable as wrong:
            raise BadInput(wrong.complaint) from wrong
        if broken := performed.report.violations:
            told = [one.model_dump(mode="json") for one in broken]
            raise RuleBroken(" ".join(one.message for one in broken), violations=told)
        if not performed.edits:
            raise BadInput("nothing would change; say what is to be different")
        return _receipt(calendar, week, performed.edits, asked, key)


def _receipt(
    calendar: Calendar, week: Schedule, edits: Sequence[TaskEdit], asked: EventRequest, key: str
) -> tuple[Receipt, list[CalendarEntry]]:
    entries = changed_entries(calendar, [edit.event for edit in edits if edit.event], week.timezone)
    uids = tuple(entry.uid for entry in entries)
    before = tuple(entry for entry in calendar.entries if entry.uid in uids)
    [shown] = task_changes(week, edits)
    changed = EventsChanged(id=uids[0], calendar_version=calendar.version + 1, change=shown)
    commit = Commit(id=key, thread=BY_HAND, uids=uids, before=before)
    return Receipt(request=asked.digest, act=Act.EVENTS, commit=commit, answer=changed.model_dump(mode="json")), entries


def _answered(receipt: Receipt, asked: EventRequest) -> EventsChanged:
    if receipt.request != asked.digest:
        raise KeyReused("this Idempotency-Key was used for another request; take a new one")
    return EventsChanged.model_validate(receipt.answer)


def _seen(week: Schedule, task: Task) -> EventSeen:
    info = task.event.model_dump() if task.event else {}
    times = tuple(EventTime(start=start, end=end) for start, end in occurrences(week, task))
    return EventSeen(id=task.source_id, title=task.title, category=task.category, times=times, **info)


def changed_entries(calendar: Calendar, events: Iterable[EventEdit], timezone: str) -> list[CalendarEntry]:
    """Return events as they become, each once however often it changes; those that are not kept here are left out.

    Raises CalendarChanged when one is not as the edit knows it.
    """
    at = datetime.now(UTC).replace(microsecond=0)
    written = {entry.uid: entry for entry in calendar.entries}
    found: dict[str, CalendarEntry] = {}
    for event in (one for one in events if one.kept):
        text = export_calendar(Calendar(text=calendar.text, entries=tuple((written | found).values())))
        new, facts = change_event(File(NAME, text), event, at, timezone), event.now or event.facts
        found[event.uid] = CalendarEntry(
            uid=event.uid,
            title=facts.title,
            category=facts.category,
            start=facts.start.astimezone(UTC),
            end=facts.end.astimezone(UTC),
            sequence=new.sequence,
            at=at,
            ics=new.text.decode("utf-8", "replace"),
            calendar=facts.calendar if event.was is None else "",
        )
    return list(found.values())
