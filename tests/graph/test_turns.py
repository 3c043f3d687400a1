"""Whole turns: a real store, a scripted model on a real socket, and a new agent for every step."""

from __future__ import annotations

from typing import Any

import pytest
from doubles import Fault
from stage import PLACE, THREAD, a_call, a_task, a_week, an_event

from graph.agent import RunStatus
from state.errors import NotAllowed, NothingToAnswer, StaleAnswer, UnknownThread
from state.outcome import OutcomeStatus
from state.preview import PreviewState

EXECUTE = {"action": "execute", "speak": "On it."}
LOOK = {"action": "continue", "speak": "Looking.", "tool_call": a_call("get_overview")}
CONFIRM = {"action": "confirm", "speak": "Shall I?", "tool_call": PLACE}
OTHER = {"action": "confirm", "speak": "Or this?", "tool_call": a_call("place", task_id=1, day=3, slot_start=3)}
SECOND = {"action": "confirm", "speak": "And this?", "tool_call": a_call("place", task_id=2, day=4, slot_start=1)}
DONE = {"action": "done", "goal_check": "placed"}
FINAL = "All placed."
WEEK = a_week(an_event(9, (1, 1, 2)), a_task(1, "Essay"), a_task(2, "Report"))


async def test_a_turn_from_message_to_delivery(talk: Any) -> None:
    person = talk(EXECUTE, LOOK, CONFIRM, DONE, FINAL)
    asked = await person.say("Place my essay", WEEK)
    ended = await person.answer("approve")

    assert asked.status is RunStatus.INTERRUPTED
    assert ended.status is RunStatus.SUCCESS
    assert ended.state.outcome is not None
    assert ended.state.outcome.message == FINAL
    assert ended.state.schedule.by_id[1].position is not None


async def test_the_final_preview_is_in_the_store(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL)
    await person.say("Place my essay", WEEK)
    ended = await person.answer("approve")
    preview = await person.previews.get(THREAD)

    assert preview.state is PreviewState.FINAL
    assert preview.version == ended.state.preview_version
    assert preview.schedule == ended.state.schedule


async def test_a_rejection_leaves_the_state_equal_and_is_in_the_next_prompt(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, OTHER)
    asked = await person.say("Place my essay", WEEK)
    again = await person.answer("reject", message="too early")

    assert again.state.schedule == asked.state.schedule
    assert "too early" in person.shown
    assert again.interrupt.id != asked.interrupt.id


async def test_new_text_while_a_card_is_open_declines_it_with_that_reason(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, OTHER)
    await person.say("Place my essay", WEEK)
    again = await person.say("rather on Wednesday")

    assert "rather on Wednesday" in person.shown
    assert again.state.turn == 1
    assert again.interrupt.call.arguments["day"] == 3


@pytest.mark.parametrize("words", ["approve", "edit day=4"])
async def test_a_yes_that_was_said_before_the_card_was_shown_does_not_approve_it(talk: Any, words: str) -> None:
    person = talk(EXECUTE, CONFIRM)
    asked = await person.say("Place my essay", WEEK)
    with pytest.raises(StaleAnswer):
        await person.say(words)

    assert (await person.agent.state(THREAD)).interrupt == asked.interrupt


async def test_new_text_while_a_question_is_open_answers_it(talk: Any) -> None:
    person = talk(EXECUTE, {"action": "ask_user", "speak": "Which day?"}, CONFIRM)
    await person.say("Place my essay", WEEK)
    again = await person.say("Tuesday")

    assert again.interrupt.call.arguments["day"] == 2
    last = person.server.requests[-1].messages[-1]
    assert (last["role"], last["content"].partition("\n")[0]) == ("user", "Tuesday")


async def test_the_same_call_again_after_a_rejection_is_a_correction(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, CONFIRM, OTHER)
    await person.say("Place my essay", WEEK)
    await person.answer("reject")

    assert "was declined by the person" in person.shown


async def test_approve_all_covers_the_rest_of_the_turn(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, SECOND, DONE, FINAL)
    await person.say("Place both", WEEK)
    ended = await person.answer("approve", scope="turn")

    assert ended.status is RunStatus.SUCCESS
    assert len(list(ended.state.schedule.suggested)) == 2


async def test_an_edit_of_an_allowed_field_runs_with_it(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL)
    await person.say("Place my essay", WEEK)
    edited = {"name": "place", "arguments": {"day": 5}}
    ended = await person.answer("edit", edited_action=edited)

    assert ended.state.schedule.by_id[1].position.day == 5


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"type": "edit", "edited_action": {"name": "place", "arguments": {"task_id": 2}}}, "task_id cannot be edited"),
        ({"type": "edit", "edited_action": {"name": "unplace", "arguments": {}}}, "name of the tool on the card"),
        ({"type": "edit", "edited_action": {"name": "place", "arguments": {"day": "Mon"}}}, "does not fit"),
        ({"type": "respond", "message": "hm"}, "takes approve, edit, reject"),
    ],
)
async def test_an_answer_the_card_does_not_take_changes_nothing(talk: Any, given: Any, why: str) -> None:
    person = talk(EXECUTE, CONFIRM)
    asked = await person.say("Place my essay", WEEK)
    with pytest.raises(NotAllowed, match=why):
        await person.answer(**given)

    assert await person.agent.state(THREAD) == asked.state


async def test_a_second_answer_is_refused(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL)
    await person.say("Place my essay", WEEK)
    ended = await person.answer("approve")
    with pytest.raises(NothingToAnswer):
        await person.answer("approve")

    assert (await person.agent.state(THREAD)) == ended.state


async def test_an_answer_for_another_card_is_refused(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, OTHER)
    first = await person.say("Place my essay", WEEK)
    await person.answer("reject")
    with pytest.raises(StaleAnswer):
        await person.answer("approve", interrupt_id=first.interrupt.id)


async def test_an_unknown_thread_is_refused(talk: Any) -> None:
    with pytest.raises(UnknownThread):
        await talk().answer("approve")


async def test_a_plan_is_confirmed_and_followed_step_by_step(talk: Any) -> None:
    steps = [{"content": "Place the essay"}, {"content": "Place the report"}]
    step_done = {"action": "next_plan", "goal_check": "placed"}
    person = talk({"action": "plan_done", "plan_steps": steps}, CONFIRM, step_done, SECOND, step_done, FINAL)
    await person.say("Place both", WEEK)
    await person.answer("approve")
    await person.answer("approve")
    ended = await person.answer("approve")

    assert ended.state.plan.remaining == 0
    assert "Plan step 2 of 2" in person.server.requests[-2].text


async def test_a_declined_plan_is_planned_again(talk: Any) -> None:
    person = talk({"action": "plan_done", "plan_steps": [{"content": "A"}]}, {"action": "reply", "speak": "Fine."})
    await person.say("Place both", WEEK)
    ended = await person.say("no, leave it")

    assert "no, leave it" in person.shown
    assert ended.state.outcome.message == "Fine."


async def test_a_budget_of_two_rounds_ends_exhausted_and_continue_goes_on(talk: Any) -> None:
    person = talk(EXECUTE, LOOK, LOOK, EXECUTE, CONFIRM, max_rounds=2)
    ended = await person.say("Place my essay", WEEK)
    on = await person.say("continue")

    assert ended.state.outcome.status is OutcomeStatus.EXHAUSTED
    assert ended.state.rounds == 2
    assert "Essay" in ended.state.outcome.message
    assert on.state.goal == "Place my essay"
    assert on.interrupt is not None


async def test_an_array_of_reads_runs_in_one_round(talk: Any) -> None:
    reads = {"action": "continue", "tool_calls": [a_call("get_overview"), a_call("get_task_info", task_id=1)]}
    person = talk(EXECUTE, reads, DONE, FINAL)
    ended = await person.say("What is on?", WEEK)

    assert ended.state.rounds == 2


BAD: list[Any] = [
    "gibberish",
    "",
    {"action": "sleep"},
    {"action": "done"},
    {"action": "done", "goal_check": " "},
    {"action": "continue", "tool_call": [PLACE]},
    {"action": "continue", "tool_call": a_call("fly")},
    {"action": "confirm", "tool_call": a_call("place", task_id="x", day=1, slot_start=1)},
    {"action": "ask_user", "speak": "?", "tool_call": PLACE},
]


@pytest.mark.parametrize("bad", [reply for reply in BAD if reply != ""])
async def test_two_corrections_then_right_completes(talk: Any, bad: Any) -> None:
    person = talk(EXECUTE, bad, bad, DONE, FINAL)
    ended = await person.say("Place my essay", WEEK)

    assert ended.state.outcome.status is OutcomeStatus.COMPLETED


@pytest.mark.parametrize("bad", [reply for reply in BAD if reply != ""])
async def test_three_corrections_are_delivered_as_aborted(talk: Any, bad: Any) -> None:
    person = talk(EXECUTE, bad, bad, bad)
    ended = await person.say("Place my essay", WEEK)

    assert ended.status is RunStatus.ERROR
    assert (ended.state.outcome.status, ended.state.outcome.code) == (OutcomeStatus.ABORTED, "too_many_corrections")
    assert ended.state.messages[-1].text == ended.state.outcome.message


async def test_every_message_list_is_legal_for_a_strict_provider(talk: Any) -> None:
    person = talk(EXECUTE, LOOK, "bad", CONFIRM, OTHER, DONE, FINAL, EXECUTE, DONE, FINAL)
    await person.say("Place my essay", WEEK)
    await person.answer("reject", message="no")
    await person.answer("approve")
    await person.say("And now?")

    for request in person.server.requests:
        open_calls: set[str] = set()
        for message in request.messages:
            if message["role"] == "tool":
                assert message["tool_call_id"] in open_calls
                open_calls.remove(message["tool_call_id"])
            else:
                assert not open_calls
            open_calls |= {call["id"] for call in message.get("tool_calls") or ()}
        assert not open_calls


async def test_server_policies_and_secrets_are_in_no_prompt(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL, always_execute=True)
    await person.say("Place my essay", WEEK)

    assert all("always_execute" not in str(request.body) for request in person.server.requests)
    assert all("sk-canary" not in str(request.body) for request in person.server.requests)


async def test_replay_tells_the_conversation_in_order(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL)
    await person.say("Place my essay", WEEK)
    await person.answer("approve")
    scenes = [scene async for scene in person.agent.replay(THREAD)]
    kinds = [entry.type for scene in scenes for entry in scene.entries]

    assert kinds == [
        "message",
        "message",
        "message",
        "card",
        "answer",
        "tool",
        "preview",
        "preview",
        "message",
        "outcome",
    ]
    assert [scenes[0].run, scenes[-1].run] == ["run-1", "run-2"]


async def test_a_later_turn_sees_the_closed_one_in_one_line(talk: Any) -> None:
    person = talk(EXECUTE, CONFIRM, DONE, FINAL, {"action": "reply", "speak": "Tuesday."})
    await person.say("Place my essay", WEEK)
    await person.answer("approve")
    await person.say("When is it?")

    assert "[closed: completed; 1 changes" in person.shown
    assert "Place my essay" in person.shown
    assert all(message["role"] != "tool" for message in person.server.requests[-1].messages)


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        (Fault("status", status=500), 2),
        (Fault("html"), 1),
        (Fault("malformed"), 2),
        (Fault("reset"), 2),
        (Fault("empty_choices"), 2),
    ],
)
async def test_a_failing_model_is_tried_a_bounded_number_of_times_and_ended_honestly(
    talk: Any, fault: Any, tries: int
) -> None:
    person = talk(*[fault] * 20, limits={"attempts": 2}, fallbacks=("second",))
    ended = await person.say("Place my essay", WEEK)

    assert ended.status is RunStatus.ERROR
    assert ended.state.outcome.status is OutcomeStatus.FAILED
    assert [request.model for request in person.server.requests] == ["first"] * tries + ["second"] * tries


async def test_a_fallback_model_carries_the_turn_on(talk: Any) -> None:
    person = talk(Fault("status", status=500), EXECUTE, DONE, FINAL, limits={"attempts": 1}, fallbacks=("second",))
    ended = await person.say("Place my essay", WEEK)

    assert ended.state.outcome.status is OutcomeStatus.COMPLETED
    assert person.server.requests[1].model == "second"


async def test_after_a_failure_the_thread_goes_on(talk: Any) -> None:
    person = talk(EXECUTE, Fault("status", status=500), EXECUTE, DONE, FINAL, limits={"attempts": 1})
    failed = await person.say("Place my essay", WEEK)
    ended = await person.say("again")

    assert failed.state.outcome.status is OutcomeStatus.FAILED
    assert ended.state.outcome.status is OutcomeStatus.COMPLETED


async def test_internal_reasons_reach_nobody(talk: Any) -> None:
    abort = {"code": "no", "user_message": "Sorry.", "internal_reason": "canary-7"}
    person = talk(EXECUTE, {"action": "abort", "abort": abort})
    ended = await person.say("Place my essay", WEEK)

    assert ended.state.outcome.message == "Sorry."
    assert "canary-7" not in str(person.events) + ended.state.model_dump_json()


async def test_the_same_decisions_give_the_same_state(talk: Any) -> None:
    states: list[Any] = []
    for _ in range(2):
        person = talk(EXECUTE, LOOK, "gibberish", CONFIRM, OTHER, DONE, FINAL)
        await person.redis.flushall()
        await person.say("Place my essay", WEEK)
        await person.say("rather on Wednesday")
        ended = await person.answer("approve")
        states.append(ended.state.model_dump(exclude={"messages": {"__all__": {"id"}}}))

    assert states[0] == states[1]
