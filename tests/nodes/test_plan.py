"""The plan node opens a turn and decides how to go about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from stage import NOW, a_stage, a_task, a_week, step

from nodes.plan import plan
from state.common import CLOSED, CommonState, Phase
from state.errors import ModelUnavailable
from state.interrupt import InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.plan import Plan, PlanStep
from state.schedule import PERIODS12
from state.when import Locale

STEPS = [{"content": "Look", "done_when": "seen"}, {"content": "Place"}]


def asked(text: str = "Plan my week", **fields: Any) -> CommonState:
    return CommonState(messages=[HumanMessage(text)], schedule=a_week(a_task(1)), **fields)


async def test_a_reply_goes_straight_to_deliver() -> None:
    state = await step(plan, asked(), a_stage({"action": "reply", "speak": "Hello."}))

    assert state.phase is Phase.ENDING
    assert state.outcome == Outcome(status=OutcomeStatus.COMPLETED, message="Hello.")


async def test_one_obvious_step_skips_the_plan_card() -> None:
    state = await step(plan, asked(), a_stage({"action": "execute", "speak": "On it."}))

    assert state.phase is Phase.EXECUTING
    assert state.messages[-1].text == "On it."


async def test_a_plan_is_shown_before_it_is_followed() -> None:
    stage = a_stage({"action": "plan_done", "plan_steps": STEPS})
    state = await step(plan, asked(), stage)

    assert state.phase is Phase.WAITING
    assert state.interrupt is not None
    assert state.interrupt.kind is InterruptKind.PLAN
    assert state.interrupt.payload["action_requests"][0]["args"]["steps"][0]["content"] == "Look"
    assert "plan.ready" in stage.told


async def test_a_waived_approval_follows_the_plan_at_once() -> None:
    stage = a_stage({"action": "plan_done", "plan_steps": STEPS}, always_execute=True)
    state = await step(plan, asked(), stage)

    assert state.phase is Phase.EXECUTING
    assert state.plan is not None
    assert "plan.auto_approved" in stage.told


async def test_a_question_waits_for_the_person() -> None:
    state = await step(plan, asked(), a_stage({"action": "ask_user", "speak": "Which week?"}))

    assert state.phase is Phase.WAITING
    assert state.interrupt is not None
    assert state.interrupt.payload["action_requests"][0] == {
        "name": "question",
        "args": {},
        "description": "Which week?",
    }


async def test_thinking_on_stays_in_plan() -> None:
    state = await step(plan, asked(), a_stage({"action": "continue", "reason": "Hm."}))

    assert state.phase is Phase.PLANNING


async def test_a_bad_reply_is_fed_back_to_the_model() -> None:
    stage = a_stage("gibberish", {"action": "execute"})
    state = await step(plan, asked(), stage)
    state = await step(plan, state, stage)

    assert "Invalid JSON" in stage.model.shown
    assert state.corrections.used == 1


async def test_the_third_bad_reply_ends_the_turn() -> None:
    stage = a_stage("a", "b", "c")
    state = asked()
    for _ in range(3):
        state = await step(plan, state, stage)

    assert state.phase is Phase.ENDING
    assert state.outcome is not None
    assert state.outcome.code == "too_many_corrections"


async def test_planning_rounds_are_bounded() -> None:
    stage = a_stage(*[{"action": "continue"}] * 2, max_rounds=2)
    state = asked()
    for _ in range(3):
        state = await step(plan, state, stage)

    assert state.phase is Phase.ENDING
    assert state.outcome is not None
    assert state.outcome.status is OutcomeStatus.EXHAUSTED


async def test_an_abort_says_what_the_person_is_told_and_nothing_else() -> None:
    abort = {"code": "impossible", "user_message": "Not possible.", "internal_reason": "secret thought"}
    stage = a_stage({"action": "abort", "speak": "hm", "abort": abort})
    state = await step(plan, asked(), stage)

    assert state.outcome is not None
    assert state.outcome.message == "Not possible."
    assert "message.retracted" in stage.told
    assert "secret thought" not in str(state.model_dump()) + str(stage.events)


async def test_a_model_that_is_down_ends_the_turn_honestly() -> None:
    state = await step(plan, asked(), a_stage(ModelUnavailable("nobody answers", code="model_unreachable")))

    assert state.outcome is not None
    assert state.outcome.status is OutcomeStatus.FAILED
    assert state.outcome.code == "model_unreachable"
    assert "nobody answers" in state.outcome.message


async def test_a_new_turn_starts_with_a_full_budget() -> None:
    spent = asked(turn=3, rounds=60, allow_reorder=True, approve_all=True, phase=Phase.DONE)
    state = await step(plan, spent, a_stage({"action": "execute"}))

    assert (state.turn, state.rounds, state.allow_reorder, state.approve_all) == (4, 0, False, False)


async def test_the_goal_is_what_the_person_said_since_the_last_turn() -> None:
    closing = AIMessage("Done.", additional_kwargs={CLOSED: "completed"})
    state = CommonState(messages=[HumanMessage("old"), closing, HumanMessage("new"), HumanMessage("and more")])
    state = await step(plan, state, a_stage({"action": "execute"}))

    assert state.goal == "new\nand more"


async def test_continue_keeps_goal_and_plan_of_a_turn_that_ran_out() -> None:
    ran_out = asked(
        "continue",
        goal="Plan my week",
        plan=Plan(steps=(PlanStep(content="Look"), PlanStep(content="Place")), current=1),
        outcome=Outcome(status=OutcomeStatus.EXHAUSTED, code="rounds"),
    )
    state = await step(plan, ran_out, a_stage({"action": "execute"}))

    assert state.goal == "Plan my week"
    assert state.plan is not None
    assert state.plan.current == 1


async def test_without_a_schedule_an_empty_week_is_begun() -> None:
    state = await step(plan, CommonState(messages=[HumanMessage("hi")]), a_stage({"action": "execute"}))

    assert state.schedule.window.days == 7
    assert state.schedule.grid == PERIODS12


@pytest.mark.parametrize(("text", "locale"), [("plan my week", Locale.EN), ("安排我的一周", Locale.ZH)])
async def test_the_answer_is_in_the_language_of_the_question(text: str, locale: Locale) -> None:
    state = await step(plan, asked(text), a_stage({"action": "execute"}))

    assert state.locale is locale


async def test_each_turn_opens_the_week_from_a_notice_after_now_and_leaves_its_version() -> None:
    wednesday = NOW + timedelta(days=4)
    reply = {"action": "reply", "speak": "Hello."}
    first = await step(plan, asked(), a_stage(reply))
    stage = a_stage(reply, now=(wednesday,))
    again = await step(plan, first.model_copy(update={"phase": Phase.DONE}), stage)

    assert first.schedule.window.not_before == NOW + timedelta(minutes=15)
    assert again.schedule.window.not_before == wednesday + timedelta(minutes=15)
    assert again.schedule.version == first.schedule.version == asked().schedule.version
    assert "before Wed 25 Nov 2026 10:15 is past or too soon" in stage.model.shown


async def test_a_week_that_was_past_when_it_was_named_stays_open() -> None:
    late = a_stage(
        {"action": "execute", "speak": "On it."}, {"action": "reply", "speak": "."}, now=(NOW + timedelta(days=8),)
    )
    state = await step(plan, asked(), late)

    assert state.schedule.window.not_before is None
    assert "past or too soon" not in late.model.shown
