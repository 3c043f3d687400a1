"""The prompt of the plan node."""

from __future__ import annotations

from prompts.history import history
from prompts.instructions import instructions
from prompts.situation import situation
from state.common import CommonState
from state.decision import PLAN_FORMAT
from state.prompt import Prompt
from state.tool import ToolSpec


def plan_prompt(state: CommonState, catalogue: tuple[ToolSpec, ...]) -> Prompt:
    """Ask how to handle the newest message."""
    return Prompt(
        messages=(instructions("plan", state.locale, catalogue), *history(state.messages), situation(state)),
        format=PLAN_FORMAT,
    )
