"""Reads what is said of events that have no title in the sentence, or are new: whole sentences, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from dayloom.offline.duration import DURATION, LENGTH, read_duration
from dayloom.offline.masks import TITLE_MARKS
from dayloom.offline.places import read_places
from dayloom.offline.requests import AddEvent, ChangeEvent
from dayloom.offline.whereabouts import WHERE, Where

_MARK: Final = re.compile("[\uf000-\uf7ff]")
_KNOWN: Final = re.compile(f"[{chr(TITLE_MARKS[0])}-{chr(TITLE_MARKS[-1])}]")
"""A title that is there already: a task with that title gets a place."""
_THING: Final = "(?:meeting|event|appointment)"
_THING_ZH: Final = "(?:会议|日程|活动|会)"
_TASK: Final = (
    r"(?:(?:an?|the|my|one|another|new) )*(?:tasks?|to-?dos?|items?|assignments?|homework|reminders?)(?![a-z])"
)
_ON: Final = rf"(?: (?:in|into|to) (?:my|the) calendar)?,? (?P<on>{WHERE})(?:,? (?:for )?(?P<length>{LENGTH}))?"
_ADD: Final = (
    re.compile(
        rf"(?:add|put|create|enter|book|schedule|make) (?:an? )?(?:new )?(?P<thing>{_THING}):? ?"
        rf"(?:called |named |for )?(?P<title>[^,;]+?){_ON}"
    ),
    re.compile(rf"(?:add|put|enter) (?!{_TASK})(?P<title>[^,;]+?){_ON}"),
    re.compile(
        rf"(?:添加|新建|加|创建|新增)(?:一个)?(?:新的?)?{_THING_ZH}[:：,，]? ?(?P<on>{WHERE}) ?(?P<title>[^,，。]+?)"
        rf"(?:[,，] ?(?P<length>{LENGTH}))?"
    ),
    re.compile(rf"(?:在)?(?P<on>{WHERE}) ?(?:添加|加|新建|安排)(?:一个)?{_THING_ZH}[:：,，]? ?(?P<title>[^,，。]+)"),
)
_MEAL: Final = re.compile("(?:breakfast|lunch|dinner|noon)")
_WHICH: Final = {"first": 0, "last": -1, "第一个": 0, "最后一个": -1, "最后": -1}
_SOME: Final = rf"(?:my |the )?(?P<which>first|last) {_THING} (?P<where>{WHERE})"
_TIMED: Final = rf"(?:my |the )?(?P<at>[\uf400-\uf7ff]) {_THING} (?P<where>{WHERE})"
_SOME_ZH: Final = rf"(?P<where>{WHERE})的?(?P<which>第一个|最后一个){_THING_ZH}"
_CHANGE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        *(rf"(?:cancel|delete|call off) {some}" for some in (_SOME, _TIMED)),
        *(rf"(?:push|move|shift|delay|postpone) {some} (?:back )?by (?P<length>{LENGTH})" for some in (_SOME, _TIMED)),
        rf"(?:取消|删除){_SOME_ZH}",
        rf"把?{_SOME_ZH}(?:推迟|延后|往后推) ?(?P<length>{LENGTH})",
    )
)


def read_event(text: str, unmask: Callable[[str], str]) -> AddEvent | ChangeEvent | None:
    """Return what a whole sentence asks of an event; None when it is another sentence."""
    text = _MARK.sub(lambda mark: said if _MEAL.fullmatch(said := unmask(mark[0]).strip()) else mark[0], text)
    text = text.strip().rstrip(".!。！")
    for pattern in _CHANGE:
        if found := pattern.fullmatch(text):
            return _change(found, unmask)
    for pattern in _ADD:
        if (found := pattern.fullmatch(text)) and (made := _add(found, unmask)):
            return made
    return None


def _change(found: re.Match[str], unmask: Callable[[str], str]) -> ChangeEvent | None:
    said = found.groupdict()
    where = read_places(unmask(f"{said['where']} {'at ' if said.get('at') else ''}{said.get('at') or ''}".strip()))
    length = DURATION.search(said["length"]) if said.get("length") else None
    amount = read_duration(length) if length else None
    if len(where) != 1 or (said.get("length") and (amount is None or not amount.minutes)):
        return None
    minutes = amount.minutes or 0 if amount else 0
    return ChangeEvent(_WHICH.get(said.get("which") or "first", 0), where, minutes)


def _add(found: re.Match[str], unmask: Callable[[str], str]) -> AddEvent | None:
    on = read_places(unmask(found["on"]))
    title, thing = found["title"].strip(" :,"), found.groupdict().get("thing")
    title = f"{thing} {title}" if thing and title.startswith(("with ", "about ")) else title
    length = DURATION.search(found["length"]) if found.groupdict().get("length") else None
    if len(on) != 1 or not _is_moment(on[0]) or not title or _MARK.search(title) or _KNOWN.search(title):
        return None
    return AddEvent(title, on, read_duration(length) if length else None)


def _is_moment(on: Where) -> bool:
    """Tell whether one day and one time are said."""
    days = (*on.weekdays, *on.dates, *on.ahead)
    return len(days) == 1 and on.at is not None and not (on.since or on.until)
