"""How an event of the calendar changes: what is known of it before and after, and how much of a series is meant."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from state.schedule import Title, Value


class Scope(StrEnum):
    """How much of a series changes."""

    ONE = "one"
    SERIES = "series"


def _unsaid(value: object) -> bool:
    return value is None or value == ""


class EventRule(Value):
    """How a new event comes again: every so many days, weeks, months or years, on the last day at most."""

    per: Literal["day", "week", "month", "year"]
    every: Annotated[int, Field(ge=1, le=99)] = 1
    until: date | None = None


class EventFacts(Value):
    """What a person says of an event; a whole-day event begins and ends at midnight of its days.

    A new one may come again by a `rule`, and stand in one of several calendars, by its name.
    """

    title: Title
    start: AwareDatetime
    end: AwareDatetime
    whole_day: bool = False
    location: str = ""
    category: str = ""
    attendees: tuple[str, ...] = ()
    rule: EventRule | None = Field(default=None, exclude_if=_unsaid)
    calendar: str = Field(default="", exclude_if=_unsaid)

    @property
    def length(self) -> timedelta:
        """How long it lasts by the clock on the wall."""
        zone = self.start.tzinfo
        return self.end.astimezone(zone).replace(tzinfo=None) - self.start.replace(tzinfo=None)


class EventEdit(Value):
    """One event before and after, None where the calendar has it not; of a series, the occurrence that was named.

    `scope` is None for what happens once. `kept` is false for an event that stands on its thread alone, because it was
    read from a file and not from the calendar that is kept for the person.
    """

    uid: str = Field(max_length=2_000)
    was: EventFacts | None = None
    now: EventFacts | None = None
    scope: Scope | None = None
    kept: bool = True

    @property
    def facts(self) -> EventFacts:
        """What is known of it: before the change, or else after."""
        known = self.was or self.now
        assert known is not None, "an edit is about an event"
        return known

    @property
    def reversed(self) -> EventEdit:
        """What takes it back."""
        return self.model_copy(update={"was": self.now, "now": self.was})
