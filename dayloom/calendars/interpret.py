"""A row as somebody wrote it, in the form that is kept: slots or `90min`, ISO dates, priorities by number.

What a cell says is read by the manner of its list (which grid, what day it is, month or day first) and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil
from typing import Any, Final

from dayloom.calendars.due import is_ambiguous, read_span, says_order
from dayloom.calendars.field import Unreadable, quote
from dayloom.calendars.length import Unit, read_amount
from dayloom.calendars.repeat import read_rule
from dayloom.calendars.sheet import Row
from state.cells import Cells
from state.schedule import PERIODS12
from state.when import say_date, say_moment


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AMERICAN: Final = _words(
    "New_York Detroit Chicago Denver Boise Phoenix Los_Angeles Anchorage Honolulu Indianapolis Louisville"
)
"""Cities of the time zones in which people write the month first."""
_NOTHING: Final = frozenset(
    {"-", "–", "—", "n/a", "na", "none", "no", "nil", "null", "~", "keine", "keiner", "无", "没有"}
)
_HIGHEST: Final = _words(
    "highest urgent critical blocker immediate asap top dringend kritisch höchste sofort 紧急 最高 特急"
)
_PRIORITIES: Final = {
    word: number
    for number, words in {
        1: "high hoch important wichtig major must a 高 重要 高优先级",
        3: "medium med normal mittel moderate middle standard should b 中 中等 普通 一般",
        5: "low niedrig gering minor could c 低",
        7: "lowest trivial niedrigste 最低",
    }.items()
    for word in words.split()
} | dict.fromkeys(_HIGHEST, 1)
_DONE: Final = _words(
    "done completed complete finished closed resolved yes true x 1 100 100% ✓ ✔ ✅ ☑ "
    "erledigt fertig abgeschlossen ja wahr 已完成 完成 是 对"
)
_GONE: Final = _words("cancelled canceled wontfix abandoned abgebrochen abgesagt entfällt 已取消 取消 放弃")


@dataclass(frozen=True)
class Manner:
    """How the writer of a list writes: what a bare number counts, which day it is, which part of a date comes first."""

    today: date
    bare: Unit
    month_first: bool = False
    has_highest: bool = False


def manner_of(rows: Sequence[Row], cells: Cells, today: date) -> Manner:
    """Return the manner of a list: 11/30/2026 in any row says that the month comes first in all."""
    dates = [str(row.cells[name]) for row in rows for name in ("earliest", "deadline") if row.cells.get(name)]
    said = [order for text in dates if (order := says_order(text)) is not None]
    american = cells.week.timezone.rpartition("/")[2] in _AMERICAN
    return Manner(
        today=today,
        bare=Unit.SLOTS if cells.week.grid == PERIODS12 else Unit.MINUTES,
        month_first=all(said) if said else american,
        has_highest=any(_rank_words(row.cells.get("priority")) & _HIGHEST for row in rows),
    )


def bare_note(rows: Iterable[Row], manner: Manner, cells: Cells) -> Iterator[str]:
    """Yield what numbers without a unit are taken as, if there are any."""
    given = (row.cells.get("duration") for row in rows)
    if any(isinstance(value, str) and _bare(value) for value in given):
        slots = f"slots of {cells.week.slot_minutes} minutes"
        told = slots if manner.bare is Unit.SLOTS else "minutes"
        yield f"durations without a unit are {told}; write 2h, 90min or 2 slots to say another"


def interpret(row: Row, manner: Manner) -> tuple[Row, list[tuple[str, str]]]:
    """Return the row in the form that is kept, and by field what was read another way than it is written."""
    cells, notes, faults = dict(row.cells), list[tuple[str, str]](), list(row.faults)
    for name, reader in _READERS.items():
        if (value := cells.get(name)) is None or value == "" or not isinstance(value, str):
            continue
        try:
            cells[name], told = reader(value, manner)
        except Unreadable as error:
            faults.append(f"{name} {error}")
            continue
        notes += [(name, f"{name} {quote(value)} read as {told}")] if told else []
    return replace(row, cells=cells, faults=tuple(faults)), notes


def read_progress(value: Any) -> str | None:
    """Return `done` or `cancelled` when a cell of a column about progress says so, or names the day it was."""
    text = str(value or "").strip().casefold()
    if text in _GONE:
        return "cancelled"
    return "done" if text in _DONE or re.match(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}", text) else None


def _duration(text: str, manner: Manner) -> tuple[Any, str | None]:
    amount = read_amount(text)
    if amount is None:
        return text, None
    if amount.unit is Unit.DAYS:
        raise Unreadable(f"{quote(text)} does not say how many hours of work; write hours (8h), a task per sitting")
    whole = amount.number == int(amount.number)
    if amount.unit is None and not whole:
        raise Unreadable(f"{quote(text)} may be hours or slots; write 1.5h, 90min or 2 slots")
    unit = amount.unit or manner.bare
    if unit is Unit.SLOTS:
        return (int(amount.number), None) if whole else (text, None)
    minutes = amount.number if amount.unit is None else amount.minutes
    return f"{ceil(minutes)}min", None


def _block(text: str, manner: Manner) -> tuple[Any, str | None]:
    """A length of one sitting; a bare number is minutes."""
    if text.strip().casefold() in _NOTHING:
        return None, None
    return _duration(text, replace(manner, bare=Unit.MINUTES))


def _repeat(text: str, manner: Manner) -> tuple[Any, str | None]:
    if text.strip().casefold() in _NOTHING:
        return None, None
    rule = read_rule(text)
    if rule is None:
        raise Unreadable(f"{quote(text)} does not say how often; write daily, 3 a week, or 3 a week, 2 days apart")
    return str(rule), None if text.strip() == str(rule) else str(rule)


def _bare(text: str) -> bool:
    return re.fullmatch(r"\s*\d+(?:[.,]0+)?\s*", text) is not None


def _earliest(text: str, manner: Manner) -> tuple[Any, str | None]:
    return _date(text, manner, last=False)


def _deadline(text: str, manner: Manner) -> tuple[Any, str | None]:
    return _date(text, manner, last=True)


def _date(text: str, manner: Manner, *, last: bool) -> tuple[Any, str | None]:
    if text.strip().casefold() in _NOTHING:
        return None, None
    if _is_iso(text):
        return text, None
    span = read_span(text, manner.today, month_first=manner.month_first)
    if span is None:
        return text, None
    when = span.last if last else span.first
    told = say_moment(when) if isinstance(when, datetime) else say_date(when)
    if is_ambiguous(text):
        told += f" ({'month' if manner.month_first else 'day'} first; write {when:%Y-%m-%d} to be sure)"
    if span.repeats:
        told += "; it repeats, and is planned once"
    return when.isoformat(), told


def _is_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return not text.strip().isdigit()


def _priority(text: str, manner: Manner) -> tuple[Any, str | None]:
    plain = text.strip().casefold()
    if plain in _NOTHING:
        return None, None
    if re.fullmatch(r"-?\d+", plain):
        return text, None
    if re.fullmatch(r"[!！❗]{1,3}", plain):
        number = {3: 1, 2: 2, 1: 3}[len(plain)]
    elif found := re.fullmatch(r"(?:p|prio(?:rity|rität)?\s*)(\d)|(\d)\s*[-–:(.].*|\D+[(:]\s*(\d)\)?", plain):
        number = max(1, int(next(filter(None, found.groups()))))
    else:
        number = min((_PRIORITIES[word] for word in _rank_words(text) if word in _PRIORITIES), default=0)
        if not number:
            raise Unreadable(f"{quote(text)} is not a priority; write 1 (highest) to 9, or high, medium, low")
        if number == 1 and manner.has_highest and not _rank_words(text) & _HIGHEST:
            number = 2
    return number, f"{number} (1 is highest)"


def _rank_words(value: Any) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", str(value or "").casefold()))


_READERS: Final = {
    "duration": _duration,
    "min_block": _block,
    "max_block": _block,
    "repeat": _repeat,
    "earliest": _earliest,
    "deadline": _deadline,
    "priority": _priority,
}
