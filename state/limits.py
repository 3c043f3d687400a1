"""What a person has said of all their days: hours to work in and to keep free, how much, how close, what they like.

`Schedule.usual` is what they have said for good, `Schedule.limits` what holds on one schedule only and goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MINUTES_A_DAY: Final = 24 * 60

LimitName: TypeAlias = Literal["hours", "free", "most_minutes", "buffer"]
"""What of it a place may break."""


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


KINDS: Final = (
    ("work", "job", "office", "工作", "上班"),
    ("study", "learn", "学习"),
    ("sport", "exercise", "运动", "锻炼"),
)
"""Names of one kind of work; the first kind is worked at in office hours, unless the person says otherwise."""
_KIND_OF: Final = {name: names[0] for names in KINDS for name in names}
_ENDING: Final = re.compile(r"(?<=[a-z]{3})(?:s|ing)$")
_WORD: Final = re.compile(r"[^\W\d_㐀-鿿]+")


@lru_cache(maxsize=4096)
def _kind(category: str) -> str:
    name = _ENDING.sub("", category.casefold())
    return _KIND_OF.get(name, name)


@lru_cache(maxsize=4096)
def _tells(title: str, category: str) -> bool:
    """Tell whether a title has a name of this category in it: all its words, or a Chinese one anywhere."""
    kind, said = _kind(category), title.casefold()
    words = {_kind(word) for word in _WORD.findall(kind)}
    names = [name for name, other in _KIND_OF.items() if other == kind] or [kind]
    if any(name in said for name in names if not name.isascii()):
        return True
    return bool(words) and words <= {_kind(word) for word in _WORD.findall(said)}


class HoursLimit(_Value):
    """Hours of the day: on these weekdays (all without), for tasks of this category (all without).

    A task that has no category is of the one that its title names.
    """

    hours: ClockHours
    category: Annotated[str, StringConstraints(max_length=200)] | None = Field(default=None, exclude_if=_unsaid)
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] | None = Field(default=None, exclude_if=_unsaid)

    def about(self, category: str, weekday: int, title: str = "") -> bool:
        """Tell whether they say something of such a task on such a day."""
        return self.names(category, title) and (self.weekdays is None or weekday in self.weekdays)

    def names(self, category: str, title: str = "") -> bool:
        """Tell whether they say something of such a task on any day."""
        if self.category is None or _kind(self.category) == _kind(category):
            return True
        return not category and _tells(title, self.category)

    @property
    def key(self) -> tuple[str | None, tuple[int, ...] | None]:
        """Whom they are about."""
        return self.category and _kind(self.category), self.weekdays

    def narrowed(self, hours: str) -> HoursLimit:
        """Return it with the sides that other hours name; one they leave open stays as it was."""
        (old, new), sides = (self.hours.split("-"), hours.split("-")), ("00:00", "24:00")
        first, last = (mine if other == side else other for mine, other, side in zip(old, new, sides, strict=True))
        return self.model_copy(update={"hours": f"{first}-{last}"}) if first < last else self._said(hours)

    def _said(self, hours: str) -> HoursLimit:
        return self.model_copy(update={"hours": hours})


Minutes = Annotated[int, Field(ge=0, le=MINUTES_A_DAY)]


class Limits(_Value):
    """What is said; None and nothing where nothing is.

    `hours`, `free`, `most_minutes`, `buffer` and `notice` bind the agent. The others are wishes, which its plans keep
    to where nothing goes without a place for it: `prefer` are the hours the person likes, `lunch` is an hour free
    around noon of a long day, `evening` is nothing heavy after what ends late, `block` the most minutes of work in one
    go, and `count_events` tells that the days are evened with their events counted. `WISHES` hold where nothing is said
    of them.
    """

    hours: tuple[HoursLimit, ...] = Field(default=(), exclude_if=_unsaid)
    free: tuple[HoursLimit, ...] = Field(default=(), exclude_if=_unsaid)
    prefer: tuple[HoursLimit, ...] = Field(default=(), exclude_if=_unsaid)
    most_minutes: Minutes | None = Field(default=None, exclude_if=_unsaid)
    buffer: Minutes | None = Field(default=None, exclude_if=_unsaid)
    notice: Minutes | None = Field(default=None, exclude_if=_unsaid)
    lunch: bool | None = Field(default=None, exclude_if=_unsaid)
    evening: bool | None = Field(default=None, exclude_if=_unsaid)
    block: Minutes | None = Field(default=None, exclude_if=_unsaid)
    count_events: bool | None = Field(default=None, exclude_if=_unsaid)

    def said(self) -> dict[str, Any]:
        """Return what is said, as plain data."""
        return self.model_dump(mode="json")


NO_LIMITS: Final = Limits()
WISHES: Final = Limits(
    prefer=(HoursLimit(hours="09:00-18:00", category="work", weekdays=(1, 2, 3, 4, 5)),),
    lunch=True,
    evening=True,
    block=120,
    count_events=True,
)
"""What plans keep to of what a person has said nothing of."""


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
    free = tuple(dict.fromkeys((*usual.free, *limits.free)))
    update = {"hours": hours, "free": free, "prefer": _preferred(limits, usual)}
    return usual.model_copy(update={**_single(limits), **update})


def keeps_to(limits: Limits, said: Limits) -> bool:
    """Tell whether whoever keeps to these limits keeps to what is said."""
    both = effective(said, limits)
    pairs = ((both.hours, limits.hours), (both.free, limits.free), (both.prefer, limits.prefer))
    return all(set(one) == set(other) for one, other in pairs) and _single(both) == _single(limits)


def unsaid_wishes(said: Limits) -> Limits:
    """Return the wishes that hold because nothing is said of them."""
    usual = {name: None for name in SINGLE if getattr(said, name) is not None}
    prefer = tuple(one for one in _preferred(said, WISHES) if one not in said.prefer)
    return WISHES.model_copy(update={**usual, "prefer": prefer})


def with_wishes(said: Limits) -> Limits:
    """Return what is said, and the wishes of which nothing is."""
    return effective(said, unsaid_wishes(said))


def _preferred(first: Limits, then: Limits) -> tuple[HoursLimit, ...]:
    """Return preferred hours; what is said first of some tasks is all that holds of them."""
    said = {one.key[0] for one in first.prefer}
    return (*(one for one in then.prefer if one.key[0] not in said), *first.prefer)


def _single(limits: Limits) -> dict[str, Any]:
    return {name: value for name in SINGLE if (value := getattr(limits, name)) is not None}


SINGLE: Final = ("most_minutes", "buffer", "notice", "lunch", "evening", "block", "count_events")
"""The limits that are one value."""
