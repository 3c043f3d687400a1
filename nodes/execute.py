"""The execute node: one decision a round, acted on through the one door to every tool."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from langchain_core.messages import ToolMessage
from langgraph.runtime import Runtime

from nodes.asking import open_card
from nodes.calling import ask_model, correct, end_without_model, say
from nodes.dispatching import admit, dispatch, run_approved, run_delegated
from prompts.wording import WORDS
from state.common import CommonState, Corrections, Phase, Update, after
from state.context import Context
from state.decision import (
    Abort,
    AskUser,
    Confirm,
    Continue,
    Done,
    ExecuteDecision,
    NextPlan,
    parse_execute_decision,
)
from state.errors import Correctable, ModelUnavailable, OutOfTurn
from state.events import Event, EventType
from state.interrupt import InterruptKind
from state.outcome import Outcome, OutcomeStatus
from state.prompt import Purpose
from state.tool import ToolCall
from state.turn import end_turn, merge_updates, with_baseline
from tools import TOOLBOX
from tools.dispatch import check


async def execute(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Run the call that was confirmed, or else spend one round."""
    context = runtime.context
    begun = with_baseline(state)
    if begun:
        context.emit(Event(type=EventType.ORDER_GUARD_BASELINE, data={"version": state.schedule.version}))
    state = after(state, begun)
    if _acted_outside(state):
        await context.calendar.note_followed(context.thread, state.schedule)
    if state.approved is not None:
        return merge_updates(begun, await run_approved(state, context, state.approved))
    if state.delegated:
        return merge_updates(begun, await run_delegated(state, context))
    if used_up := _exhausted_budget(state, context.clock()):
        return merge_updates(begun, end_turn(state, Outcome(status=OutcomeStatus.EXHAUSTED, code=used_up)))
    return merge_updates(begun, await _round(state, context))


def _acted_outside(state: CommonState) -> bool:
    """Tell whether the step before this one acted outside the draft, and was committed."""
    last = state.messages[-1] if state.messages else None
    return isinstance(last, ToolMessage) and TOOLBOX.acts_outside(last.name)


def _exhausted_budget(state: CommonState, now: datetime) -> str | None:
    budget, usage = state.settings, state.usage
    if state.rounds >= budget.max_rounds:
        return "rounds"
    if budget.max_tokens is not None and usage.prompt_tokens + usage.completion_tokens >= budget.max_tokens:
        return "tokens"
    if budget.max_seconds is not None and state.started_at is not None:
        return "time" if (now - state.started_at).total_seconds() >= budget.max_seconds else None
    return None


async def _round(state: CommonState, context: Context) -> Update:
    rounds = state.rounds + 1
    context.emit(Event(type=EventType.ROUND_STARTED, data={"round": rounds, "of": state.settings.max_rounds}))
    state = after(state, {"rounds": rounds})
    try:
        reply, spent = await ask_model(state, context, Purpose.EXECUTE, TOOLBOX.specs)
    except ModelUnavailable as down:
        return merge_updates({"rounds": rounds}, end_without_model(state, down))
    spent = merge_updates(spent, {"rounds": rounds, "answer": None})
    state = after(state, spent)
    try:
        acted = await _act(state, context, parse_execute_decision(reply))
    except Correctable as wrong:
        acted = correct(state, context, reply, wrong)
    return merge_updates(spent, acted)


async def _act(state: CommonState, context: Context, decision: ExecuteDecision) -> Update:
    match decision:
        case Continue():
            return await _continue(state, context, decision)
        case AskUser():
            question = _words(state, decision)
            asked = open_card(state, context, kind=InterruptKind.QUESTION, asker="execute", description=question)
            return merge_updates(say(context, question), asked, _progress())
        case Confirm():
            checked = admit(state, decision.tool_call)
            spoken = say(context, _words(state, decision))
            return merge_updates(spoken, await dispatch(state, context, checked, _call_id(state)))
        case NextPlan():
            return merge_updates(_aloud(context, decision.speak), _advance(state), _progress())
        case Done():
            return merge_updates(_finish(state), _aloud(context, decision.speak), _progress())
        case Abort():
            context.emit(Event(type=EventType.MESSAGE_RETRACTED))
            why = decision.abort
            return end_turn(state, Outcome(status=OutcomeStatus.ABORTED, code=why.code, message=why.user_message))
        case _:
            assert_never(decision)


async def _continue(state: CommonState, context: Context, decision: Continue) -> Update:
    checked = [admit(state, call) for call in _calls(decision)]
    update = say(context, _words(state, decision))
    for number, call in enumerate(checked):
        done = await dispatch(after(state, update), context, call, _call_id(state, number))
        update = merge_updates(update, done)
    return update


def _calls(decision: Continue) -> tuple[ToolCall, ...]:
    if decision.tool_calls is None:
        return (decision.tool_call,) if decision.tool_call else ()
    if decision.tool_call is not None:
        raise OutOfTurn("tool_call and tool_calls together", hint="Give one of them.")
    writes = [call.name for call in decision.tool_calls if check(TOOLBOX, call).tool.writes]
    if writes:
        raise OutOfTurn(
            f"tool_calls: {', '.join(writes)} changes the draft",
            hint="tool_calls takes read tools only; propose a change alone, with action confirm.",
        )
    return decision.tool_calls


def _advance(state: CommonState) -> Update:
    if state.plan is None:
        return {"phase": Phase.CHECKING}
    plan = state.plan.advance()
    return {"plan": plan, "phase": Phase.EXECUTING if plan.remaining else Phase.CHECKING}


def _finish(state: CommonState) -> Update:
    if state.plan is None:
        return {"phase": Phase.CHECKING}
    if state.plan.remaining > 1:
        raise OutOfTurn(
            f"done: {state.plan.remaining} steps of the plan remain",
            hint="Use next_plan when the current step is done.",
        )
    return {"plan": state.plan.model_copy(update={"current": len(state.plan.steps)}), "phase": Phase.CHECKING}


def _words(state: CommonState, decision: Continue | AskUser | Confirm) -> str:
    return decision.speak.strip() or decision.reason.strip() or WORDS[state.locale].working


def _aloud(context: Context, text: str) -> Update:
    return say(context, text) if text.strip() else {}


def _progress() -> Update:
    return {"corrections": Corrections()}


def _call_id(state: CommonState, number: int = 0) -> str:
    return f"call_{state.turn}_{state.rounds}_{number}"
