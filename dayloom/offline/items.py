"""Reads what is said of a new task: its title, how long it takes, by when it has to be done, on which day."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dayloom.offline.duration import DURATION, LENGTH, read_duration
from dayloom.offline.places import read_places
from dayloom.offline.requests import AddTask
from dayloom.offline.whereabouts import BEFORE_DAY, WHERE, Where

_MARK: Final = re.compile("[\uf000-\uf7ff]")
EVERY: Final = re.compile(r"(?<![a-z])(?:every|each)(?![a-z])|每")
"""What makes one day many."""

DUE: Final = re.compile(
    rf"[,\s]*(?:(?<![a-z])(?:and\s)?(?:it\sis\s|is\s)?(?:due|deadline|to be done)[:\s]+|截止[到是在]?\s?)"
    rf"(?P<due>{WHERE})"
    rf"|[,\s]*(?:(?P<bound>{BEFORE_DAY}{WHERE}|{WHERE}(?:之前|以前|前))(?:完成|交)?|(?P<until>{WHERE})截止)"
)
"""By when something has to be done, as it is said beside a new task."""

_CUT: Final = "\0"
_NO_TASK: Final = re.compile(
    r"(?:meeting|event|appointment|call with|lunch|dinner|breakfast|interview|coffee|break|buffer|pause|it|them|more|"
    r"some|another|free|time|all|every\w*)(?![a-z])"
)
"""How what is no task begins."""
_NO_TITLE: Final = re.compile(
    r"^[\ue000-\uefff]+$|(?<![a-z])(?:of|between|before|after|to|by|for|and|with|from|at|in|on|due|not|no)$"
)
"""What shows that no new title was said: a task that is there, a word that wants another."""
_LENGTH: Final = re.compile(
    rf"[,\s]*(?:(?<![a-z])(?:for|takes|taking|about|needs|it takes|lasting)\s|需要|要)?\(?{LENGTH}\)?"
)
_DAY: Final = re.compile(rf"[,\s]*(?:(?<![a-z])(?:on|for)\s)?(?P<where>{WHERE})")


def read_item(text: str, unmask: Callable[[str], str]) -> AddTask | None:
    """Return the task that is described, or None when a day or time in it was not understood."""
    due: tuple[Where, ...] = ()
    if EVERY.search(unmask(text)):
        return None
    if found := DUE.search(text):
        due = read_places(unmask(found["due"] or found["bound"] or found["until"]))
        text = text.replace(found[0], _CUT, 1)
        if not due:
            return None
    length = _LENGTH.search(text)
    amount = DURATION.search(length[0]) if length else None
    text = text.replace(length[0], _CUT, 1) if length else text
    on: tuple[Where, ...] = ()
    if found := _DAY.search(text):
        on = read_places(unmask(found["where"]))
        if not on:
            return None
        text = text.replace(found[0], _CUT, 1)
    titles = [part for part in (" ".join(part.split()).strip(" ,.;:-()") for part in text.split(_CUT)) if part]
    title = titles[0].removeprefix("to ") if len(titles) == 1 else ""  # nothing is left over beside the title
    if not title or _MARK.search(title) or len(due) > 1 or not _is_one_day(on) or (due and on):
        return None
    return AddTask(title, read_duration(amount) if amount else None, due, on)


def is_timed_task(item: AddTask, said: str) -> bool:
    """Tell whether a new thing that nobody calls a task is one: its title comes first, then how long or by when."""
    named = not _NO_TITLE.search(item.title) and not _LENGTH.match(said) and not _NO_TASK.match(item.title)
    return named and (item.amount is not None or bool(item.due))


def _is_one_day(on: tuple[Where, ...]) -> bool:
    if not on:
        return True
    days = (*on[0].weekdays, *on[0].dates, *on[0].ahead)
    return len(on) == 1 and len(days) == 1 and not on[0].timed
