"""What people and pages see of a thread's state; policies, budgets and the model's refused replies stay inside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson
from langchain_core.messages import AnyMessage, SystemMessage
from pydantic_core import to_json

from prompts.exchange import REFUSED
from state.change import Change, Unplaced
from state.common import NO_SCHEDULE, CommonState
from state.interrupt import Rejection
from state.outcome import Outcome
from state.plan import Plan
from state.schedule import Schedule, Value
from state.usage import Usage
from state.when import Locale

MAX_WRITTEN: Final = 1024
"""Schedules and messages whose JSON a process keeps."""
T = TypeVar("T")
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


class StateWriter:
    """Writes states as JSON; schedule and messages, most of a state and the same in most steps, are written once."""

    def __init__(self) -> None:
        self._written: OrderedDict[int, tuple[object, orjson.Fragment]] = OrderedDict()

    def write(self, state: CommonState) -> bytes:
        """Return the state as JSON for outsiders."""
        shown = {name: getattr(state, name) for name in Values.model_fields if name not in ("messages", "schedule")}
        shown["interrupt"] = state.interrupt.payload if state.interrupt else None
        said = [self._once(message, _write_message) for message in state.messages if _is_word(message)]
        schedule = self._once(state.schedule, _write_schedule)
        rest = Values.model_construct(**shown).model_dump(mode="json")
        return orjson.dumps({"messages": said, "schedule": schedule, **rest})

    def _once(self, value: T, write: Callable[[T], bytes]) -> orjson.Fragment:
        """Return a value as JSON; it is held as long as its JSON, so that its id is nobody else's."""
        kept = self._written.get(id(value))
        if kept is None:
            kept = self._written[id(value)] = value, orjson.Fragment(write(value))
            if len(self._written) > MAX_WRITTEN:
                self._written.popitem(last=False)
        return kept[1]


def _write_schedule(schedule: Schedule) -> bytes:
    return b"null" if schedule == NO_SCHEDULE else schedule.model_dump_json().encode()


def _write_message(message: AnyMessage) -> bytes:
    return to_json(message_json(message))


def state_json(state: CommonState) -> dict[str, Any]:
    """Return the state as plain JSON for outsiders."""
    return orjson.loads(StateWriter().write(state))


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
