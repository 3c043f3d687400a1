"""A decision is read, or refused with the name of what is wrong."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.decision import Confirm, parse_execute_decision, parse_plan_decision
from state.errors import MalformedDecision

CALL = {"name": "place", "arguments": {"task_id": 1}}
ABORT = {"code": "no", "user_message": "Sorry."}


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ("I think we are done!", "Invalid JSON"),
        ("", "empty"),
        ("   ", "empty"),
        ("[]", "reply: Input should be an object"),
        ('{"speak": "x"}', "action"),
        ('{"action": "sleep"}', "does not match any of the expected tags"),
        ('{"action": "continue", "tool_call": [{"name": "a"}]}', "continue.tool_call"),
        ('{"action": "continue", "abort": {"code": "a", "user_message": "b"}}', "continue.abort: Extra inputs"),
        ('{"action": "ask_user", "speak": "?", "tool_call": {"name": "a"}}', "ask_user.tool_call: Extra inputs"),
        ('{"action": "confirm"}', "confirm.tool_call: Field required"),
        ('{"action": "next_plan"}', "next_plan.goal_check: Field required"),
        ('{"action": "next_plan", "goal_check": "  "}', "next_plan.goal_check"),
        ('{"action": "done", "goal_check": 3}', "done.goal_check"),
        ('{"action": "done", "goal_check": "x", "tool_call": {"name": "a"}}', "done.tool_call: Extra inputs"),
        ('{"action": "abort"}', "abort.abort: Field required"),
        ('{"action": "abort", "abort": {"code": "a", "user_message": " "}}', "abort.abort.user_message"),
        ('{"action": "abort", "abort": {"code": "a", "user_message": "b"}, "goal_check": "c"}', "abort.goal_check"),
    ],
)
def test_a_wrong_execute_decision_names_what_is_wrong(reply: str, complaint: str) -> None:
    with pytest.raises(MalformedDecision) as wrong:
        parse_execute_decision(reply)

    assert complaint in wrong.value.complaint
    assert "next_plan" in wrong.value.hint


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ('{"action": "reply"}', "reply.speak: Field required"),
        ('{"action": "plan_done", "plan_steps": []}', "plan_done.plan_steps"),
        ('{"action": "plan_done", "plan_steps": [{"done_when": "x"}]}', "plan_done.plan_steps.0.content"),
        ('{"action": "plan_done", "plan_steps": [{"content": "x"}], "complexity": "huge"}', "complexity"),
        ('{"action": "execute", "allow_reorder": "perhaps"}', "allow_reorder"),
        ('{"action": "abort"}', "abort.abort: Field required"),
    ],
)
def test_a_wrong_plan_decision_names_what_is_wrong(reply: str, complaint: str) -> None:
    with pytest.raises(MalformedDecision) as wrong:
        parse_plan_decision(reply)

    assert complaint in wrong.value.complaint


@pytest.mark.parametrize(
    "decision",
    [
        {"action": "continue"},
        {"action": "continue", "tool_call": CALL},
        {"action": "continue", "tool_calls": [CALL, CALL]},
        {"action": "ask_user", "speak": "Which?"},
        {"action": "confirm", "tool_call": CALL},
        {"action": "next_plan", "goal_check": "placed"},
        {"action": "done", "goal_check": "placed"},
        {"action": "abort", "abort": ABORT},
    ],
)
def test_a_right_execute_decision_is_read(decision: dict[str, Any]) -> None:
    assert parse_execute_decision(json.dumps(decision)).action == decision["action"]


def test_a_decision_in_a_code_fence_is_read() -> None:
    assert parse_execute_decision('```json\n{"action": "continue"}\n```').action == "continue"


@pytest.mark.parametrize(
    "reply",
    [
        {"decision": {"reason": "", "action": "done", "goal_check": "placed", "speak": ""}},
        {"action": "done", "goal_check": "placed", "confidence": 0.9},
        {"action": "done", "goal_check": "placed", "tool_call": None, "abort": None},
    ],
)
def test_a_root_field_what_is_null_and_what_nobody_asked_for_are_no_reason_to_ask_again(reply: dict[str, Any]) -> None:
    assert parse_execute_decision(json.dumps(reply)).action == "done"


def test_a_number_beside_a_step_is_no_reason_to_ask_again() -> None:
    reply = {"action": "plan_done", "plan_steps": [{"content": "Place the essay", "number": 1}]}

    assert parse_plan_decision(json.dumps(reply)).action == "plan_done"


def test_an_id_beside_a_call_is_no_reason_to_ask_again() -> None:
    reply = {"action": "confirm", "tool_call": {**CALL, "id": "call_1", "type": "function"}}

    decision = parse_execute_decision(json.dumps(reply))

    assert isinstance(decision, Confirm)
    assert decision.tool_call.model_dump() == CALL


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(MalformedDecision):
        parse_execute_decision(text)
