"""What an answer approves is the call on the card, the card's call with allowed fields changed, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind, approved_call, digest
from state.tool import ToolCall
from tools import TOOLBOX
from tools.approval import check_answer

PLACE = ToolCall(name="place", arguments={"task_id": 2, "day": 1, "slot_start": 3})
OTHERS = ("place", "move", "apply_schedule", "undo_apply", "draft_plan", "nothing", "")


def a_card(kind: InterruptKind = InterruptKind.TOOL, call: ToolCall | None = PLACE, *editable: str) -> Interrupt:
    call = call if kind is InterruptKind.TOOL else None
    return Interrupt(
        id="1-1",
        kind=kind,
        asker="execute",
        description="?",
        call=call,
        editable=editable if call else (),
        state_version=4,
        digest=digest(call or ToolCall(name="none"), 4),
    )


CARDS = st.one_of(
    st.lists(st.sampled_from(["day", "slot_start"]), unique=True).map(
        lambda editable: a_card(InterruptKind.TOOL, PLACE, *editable)
    ),
    st.just(a_card(InterruptKind.TOOL, ToolCall(name="apply_schedule"))),
    st.sampled_from(InterruptKind).map(a_card),
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
ARGUMENTS = st.dictionaries(st.sampled_from(["task_id", "day", "slot_start", "host", "x"]), st.integers(1, 6) | PLAIN)
ACTIONS = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(OTHERS) | PLAIN, "args": ARGUMENTS | PLAIN, "arguments": ARGUMENTS | PLAIN}
)
DECISIONS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(AnswerType).map(str) | PLAIN,
        "message": PLAIN,
        "edited_action": ACTIONS | PLAIN,
        "scope": st.sampled_from(["once", "turn"]) | PLAIN,
        "call": ACTIONS,
    },
)
ANSWERS = st.one_of(
    PLAIN,
    DECISIONS,
    st.fixed_dictionaries(
        {"decisions": st.lists(DECISIONS | PLAIN, max_size=2) | PLAIN},
        optional={
            "scope": st.sampled_from(["once", "turn"]) | PLAIN,
            "edited_action": ACTIONS,
            "type": st.just("edit"),
        },
    ),
)


@given(CARDS, ANSWERS)
def test_what_runs_is_the_card_s_call_or_that_call_with_allowed_fields_changed_or_nothing(
    card: Interrupt, value: Any
) -> None:
    try:
        answer = check_answer(TOOLBOX, card, value)
    except NotAllowed:
        return
    approved = approved_call(card, answer)
    if approved is None:
        assert card.call is None or answer.type not in (AnswerType.APPROVE, AnswerType.EDIT)
        return
    assert card.call is not None
    changed = {name for name, value in approved.arguments.items() if value != card.call.arguments.get(name)}
    assert approved.name == card.call.name
    assert approved.arguments.keys() >= card.call.arguments.keys()
    assert changed <= (set(card.editable) if answer.type is AnswerType.EDIT else set())


@pytest.mark.parametrize("decision", [None, "approve", 5, [], True])
def test_a_decision_that_is_no_object_is_refused(decision: Any) -> None:
    with pytest.raises(NotAllowed, match="the decision must be an object"):
        check_answer(TOOLBOX, a_card(), {"decisions": [decision]})


@pytest.mark.parametrize("kind", ["approve", "reject"])
def test_only_an_edit_carries_a_change(kind: str) -> None:
    action = {"name": "apply_schedule", "args": {}}

    with pytest.raises(NotAllowed, match=f"edited_action belongs to an edit, not to {kind}"):
        check_answer(TOOLBOX, a_card(), {"decisions": [{"type": kind, "edited_action": action}]})
    with pytest.raises(NotAllowed, match="edited_action cannot stand beside decisions"):
        check_answer(TOOLBOX, a_card(), {"decisions": [{"type": kind}], "edited_action": action})


def test_a_rejection_approves_none_of_the_cards_that_follow() -> None:
    with pytest.raises(NotAllowed, match="scope 'turn' belongs to approve, not to reject"):
        check_answer(TOOLBOX, a_card(), {"decisions": [{"type": "reject"}], "scope": "turn"})


def test_fields_that_may_not_be_edited_stay_as_shown_whatever_the_stored_answer_says() -> None:
    action = ToolCall(name="apply_schedule", arguments={"task_id": 9, "day": 2})
    answer = Answer(type=AnswerType.EDIT, edited_action=action)

    approved = approved_call(a_card(InterruptKind.TOOL, PLACE, "day"), answer)

    assert approved == ToolCall(name="place", arguments={"task_id": 2, "day": 2, "slot_start": 3})
