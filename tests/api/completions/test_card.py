"""A card as a chat client shows it."""

from __future__ import annotations

from typing import Any

from dayloom.api.completions.card import card_text
from state.interrupt import Interrupt, InterruptKind
from state.plan import PlanStep
from state.tool import ToolCall
from state.when import Locale

CALL = ToolCall(name="place", arguments={"task_id": 3, "day": 2, "slot_start": 5})


def asked(kind: InterruptKind, **more: Any) -> Interrupt:
    given = {"id": "1-1", "asker": "execute", "description": "Essay: Tue → Wed", "state_version": 0, "digest": ""}
    return Interrupt.model_validate({**given, "kind": kind, **more})


def test_a_tool_card_says_what_changes_and_how_to_answer() -> None:
    text = card_text(asked(InterruptKind.TOOL, call=CALL, editable=("day", "slot_start")), Locale.EN)

    assert text == (
        "Essay: Tue → Wed\n\n"
        'Reply with "approve", "approve all" (whatever else this turn asks), "reject" and what should be different, '
        "such as another day and time. A question is answered first; anything else declines it, with your words as "
        "the reason."
    )


def test_a_plan_lists_its_steps_and_has_nothing_to_edit() -> None:
    steps = (PlanStep(content="Place the essay"), PlanStep(content="Check the load"))
    text = card_text(asked(InterruptKind.PLAN, steps=steps), Locale.EN)

    assert "1. Place the essay\n2. Check the load" in text
    assert "edit" not in text


def test_a_question_is_only_asked_and_only_once() -> None:
    question = asked(InterruptKind.QUESTION, description="Which essay?")

    assert card_text(question, Locale.EN) == "Which essay?"
    assert card_text(question, Locale.EN, said="Which essay?") == ""


def test_a_card_speaks_the_persons_language() -> None:
    text = card_text(asked(InterruptKind.REORDER), Locale.ZH)

    assert "“同意”" in text
    assert "全部同意" not in text
