"""Reads what is said of a task that comes again: how often, how long, on which days, and its title."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dayloom.offline import grammar
from dayloom.offline.duration import DURATION, LENGTH, read_duration
from dayloom.offline.items import EVERY
from dayloom.offline.lasting import clock_hours, is_usual
from dayloom.offline.places import read_places
from dayloom.offline.requests import Amount, RepeatTask
from dayloom.offline.whereabouts import WHERE, Where
from dayloom.offline.words import NUMBERS

_CUT: Final = "\0"
_DAY_MARK: Final = re.compile("[\uf000-\uf3ff]")
_WEEK_DAYS: Final = range(1, 8)
_MARK: Final = re.compile("[\uf000-\uf7ff]")
_PER_WEEK: Final = "week"
_TIMES_WORD: Final = r"\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|[一二两三四五六七八九十]"
_TIMES: Final = re.compile(
    rf"[,\s]*(?:(?<![a-z])(?P<few>once|twice)|(?<![a-z\d])(?P<count>{_TIMES_WORD})(?:\s?x|\stimes))"
    r"\s(?:a|per|each|every)\s(?P<per>day|week)(?![a-z])"
)
_TIMES_ZH: Final = re.compile(rf"(?P<count>{_TIMES_WORD})\s?[次遍回]")
_WEEK: Final = re.compile(
    r"[,\s]*(?<![a-z])(?:every|each|per|a)\sweek(?![a-z])|(?<=\S\s)weekly(?![a-z])|(?:每个?|(?<![一二两三四五六七八九十第])一个?)(?:周|星期|礼拜)"
)
_A_DAY: Final = re.compile(r"(?<=\S)\s(?:a|per)\sday(?![a-z])")
APART: Final = re.compile(
    r"[,\s]*(?:but\s|and\s)?(?:(?:not|never)\son\s(?:following|consecutive|successive|adjacent)\sdays"
    r"|not\s(?:on\s)?(?:two\s)?days\sin\sa\srow|with\s(?:at\sleast\s)?(?:a|one)\s(?:free\s)?day\s(?:off\s)?(?:in\s)?between)"
    r"|[,，]?\s?(?:不要|不能|别|不)(?:连着|连续|挨着)(?:两天)?"
)
_LENGTH: Final = re.compile(
    rf"[,\s]*(?:(?<![a-z])(?:for|about|takes|at)\s|每次|大约)?{LENGTH}"
    r"(?:\s(?:each|each time|every time|long|of)(?![a-z]))*"
)
_DAYS: Final = re.compile(rf"[,\s]*{WHERE}")
_BEFORE_TITLE: Final = re.compile(
    r"^(?:(?:add|create|new)(?:\sa)?(?:\snew)?\s(?:task|to-do|todo|habit|routine)[:\s]+|add\s|(?:添加|加|新建|新增)(?:一个)?(?:任务|待办)[:,]?\s?|to\s|of\s|i\s(?:can\s|will\s)?|repeat\s|do\s(?=the|my)|我?(?:要|想|去|做)+(?=..))+"
)
_NO_TASK: Final = re.compile(
    r"(?:keep|leave|reserve|block|hold|spare|free|nothing|no|never|plan|schedule|have|make|need|want|set|work|working)(?![a-z])"
    "|(?:空出|留出|留|保留|安排|把|工作)|.*(?:最多|不超过|至多|至少|at most|at least|no more than)"
)
"""What begins no title, but a limit or a plan that was not understood."""
_HALF_SAID: Final = frozenset(("", "study", "studying", "学习"))
"""What is no task when its length is not said: `study every day from 9 to 17` may be a limit."""


_IN_TURN: Final = (
    ("times", _TIMES),
    ("apart", APART),
    ("week", _WEEK),
    ("times", _TIMES_ZH),
    ("length", _LENGTH),
    ("day", _A_DAY),
    ("where", _DAYS),
)
"""What is taken out of a sentence, one after the other, before what is left is the title."""


def read_repeat(text: str, unmask: Callable[[str], str], is_order: Callable[[str], bool]) -> RepeatTask | None:
    """Return the task that is to come again; None when no sentence, or one with more in it, says so."""
    parts: dict[str, re.Match[str]] = {}
    for name, pattern in _IN_TURN:
        if name not in parts and (found := pattern.search(text)):
            parts[name] = found
            text = text.replace(found[0], _CUT, 1)
    said = unmask(parts["where"][0]) if "where" in parts else ""
    pieces = [piece for piece in (part.strip(" ,.;:-()") for part in text.split(_CUT)) if piece]
    if len(pieces) != 1 or not (_PER_WEEK in _said(parts, "times") or _is_daily(parts, said)):
        return None
    title, amount = _BEFORE_TITLE.sub("", pieces[0]), _amount(parts)
    if _is_no_title(title) or is_order(title) or (not amount and title in _HALF_SAID):
        return None
    return _repeated(grammar.ARTICLE.sub("", title), amount, parts, said)


def _is_no_title(title: str) -> bool:
    return bool(_NO_TASK.match(title) or _MARK.search(title) or grammar.HEDGES.search(title))


def _said(parts: dict[str, re.Match[str]], name: str) -> str:
    return parts[name][0] if name in parts else ""


def _is_daily(parts: dict[str, re.Match[str]], said: str) -> bool:
    """Tell whether days or weeks are named on which it comes; `three times` alone does not say how often."""
    return bool(parts.keys() & {"week", "day"}) or "day" in _said(parts, "times") or _is_every(said)


def _is_every(said: str) -> bool:
    return bool(EVERY.search(said) or "daily" in said or re.search(r"days(?![a-z])", said))


def _repeated(title: str, amount: Amount | None, parts: dict[str, re.Match[str]], said: str) -> RepeatTask | None:
    """Return the rule that the parts make, or None when they contradict each other."""
    where = read_places(said) if said else (Where(),)
    if len(where) != 1 or not title:
        return None
    (place,) = where
    if len(place.weekdays) == len(_WEEK_DAYS) and len(_DAY_MARK.findall(parts["where"][0])) > 1:
        return None  # `every day from Monday to Wednesday`
    hours, days = clock_hours(place, amount), place.weekdays if len(place.weekdays) < 7 else ()
    weekly = bool(days) or "week" in parts or _PER_WEEK in _said(parts, "times")
    if hours is None or not is_usual(replace(place, at=None)) or (weekly and place.weekdays and not days):
        return None  # of `every week every day` one is too much
    times = _count(parts["times"]) if "times" in parts else max(1, len(days))
    since, until = hours
    return RepeatTask(
        title, times, "week" if weekly else "day", 2 if "apart" in parts else 1, amount, days, since, until
    )


def _count(found: re.Match[str]) -> int:
    said = found.groupdict()
    if few := said.get("few"):
        return 1 if few == "once" else 2
    return int(said["count"]) if said["count"].isdigit() else NUMBERS[said["count"]]


def _amount(parts: dict[str, re.Match[str]]) -> Amount | None:
    found = DURATION.search(parts["length"][0]) if "length" in parts else None
    return read_duration(found) if found else None
