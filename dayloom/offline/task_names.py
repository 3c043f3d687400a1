"""Finds the task a person means by name, and picks among several by what they say next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from dayloom.offline.grid import lies_in
from dayloom.offline.places import read_places
from dayloom.offline.requests import Tasks
from dayloom.offline.words import ORDINALS, PRONOUNS, any_of, normalise
from state.common import CommonState
from state.schedule import Source, Task
from state.turn import baseline_schedule

_ALIKE: Final = 0.8
"""Titles this similar, of 1, count as the same but for a typing slip."""

_NUMBER: Final = re.compile(r"(?:task|number|no\.?|nr\.?|任务|第)?\s*#?\s*(\d+)\s*(?:个|号)?")
_ID: Final = re.compile(r"(?:task|任务)\s*#?\s*(\d+)|#\s*(\d+)")
_SMALL: Final = frozenset(
    [
        "the",
        "my",
        "a",
        "an",
        "of",
        "for",
        "to",
        "in",
        "on",
        "and",
        "task",
        "homework",
        "session",
        "的",
        "我",
        "这",
        "那",
        "个",
        "任务",
        "作业",
    ]
)
"""Words of a name that single out no task."""
_DIGITS: Final = re.compile(r"\d+")
_ORDINAL: Final = re.compile(any_of(ORDINALS))
_WORD: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f]")


_MEETING: Final = re.compile(
    r"(?:(?:meeting|event|appointment|call|lunch|dinner|coffee|interview) )+with (?P<who>.+)"
    r"|(?:和|跟|与)(?P<who_zh>.+?)的?(?:会议|会面|会|日程|约会|面试)|(?P<who_listed>.+?)的(?:会议|会面|会|日程|约会|面试)"
)
"""An event by who takes part in it."""


def find_tasks(name: str, state: CommonState, hints: Sequence[str] = ()) -> tuple[Task, ...]:
    """Return the tasks a name may mean, movable ones when there are any, narrowed down by what was said since."""
    tasks = state.schedule.tasks
    if name in PRONOUNS:
        spoken_of = {change.task_id for change in state.last_changes}
        found = tuple(task for task in tasks if task.id in spoken_of and len(spoken_of) == 1)
        named = (tasks_called(hint, tasks) for hint in hints)
        found = found or next((tasks for tasks in named if tasks), ())
    else:
        found = tasks_called(name, tasks)
    for hint in hints:
        found = _pick(found, hint, state)
    return found


def tasks_in_group(group: Tasks, state: CommonState) -> tuple[Task, ...]:
    """Return the movable tasks with a place that a group means."""
    now = state.today
    placed = [task for task in state.schedule.tasks if task.movable and task.position is not None]
    if group.spoken_of or group.others:
        spoken_of = {change.task_id for change in state.last_changes} if not group.but else set[int]()
        spoken_of |= {task.id for name in group.but for task in find_tasks(name, state)}
        placed = [task for task in placed if (task.id in spoken_of) is group.spoken_of]
    if group.where:
        placed = [task for task in placed if task.position and lies_in(task.position, group.where, state.schedule, now)]
    return tuple(task for task in placed if not group.word or _is_of_subject(task, group.word))


def find_category(word: str, tasks: Iterable[Task]) -> str | None:
    """Return the category a word names, or None."""
    return next((task.category for task in tasks if task.category and _is_same(task.category, word)), None)


def _is_of_subject(task: Task, word: str) -> bool:
    return _is_same(task.category, word) or any(
        _begins_words(normalise(word), normalise(text)) for text in (task.title, task.category)
    )


def _is_same(one: str, other: str) -> bool:
    return normalise(one).removesuffix("s") == normalise(other).removesuffix("s")


def tasks_called(name: str, tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the tasks a name may mean, in its strictest sense: the title, an id, a part of the title, a slip."""
    wanted = normalise(name)
    if not wanted:
        return ()
    words = set(_WORD.findall(wanted)) - _SMALL
    number = _ID.fullmatch(wanted)
    senses: tuple[Callable[[Task, str], bool], ...] = (
        lambda task, title: title == wanted,
        lambda task, title: number is not None and task.id == int(number[1] or number[2]),
        lambda task, title: re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", title) is not None,
        lambda task, title: _begins_words(wanted, title),
        lambda task, title: bool(words & set(_WORD.findall(title))) and words <= _words_of(task, title),
        lambda task, title: _is_alike(wanted, title),
    )
    titles = [(task, normalise(task.title)) for task in tasks]
    for meant in senses:
        if found := [task for task, title in titles if meant(task, title)]:
            return tuple(task for task in found if task.movable) or tuple(found)
    who = person_of(wanted)
    return tuple(task for task in tasks if takes_part(task, who)) if who else ()


def is_called(name: str, id_: int, title: str, people: Iterable[str] = ()) -> bool:
    """Tell whether a name means what has this id and title, or these people."""
    who = person_of(normalise(name))
    if name in PRONOUNS or (who and any(who in one.casefold() for one in people)):
        return True
    return bool(tasks_called(name, [Task(id=id_, title=title, duration=1)]))


def person_of(name: str) -> str:
    """Return who takes part in an event that is named so, `anna` of `meeting with anna`; empty for another name."""
    found = _MEETING.fullmatch(name)
    return (found["who"] or found["who_zh"] or found["who_listed"]).strip() if found else ""


def takes_part(task: Task, who: str) -> bool:
    """Tell whether somebody takes part in an event, by a part of their name or address."""
    people = task.event.people if task.event else ()
    return task.source is Source.EVENT and any(who.casefold() in one.casefold() for one in people)


def _begins_words(wanted: str, title: str) -> bool:
    """Tell whether a name is a part of a title: of a Chinese one any, of another the beginning of a word in it."""
    if not wanted.isascii():
        return wanted in title
    return len(wanted) > 3 and re.search(rf"(?<![a-z0-9]){re.escape(wanted)}", title) is not None


def _words_of(task: Task, title: str) -> frozenset[str]:
    """Return the words that may be said of a task: those of its title, and its category, as `physics lab report`."""
    words = frozenset(_WORD.findall(title))
    return words | frozenset(_WORD.findall(normalise(task.category))) if words else words


def _is_alike(wanted: str, title: str) -> bool:
    """Tell whether a name is a title with a slip in it; numbers are never a slip."""
    if len(wanted) < 4 or _DIGITS.findall(wanted) != _DIGITS.findall(title):
        return False
    names, words = _WORD.findall(wanted), _WORD.findall(title)
    if len(names) > len(words) or not wanted.isascii():
        return len(names) == len(words) and _similar(wanted, title)
    return _similar(wanted, title) or all(any(_is_slip(one, word) for word in words) for one in names)


def _is_slip(one: str, other: str) -> bool:
    return one == other or (len(one) > 3 and _similar(one, other))


def _similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _pick(found: tuple[Task, ...], hint: str, state: CommonState) -> tuple[Task, ...]:
    if len(found) < 2:
        return found
    said = normalise(hint)
    by_title = tuple(task for task in tasks_called(hint, found) if task in found)
    if 0 < len(by_title) < len(found):
        return by_title
    if ordinal := _ORDINAL.search(said):
        number = ORDINALS[ordinal[0]]
        return found[-1:] if number < 0 else found[number - 1 : number] or found
    if (number := _NUMBER.fullmatch(said)) and 1 <= int(number[1]) <= len(found):
        return found[int(number[1]) - 1 : int(number[1])]
    return _pick_by_place(found, hint, state) or found


def _pick_by_place(found: tuple[Task, ...], hint: str, state: CommonState) -> tuple[Task, ...]:
    """Return those that lay there when the turn began: an answer keeps its meaning after the task has moved."""
    where, now, then = read_places(normalise(hint), loosely=True), state.today, baseline_schedule(state)
    return tuple(
        task
        for task in found
        if (at := then.by_id[task.id].position) is not None and where and lies_in(at, where, state.schedule, now)
    )
