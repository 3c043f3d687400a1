"""What fits the open card of a thread, and what is said when something does not.

Whoever takes a request asks here first, and once, so that a person hears at once what is wrong. The store decides
again, within the script that keeps the request and the one that takes its answer: only there can no other answer come
in between.
"""

from __future__ import annotations

from collections.abc import Collection

from state.errors import NothingToAnswer, StaleAnswer
from state.ids import ThreadId
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.ports import Accepted
from tools import TOOLBOX
from tools.approval import check_answer


def fit_to_card(thread: ThreadId, card: Interrupt | None, asked: Accepted, names: Collection[str] = ()) -> Accepted:
    """Return the request as it is carried out while this card is open: an answer in full, and the card it answers.

    A message stays a message; `message_as_answer` says what it means to a card. `names` are further names of the card,
    such as LangGraph's. Raises NothingToAnswer, StaleAnswer and NotAllowed.
    """
    if asked.answer is None:
        return asked
    if card is None:
        raise nothing_open(thread)
    if asked.card not in (None, card.id, *names):
        raise StaleAnswer(f"card {asked.card!r} of thread {thread!r} is not open; the open one is {card.id!r}")
    return asked.model_copy(update={"answer": check_answer(TOOLBOX, card, asked.answer), "card": card.id})


def message_as_answer(card: Interrupt, message: str) -> Answer:
    """Return what a message says to an open card: the reply to a question, or else a refusal with its reason."""
    kind = AnswerType.RESPOND if card.kind is InterruptKind.QUESTION else AnswerType.REJECT
    return Answer(type=kind, message=message)


def nothing_open(thread: ThreadId) -> NothingToAnswer:
    """Return the error for an answer on a thread that asks nothing."""
    return NothingToAnswer(f"no card or question is open on thread {thread!r}")


def not_open(thread: ThreadId, card: str | None, status: str) -> StaleAnswer:
    """Return the error for an answer that came too late: the card was answered, used, closed, or has expired."""
    if status == "expired":
        return StaleAnswer(f"the card of thread {thread!r} has expired; say again what you would like")
    shown = f"card {card!r}" if card else "the card"
    return StaleAnswer(f"{shown} of thread {thread!r} is {status}, not open")
