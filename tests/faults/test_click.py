"""What is confirmed is what runs: a schedule that changed between card and click voids the yes."""

from __future__ import annotations

from stage import PLACE, a_stage, a_task, a_week, step

from nodes.execute import execute
from state.common import Approved, CommonState, Phase
from state.interrupt import digest
from state.tool import ToolCall

CALL = ToolCall.model_validate(PLACE)


async def test_a_yes_to_an_older_schedule_is_asked_again() -> None:
    shown = a_week(a_task(1), version=3)
    moved_on = shown.model_copy(update={"version": 4})
    yes = Approved(call=CALL, call_id="call_1", state_version=shown.version, digest=digest(CALL, shown.version))
    state = CommonState(schedule=moved_on, phase=Phase.EXECUTING, turn=1, approved=yes)

    after = await step(execute, state, a_stage())

    assert after.schedule == moved_on
    assert after.approved is None
    assert after.interrupt is not None
    assert after.interrupt.state_version == moved_on.version
