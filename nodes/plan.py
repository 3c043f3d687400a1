"""The plan node: opens the turn and decides how to go about it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from langgraph.runtime import Runtime

from nodes.asking import open_card
from nodes.calling import ask_model, correct, end_without_model, say
from nodes.single_call import call_once
from prompts.changes import say_missed, say_taken_in
from prompts.wording import WORDS, locale_of
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
from state.transcript import MemoryRead
from state.turn import end_turn, merge_updates, newly_missed, open_turn, ran_out, says_continue
from tools import TOOLBOX


async def plan(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Spend one planning round."""
    context = runtime.context
    opening: Update = await _opening(state, context) if state.phase is Phase.DONE else {}
    state = after(state, opening)
    if state.plan_rounds >= state.settings.max_rounds:
        outcome = Outcome(status=OutcomeStatus.EXHAUSTED, code="rounds")
        return merge_updates(opening, end_turn(state, outcome))
    if state.settings.single_call:
        return merge_updates(opening, await call_once(state, context))
    try:
        reply, spent = await ask_model(state, context, Purpose.PLAN, TOOLBOX.specs)
    except ModelUnavailable as down:
        return merge_updates(opening, end_without_model(state, down))
    spent = merge_updates(spent, {"plan_rounds": state.plan_rounds + 1, "answer": None})
    state = after(state, spent)
    try:
        decided = _carry_out(state, context, parse_plan_decision(reply))
    except Correctable as wrong:
        decided = correct(state, context, reply, wrong)
    return merge_updates(opening, spent, decided)


async def _opening(state: CommonState, context: Context) -> Update:
    words = "\n".join(new_words(state.messages))
    locale, now = context.settings.locale or locale_of(words), context.clock()
    found = await context.calendar.take_in(context.thread, state.schedule, state.calendar, now)
    taken: Update = {"schedule": found.schedule, "calendar": found.seen} if found else {}
    current = after(state, taken)
    opened = open_turn(current, context.settings, now, locale, go_on=ran_out(state) and says_continue(words))
    recalled = await _recall(words, now, context)
    told = say_taken_in(state.schedule, found, locale) if found else ""
    missed = say_missed(*newly_missed(current, after(current, opened)), locale)
    return merge_updates(
        taken,
        opened,
        recalled,
        say(context, told) if told else {},
        say(context, missed) if missed else {},
    )


async def _recall(words: str, now: datetime, context: Context) -> Update:
    """Load what is remembered and fits, and put on record what it was and why."""
    found = await context.memory.recall(words, now)
    if not found:
        return {"memory": ()}
    items = [{"id": each.item.id, "kind": each.item.kind.value, "why": each.why.value} for each in found]
    context.emit(Event(type=EventType.MEMORY_LOADED, data={"items": items}))
    read = MemoryRead(items=found, begun=now, seconds=context.seconds_since(now))
    return {"memory": found, "transcript": (read,)}


def _carry_out(state: CommonState, context: Context, decision: PlanDecision) -> Update:
    allowed: Update = {"allow_reorder": decision.allow_reorder}
    match decision:
        case Reply():
            outcome = Outcome(status=OutcomeStatus.COMPLETED, message=decision.speak)
            return end_turn(state, outcome)
        case Execute():
            return merge_updates(allowed, _aloud(context, decision.speak), {"phase": Phase.EXECUTING})
        case AskBeforePlan():
            question = decision.speak or decision.reason or WORDS[state.locale].working
            asked = open_card(state, context, kind=InterruptKind.QUESTION, asker="plan", description=question)
            return merge_updates(allowed, say(context, question), asked)
        case PlanDone():
            return merge_updates(allowed, _aloud(context, decision.speak), _present_plan(state, context, decision))
        case ContinuePlanning():
            return merge_updates(allowed, _aloud(context, decision.speak or decision.reason))
        case AbortPlan():
            context.emit(Event(type=EventType.MESSAGE_RETRACTED))
            return end_turn(
                state,
                Outcome(status=OutcomeStatus.ABORTED, code=decision.abort.code, message=decision.abort.user_message),
            )
        case _:
            assert_never(decision)


def _aloud(context: Context, text: str) -> Update:
    return say(context, text) if text else {}


def _present_plan(state: CommonState, context: Context, decision: PlanDone) -> Update:
    steps = [step.model_dump() for step in decision.plan_steps]
    context.emit(Event(type=EventType.PLAN_READY, data={"steps": steps, "complexity": decision.complexity.value}))
    update: Update = {"plan": Plan(steps=decision.plan_steps, complexity=decision.complexity)}
    if state.settings.always_execute or state.approve_all:
        context.emit(Event(type=EventType.PLAN_AUTO_APPROVED))
        return {**update, "phase": Phase.EXECUTING}
    card = open_card(
        state,
        context,
        kind=InterruptKind.PLAN,
        asker="plan",
        description=WORDS[state.locale].plan_card,
        steps=decision.plan_steps,
    )
    return merge_updates(update, card)
