"""What a kind of sentence is: lines of which one fits the whole clause, or known words in any order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from dayloom.offline.grammar.notation import Lines, WordLists, either, whole, within
from dayloom.offline.words import any_of


class Kind(StrEnum):
    """Kinds of sentences, as the tables call them; `build_requests` builds each into requests."""

    WHO = "who"
    HELP = "help"
    THANKS = "thanks"
    UNDO = "undo"
    APPLY = "apply"
    TAKE_BACK = "take_back"
    GO_ON = "go_on"
    OPEN = "open"
    FREE = "free"
    OVERVIEW = "overview"
    WHAT_IS_ON = "what_is_on"
    WHERE = "where"
    GROUP = "group"
    PLAN_GROUPED = "plan_grouped"
    SPREAD = "spread"
    SWAP = "swap"
    MOVE = "move"
    SHIFT = "shift"
    REMOVE = "remove"
    PLAN = "plan"
    REPLAN = "replan"
    AWAY = "away"
    RAN_LATE = "ran_late"
    MISSED = "missed"
    PLAN_NAMED = "plan_named"
    DUE = "due"
    HOW_LONG = "how_long"
    NEXT_UP = "next_up"
    AT_RISK = "at_risk"
    WHY = "why"
    FITS = "fits"
    DROP_WISHES = "drop_wishes"
    ADD_TASK = "add_task"
    CHANGE_TASK = "change_task"
    FINISH_TASK = "finish_task"
    DROP_TASK = "drop_task"
    REOPEN_TASK = "reopen_task"
    DUE_TASK = "due_task"
    SIZE_TASK = "size_task"
    RENAME_TASK = "rename_task"
    RANK_TASK = "rank_task"
    LOCK_TASK = "lock_task"
    SPLIT_TASK = "split_task"
    JOIN_TASK = "join_task"
    STOP_REPEATING = "stop_repeating"
    MOST_A_DAY = "most_a_day"
    BUFFER = "buffer"
    NOTICE = "notice"
    WORKING_HOURS = "working_hours"
    LIFT_LIMIT = "lift_limit"
    LIMITS = "limits"
    EVENT = "event"
    NO_MEETINGS = "no_meetings"
    WHICH_DAY = "which_day"
    MEANT = "meant"
    DONE = "done"
    NAMED = "named"


@dataclass(frozen=True)
class Form:
    """Sentences of one kind, as patterns over the whole clause."""

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Bag:
    """Sentences of one kind, made of known words, days and times; `needs` is what one must find in them.

    With a length of time beside the words, `with_length` will do instead.
    """

    kind: Kind
    words: re.Pattern[str]
    needs: re.Pattern[str]
    with_length: re.Pattern[str] | None = None


def sentences(table: Mapping[str, Any], lists: WordLists) -> tuple[Form | Bag, ...]:
    """Return the kinds of a table, in its order."""
    return tuple(_sentence(Kind(kind), lines, lists) for kind, lines in table.items())


def _sentence(kind: Kind, lines: Mapping[str, Any], lists: WordLists) -> Form | Bag:
    if "words" not in lines:
        return Form(kind, whole(cast("Lines", lines), lists))
    words = re.compile(rf"(?:(?:{any_of(lines['words'].split())})[\s,?!.']*)*")
    beside = either(within(lines["with_length"], lists)) if "with_length" in lines else None
    return Bag(kind, words, either(within(lines["needs"], lists)), beside)
