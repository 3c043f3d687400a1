"""The plan node opens a turn and decides how to go about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from stage import MONDAY, NOW, a_stage, a_task, a_week, placed_task, step

from nodes.plan import plan
from state.common import CLOSED, CommonState, Phase
from state.errors import ModelUnavailable
from state.interrupt import InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.plan import Plan, PlanStep
from state.schedule import PERIODS12, Schedule
from state.transcript import Message
from state.when import Locale

STEPS = [{"content": "Look", "done_when": "seen"}, {"content": "Place"}]


def asked(text: str = "Plan my week", schedule: Schedule | None = None, **fields: Any) -> CommonState:
    return CommonState(
        messages=[HumanMessage(text)], schedule=schedule or a_week(a_task(1), allow_past=False), **fields
    )


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


BEFORE_THE_WEEK = NOW
WEDNESDAY = NOW + timedelta(days=4)
"""Ten o'clock in Berlin; the next slot begins at 10:55."""
MONDAY_AFTER = NOW + timedelta(days=9)
GREETS = {"action": "reply", "speak": "Hello."}


async def test_each_turn_opens_the_week_from_a_notice_after_now_and_leaves_its_version() -> None:
    first = await step(plan, asked(), a_stage(GREETS, now=(BEFORE_THE_WEEK,)))
    stage = a_stage(GREETS, now=(WEDNESDAY,))
    again = await step(plan, first.model_copy(update={"phase": Phase.DONE}), stage)

    assert first.schedule.window.not_before == first.schedule.start_of(1, 1)
    assert again.schedule.window.not_before == WEDNESDAY + timedelta(minutes=55)
    assert again.schedule.version == first.schedule.version == asked().schedule.version
    assert "before Wed 25 Nov 2026 10:55 is past or too soon" in stage.model.shown


@pytest.mark.parametrize(("notice", "slot"), [(0, 3), (1, 4), (55, 4), (56, 5), (1440, 3)])
async def test_the_notice_is_rounded_up_to_the_next_slot(notice: int, slot: int) -> None:
    state = await step(plan, asked(), a_stage(GREETS, now=(WEDNESDAY,), notice=notice))

    assert state.schedule.window.not_before == state.schedule.start_of(4 if notice == 1440 else 3, slot)


async def test_a_week_that_holds_today_is_open_from_now_on_only() -> None:
    state = await step(plan, asked(), a_stage(GREETS, now=(WEDNESDAY,)))

    assert state.schedule.window.not_before == WEDNESDAY + timedelta(minutes=55)


async def test_a_week_that_was_over_when_it_was_named_is_planned_as_if_it_lay_ahead() -> None:
    stage = a_stage(GREETS, now=(MONDAY_AFTER,))
    state = await step(plan, asked(), stage)

    assert state.schedule.window.not_before is None
    assert "Today is Mon 23 Nov 2026." in stage.model.shown
    assert "past or too soon" not in stage.model.shown


async def test_a_week_that_ended_under_way_stays_closed() -> None:
    first = await step(plan, asked(), a_stage(GREETS, now=(WEDNESDAY,)))
    again = await step(plan, first.model_copy(update={"phase": Phase.DONE}), a_stage(GREETS, now=(MONDAY_AFTER,)))

    assert again.schedule.window.not_before == MONDAY_AFTER + timedelta(minutes=15)


async def test_the_person_may_open_days_that_are_past() -> None:
    state = asked()
    window = state.schedule.window.model_copy(update={"allow_past": True})
    state = state.model_copy(update={"schedule": state.schedule.model_copy(update={"window": window})})
    first = await step(plan, state, a_stage(GREETS, now=(WEDNESDAY,)))
    again = await step(plan, first.model_copy(update={"phase": Phase.DONE}), a_stage(GREETS, now=(MONDAY_AFTER,)))

    assert first.schedule.window.not_before is again.schedule.window.not_before is None
    assert (first.today, again.today) == (MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "Hello",
            "The time of these has gone by, and they are not marked as done: Essay, Report. "
            "Say “replan” for new places, or tell me which are done; until then nothing moves.",
        ),
        (
            "你好",
            "以下任务的时间已经过去，也没有标记为完成：Essay、Report。 "
            "说“重新安排”就能得到新的位置，或者告诉我哪些已经完成；在此之前什么都不会移动。",
        ),
    ],
)
async def test_what_has_gone_by_since_is_told_once_and_is_known_to_the_model(words: str, told: str) -> None:
    on = a_week(
        placed_task(1, 1, 3, title="Essay"),
        placed_task(2, 2, 1, title="Report"),
        placed_task(3, 5, 1),
        allow_past=False,
    )
    first = await step(plan, asked(schedule=on), a_stage(GREETS, now=(BEFORE_THE_WEEK,)))
    waiting = first.model_copy(update={"phase": Phase.DONE, "messages": [HumanMessage(words)]})
    stage = a_stage(GREETS, now=(WEDNESDAY,))
    later = await step(plan, waiting, stage)
    afterwards = await step(plan, later.model_copy(update={"phase": Phase.DONE}), a_stage(GREETS, now=(WEDNESDAY,)))

    assert [entry.text for entry in later.transcript if isinstance(entry, Message) and entry.role == "agent"] == [told]
    assert "Missed, unless the person has done it; replan gives it a new place:\n" in stage.model.shown
    assert "[2] Report, Tue 24 Nov 2026 08:00-09:40" in stage.model.shown
    assert not [entry for entry in afterwards.transcript if isinstance(entry, Message) and entry.role == "agent"]
    assert later.schedule.tasks == first.schedule.tasks


async def test_what_has_become_overdue_without_a_place_is_told_once_and_is_known_to_the_model() -> None:
    due = datetime(2026, 11, 24, 12, tzinfo=NOW.tzinfo)
    on = a_week(a_task(1, title="Essay", deadline=due), a_task(2, title="Report"), allow_past=False)
    first = await step(plan, asked(schedule=on), a_stage(GREETS, now=(BEFORE_THE_WEEK,)))
    waiting = first.model_copy(update={"phase": Phase.DONE, "messages": [HumanMessage("Hello")]})
    stage = a_stage(GREETS, now=(WEDNESDAY,))
    later = await step(plan, waiting, stage)
    afterwards = await step(plan, later.model_copy(update={"phase": Phase.DONE}), a_stage(GREETS, now=(WEDNESDAY,)))

    told = [entry.text for entry in later.transcript if isinstance(entry, Message) and entry.role == "agent"]
    assert told[0].startswith("The deadline of these has passed, and they have no place: Essay. Say “replan”")
    assert "Overdue without a place: [1]." in stage.model.shown
    assert not [entry for entry in afterwards.transcript if isinstance(entry, Message) and entry.role == "agent"]


async def test_of_much_that_has_gone_by_a_few_are_named() -> None:
    on = a_week(*(placed_task(number, 1, 2 * number - 1) for number in range(1, 6)), allow_past=False)
    stage = a_stage(GREETS, now=(WEDNESDAY,))
    state = await step(plan, asked(schedule=on), stage)

    assert ": Task 1, Task 2, Task 3, 2 more. Say “replan”" in state.messages[-1].text
