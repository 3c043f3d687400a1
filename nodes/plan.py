"""The plan node: opens the turn and decides how to go about it."""

from __future__ import annotations

from typing import assert_never

from langgraph.runtime import Runtime

from nodes.asking import opened_card
from nodes.calling import ask, corrected, model_failed, said
from prompts.wording import WORDS, locale_of, says_continue
from state.common import CommonState, Phase, Update, after, new_words
from state.context import Context
from state.decision import (
    AbortPlan,
    AskBeforePlan,
    ContinuePlanning,
    Execute,
    PlanDecision,
    PlanDone,
    Reply,
    parse_plan_decision,
)
from state.errors import Correctable, ModelUnavailable
from state.events import Event, EventType
from state.interrupt import InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.plan import Plan
from state.prompt import Purpose
from state.turn import ended, merged, opened, ran_out
from tools import TOOLBOX


async def plan(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Spend one planning round."""
    context = runtime.context
    opening: Update = _opening(state, context) if state.phase is Phase.DONE else {}
    state = after(state, opening)
    if state.plan_rounds >= state.settings.max_rounds:
        outcome = Outcome(status=OutcomeStatus.EXHAUSTED, code="rounds")
        return merged(opening, ended(state, outcome))
    try:
        reply, spent = await ask(state, context, Purpose.PLAN, TOOLBOX.specs)
    except ModelUnavailable as down:
        return merged(opening, model_failed(state, down))
    spent = merged(spent, {"plan_rounds": state.plan_rounds + 1, "answer": None})
    state = after(state, spent)
    try:
        decided = _decided(state, context, parse_plan_decision(reply))
    except Correctable as wrong:
        decided = corrected(state, context, reply, wrong)
    return merged(opening, spent, decided)


def _opening(state: CommonState, context: Context) -> Update:
    words = "\n".join(new_words(state.messages))
    locale = context.settings.locale or locale_of(words)
    return opened(state, context.settings, context.clock(), locale, go_on=ran_out(state) and says_continue(words))


def _decided(state: CommonState, context: Context, decision: PlanDecision) -> Update:
    allowed: Update = {"allow_reorder": decision.allow_reorder}
    match decision:
        case Reply():
            outcome = Outcome(status=OutcomeStatus.COMPLETED, message=decision.speak)
            return ended(state, outcome)
        case Execute():
            return merged(allowed, _aloud(context, decision.speak), {"phase": Phase.EXECUTING})
        case AskBeforePlan():
            question = decision.speak or decision.reason or WORDS[state.locale].working
            asked = opened_card(state, context, kind=InterruptKind.QUESTION, asker="plan", description=question)
            return merged(allowed, said(context, question), asked)
        case PlanDone():
            return merged(allowed, _aloud(context, decision.speak), _planned(state, context, decision))
        case ContinuePlanning():
            return merged(allowed, _aloud(context, decision.speak or decision.reason))
        case AbortPlan():
            context.emit(Event(type=EventType.MESSAGE_RETRACTED))
            return ended(
                state,
                Outcome(status=OutcomeStatus.ABORTED, code=decision.abort.code, message=decision.abort.user_message),
            )
        case _:
            assert_never(decision)


def _aloud(context: Context, text: str) -> Update:
    return said(context, text) if text else {}


def _planned(state: CommonState, context: Context, decision: PlanDone) -> Update:
    steps = [step.model_dump() for step in decision.plan_steps]
    context.emit(Event(type=EventType.PLAN_READY, data={"steps": steps, "complexity": decision.complexity.value}))
    update: Update = {"plan": Plan(steps=decision.plan_steps, complexity=decision.complexity)}
    if state.settings.always_execute or state.approve_all:
        context.emit(Event(type=EventType.PLAN_AUTO_APPROVED))
        return {**update, "phase": Phase.EXECUTING}
    card = opened_card(
        state,
        context,
        kind=InterruptKind.PLAN,
        asker="plan",
        description=WORDS[state.locale].plan_card,
        steps=decision.plan_steps,
    )
    return merged(update, card)
