"""A question to a model, in words: the same rules first every time, then the conversation, then where it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

from langchain_core.messages import AnyMessage

from prompts.budget import condense
from prompts.decision_format import PLAN_FORMAT, execute_format
from prompts.deliver import summary
from prompts.history import history
from prompts.instructions import instructions
from prompts.situation import ending, opening
from prompts.week import BRIEF, FULL, Detail
from state.change import changes
from state.common import CommonState
from state.decision import ResponseFormat
from state.prompt import Prompt, Purpose, Question
from state.turn import baseline_schedule

_FEW_WORDS: Final = (
    "Your last answer to this was cut off, because it was too long. Think briefly, and give every text in a few words."
)


def prompt_for(question: Question) -> Prompt:
    """Return what a language model is shown of a question."""
    return replace(_prompt(question, question.state.messages, FULL), brief=partial(_briefly, question))


def in_few_words(prompt: Prompt) -> Prompt:
    """Return a prompt whose answer was too long: with less to read, where it can be, and told to be short."""
    less = prompt.brief() if prompt.brief is not None else prompt
    *before, last = less.messages
    return replace(less, messages=(*before, last.model_copy(update={"content": f"{last.text}\n\n{_FEW_WORDS}"})))


def _briefly(question: Question) -> Prompt:
    """Return the prompt without older turns, far days, and the detail of what is finished."""
    return _prompt(question, condense(question.state.messages), BRIEF)


def _prompt(question: Question, messages: list[AnyMessage], detail: Detail) -> Prompt:
    state = question.state
    turns = history(
        messages,
        question.tools,
        opening=opening(state, detail),
        ending=ending(state, question.purpose, _record(question.purpose, state), detail),
    )
    return Prompt(
        messages=(instructions(state.locale, question.tools), *turns), format=_format(question), tools=question.tools
    )


def _record(purpose: Purpose, state: CommonState) -> str:
    if purpose is Purpose.ANSWER and (card := state.interrupt) is not None:
        steps = "".join(f"\n{number}. {step.content}" for number, step in enumerate(card.steps, 1))
        return f"The card that is open:\n{card.description}{steps}"
    if purpose is not Purpose.DELIVER:
        return ""
    return "Record of this turn:\n" + summary(state, changes(baseline_schedule(state), state.schedule))


def _format(question: Question) -> ResponseFormat | None:
    match question.purpose:
        case Purpose.PLAN:
            return PLAN_FORMAT
        case Purpose.EXECUTE:
            return execute_format(question.tools)
        case Purpose.DELIVER | Purpose.ANSWER:
            return None
