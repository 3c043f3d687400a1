"""A run of one call: the model is asked once with the tools it may name, and what it proposes is not run."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from stage import NOW, PLACE, Stage, a_call, a_stage, a_task, a_week, step

from nodes.deliver import deliver
from nodes.plan import plan
from state.common import CommonState
from state.errors import ModelUnavailable
from state.run_status import RunStatus, run_status
from state.tool import ToolCall
from state.transcript import ModelCalled
from state.usage import FailedTry, Usage
from tools import TOOLBOX

LOOKS = [a_call("get_overview"), a_call("next_up")]


async def called(*answers: Any) -> tuple[CommonState, Stage, list[ModelCalled]]:
    """Return how the run ends, and its calls of the model."""
    stage = a_stage(*answers, single_call=True)
    planned = await step(
        plan, CommonState(messages=[HumanMessage("Place it")], schedule=a_week(a_task(1), allow_past=False)), stage
    )
    ended = await step(deliver, planned, stage)
    entries = [*planned.transcript, *ended.transcript]
    return ended, stage, [entry for entry in entries if isinstance(entry, ModelCalled)]


@pytest.mark.parametrize(
    ("decision", "words", "calls"),
    [
        ({"action": "confirm", "speak": "Shall I?", "tool_call": PLACE}, "Shall I?", [PLACE]),
        ({"action": "continue", "reason": "To see.", "tool_calls": LOOKS}, "To see.", LOOKS),
        ({"action": "continue", "speak": "Hm."}, "Hm.", []),
        ({"action": "ask_user", "speak": "Which day?"}, "Which day?", []),
        ({"action": "done", "goal_check": "It is."}, "It is.", []),
        ({"action": "abort", "abort": {"code": "no", "user_message": "I cannot."}}, "I cannot.", []),
    ],
)
async def test_what_it_proposes_is_told_and_not_run(decision: Any, words: str, calls: list[Any]) -> None:
    ended, stage, [call] = await called(decision)
    proposed = tuple(ToolCall.model_validate(each) for each in calls)

    assert ended.outcome is not None
    assert (ended.outcome.message, ended.outcome.proposed, call.calls) == (words, proposed, proposed)
    assert (run_status(ended), ended.schedule.tasks) == (RunStatus.SUCCESS, (a_task(1),))
    assert [prompt.tools for prompt in stage.model.prompts] == [TOOLBOX.specs]
    assert not {"tool.started", "interrupt.opened"} & set(stage.told)
    assert ("proposed" in ended.outcome.model_dump(mode="json")) == bool(calls)


@pytest.mark.parametrize(
    ("answer", "code", "spent"),
    [
        ("no decision", "model_bad_answer", 10),
        (
            ModelUnavailable(
                "none",
                code="model_unreachable",
                usage=Usage(prompt_tokens=7),
                tries=(FailedTry(model="big", reason="model_unreachable"),),
            ),
            "model_unreachable",
            7,
        ),
    ],
)
async def test_an_error_closes_it_as_failed_and_what_it_cost_is_kept(answer: Any, code: str, spent: int) -> None:
    ended, stage, [call] = await called(answer)

    assert (run_status(ended), ended.outcome and ended.outcome.code) == (RunStatus.ERROR, code)
    assert (call.code, call.usage.prompt_tokens, ended.usage.prompt_tokens) == (code, spent, spent)
    assert len(stage.model.prompts) == 1
    assert call.begun == NOW
