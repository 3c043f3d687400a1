"""The prompt of the execute node."""

from __future__ import annotations

from prompts.history import history
from prompts.instructions import instructions
from prompts.situation import situation
from state.common import CommonState
from state.decision import EXECUTE_FORMAT
from state.prompt import Prompt
from state.tool import ToolSpec


def execute_prompt(state: CommonState, catalogue: tuple[ToolSpec, ...]) -> Prompt:
    """Ask for the next step towards the goal."""
    return Prompt(
        messages=(instructions("execute", state.locale, catalogue), *history(state.messages), situation(state)),
        format=EXECUTE_FORMAT,
    )
