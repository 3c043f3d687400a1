"""A question to a model, in words."""

from __future__ import annotations

from prompts.deliver import deliver_prompt
from prompts.execute import execute_prompt
from prompts.plan import plan_prompt
from state.change import changes
from state.prompt import Prompt, Purpose, Question
from state.turn import baseline_schedule


def prompt_for(question: Question) -> Prompt:
    """Return what a language model is shown of a question."""
    state = question.state
    match question.purpose:
        case Purpose.PLAN:
            return plan_prompt(state, question.tools)
        case Purpose.EXECUTE:
            return execute_prompt(state, question.tools)
        case Purpose.DELIVER:
            return deliver_prompt(state, changes(baseline_schedule(state), state.schedule))
