"""A stored question to the person, and the answers it takes."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any, Final, Literal, Self

from pydantic import model_validator

from state.change import Change
from state.decision import PlanStep
from state.schedule import Value
from state.task_edit import TaskChange
from state.tool import ToolCall

MESSAGE_ID: Final = "message_id"
"""The field beside a request, or an answer in words, that says what the person's page calls the message."""

SAID: Final = "words"
"""The field beside an answer that holds the words it was read from."""


class InterruptKind(StrEnum):
    """What is being asked."""

    QUESTION = "question"
    PLAN = "plan"
    TOOL = "tool"
    REORDER = "reorder"


class AnswerType(StrEnum):
    """What a person may say to a card or question."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    RESPOND = "respond"


ALLOWED: dict[InterruptKind, tuple[AnswerType, ...]] = {
    InterruptKind.QUESTION: (AnswerType.RESPOND,),
    InterruptKind.PLAN: (AnswerType.APPROVE, AnswerType.REJECT),
    InterruptKind.TOOL: (AnswerType.APPROVE, AnswerType.EDIT, AnswerType.REJECT),
    InterruptKind.REORDER: (AnswerType.APPROVE, AnswerType.REJECT),
}


class Answer(Value):
    """A person's decision on an open interrupt; `scope="turn"` extends it to the rest of the turn.

    Beside approve that means all further cards of this turn, beside reject that the turn ends here. Only an edit
    carries a change.
    """

    type: AnswerType
    message: str = ""
    edited_action: ToolCall | None = None
    scope: Literal["once", "turn"] = "once"

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if self.edited_action is not None and self.type is not AnswerType.EDIT:
            raise ValueError(f"edited_action belongs to an edit, not to {self.type.value}")
        if self.scope == "turn" and self.type not in (AnswerType.APPROVE, AnswerType.REJECT):
            raise ValueError(f"scope 'turn' belongs to approve, not to {self.type.value}")
        return self

    @property
    def ends_turn(self) -> bool:
        """Tell whether the person wants nothing more of this turn."""
        return self.type is AnswerType.REJECT and self.scope == "turn"


LEAVE: Final = Answer(type=AnswerType.REJECT, scope="turn")
"""Decline whatever is open, also a question, and end the turn."""


class Interrupt(Value):
    """One open card or question, answered exactly once.

    `asker` is the node that goes on after a question. `digest` covers tool, arguments and schedule version: what is
    approved is exactly what was shown. `steps` belongs to a plan card, `call` to a tool card; its `edits` are what it
    changes of the list of tasks.
    """

    id: str
    kind: InterruptKind
    asker: Literal["plan", "execute", "order_guard"]
    description: str
    call: ToolCall | None = None
    call_id: str = ""
    steps: tuple[PlanStep, ...] = ()
    changes: tuple[Change, ...] = ()
    edits: tuple[TaskChange, ...] = ()
    editable: tuple[str, ...] = ()
    state_version: int
    digest: str

    @property
    def allowed(self) -> tuple[AnswerType, ...]:
        """Answers this card takes; edit only when the tool marks a field editable."""
        takes = ALLOWED[self.kind]
        return takes if self.editable else tuple(answer for answer in takes if answer is not AnswerType.EDIT)

    @property
    def payload(self) -> dict[str, Any]:
        """The value outsiders see: the LangChain approval request, with our part beside it."""
        name, args = self._action()
        return {
            "action_requests": [{"name": name, "args": args, "description": self.description}],
            "review_configs": [{"action_name": name, "allowed_decisions": [answer.value for answer in self.allowed]}],
            "dayloom": {
                "id": self.id,
                "kind": self.kind.value,
                "changes": [change.model_dump(mode="json") for change in self.changes],
                **({"edits": [edit.model_dump(mode="json") for edit in self.edits]} if self.edits else {}),
                "editable": list(self.editable),
                "state_version": self.state_version,
                "digest": self.digest,
            },
        }

    def _action(self) -> tuple[str, dict[str, Any]]:
        if self.call is not None:
            return self.call.name, dict(self.call.arguments)
        if self.kind is InterruptKind.PLAN:
            return "plan", {"steps": [step.model_dump() for step in self.steps]}
        return self.kind.value, {}


def approved_call(asked: Interrupt, answer: Answer) -> ToolCall | None:
    """Return the call that an answer to a card approves: the card's own, at most with editable fields changed.

    None when the answer approves no call. Whoever needs to know what was approved asks here, so that the node that
    runs it and the store that checks it cannot differ.
    """
    if asked.call is None or answer.type not in (AnswerType.APPROVE, AnswerType.EDIT):
        return None
    edited = answer.edited_action.arguments if answer.edited_action else {}
    changed = {name: value for name, value in edited.items() if name in asked.editable}
    return asked.call.model_copy(update={"arguments": {**asked.call.arguments, **changed}})


class Rejection(Value):
    """A call the person declined, remembered so that it is not proposed again unchanged.

    `state_version` is that of the schedule it was shown with; it matters for tools that take the draft as it is.
    """

    call: ToolCall
    reason: str
    state_version: int | None = None


def digest(call: ToolCall, state_version: int) -> str:
    """Return `sha256:…` over tool, arguments (key order does not matter) and schedule version."""
    plain = json.dumps([call.name, call.arguments, state_version], sort_keys=True, ensure_ascii=False)
    return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
