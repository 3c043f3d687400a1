"""Opening a card or a question; the confirm node does the asking."""

from __future__ import annotations

from typing import Any, Final

from langchain_core.messages import AIMessage

from prompts.exchange import OF_CARD
from state.common import CommonState, Phase, Update
from state.context import Context
from state.events import Event, EventType
from state.interrupt import Interrupt, digest
from state.tool import ToolCall
from state.transcript import Card


def announce_card(context: Context, text: str) -> Update:
    """Say what a card is about before it opens, for pages that show of a card no more than the call.

    The model reads its own call instead, and the transcript has the card.
    """
    id = context.emit(Event(type=EventType.MESSAGE, data={"text": text, "of_card": True}))
    return {"messages": [AIMessage(text, id=id, additional_kwargs={OF_CARD: True})]}


def open_card(state: CommonState, context: Context, **asked: Any) -> Update:
    """Store an interrupt (fields of `Interrupt` but id, version and digest) and go to confirm."""
    call = asked.get("call") or ToolCall(name=str(asked["kind"]))
    version = state.schedule.version
    card = Interrupt(id=f"{state.turn}-{state.asked + 1}", state_version=version, digest=digest(call, version), **asked)
    context.emit(Event(type=EventType.INTERRUPT_OPENED, data={"interrupt": card.payload}))
    return {
        "phase": Phase.WAITING,
        "interrupt": card,
        "asked": state.asked + 1,
        "transcript": (Card(interrupt_id=card.id, payload=card.payload),),
    }


def reopen_card(state: CommonState, context: Context, card: Interrupt) -> Update:
    """Open a card once more, with an id of its own."""
    return open_card(
        state, context, **{name: getattr(card, name) for name in Interrupt.model_fields if name not in _OWN}
    )


_OWN: Final = ("id", "state_version", "digest")
"""What a card has of its own each time it is opened."""
