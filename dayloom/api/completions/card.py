"""A card as text: what would happen, and what to say to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from state.interrupt import Interrupt, InterruptKind
from state.when import Locale


@dataclass(frozen=True)
class _Words:
    reply: str
    approve: str
    approve_all: str
    reject: str
    between: str
    otherwise: str
    short: tuple[str, ...]


_WORDS: Final[Mapping[Locale, _Words]] = {
    Locale.EN: _Words(
        reply="Reply with {ways}.",
        approve='"approve"',
        approve_all='"approve all" (whatever else this turn asks)',
        reject='"reject" and what should be different, such as another day and time',
        between=", ",
        otherwise="A question is answered first; anything else declines it, with your words as the reason.",
        short=("approve", "reject"),
    ),
    Locale.ZH: _Words(
        reply="请回复{ways}。",
        approve="“同意”",
        approve_all="“全部同意”（本轮其余的也同意）",
        reject="“拒绝”并说明希望怎样改，比如另一个日期和时间",
        between="、",
        otherwise="问题会先得到回答；其他回复都视为拒绝，并作为理由。",
        short=("同意", "拒绝"),
    ),
}


def card_text(asked: Interrupt, locale: Locale, *, said: str = "") -> str:
    """Return what the person is asked; a question that was `said` just before is not said again."""
    if asked.kind is InterruptKind.QUESTION:
        return "" if asked.description.strip() == said.strip() else asked.description
    return "\n\n".join(_parts(asked, _WORDS[locale]))


def short_replies(said: str) -> tuple[str, ...]:
    """Return the shortest answers to the card that was said last, in its language; none when it was no card."""
    return next((words.short for words in _WORDS.values() if said.rstrip().endswith(words.otherwise)), ())


def _parts(asked: Interrupt, words: _Words) -> Iterator[str]:
    yield asked.description
    if asked.steps:
        yield "\n".join(f"{number}. {step.content}" for number, step in enumerate(asked.steps, 1))
    yield f"{words.reply.format(ways=words.between.join(_ways(asked, words)))} {words.otherwise}"


def _ways(asked: Interrupt, words: _Words) -> Iterator[str]:
    yield words.approve
    if asked.kind is not InterruptKind.REORDER:
        yield words.approve_all
    yield words.reject
