"""A run that is one call of the model: tools are offered, and what it proposes is told and not run."""

from __future__ import annotations

from nodes.calling import ask_model, end_without_model
from prompts.wording import WORDS, say_model_failure
from state.common import CommonState, Update, after
from state.context import Context
from state.decision import Abort, Confirm, Continue, Done, ExecuteDecision, NextPlan, parse_execute_decision
from state.errors import Correctable, ModelUnavailable
from state.events import Event, EventType
from state.outcome import Outcome, OutcomeStatus
from state.prompt import Purpose
from state.tool import ToolCall
from state.transcript import ModelCalled
from state.turn import end_turn, merge_updates
from tools import TOOLBOX

_NO_USE = "model_bad_answer"


async def call_once(state: CommonState, context: Context) -> Update:
    """Ask once, and end the turn with what came of it; an answer that is no use is a failure, and not corrected."""
    try:
        reply, spent = await ask_model(state, context, Purpose.EXECUTE, TOOLBOX.specs)
    except ModelUnavailable as down:
        return end_without_model(state, down)
    try:
        decision = parse_execute_decision(reply)
    except Correctable:
        context.emit(Event(type=EventType.MESSAGE_RETRACTED))
        why = say_model_failure(_NO_USE, state.locale)
        told = WORDS[state.locale].model_failed.format(why=why)
        outcome = Outcome(status=OutcomeStatus.FAILED, code=_NO_USE, message=told)
        return _ended(state, _noted(spent, code=_NO_USE), outcome)
    calls = _calls(decision)
    outcome = Outcome(status=OutcomeStatus.COMPLETED, message=_words(decision), proposed=calls)
    return _ended(state, _noted(spent, calls=calls), outcome)


def _ended(state: CommonState, spent: Update, outcome: Outcome) -> Update:
    return merge_updates(spent, end_turn(after(state, spent), outcome))


def _noted(spent: Update, *, code: str | None = None, calls: tuple[ToolCall, ...] = ()) -> Update:
    """Return what the call has cost, its line of the transcript saying what came of it."""
    noted = (
        entry.model_copy(update={"code": code, "calls": calls}) if isinstance(entry, ModelCalled) else entry
        for entry in spent.get("transcript", ())
    )
    return {**spent, "transcript": tuple(noted)}


def _calls(decision: ExecuteDecision) -> tuple[ToolCall, ...]:
    match decision:
        case Continue(tool_calls=tuple() as calls):
            return calls
        case Continue(tool_call=ToolCall() as call) | Confirm(tool_call=call):
            return (call,)
        case _:
            return ()


def _words(decision: ExecuteDecision) -> str:
    said = decision.speak.strip() or decision.reason.strip()
    match decision:
        case Abort():
            return decision.abort.user_message
        case Done() | NextPlan():
            return said or decision.goal_check
        case _:
            return said
