"""What fits the open card of a thread, and what is said when something does not.

Whoever takes a request asks here first, and once, so that a person hears at once what is wrong. The store decides
again, within the script that keeps the request and the one that takes its answer: only there can no other answer come
in between.
"""

from __future__ import annotations

from collections.abc import Collection

from state.errors import NothingToAnswer, StaleAnswer
from state.ids import ThreadId
from state.interrupt import Answer, AnswerType, Interrupt
from state.ports import Accepted
from tools import TOOLBOX
from tools.answer_words import answer_from_words
from tools.approval import check_answer


def fit_to_card(thread: ThreadId, card: Interrupt | None, asked: Accepted, names: Collection[str] = ()) -> Accepted:
    """Return the request as it is carried out while this card is open: an answer in full, and the card it answers.

    A message stays a message, with the card it was said to; `message_as_answer` says what it means there. `names` are
    further names of the card, such as LangGraph's. Raises NothingToAnswer, StaleAnswer and NotAllowed.
    """
    if asked.answer is None:
        return asked if card is None or asked.checkpoint is not None else _said_to(card, asked)
    if card is None:
        raise nothing_open(thread)
    if asked.card not in (None, card.id, *names):
        raise StaleAnswer(f"card {asked.card!r} of thread {thread!r} is not open; the open one is {card.id!r}")
    return asked.model_copy(update={"answer": check_answer(TOOLBOX, card, asked.answer), "card": card.id})


def message_as_answer(thread: ThreadId, card: Interrupt, asked: Accepted) -> Answer:
    """Return what a message says to an open card, in the words that mean the same at every door.

    Raises NotAllowed, and StaleAnswer for a yes that was said before this card was shown.
    """
    answer = check_answer(TOOLBOX, card, answer_from_words(card, asked.message), spoken=True)
    if asked.card != card.id and answer.type in (AnswerType.APPROVE, AnswerType.EDIT):
        raise not_open(thread, asked.card, "closed")
    return answer


def _said_to(card: Interrupt, asked: Accepted) -> Accepted:
    check_answer(TOOLBOX, card, answer_from_words(card, asked.message), spoken=True)
    return asked.model_copy(update={"card": card.id})


def nothing_open(thread: ThreadId) -> NothingToAnswer:
    """Return the error for an answer on a thread that asks nothing."""
    return NothingToAnswer(f"no card or question is open on thread {thread!r}")


def not_open(thread: ThreadId, card: str | None, status: str) -> StaleAnswer:
    """Return the error for an answer that came too late: the card was answered, used, closed, or has expired."""
    if status == "expired":
        return StaleAnswer(f"the card of thread {thread!r} has expired; say again what you would like")
    shown = f"card {card!r}" if card else "the card"
    return StaleAnswer(f"{shown} of thread {thread!r} is {status}, not open")
