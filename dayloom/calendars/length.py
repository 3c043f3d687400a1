"""Lengths of time as people write them in lists: `1h30`, `1.5 hours`, `PT90M`, `1 Std 30 Min`, `半小时`, `2`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """What a number counts; a fraction of an hour is a length, a fraction of a slot is none."""

    SLOTS = "slots"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True)
class Amount:
    """A number and what it counts, None where the text does not say."""

    number: Decimal
    unit: Unit | None

    @property
    def minutes(self) -> Decimal:
        """The length in minutes; only of a unit of the clock."""
        assert self.unit is not None
        return self.number * _MINUTES[self.unit]


_MINUTES: Final = {Unit.SECONDS: Decimal(1) / 60, Unit.MINUTES: Decimal(1), Unit.HOURS: Decimal(60)}
_NAMES: Final = {
    Unit.SLOTS: "slot slots period periods lesson lessons block blocks 节 节课 節 節課 时段 slotcount",
    Unit.SECONDS: "s sec secs second seconds sek sekunde sekunden 秒",
    Unit.MINUTES: "m min mins minute minutes minuten ' ′ 分 分钟 分鐘",
    Unit.HOURS: "h hr hrs hour hours std stunde stunden 小时 小時 钟头 鐘頭 时 時",
    Unit.DAYS: "d day days tag tage tagen week weeks wk wks woche wochen 天 日 周",
}
UNITS: Final = {name: unit for unit, names in _NAMES.items() for name in names.split()}

_FRACTIONS: Final = {"½": ".5", "¼": ".25", "¾": ".75"}
_ABOUT: Final = re.compile(
    r"^(?:~|≈|(?:ca|approx|est)\.|(?:ca|circa|about|approx|approximately|around|etwa|ungefähr)\b|大约|大概|约)\s*"
)
_WORDS: Final = {
    word: str(number)
    for number, words in enumerate(
        (
            "a an one ein eine einer einem",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
        ),
        1,
    )
    for word in words.split()
} | {
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "dreissig": "30",
    "forty-five": "45",
    "sixty": "60",
    "ninety": "90",
}
_DIGITS: Final = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
_HOUR_WORD: Final = r"(?:hours?|hrs?|h|stunden?|std\.?|小时|小時|钟头)"
_REWRITTEN: Final[tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]] = (
    (r"[零一二两兩三四五六七八九十]+", lambda found: str(_chinese(found[0]))),
    (r"three[ -]quarters of an hour|dreiviertelstunde|3刻[钟鐘]", "45 min"),
    (r"(?:a )?quarter (?:of an )?hour|(?:eine )?viertelstunde|1刻[钟鐘]", "15 min"),
    (r"\b(?:one and a half|anderthalb|eineinhalb)(?:en?)?\b", "1.5"),
    (r"\band a half\b", "and 1 half"),
    (rf"(\d+)[个個]?({_HOUR_WORD})半", r"\1.5\2"),
    (r"\bhalf an?\b|(?<!1 )\bhalf(?= )|\b(?:eine )?halbe\b|(?<!\d)(?<![个個])半[个個]?", "0.5 "),
    (r"[^\W\d_]+(?:-five)?", lambda found: _WORDS.get(found[0], found[0])),
    (r"(\d+)\s+and 1 half\b", r"\1.5"),
    (rf"(\d+)\s*({_HOUR_WORD})\s+(?:and 1 half|and 0\.5|und 0\.5)\s*$", r"\1.5 \2"),
    (r"(\d+)[个個]半", r"\1.5"),
    (r"(\d)[个個]", r"\1"),
    (r"(\d+)\s+1/2", r"\1.5"),
    (r"(?<![\d/])1/2", "0.5"),
    (r"(?<![\d/])3/4", "0.75"),
    (r"(?<![\d/])1/4", "0.25"),
    (r"(?<=\d)-(?=[^\W\d_])", " "),
)
_NUMBER: Final = r"(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_RANGE: Final = re.compile(rf"^{_NUMBER}\s*[^\W\d_]*\.?\s*(?:-|–|—|\bto\b|\bbis\b|至|到|~)\s*(?={_NUMBER}\s*[^\W\d_])")
_CLOCK: Final = re.compile(rf"(\d{{1,3}}):([0-5]\d)(?::([0-5]\d))?\s*{_HOUR_WORD}?")
_ISO: Final = re.compile(
    rf"p(?:(?P<d>{_NUMBER})d)?(?:t(?:(?P<h>{_NUMBER})h)?(?:(?P<m>{_NUMBER})m)?(?:(?P<s>{_NUMBER})s)?)?"
)
_PART: Final = re.compile(
    rf"\s*(?:(?:and|und)\b|[,+&;])?\s*(?P<number>{_NUMBER})\s*(?P<unit>(?!and\b|und\b)[^\W\d_]+|['′])?\.?"
)


def read_amount(text: str) -> Amount | None:
    """Return the length a text says, of a range the longer one; None when it says none."""
    text = _plain(text)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return Amount(Decimal(hours * 60 + minutes + (seconds > 0)), Unit.MINUTES)
    if text.startswith("p") and (iso := _ISO.fullmatch(text)) and any(iso.groups()):
        return _sum(list(_of_iso(iso)))
    return _sum(list(_parts(_RANGE.sub("", text))))


def _plain(text: str) -> str:
    text = text.strip().casefold()
    for sign, written in _FRACTIONS.items():
        text = text.replace(sign, written)
    text = _ABOUT.sub("", unicodedata.normalize("NFKC", text)).rstrip("?+ ")
    for pattern, written in _REWRITTEN:
        text = re.sub(pattern, written, text)
    return text.removesuffix("左右").strip()


def _chinese(text: str) -> int:
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[char]) for char in text))
    return (_DIGITS[tens[-1]] if tens else 1) * 10 + (_DIGITS.get(ones[:1], 0))


def _of_iso(found: re.Match[str]) -> Iterator[Amount | None]:
    units = {"d": Unit.DAYS, "h": Unit.HOURS, "m": Unit.MINUTES, "s": Unit.SECONDS}
    yield from (Amount(_number(found[name]), unit) for name, unit in units.items() if found[name])


def _parts(text: str) -> Iterator[Amount | None]:
    """Yield number and unit of each part; None for what is neither."""
    at, last = 0, None
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            yield None
            return
        at, named = part.end(), part["unit"]
        unit = UNITS.get(named) if named else Unit.MINUTES if last is Unit.HOURS else None
        whole = named is None and at == len(text) and last is None
        yield Amount(_number(part["number"]), unit) if unit or whole else None
        last = unit


def _sum(parts: list[Amount | None]) -> Amount | None:
    found = [part for part in parts if part is not None]
    if not found or len(found) < len(parts):
        return None
    if len(found) == 1:
        return found[0]
    if any(part.unit is Unit.DAYS for part in found):
        return Amount(Decimal(1), Unit.DAYS)
    if any(part.unit not in _MINUTES for part in found):
        return None
    return Amount(sum((part.minutes for part in found), Decimal()), Unit.MINUTES)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
