"""How an event of the calendar changes: what is known of it before and after, and how much of a series is meant."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, Field

from state.schedule import Title, Value


class Scope(StrEnum):
    """How much of a series changes."""

    ONE = "one"
    SERIES = "series"


class EventFacts(Value):
    """What a person says of an event; a whole-day event begins and ends at midnight of its days."""

    title: Title
    start: AwareDatetime
    end: AwareDatetime
    whole_day: bool = False
    location: str = ""
    category: str = ""
    attendees: tuple[str, ...] = ()

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
