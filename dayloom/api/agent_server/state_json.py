"""What people and pages see of a thread's state; policies, budgets and the model's refused replies stay inside."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AnyMessage, SystemMessage

from prompts.exchange import REFUSED
from state.change import Change, Unplaced
from state.common import NO_SCHEDULE, CommonState
from state.interrupt import Rejection
from state.outcome import Outcome
from state.plan import Plan
from state.schedule import Schedule, Value
from state.usage import Usage
from state.when import Locale

_OURS = "dayloom_"
"""What marks of ours in a message begin with."""


class Values(Value):
    """The state as outsiders see it; messages in LangChain's JSON."""

    messages: list[dict[str, Any]]
    schedule: Schedule | None
    goal: str
    plan: Plan | None
    locale: Locale
    turn: int
    rounds: int
    model_calls: int
    usage: Usage
    unplaced: tuple[Unplaced, ...]
    last_changes: tuple[Change, ...]
    preview_version: int
    outcome: Outcome | None
    interrupt: dict[str, Any] | None
    rejections: tuple[Rejection, ...]


def state_json(state: CommonState) -> dict[str, Any]:
    """Return the state as plain JSON for outsiders."""
    shown = {name: getattr(state, name) for name in Values.model_fields}
    shown["messages"] = [message_json(message) for message in state.messages if _is_word(message)]
    shown["interrupt"] = state.interrupt.payload if state.interrupt else None
    shown["schedule"] = None if state.schedule == NO_SCHEDULE else state.schedule
    return Values.model_construct(**shown).model_dump(mode="json")


def message_json(message: AnyMessage) -> dict[str, Any]:
    """Return a message as LangChain writes it."""
    plain = message.model_dump(mode="json")
    kept = {name: value for name, value in message.additional_kwargs.items() if not name.startswith(_OURS)}
    return {**plain, "additional_kwargs": kept}


def changed_fields(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that a step has changed; of the messages, those that are new or other, and those that went."""
    old = before or {}
    fields = {name: value for name, value in after.items() if old.get(name) != value}
    if "messages" in fields:
        fields["messages"] = _changed_messages(old.get("messages", []), after["messages"])
    return fields


def _changed_messages(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known = {message["id"]: message for message in before}
    left = {message["id"] for message in after}
    gone = [removal(id) for id in known if id not in left]
    return [*gone, *(message for message in after if known.get(message["id"]) != message)]


def removal(id: str) -> dict[str, Any]:
    """Return the message that takes another one back."""
    return {"type": "remove", "id": id, "content": "", "additional_kwargs": {}, "response_metadata": {}, "name": None}


def _is_word(message: AnyMessage) -> bool:
    return not isinstance(message, SystemMessage) and REFUSED not in message.additional_kwargs
