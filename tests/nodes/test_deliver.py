"""The deliver node: one final text, a final preview, a closed loop."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from stage import a_stage, a_task, a_week, placed_task, step

from nodes.deliver import WINDOW, deliver
from prompts.exchange import correction, tool_exchange
from state.common import CLOSED, Baseline, CommonState, Phase, split_history
from state.desk import Placement
from state.errors import MalformedDecision, ModelUnavailable
from state.outcome import Outcome, OutcomeStatus
from state.plan import Plan, PlanStep
from state.preview import PreviewState
from state.schedule import Status
from state.tool import ToolCall

LOOP = [
    HumanMessage("Place it", id="1"),
    AIMessage("Shall I?", id="2"),
    *tool_exchange(ToolCall(name="place"), "call_1", "placed"),
    *correction("gibberish", MalformedDecision("no JSON", hint="JSON please.")),
]


def working(**fields: Any) -> CommonState:
    pending = Placement(task_id=1, position=None)
    base: dict[str, Any] = {
        "messages": [message.model_copy(update={"id": str(n)}) for n, message in enumerate(LOOP)],
        "schedule": a_week(placed_task(1, 2, 3, title="Essay"), a_task(2, "Report"), version=1),
        "baseline": Baseline(version=0, placements=(pending,)),
        "phase": Phase.ENDING,
        "plan": Plan(steps=(PlanStep(content="Place the essay"), PlanStep(content="Place the report")), current=1),
    }
    return CommonState(**{**base, **fields})


async def test_the_summary_tells_what_became_of_the_calendar() -> None:
    booked = placed_task(1, 2, 3, title="Essay").model_copy(update={"status": Status.EXISTING, "locked": True})
    back = placed_task(2, 3, 3, title="Report")
    before = (Placement(task_id=1, position=booked.position),)
    state = working(
        schedule=a_week(booked, back, version=1), baseline=Baseline(version=0, placements=before), plan=None
    )
    state = await step(deliver, state, a_stage(ModelUnavailable("down")))
    assert state.outcome is not None

    assert state.outcome.message.splitlines() == [
        "Written into your calendar (1):",
        "- Essay: Tue 24 Nov 2026 10:00-11:40",
        "Taken out of your calendar, draft again (1):",
        "- Report: Wed 25 Nov 2026 10:00-11:40",
    ]
    closed = state.messages[-1].additional_kwargs[CLOSED]
    assert "1 written into the calendar; 1 taken out of the calendar" in closed


async def test_a_completed_turn_is_told_by_the_model() -> None:
    stage = a_stage("The essay is on Tuesday.")
    state = await step(deliver, working(), stage)

    assert state.phase is Phase.DONE
    assert state.outcome == Outcome(status=OutcomeStatus.COMPLETED, message="The essay is on Tuesday.")
    assert "Essay: Tue 24 Nov 2026 10:00-11:40" in stage.model.shown


@pytest.mark.parametrize("script", [[ModelUnavailable("down")], ["  "]])
async def test_without_a_model_the_summary_is_mechanical_and_true(script: list[Any]) -> None:
    state = await step(deliver, working(), a_stage(*script))
    assert state.outcome is not None

    assert state.outcome.message.splitlines() == [
        "✓ Place the essay",
        "○ Place the report",
        "Changes (1):",
        "- Essay: Tue 24 Nov 2026 10:00-11:40",
        "Still without a place (1):",
        "- Report: not planned yet",
    ]


async def test_an_aborted_turn_says_what_was_stored() -> None:
    outcome = Outcome(status=OutcomeStatus.ABORTED, code="impossible", message="Not possible.")
    stage = a_stage()
    state = await step(deliver, working(outcome=outcome), stage)

    assert state.outcome == outcome
    assert stage.model.prompts == []


async def test_an_exhausted_turn_says_what_is_open_and_how_to_go_on() -> None:
    outcome = Outcome(status=OutcomeStatus.EXHAUSTED, code="rounds")
    state = await step(deliver, working(outcome=outcome), a_stage())
    assert state.outcome is not None

    assert "○ Place the report" in state.outcome.message
    assert "Essay: Tue 24 Nov 2026" in state.outcome.message
    assert '"continue"' in state.outcome.message


@pytest.mark.parametrize(
    ("status", "kind"),
    [(OutcomeStatus.EXHAUSTED, PreviewState.FINAL), (OutcomeStatus.FAILED, PreviewState.ABANDONED)],
)
async def test_the_last_preview_says_that_it_is_the_last(status: OutcomeStatus, kind: PreviewState) -> None:
    stage = a_stage()
    await step(deliver, working(outcome=Outcome(status=status, message="x")), stage)

    assert stage.previews.kept[-1].state is kind


async def test_the_preview_is_written_before_the_final_message() -> None:
    stage = a_stage("Done.")
    await step(deliver, working(), stage)

    assert stage.told.index("preview.updated") < stage.told.index("message")


async def test_a_closed_loop_keeps_only_words() -> None:
    state = await step(deliver, working(), a_stage("Done."))

    assert [message.text for message in state.messages] == ["Place it", "Shall I?", "Done."]
    assert state.messages[-1].additional_kwargs[CLOSED].startswith("completed; 1 changes")
    assert split_history(state.messages)[1] == []


async def test_the_state_keeps_a_window_of_words() -> None:
    many = [HumanMessage(f"word {number}", id=str(number)) for number in range(WINDOW * 3)]
    state = await step(deliver, working(messages=many), a_stage("Done."))

    assert len(state.messages) == WINDOW + 1
    assert state.messages[-2].text == many[-1].text
