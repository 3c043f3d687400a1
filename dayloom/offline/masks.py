"""Hides titles, days and times in a text, each behind one private character, so that patterns stay short and safe.

A task called `Plan to move to Mars` cannot be taken for a request, and `[day] to [day]` is one short pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, Final, TypeVar, cast

from dayloom.offline.clock import HOUR
from dayloom.offline.whereabouts import DAY_MARKS, mark_times
from dayloom.offline.words import DAY_GROUPS, WEEKDAYS, normalise

TITLE_MARKS: Final = range(0xE000, 0xF000)
"""What hides titles and quoted words."""

_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_QUOTED: Final = re.compile(r'"([^"]+)"|(?<![a-z])\'([^\']+)\'(?![a-z])')

_PLEASE: Final = re.compile(r"(?<=\S)\s*,\s*(?:please|pls)\s*,(?=\s)")
_LONG_WORD: Final = re.compile(r"(?<![a-z])[a-z]{6,}(?![a-z])")
_BARE_RANGE: Final = re.compile(
    r"(?<![a-z])(?:block(?: out| off)?|(?:only |just |i )(?:work|study)|hours (?:are|is|to|be)) "
    rf"(?={HOUR}\s?(?:-|–|to|till?|until)\s?{HOUR})"
)
"""What stands before two bare hours, which are then the first and the last."""

_SHORT_DAYS: Final = re.compile(
    "(?P<week>周|星期|礼拜)(?P<days>[一二三四五六日天]{2,})(?![一二三四五六日天点时个节刻月号年分])"
)
"""Weekdays in short, `周一三五`."""

_MY_DAY: Final = re.compile(r"(?<![a-z])my (day|morning|afternoon|evening)(?![a-z'])")
"""Somebody's day without a date is today."""

_DAY_NAMES: Final = (*(name for name in WEEKDAYS if name.endswith("day")), "tomorrow")
_ALIKE: Final = 0.85
"""Words this similar to a weekday, of 1, are that weekday but for a typing slip."""

R = TypeVar("R")


@dataclass(frozen=True)
class MaskedText:
    """A normalised text with its titles, days and times hidden, and what stands behind each mark."""

    text: str
    hidden: Mapping[str, str]

    def plain(self, text: str) -> str:
        """Return a piece of the text with everything back in."""
        return _PRIVATE.sub(lambda found: self.hidden.get(found[0], ""), text)

    def with_times(self, text: str) -> str:
        """Return a piece of the text with days and times back in, titles still hidden."""
        return _PRIVATE.sub(lambda found: found[0] if ord(found[0]) in TITLE_MARKS else self.hidden[found[0]], text)

    def reveal(self, value: R) -> R:
        """Return a request with the names in it back in."""
        request: Any = value
        return replace(
            request, **{part.name: self._reveal_value(getattr(request, part.name)) for part in fields(request)}
        )

    def _reveal_value(self, value: Any) -> Any:
        if type(value) is str:
            return self.plain(value)
        if isinstance(value, tuple):
            return tuple(self._reveal_value(part) for part in cast("tuple[Any, ...]", value))
        return self.reveal(value) if is_dataclass(value) and not isinstance(value, type) else value


def mask(text: str, titles: Iterable[str], is_reserved: Callable[[str], bool]) -> MaskedText:
    """Hide quoted text, titles that are no words of the grammar and do not open the text, days and times."""
    hidden: dict[str, str] = {}

    def hide(said: str, marks: range) -> str:
        mark = next(chr(mark) for mark in marks if hidden.get(chr(mark), said) == said)
        hidden[mark] = said
        return mark

    plain = _PLEASE.sub(" ", _PRIVATE.sub("", normalise(text))).strip()
    plain = _QUOTED.sub(lambda found: hide(found[1] or found[2], TITLE_MARKS), plain)
    for title in sorted({normalise(title) for title in titles}, key=lambda title: (-len(title), title)):
        if len(title) > 1 and title in plain and not is_reserved(mark_times(title, lambda _, marks: chr(marks[0]))):
            plain = re.sub(rf"(?<=.){_bound(title)}", lambda _, title=title: hide(title, TITLE_MARKS), plain)
    plain = _SHORT_DAYS.sub(lambda found: "、".join(f"{found['week']}{day}" for day in found["days"]), plain)
    plain = _BARE_RANGE.sub(lambda found: f"{found[0]}from ", plain)
    plain = plain if _names_day(plain) else _MY_DAY.sub(_of_today, plain)
    return MaskedText(mark_times(_LONG_WORD.sub(_mend_weekday, plain), hide), hidden)


def _names_day(plain: str) -> bool:
    """Tell whether a text names a day at all."""
    marks: list[range] = []
    mark_times(plain, lambda _, kind: str(marks.append(kind) or ""))
    return DAY_MARKS in marks


def _of_today(found: re.Match[str]) -> str:
    return "today" if found[1] == "day" else f"this {found[1]}"


def _mend_weekday(found: re.Match[str]) -> str:
    """Return the weekday that a word is but for a typing slip, or the word."""
    word = found[0]
    if word.removesuffix("s") in WEEKDAYS or word in DAY_GROUPS:
        return word
    return next(iter(get_close_matches(word, _DAY_NAMES, n=1, cutoff=_ALIKE)), word)


def _bound(title: str) -> str:
    before = r"(?<![a-z0-9])" if title[0].isascii() and title[0].isalnum() else ""
    after = r"(?![a-z0-9])" if title[-1].isascii() and title[-1].isalnum() else ""
    return f"{before}{re.escape(title)}{after}"
