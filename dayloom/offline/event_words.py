"""Reads what is said of events that have no title in the sentence, or are new: whole sentences, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from dayloom.offline import grammar
from dayloom.offline.duration import DURATION, LENGTH, read_duration
from dayloom.offline.items import EVERY
from dayloom.offline.masks import TITLE_MARKS
from dayloom.offline.places import read_places
from dayloom.offline.requests import AddEvent, Amount, ChangeEvent, Invite, MeetingsWith
from dayloom.offline.whereabouts import WHERE, Where
from dayloom.offline.words import PRONOUNS

_MARK: Final = re.compile("[\uf000-\uf7ff]")
_KNOWN: Final = re.compile(f"[{chr(TITLE_MARKS[0])}-{chr(TITLE_MARKS[-1])}]")
"""A title that is there already: a task with that title gets a place."""
_EVERYBODY: Final = re.compile("everyone|everybody|all|people|(?:the|my) .*|them|him|her|me|大家|所有人|他们|他|她")
"""Whom no calendar knows by that name."""
_OF_A_TASK: Final = re.compile(rf"{LENGTH}|(?<![a-z])(?:due|deadline|by|before|until)$")
"""What is said of tasks: how long they take, and by when they are to be done."""
_ASKS: Final = re.compile("谁|什么|哪|几点")
_THING: Final = "(?:meeting|event|appointment)"
_CALLED_SO: Final = "(?:call|lunch|dinner|breakfast|interview|coffee)(?![a-z])"
"""What an event is, and is called as well: `a call with the bank`."""
_THING_ZH: Final = "(?:会议|日程|活动|会)"
_TASK: Final = (
    r"(?:(?:an?|the|my|one|another|new) )*(?:tasks?|to-?dos?|items?|assignments?|homework|reminders?)(?![a-z])"
)
_IN: Final = "(?: (?:in|into|to|on) (?:my|the) calendar)?"
_ON: Final = rf"{_IN},? ?(?P<on>{WHERE})(?:,? (?:for )?(?P<length>{LENGTH}))?{_IN}"
_NEW: Final = r"(?:add|put|create|enter|book|schedule|make|arrange|set up) (?:an? )?(?:new )?"
_ADD: Final = (
    re.compile(rf"{_NEW}(?P<thing>{_THING}):? ?(?:called |named |for )?(?P<title>[^,;]*?)(?:{_ON})?"),
    re.compile(rf"new {_THING}[:,]? (?P<title>[^,;]+?){_ON}"),
    re.compile(rf"{_NEW}(?P<title>{_CALLED_SO}[^,;]*?)(?:{_ON})?"),
    re.compile(rf"(?:i have|i've got|there is|there's) an? (?P<exact>)(?P<title>[^,;]+?){_ON}"),
    re.compile(rf"(?:add|put|enter|book) (?!{_TASK})(?P<exact>)(?P<title>[^,;]+?){_ON}"),
    re.compile(
        rf"(?:添加|新建|加|创建|新增)(?:一个)?(?:新的?)?{_THING_ZH}[:：,，]? ?(?P<on>{WHERE}) ?(?P<title>[^,，。]+?)"
        rf"(?:[,，] ?(?P<length>{LENGTH}))?"
    ),
    re.compile(rf"(?:添加|新建|创建|新增|安排|约)(?:一个|个|一场|一次)(?:新的?)?(?P<title>{_THING_ZH})"),
    re.compile(rf"(?:在)?(?P<on>{WHERE}) ?(?:添加|加|新建|安排)(?:一个)?{_THING_ZH}[:：,，]? ?(?P<title>[^,，。]+)"),
    re.compile(
        rf"(?:我)?(?P<on>{WHERE}) ?(?:我)?(?:要|有)?(?P<title>(?:和|跟|与)[^,，。]+?(?:开会|见面|吃饭|通话|会面|面试))"
        rf"(?:[,，] ?(?P<length>{LENGTH}))?"
    ),
)
_MEAL: Final = re.compile("(?:breakfast|lunch|dinner|noon)")
_WHICH: Final = {"first": 0, "last": -1, "第一个": 0, "最后一个": -1, "最后": -1}
_SOME: Final = rf"(?:my |the )?(?P<which>first|last) {_THING} (?P<where>{WHERE})"
_TIMED: Final = rf"(?:my |the )?(?P<at>[\uf400-\uf7ff])(?: {_THING})? (?P<where>{WHERE})"
_SOME_ZH: Final = rf"(?P<where>{WHERE})的?(?P<which>第一个|最后一个){_THING_ZH}"
_PERSON: Final = "(?P<person>[^,;?\uf000-\uf7ff]+?)"
_THINGS: Final = "(?:meetings|events|appointments|calls)"
_ALL: Final = (
    rf"(?:(?:all|every|each)(?: of)? (?:my |the )*(?:{_THING}|{_THINGS})(?: with {_PERSON})?"
    rf"|everything with (?P<somebody>[^,;?\uf000-\uf7ff]+?))(?: (?P<where>{WHERE}))?"
)
_CANCEL: Final = "(?:cancel|delete|call off|drop)"
_MOVE: Final = "(?:push|move|shift|delay|postpone|reschedule)"
_LATER: Final = rf"(?P<length>{LENGTH})"
_CHANGE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        *(rf"{_CANCEL} {some}" for some in (_SOME, _TIMED, _ALL)),
        *(rf"{_MOVE} {some} (?:back )?by {_LATER}" for some in (_SOME, _TIMED)),
        *(rf"{_MOVE} {some} (?:by )?{_LATER} (?P<way>later|earlier)" for some in (_SOME, _TIMED)),
        *(rf"{_MOVE} {some} (?:to|until) (?P<to>{WHERE})" for some in (_SOME, _TIMED)),
        rf"(?:取消|删除){_SOME_ZH}",
        rf"(?:取消|删除)(?P<where>{WHERE})?的?(?:和|跟|与){_PERSON}的?所有(?:的)?{_THING_ZH}",
        rf"(?:取消|删除)(?P<where>{WHERE})的?所有的?{_THING_ZH}",
        rf"把?{_SOME_ZH}(?:推迟|延后|往后推) ?{_LATER}",
        rf"把?{_SOME_ZH}(?P<way>提前) ?{_LATER}",
        rf"把?{_SOME_ZH}(?:移|改|挪|调|推迟)到 ?(?P<to>{WHERE})",
    )
)
_INVITE: Final = (
    re.compile(rf"(?:invite|add) {_PERSON} to (?:my |the )?(?P<name>[^,;?]*(?:{_THING}|{_KNOWN.pattern})[^,;?]*)"),
    re.compile(rf"邀请{_PERSON}(?:参加|加入)(?P<name>[^,，。]+)"),
)
_WITH: Final = (
    re.compile(
        rf"(?:what|which) (?:(?:{_THINGS}|{_THING}) )?(?:do i have|have i got|are there|is there|have i) "
        rf"with {_PERSON}(?: (?P<where>{WHERE}))?"
    ),
    re.compile(rf"(?:show|list)(?: me)? (?:all |my |the )*{_THINGS} with {_PERSON}(?: (?P<where>{WHERE}))?"),
    re.compile(rf"(?:我)?(?P<where>{WHERE})?(?:我)?(?:和|跟|与){_PERSON}有(?:什么|哪些){_THING_ZH}"),
)

Read = AddEvent | ChangeEvent | Invite | MeetingsWith


def read_event(text: str, unmask: Callable[[str], str], is_there: Callable[[str], bool]) -> Read | None:
    """Return what a whole sentence asks of an event; None when it is another sentence, or about what is there."""
    text = text.strip().rstrip(".!?。！？ ")
    for pattern in _WITH:
        if found := pattern.fullmatch(text):
            where = read_places(unmask(found["where"])) if found["where"] else ()
            return MeetingsWith(found["person"], where) if where or not found["where"] else None
    for pattern in _INVITE:
        if (found := pattern.fullmatch(text)) and not _MARK.search(found["name"]):
            people = tuple(one for one in grammar.NAME_LIST.split(found["person"]) if one)
            known = people and not any(_EVERYBODY.fullmatch(one) or DURATION.search(one) for one in people)
            return Invite(grammar.ARTICLE.sub("", found["name"]), people) if known else None
    for pattern in _CHANGE:
        if found := pattern.fullmatch(text):
            return _change(found, unmask)
    text = _MARK.sub(lambda mark: said if _MEAL.fullmatch(said := unmask(mark[0]).strip()) else mark[0], text)
    for pattern in _ADD:
        if (found := pattern.fullmatch(text)) and (made := _add(found, unmask, is_there)):
            return made
    return None


def _change(found: re.Match[str], unmask: Callable[[str], str]) -> ChangeEvent | None:
    said = {name: part or "" for name, part in found.groupdict().items()}
    at, to = said.get("at", ""), read_places(unmask(said.get("to", "")))
    person = said.get("person") or said.get("somebody") or ""
    where = read_places(unmask(f"{said['where']} {'at ' if at else ''}{at}".strip()))
    amount = _amount(said.get("length", ""))
    if len(where) > 1 or not (where or person) or (said["where"] and not where) or (said.get("to") and len(to) != 1):
        return None
    if said.get("length") and (amount is None or not amount.minutes):
        return None
    minutes = (amount.minutes or 0 if amount else 0) * (-1 if said.get("way") in ("earlier", "提前") else 1)
    one = "which" in said or "at" in said
    return ChangeEvent(_WHICH.get(said.get("which") or "first", 0) if one else None, where, minutes, to, person)


def _add(found: re.Match[str], unmask: Callable[[str], str], is_there: Callable[[str], bool]) -> AddEvent | None:
    said = {name: part or "" for name, part in found.groupdict().items()}
    when = said.get("on", "")
    on, amount = read_places(unmask(when)), _amount(said.get("length", ""))
    title, thing = said["title"].strip(" :,"), said.get("thing", "")
    title = f"{thing} {title}".strip() if not title or title.startswith(("with ", "about ")) else title
    title = title.removeprefix("the ").removeprefix("my ")
    if title in PRONOUNS or ("exact" in said and on and not on[0].timed):
        return None  # only with its time is it an event, and no task
    if not title or _ASKS.search(title) or _MARK.search(title) or _KNOWN.search(title) or is_there(title):
        return None
    if _OF_A_TASK.search(title):
        return None
    if not when:
        return AddEvent(title, (), amount)
    if len(on) != 1 or not _is_moment(on[0]) or EVERY.search(unmask(when)):
        return None
    return _timed(title, on[0], amount)


def _timed(title: str, on: Where, amount: Amount | None) -> AddEvent | None:
    """Return the event at a time; where its end was said too, as long as that tells."""
    if on.start is None and on.end is None:
        return AddEvent(title, (on,), amount)
    if on.start is None or on.end is None or amount is not None:
        return None
    first, last = (datetime.combine(datetime.min, clock) for clock in (on.start, on.end))
    minutes = int((last - first).total_seconds()) // 60
    start = Where(weekdays=on.weekdays, dates=on.dates, ahead=on.ahead, weeks=on.weeks, at=on.start)
    return AddEvent(title, (start,), Amount(minutes=minutes))


def _amount(said: str) -> Amount | None:
    found = DURATION.search(said)
    return read_duration(found) if found else None


def _is_moment(on: Where) -> bool:
    """Tell whether one day is said, and a time or none, which is asked for."""
    days = (*on.weekdays, *on.dates, *on.ahead)
    return len(days) == 1 and not (on.since or on.until)
