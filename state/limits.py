"""What a person has said of all their days: hours to work in and to keep free, how much, how close, how soon.

`Schedule.usual` is what they have said for good, `Schedule.limits` what holds on one schedule only and goes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MINUTES_A_DAY: Final = 24 * 60


def read_clock(text: str) -> time:
    """Return a clock time; `24:00` is midnight."""
    return time() if text == "24:00" else time.fromisoformat(text)


def read_hours(hours: str) -> tuple[time, time]:
    """Return begin and end of hours; an end of 00:00 is midnight."""
    first, last = map(read_clock, hours.split("-"))
    return first, last


def _check_hours(text: str) -> str:
    first, last = read_hours(text)
    if last <= first and last != time():
        raise ValueError(f"{text!r} ends before it begins; write 09:00-12:00")
    return text


ClockHours = Annotated[
    str,
    StringConstraints(pattern=r"^(?:[01]\d|2[0-4]):[0-5]\d-(?:[01]\d|2[0-4]):[0-5]\d$"),
    AfterValidator(_check_hours),
]
"""Hours of the day such as `09:00-12:00`; `00:00` as begin and `24:00` as end leave that side open."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _unsaid(value: object) -> bool:
    return value is None or value == ()


class HoursLimit(_Value):
    """Hours of the day: on these weekdays (all without), for tasks of this category (all without)."""

    hours: ClockHours
    category: Annotated[str, StringConstraints(max_length=200)] | None = Field(default=None, exclude_if=_unsaid)
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] | None = Field(default=None, exclude_if=_unsaid)

    def about(self, category: str, weekday: int) -> bool:
        """Tell whether they say something of such a task on such a day."""
        named = self.category is None or self.category.casefold() == category.casefold()
        return named and (self.weekdays is None or weekday in self.weekdays)

    @property
    def key(self) -> tuple[str | None, tuple[int, ...] | None]:
        """Whom they are about."""
        return self.category and self.category.casefold(), self.weekdays

    def narrowed(self, hours: str) -> HoursLimit:
        """Return it with the sides that other hours name; one they leave open stays as it was."""
        (old, new), sides = (self.hours.split("-"), hours.split("-")), ("00:00", "24:00")
        first, last = (mine if other == side else other for mine, other, side in zip(old, new, sides, strict=True))
        return self.model_copy(update={"hours": f"{first}-{last}"}) if first < last else self._said(hours)

    def _said(self, hours: str) -> HoursLimit:
        return self.model_copy(update={"hours": hours})


Minutes = Annotated[int, Field(ge=0, le=MINUTES_A_DAY)]


class Limits(_Value):
    """What is said, and binds the agent; None and nothing where nothing is."""

    hours: tuple[HoursLimit, ...] = Field(default=(), exclude_if=_unsaid)
    free: tuple[HoursLimit, ...] = Field(default=(), exclude_if=_unsaid)
    most_minutes: Minutes | None = Field(default=None, exclude_if=_unsaid)
    buffer: Minutes | None = Field(default=None, exclude_if=_unsaid)
    notice: Minutes | None = Field(default=None, exclude_if=_unsaid)

    def said(self) -> dict[str, Any]:
        """Return what is said, as plain data."""
        return self.model_dump(mode="json")


NO_LIMITS: Final = Limits()


def with_hours(said: Iterable[HoursLimit], new: HoursLimit) -> tuple[HoursLimit, ...]:
    """Return hours to keep to with further ones; those about the same days and tasks are changed by what is new."""
    there = list(said)
    old = next((one for one in there if one.key == new.key), None)
    kept = [one for one in there if one is not old]
    return (*kept, old.narrowed(new.hours) if old else new)


def effective(limits: Limits, usual: Limits) -> Limits:
    """Return what holds on a schedule: what is said for it, and for all else what is said for good."""
    if limits == NO_LIMITS:
        return usual
    hours = usual.hours
    for one in limits.hours:
        hours = with_hours(hours, one)
    own = {name: value for name in _SINGLE if (value := getattr(limits, name)) is not None}
    free = tuple(dict.fromkeys((*usual.free, *limits.free)))
    return usual.model_copy(update={**own, "hours": hours, "free": free})


_SINGLE: Final = ("most_minutes", "buffer", "notice")
