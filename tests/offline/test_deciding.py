"""From a state to a decision: what the offline model answers, and that it is always a legal answer."""

from __future__ import annotations

from typing import Any

import pytest
from builders import STEADY
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from stage import NOW, a_task, a_week, an_event, placed_task

from dayloom.offline import OfflineModel
from prompts.exchange import tool_exchange
from prompts.wording import locale_of
from state.change import Change, ChangeKind, with_times
from state.common import CommonState
from state.decision import (
    Abort,
    AbortPlan,
    AskBeforePlan,
    AskUser,
    Confirm,
    Continue,
    Done,
    Execute,
    ExecuteDecision,
    PlanDecision,
    PlanDone,
    Reply,
    parse_execute_decision,
    parse_plan_decision,
)
from state.events import Event, EventType
from state.interrupt import Rejection
from state.outcome import NOT_POSSIBLE, NOT_UNDERSTOOD
from state.prompt import ModelReply, Purpose, Question
from state.schedule import Schedule
from state.tool import ToolCall
from state.turn import with_baseline
from tools import TOOLBOX
from tools.dispatch import check

OPEN = a_week(a_task(1, "Essay", category="English"), a_task(2, "Lab report", category="Physics"))
DRAFTED = a_week(
    an_event(9, (1, 1, 4), (3, 1, 2), title="Linear algebra"),
    placed_task(1, 2, 3, title="Essay", category="English"),
    placed_task(2, 5, 11, title="Lab report", category="Physics"),
    placed_task(3, 6, 1, title="Problem set 1", category="Math", order=1),
    placed_task(4, 7, 1, title="Problem set 2", category="Math", order=2),
)


def said(*texts: str, on: Schedule = OPEN, **fields: Any) -> CommonState:
    """A state in which the person has said this in the open turn."""
    messages = [HumanMessage(text) for text in texts] + fields.pop("messages", [])
    state = CommonState(
        messages=messages, schedule=on, goal=texts[0], locale=locale_of(texts[0]), started_at=NOW, **fields
    )
    return state.model_copy(update=dict(with_baseline(state)))


async def answered(question: Question) -> tuple[ModelReply, str]:
    events: list[Event] = []
    reply = await OfflineModel().reply(question, events.append)
    assert {event.type for event in events} <= {EventType.MESSAGE_DELTA}
    return reply, "".join(event.data["text"] for event in events)


async def planned(state: CommonState) -> PlanDecision:
    reply, spoken = await answered(Question(Purpose.PLAN, state, ()))
    decision = parse_plan_decision(reply.text)
    assert spoken == decision.speak
    return decision


async def executed(state: CommonState) -> ExecuteDecision:
    reply, spoken = await answered(Question(Purpose.EXECUTE, state, ()))
    decision = parse_execute_decision(reply.text)
    assert spoken == decision.speak
    return decision


async def final(state: CommonState) -> str:
    reply, spoken = await answered(Question(Purpose.DELIVER, state, ()))
    assert spoken == reply.text
    return reply.text


def called(name: str, told: str = "", **arguments: Any) -> list[Any]:
    """A call that did its work."""
    call = ToolCall(name=name, arguments=arguments)
    return tool_exchange(call, f"call-{name}", told, {"changes": [], "data": {}, "refused": False})


def refused(name: str, told: str, **arguments: Any) -> list[Any]:
    call = ToolCall(name=name, arguments=arguments)
    return tool_exchange(call, f"call-{name}", told, {"changes": [], "data": {}, "refused": True})


def declined(call: ToolCall, reason: str) -> dict[str, Any]:
    """The fields of a state in which the person has just declined a call."""
    return {
        "messages": [*tool_exchange(call, "call-1", reason, {"declined": True}), HumanMessage(reason)],
        "rejections": (Rejection(call=call, reason=reason),),
    }


@pytest.mark.parametrize("question", ["who are you?", "Are you an AI?", "你是谁"])
async def test_it_says_that_it_is_the_offline_model(question: str) -> None:
    decision = await planned(said(question))

    assert isinstance(decision, Reply)
    assert "offline model" in decision.speak or "离线模型" in decision.speak


@pytest.mark.parametrize("text", ["tell me a joke", "讲个笑话"])
async def test_what_it_does_not_understand_it_says_and_lists_what_it_does(text: str) -> None:
    decision = await planned(said(text))

    assert isinstance(decision, AbortPlan)
    told = decision.abort.user_message
    assert decision.abort.code == NOT_UNDERSTOOD
    assert text in told
    assert "offline model" in told or "离线模型" in told
    assert "Plan my tasks" in told or "安排我的任务" in told


@pytest.mark.parametrize(
    "text", ["plan my tasks", "spread my tasks evenly", "move Essay to Tuesday", "what is on Friday?", "安排我的任务"]
)
async def test_one_obvious_step_needs_no_plan_card(text: str) -> None:
    assert isinstance(await planned(said(text)), Execute)


async def test_a_compound_request_becomes_a_plan_with_a_step_each() -> None:
    decision = await planned(said("plan my tasks and then group by subject; the order does not matter"))

    assert isinstance(decision, PlanDone)
    assert len(decision.plan_steps) == 2
    assert decision.allow_reorder


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("group by subject, the order does not matter", True),
        ("plan my tasks", False),
        ("plan my tasks, any order; but keep the order", False),
        ("安排任务，顺序无所谓", True),
        ("安排任务，不要打乱顺序", False),
    ],
)
async def test_reordering_is_allowed_only_in_the_persons_own_words(text: str, allowed: bool) -> None:
    assert (await planned(said(text, on=DRAFTED if "group" in text else OPEN))).allow_reorder is allowed


async def test_grouping_asks_for_permission_first() -> None:
    asked = await planned(said("group by subject", on=DRAFTED))
    granted = await planned(said("group by subject", "yes", on=DRAFTED))
    denied = await planned(said("group by subject", "no", on=DRAFTED))

    assert isinstance(asked, AskBeforePlan)
    assert isinstance(granted, Execute)
    assert granted.allow_reorder
    assert isinstance(denied, AbortPlan)
    assert "“group by subject, the order does not matter”" in denied.abort.user_message


@pytest.mark.parametrize(
    ("text", "on", "call"),
    [
        (
            "Plan my tasks, keep Friday evening free",
            OPEN,
            {"strategy": "steady", "keep_free": [{"weekdays": [5], "slot_start": 10, "slot_end": 12}]},
        ),
        ("plan everything as early as possible", OPEN, {"strategy": "rapid"}),
        ("plan Essay", OPEN, {"task_ids": [1], "strategy": "steady"}),
        (
            "plan my tasks only in the mornings",
            OPEN,
            {"strategy": "steady", "allowed": {"slot_start": 1, "slot_end": 4}},
        ),
        ("安排任务，周末不要安排", OPEN, {"strategy": "steady", "keep_free": [{"weekdays": [6, 7]}]}),
        ("spread my tasks evenly", OPEN, {"strategy": "steady"}),
        ("keep friday free", OPEN, {"strategy": "steady", "keep_free": [{"weekdays": [5]}]}),
    ],
)
async def test_open_tasks_are_planned_by_one_call(text: str, on: Schedule, call: dict[str, Any]) -> None:
    decision = await executed(said(text, on=on))

    assert isinstance(decision, Confirm)
    assert decision.tool_call == ToolCall(name="draft_plan", arguments=call)


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        (
            "Move all weekend tasks to Monday to Friday",
            "relocate",
            {"tasks": {"weekdays": [6, 7]}, "region": {"weekdays": [1, 2, 3, 4, 5]}},
        ),
        ("move all math tasks to Monday", "relocate", {"tasks": {"task_ids": [3, 4]}, "region": {"weekdays": [1]}}),
        (
            "keep the weekend free",
            "relocate",
            {"tasks": {"task_ids": [3, 4]}, "region": {}, "keep_free": [{"weekdays": [6, 7]}]},
        ),
        ("spread my tasks evenly", "spread_even", {}),
        ("move Essay to Thursday at 10", "move", {"task_id": 1, "day": 4, "slot_start": 3}),
        ("move essay one day later", "move", {"task_id": 1, "day": 3, "slot_start": 3}),
        ("swap Essay and Lab report", "swap", {"task_id": 1, "other_task_id": 2}),
        ("remove lab repot", "unplace", {"task_id": 2}),
        ("交换Essay和Lab report", "swap", {"task_id": 1, "other_task_id": 2}),
        ("把Essay移到周四上午10点", "move", {"task_id": 1, "day": 4, "slot_start": 3}),
    ],
)
async def test_a_change_is_proposed_as_the_call_that_makes_it(text: str, name: str, arguments: dict[str, Any]) -> None:
    decision = await executed(said(text, on=DRAFTED))

    assert isinstance(decision, Confirm)
    assert decision.tool_call == ToolCall(name=name, arguments=arguments)


async def test_tasks_in_the_way_of_a_free_day_are_cleared_after_the_rest_is_planned() -> None:
    week = a_week(a_task(1, "Essay"), placed_task(2, 5, 1, title="Lab report"))
    first = await executed(said("plan my tasks, keep Friday free", on=week))
    second = await executed(
        said("plan my tasks, keep Friday free", on=week, messages=called("draft_plan", strategy="steady"))
    )

    assert isinstance(first, Confirm)
    assert first.tool_call.name == "draft_plan"
    assert isinstance(second, Confirm)
    assert second.tool_call.arguments["tasks"] == {"task_ids": [2]}


async def test_a_finished_change_is_declared_done_with_figures() -> None:
    state = said("plan my tasks", on=OPEN, messages=called("draft_plan", strategy="steady"))
    decision = await executed(state.model_copy(update={"schedule": DRAFTED.model_copy(update={"version": 1})}))

    assert isinstance(decision, Done)
    assert "2 placed" in decision.goal_check


@pytest.mark.parametrize("text", ["move Problem set to Monday", "把Problem set移到周一"])
async def test_an_ambiguous_name_is_asked_about_with_the_candidates(text: str) -> None:
    decision = await planned(said(text, on=DRAFTED))

    assert isinstance(decision, AskBeforePlan)
    assert "Problem set 1" in decision.speak
    assert "Problem set 2" in decision.speak


@pytest.mark.parametrize(
    "choice", ["the second one", "2", "Problem set 2", "the one on Sunday", "Sunday", "第二个", "the last"]
)
async def test_the_answer_picks_one_of_the_candidates(choice: str) -> None:
    decision = await executed(said("remove Problem set", choice, on=DRAFTED))

    assert isinstance(decision, Confirm)
    assert decision.tool_call.arguments == {"task_id": 4}


async def test_an_answer_that_picks_none_of_them_is_asked_again_and_then_given_up() -> None:
    again = await planned(said("remove Problem set", "the blue one", on=DRAFTED))
    over = await planned(said("remove Problem set", "the blue one", "you know which", on=DRAFTED))

    assert isinstance(again, AskBeforePlan)
    assert "the blue one" in again.speak
    assert "Problem set 2" in again.speak
    assert isinstance(over, AbortPlan)
    assert over.abort.code == NOT_UNDERSTOOD


@pytest.mark.parametrize("text", ["move Linear algebra to Friday", "remove Linear algebra"])
async def test_of_an_event_that_repeats_it_is_asked_which_one_is_meant(text: str) -> None:
    decision = await planned(said(text, on=DRAFTED))

    assert isinstance(decision, AskBeforePlan)
    assert "repeats. Which one" in decision.speak


async def test_an_unknown_task_is_named_and_nothing_is_proposed() -> None:
    decision = await planned(said("move Thesis to Friday", on=DRAFTED))

    assert isinstance(decision, AbortPlan)
    assert decision.abort.code == NOT_POSSIBLE
    assert "thesis" in decision.abort.user_message


async def test_moving_to_a_day_looks_for_places_and_takes_one_that_is_free() -> None:
    looked = await executed(said("move Essay to Wednesday", on=DRAFTED))
    assert isinstance(looked, Continue)
    assert looked.tool_call is not None
    assert looked.tool_call.arguments["weekdays"] == [3]

    found = {"places": [{"day": 3, "slot_start": 6, "score": 90}], "total": 1}
    answer = tool_exchange(looked.tool_call, "call-1", "1 places", {"changes": [], "data": found, "refused": False})
    proposed = await executed(said("move Essay to Wednesday", on=DRAFTED, messages=answer))

    assert isinstance(proposed, Confirm)
    assert proposed.tool_call == ToolCall(name="move", arguments={"task_id": 1, "day": 3, "slot_start": 6})


async def test_a_refused_exact_time_is_answered_with_the_nearest_place_once_and_then_given_up() -> None:
    text = "move Essay to Monday at 8"
    no = refused(
        "move", "Refused, nothing changed.\n- overlap: Linear algebra is there.", task_id=1, day=1, slot_start=1
    )
    looked = await executed(said(text, on=DRAFTED, messages=no))
    assert isinstance(looked, Continue)
    assert looked.tool_call is not None

    found = {"places": [{"day": 1, "slot_start": slot, "score": 50} for slot in (11, 6)], "total": 2}
    answer = tool_exchange(looked.tool_call, "call-2", "2 places", {"changes": [], "data": found, "refused": False})
    again = await executed(said(text, on=DRAFTED, messages=[*no, *answer]))
    assert isinstance(again, Confirm)
    assert again.tool_call.arguments == {"task_id": 1, "day": 1, "slot_start": 6}

    twice = tool_exchange(again.tool_call, "call-3", "Refused.\n- order: no.", {"data": {}, "refused": True})
    over = await executed(said(text, on=DRAFTED, messages=[*no, *answer, *twice]))
    assert isinstance(over, Abort)
    assert "order" in over.abort.user_message


async def test_a_refused_swap_is_explained() -> None:
    no = refused(
        "swap", "Refused, nothing changed.\n- order: Problem set 2 would come first.", task_id=3, other_task_id=4
    )
    decision = await executed(said("swap Problem set 1 and Problem set 2", on=DRAFTED, messages=no))

    assert isinstance(decision, Abort)
    assert "Problem set 2 would come first" in decision.abort.user_message


async def test_a_refusal_is_explained_in_chinese() -> None:
    no = refused("swap", "Refused, nothing changed.\n- order: no.", task_id=3, other_task_id=4)
    decision = await executed(said("交换Problem set 1和Problem set 2", on=DRAFTED, messages=no))

    assert isinstance(decision, Abort)
    assert "先后顺序" in decision.abort.user_message


PLAN = ToolCall(name="draft_plan", arguments={"strategy": "steady"})


@pytest.mark.parametrize(
    "words", ["no, keep Friday free too", "reject not on Friday", "decline: keep Friday free", "拒绝，周五空出来"]
)
async def test_a_rejection_with_a_new_wish_changes_the_call(words: str) -> None:
    decision = await executed(said("plan my tasks", **declined(PLAN, words)))

    assert isinstance(decision, Confirm)
    assert decision.tool_call.arguments == {"strategy": "steady", "keep_free": [{"weekdays": [5]}]}


@pytest.mark.parametrize("reason", ["no", "none given", "不", "leave it as it is"])
async def test_a_plain_rejection_ends_the_work_and_proposes_nothing_again(reason: str) -> None:
    decision = await executed(said("plan my tasks", **declined(PLAN, reason)))

    assert isinstance(decision, Done)
    assert "declined" in decision.goal_check


@pytest.mark.parametrize("words", ["yes", "好的"])
async def test_a_yes_typed_instead_of_an_approval_is_explained(words: str) -> None:
    decision = await executed(said("plan my tasks", **declined(PLAN, words)))

    assert isinstance(decision, Done)
    assert "approve the card" in decision.goal_check


async def test_a_rejection_it_does_not_understand_is_asked_about_once() -> None:
    about = declined(PLAN, "what a pity")
    asked = await executed(said("plan my tasks", **about))
    still = declined(PLAN, "what a pity")
    still["messages"] = [*still["messages"], HumanMessage("my cat is ill")]
    ended = await executed(said("plan my tasks", **still))

    assert isinstance(asked, AskUser)
    assert "what a pity" in asked.speak
    assert isinstance(ended, Abort)
    assert ended.abort.code == NOT_UNDERSTOOD


async def test_a_rejection_that_is_a_new_request_replaces_the_old_one() -> None:
    decision = await executed(said("plan my tasks", on=DRAFTED, **declined(PLAN, "no, remove Essay")))

    assert isinstance(decision, Confirm)
    assert decision.tool_call == ToolCall(name="unplace", arguments={"task_id": 1})


async def test_it_means_the_task_spoken_of_before() -> None:
    move = ToolCall(name="move", arguments={"task_id": 1, "day": 4, "slot_start": 3})
    decision = await executed(
        said("move Essay to Thursday at 10", on=DRAFTED, **declined(move, "no, move it to Friday at 10"))
    )

    assert isinstance(decision, Confirm)
    assert decision.tool_call.arguments == {"task_id": 1, "day": 5, "slot_start": 3}


def _moved_essay() -> Change:
    at, before = DRAFTED.by_id[1].position, placed_task(1, 4, 7).position
    return Change(
        task_id=1,
        title="Essay",
        kind=ChangeKind.MOVE,
        before=with_times(DRAFTED, before),
        after=with_times(DRAFTED, at),
    )


@pytest.mark.parametrize("text", ["undo", "撤销"])
async def test_undo_puts_back_what_the_last_write_changed(text: str) -> None:
    decision = await executed(said(text, on=DRAFTED, last_changes=(_moved_essay(),)))

    assert isinstance(decision, Confirm)
    assert decision.tool_call.arguments == {"items": [{"task_id": 1, "day": 4, "slot_start": 7}]}


async def test_what_the_person_has_put_back_themselves_is_not_counted_as_taken_back() -> None:
    essay = _moved_essay()
    back = essay.model_copy(update={"task_id": 2, "before": with_times(DRAFTED, DRAFTED.by_id[2].position)})

    confirm = await executed(said("undo", on=DRAFTED, last_changes=(essay, back)))

    assert isinstance(confirm, Confirm)
    assert [item["task_id"] for item in confirm.tool_call.arguments["items"]] == [1]
    assert "(1 task)" in confirm.speak


@pytest.mark.parametrize(("text", "on"), [("plan my tasks", OPEN), ("move everything to Thursday", DRAFTED)])
async def test_a_proposal_leaves_to_the_card_what_fits(text: str, on: Schedule) -> None:
    confirm = await executed(said(text, on=on))

    assert isinstance(confirm, Confirm)
    assert confirm.speak.startswith("I looked for")
    assert "The card lists what" in confirm.speak


async def test_undo_without_a_change_says_so() -> None:
    decision = await planned(said("undo", on=DRAFTED))

    assert isinstance(decision, Reply)
    assert "no change" in decision.speak


async def test_continue_goes_on_with_the_goal() -> None:
    state = said("continue").model_copy(update={"goal": "plan my tasks, nothing before 10"})

    assert isinstance(await planned(state), Execute)
    decision = await executed(state)
    assert isinstance(decision, Confirm)
    assert decision.tool_call.arguments["keep_free"] == [{"slot_start": 1, "slot_end": 2}]


async def test_continue_with_nothing_cut_short_says_what_is_open() -> None:
    decision = await planned(said("continue"))

    assert isinstance(decision, Reply)
    assert "Essay" in decision.speak


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is on Tuesday?", ["Tue 24 Nov 2026", "10:00-11:40 Essay"]),
        ("what is on Monday?", ["Mon 23 Nov 2026", "08:00-11:40 Linear algebra"]),
        ("when am I free on Wednesday?", ["Wed 25 Nov 2026", "10:00-12:35, 13:30-15:10"]),
        ("when am I free on Monday morning?", ["no free time"]),
        ("when is Essay?", ["Tue 24 Nov 2026 10:00-11:40"]),
        ("which tasks are open?", ["Every task has a place"]),
        ("周二有什么", ["2026年11月24日 周二", "10:00-11:40 Essay"]),
        ("周三什么时候有空", ["2026年11月25日 周三", "10:00-12:35", "13:30-15:10"]),
    ],
)
async def test_a_question_is_looked_up_and_answered(text: str, expected: list[str]) -> None:
    looked = await executed(said(text, on=DRAFTED))
    assert isinstance(looked, Continue)
    calls = looked.tool_calls or ((looked.tool_call,) if looked.tool_call else ())
    assert calls
    messages = [
        message
        for number, call in enumerate(calls)
        for message in tool_exchange(call, f"call-{number}", "", {"changes": [], "data": {}, "refused": False})
    ]
    state = said(text, on=DRAFTED, messages=messages)

    assert isinstance(await executed(state), Done)
    text = await final(state)
    assert all(part in text for part in expected)


async def test_the_final_text_counts_the_changes_and_says_what_has_no_place_and_why() -> None:
    state = said("plan my tasks", on=OPEN, messages=called("draft_plan", strategy="steady"))
    placed_one = a_week(placed_task(1, 2, 3, title="Essay", category="English"), OPEN.by_id[2], version=1)
    why = [{"task_id": 2, "title": "Lab report", "reason": "longest free run is 1"}]
    state = CommonState.model_validate({**dict(state), "schedule": placed_one, "unplaced": why})
    text = await final(state)

    assert "1 placed" in text
    assert "Tue 24 Nov 2026 10:00-11:40" in text
    assert "Lab report: longest free run is 1" in text


@pytest.mark.parametrize("text", ["sing me a song, keep Friday free", "move Essay to Thursday and feed the cat"])
async def test_of_half_a_request_nothing_is_done_and_the_other_half_is_named(text: str) -> None:
    decision = await planned(said(text, on=DRAFTED))

    assert isinstance(decision, AbortPlan)
    assert decision.abort.code in (NOT_UNDERSTOOD, NOT_POSSIBLE)
    assert "sing me a song" in decision.abort.user_message or "feed the cat" in decision.abort.user_message


VOCABULARY = """
plan my tasks keep friday evening free not only before after 9 14:00 and then , . ; move Essay to tuesday swap with
Problem set Lab report group by subject order does matter what is on when am i for 2 hours no yes it undo continue
everything all weekend 把 周五 移到 安排 不要 晚上 的 任务 顺序 无所谓 交换 和 撤销
"""
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.text(max_size=80) | st.lists(WORDS, max_size=14).map(" ".join)


@STEADY
@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3), st.sampled_from([OPEN, DRAFTED, a_week()]))
async def test_whatever_is_said_the_answer_is_a_legal_decision_and_always_the_same(
    texts: list[str], on: Schedule
) -> None:
    state = said(*texts, on=on)
    first, again = await planned(state), await planned(state)
    decision = await executed(state)

    assert first == again
    assert decision == await executed(state)
    if isinstance(decision, Confirm):
        check(TOOLBOX, decision.tool_call)
    if isinstance(decision, Continue):
        for call in decision.tool_calls or ((decision.tool_call,) if decision.tool_call else ()):
            assert not check(TOOLBOX, call).tool.writes
    assert (await final(state)).strip()
