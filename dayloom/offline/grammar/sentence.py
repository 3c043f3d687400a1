"""What a rule of the grammar is: a pattern with named parts, or a bag of known words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dayloom.offline.whereabouts import WHERE


class Kind(StrEnum):
    """Kinds of sentences; each is built into requests by one function of `reading`."""

    WHO = "who"
    HELP = "help"
    THANKS = "thanks"
    UNDO = "undo"
    APPLY = "apply"
    TAKE_BACK = "take_back"
    GO_ON = "go_on"
    OPEN = "open"
    FREE = "free"
    WHAT = "what"
    WHERE = "where"
    GROUP = "group"
    PLAN_GROUPED = "plan_grouped"
    SPREAD = "spread"
    SWAP = "swap"
    MOVE = "move"
    SHIFT = "shift"
    REMOVE = "remove"
    PLAN = "plan"
    PLAN_NAMED = "plan_named"


@dataclass(frozen=True)
class Form:
    """Sentences of one kind, as patterns over the whole clause."""

    kind: Kind
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Bag:
    """Sentences of one kind, made of these pieces only, one of which must be needed; the rest is days and lengths."""

    kind: Kind
    pieces: re.Pattern[str]
    needs: re.Pattern[str]


def form(kind: Kind, *patterns: str) -> Form:
    """Build from patterns; `{w}` stands for days and times."""
    return Form(kind, tuple(re.compile(pattern.replace("{w}", rf"(?P<where>{WHERE})")) for pattern in patterns))


def bag(kind: Kind, pieces: str, *, needs: str) -> Bag:
    """Build from words separated by spaces; English ones are whole words, Chinese ones may touch."""
    return Bag(kind, re.compile(rf"(?:(?:{_alternatives(pieces.split())})[\s,?!.']*)*"), re.compile(needs))


def _alternatives(words: Iterable[str]) -> str:
    longest_first = sorted(set(words), key=len, reverse=True)
    return "|".join(rf"(?<![a-z]){word}(?![a-z])" if word[0].isascii() else word for word in longest_first)


def either(*patterns: str) -> re.Pattern[str]:
    """Return one pattern that matches any of these."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
