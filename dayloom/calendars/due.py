"""Days and moments as people write them in lists: `Friday`, `05.12.2026`, `4 Dec, 5pm`, `übermorgen`, `12月4日`."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

When: TypeAlias = date | datetime

_MONTHS: Final = (
    ("january", "januar", "jänner"),
    ("february", "februar"),
    ("march", "märz", "maerz", "mrz"),
    ("april",),
    ("may", "mai"),
    ("june", "juni"),
    ("july", "juli"),
    ("august",),
    ("september",),
    ("october", "oktober"),
    ("november",),
    ("december", "dezember"),
)
_WEEKDAYS: Final = (
    ("monday", "montag", "mo", "一"),
    ("tuesday", "dienstag", "di", "tu", "二"),
    ("wednesday", "mittwoch", "mi", "we", "三"),
    ("thursday", "donnerstag", "do", "th", "四"),
    ("friday", "freitag", "fr", "五"),
    ("saturday", "samstag", "sonnabend", "sa", "六"),
    ("sunday", "sonntag", "so", "su", "日", "天"),
)
_DAYS: Final = {
    word: away
    for away, words in {
        -1: "yesterday gestern 昨天",
        0: "today tonight now eod heute 今天 今日 今晚",
        1: "tomorrow tmrw tomorow morgen 明天 明日",
        2: "overmorrow übermorgen 后天 後天",
    }.items()
    for word in words.split()
} | {"end of day": 0, "day after tomorrow": 2, "the day after tomorrow": 2}
_COUNTS: Final = {
    word: number
    for number, words in enumerate(
        ("a an one ein eine einer einem 一", "two zwei 两 二", "three drei 三", "four vier 四"), 1
    )
    for word in words.split()
}
_BEFORE: Final = re.compile(
    r"^(?:(?:due|by|until|till|on|before|deadline|bis|vor|am|zum|den|spätestens|fällig)\b[:.]?|截止(?:日期)?[到至:]?|@)\s*"
)
_AFTER: Final = re.compile(r"\s*(?:之?前|以前|截止|,)$")
_EVERY: Final = re.compile(r"^(?:every!?|each|jede[nrs]?|每个?)\s*(?:(?:week|woche) (?:on|am) )?")
_PART: Final = r"(?P<part>上午|早上|凌晨|中午|下午|傍晚|晚上)?\s*"
_CLOCKS: Final = (
    re.compile(
        rf"(?:\b(?:at|um|@)\s*|(?<=\d)t|,)?\s*{_PART}(?<![\d.:])(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}})(?::\d{{2}}(?:\.\d+)?)?"
        r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?:uhr|h\b)?"
    ),
    re.compile(
        r"(?:\b(?:at|um|@)\s*|,)?\s*(?<![\d.:])(?P<hour>\d{1,2})(?:\.(?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)"
    ),
    re.compile(r"(?:\bum\s*|,)?\s*(?<![\d.:])(?P<hour>\d{1,2})(?:\.(?P<minute>\d{2}))?\s*uhr"),
    re.compile(rf"{_PART}(?<!\d)(?P<hour>\d{{1,2}})[点點](?P<minute>\d{{1,2}}|半)?分?钟?"),
    re.compile(r"(?:\b(?:at|um)\s*)?\b(?P<noon>noon|mittags?)\b"),
)
_LATE: Final = ("下午", "傍晚", "晚上", "中午")


@dataclass(frozen=True)
class Span:
    """What a text says of time: a day or moment, or from a first to a last day; whether it is said to come again."""

    first: When
    last: When
    repeats: bool = False


def read_span(text: str, today: date, *, month_first: bool = False) -> Span | None:
    """Return what a text says, relative words counted from `today`; None when it says nothing of the kind.

    A date without a year is the one nearest to today.
    """
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    every = _EVERY.match(text)
    text = _without_words(text[every.end() :] if every else text)
    if every and text in {"day", "tag", "天", "日"}:
        return Span(today, today, repeats=True)
    rest, clock = _clock(text)
    found = _days(_without_words(rest) or ("today" if clock else ""), today, month_first)
    if found is None:
        return None
    first, last = found
    if clock is not None:
        first, last = datetime.combine(first, clock), datetime.combine(last, clock)
    return Span(first, last, repeats=every is not None)


def says_order(text: str) -> bool | None:
    """Return whether a date such as 11/30/2026 puts the month first; None where it may be either or is no such date."""
    found = _NUMBERS.match(text.strip())
    if found is None or found["sep"] == ".":
        return None
    one, two = int(found["one"]), int(found["two"])
    return None if max(one, two) <= 12 else two > 12


def is_ambiguous(text: str) -> bool:
    """Tell whether a date such as 12/05/2026 can be read two ways."""
    found = _NUMBERS.match(text.strip())
    return found is not None and found["sep"] != "." and says_order(text) is None and found["one"] != found["two"]


def _without_words(text: str) -> str:
    while (shorter := _AFTER.sub("", _BEFORE.sub("", text.strip()))) != text:
        text = shorter
    return text


def _clock(text: str) -> tuple[str, time | None]:
    """Return the text without its clock time, and that."""
    for pattern in _CLOCKS:
        found = pattern.search(text)
        clock = _time(found) if found else None
        if found and clock:
            return (text[: found.start()] + " " + text[found.end() :]).strip(), clock
    return text, None


def _time(found: re.Match[str]) -> time | None:
    named = found.groupdict()
    if named.get("noon"):
        return time(12)
    hour, minute = int(named["hour"]), 30 if named["minute"] == "半" else int(named["minute"] or 0)
    half, part = (named.get("half") or "")[:1], named.get("part") or ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if hour <= 12 else hour
    elif part in _LATE and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _days(text: str, today: date, month_first: bool) -> tuple[date, date] | None:
    for pattern, reader in _FORMS:
        if found := pattern.fullmatch(text):
            try:
                read = reader(found, today, month_first)
            except (ValueError, OverflowError):
                return None
            if read is not None:
                return read if isinstance(read, tuple) else (read, read)
    return None


Found: TypeAlias = date | tuple[date, date] | None


def _iso(found: re.Match[str], today: date, month_first: bool) -> Found:
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def _numbers(found: re.Match[str], today: date, month_first: bool) -> Found:
    one, two, year = int(found["one"]), int(found["two"]), found["year"]
    order = says_order(found[0])
    month, day = (one, two) if found["sep"] != "." and (month_first if order is None else order) else (two, one)
    return _nearest_date(day, month, year, today)


def _named_month(found: re.Match[str], today: date, month_first: bool) -> Found:
    month = _index(found["month"].rstrip("."), _MONTHS, least=3)
    return None if month is None else _nearest_date(int(found["day"]), month, found["year"], today)


def _chinese(found: re.Match[str], today: date, month_first: bool) -> Found:
    return _nearest_date(int(found["day"]), int(found["month"]), found["year"], today)


def _nearest_date(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = (date(one, month, day) for one in range(today.year - 1, today.year + 2) if day <= monthrange(one, month)[1])
    return min(near, key=lambda one: abs(one - today))


def _word(found: re.Match[str], today: date, month_first: bool) -> Found:
    away = _DAYS.get(found[0])
    return None if away is None else today + timedelta(days=away)


def _weekday(found: re.Match[str], today: date, month_first: bool) -> Found:
    index = _index(found["name"].rstrip("."), _WEEKDAYS, least=3)
    if index is None:
        return None
    monday = today - timedelta(days=today.weekday())
    if found["next"]:
        return monday + timedelta(days=7 + index - 1)
    return today + timedelta(days=(index - 1 - today.weekday()) % 7)


def _away(found: re.Match[str], today: date, month_first: bool) -> Found:
    count = _COUNTS.get(found["count"]) or int(found["count"])
    return today + timedelta(days=count * (7 if found["unit"][0] in "w周星" else 1))


def _week(found: re.Match[str], today: date, month_first: bool) -> Found:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if found["next"] else 0)
    return monday, monday + timedelta(days=6)


def _month(found: re.Match[str], today: date, month_first: bool) -> Found:
    return today.replace(day=monthrange(today.year, today.month)[1])


def _index(word: str, names: tuple[tuple[str, ...], ...], *, least: int) -> int | None:
    for number, known in enumerate(names, 1):
        if any(word == name or (len(word) >= least and name.startswith(word)) for name in known):
            return number
    return None


_DAY_NAME: Final = r"(?:[^\W\d_]{2,}\.?,?\s+)?"
_NUMBERS: Final = re.compile(
    rf"{_DAY_NAME}(?P<one>\d{{1,2}})(?P<sep>[./-])(?P<two>\d{{1,2}})(?:(?P=sep)(?P<year>\d{{4}}|\d{{2}})?)?,?"
)
_NEXT: Final = r"(?P<next>(?:next|nächste[nrs]?|kommende[nrs]?)\s+|下个?)?(?:this\s+|diese[nrs]?\s+|本|这个?)?"
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, bool], Found]], ...]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (rf"{_DAY_NAME}(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})", _iso),
        (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", _iso),
        (_NUMBERS.pattern, _numbers),
        (
            rf"{_DAY_NAME}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?[-\s]?(?P<month>[^\W\d_]{{3,}}\.?),?[-\s]*"
            r"(?P<year>\d{4}|\d{2})?",
            _named_month,
        ),
        (
            rf"{_DAY_NAME}(?P<month>[^\W\d_]{{3,}}\.?)\s*(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?(?:,?\s*(?P<year>\d{{4}}))?",
            _named_month,
        ),
        (
            r"(?:(?P<year>\d{4}|\d{2})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号號]?"
            r"\s*(?:\(?(?:周|星期|礼拜)[一二三四五六日天]\)?)?",
            _chinese,
        ),
        (r"[^\d]+", _word),
        (rf"{_NEXT}(?:周|星期|礼拜)?(?P<name>[^\W\d_]+\.?)", _weekday),
        (
            r"in\s+(?P<count>\d{1,3}|[a-zäöüß]+)\s+(?P<unit>days?|weeks?|tag(?:en)?|wochen?)"
            r"(?:\s+time)?",
            _away,
        ),
        (r"(?P<count>\d{1,3}|[一二两三四])个?(?P<unit>天|日|周|星期)(?:之?[后後内]|以内)", _away),
        (
            r"(?:end of (?:the )?|ende )?(?:(?P<next>next |nächste[rn]? |kommende[rn]? |下个?)|"
            r"this |the |diese[rn]? |der |本|这)?"
            r"(?:week(?:end)?|woche(?:nende)?|周末?|星期)|eow",
            _week,
        ),
        (r"end of (?:the |this )?month|eom|month end|ende des monats|monatsende|(?:本)?月底", _month),
    )
)
