"""The deliver node: one final text per run, whatever the outcome, and the loop is closed."""

from __future__ import annotations

from typing import Any, Final

from langchain_core.messages import AIMessage, AnyMessage, RemoveMessage
from langgraph.runtime import Runtime

from nodes.calling import ask_model, note_unanswered
from nodes.previewing import publish_preview
from prompts.deliver import one_line, summary
from prompts.history import words
from prompts.wording import WORDS
from state.change import Change, changes
from state.common import CLOSED, CommonState, Phase, Update, after
from state.context import Context
from state.errors import ModelUnavailable
from state.events import Event, EventType
from state.outcome import Outcome, OutcomeStatus
from state.preview import PreviewState
from state.prompt import Purpose
from state.transcript import Ended, Message
from state.turn import baseline_schedule, merge_updates
from tools import TOOLBOX

WINDOW: Final = 40
"""So many of the person's and the agent's newest words stay in the state; the transcript has them all."""


async def deliver(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Say how the turn ended, publish the final draft, close the loop."""
    context = runtime.context
    changed = changes(baseline_schedule(state), state.schedule)
    text, spent = await _final_text(state, context, changed)
    outcome = (state.outcome or Outcome(status=OutcomeStatus.COMPLETED)).model_copy(update={"message": text})
    state = after(state, merge_updates(spent, {"outcome": outcome}))
    kind = PreviewState.ABANDONED if outcome.status is OutcomeStatus.FAILED else PreviewState.FINAL
    preview = await publish_preview(state, context, kind)
    id = context.emit(Event(type=EventType.MESSAGE, data={"text": text, "final": True}))
    told: Update = {
        "phase": Phase.DONE,
        "outcome": outcome,
        "by_hand": (),
        "messages": _close(state, AIMessage(text, id=id, additional_kwargs={CLOSED: one_line(state, changed)})),
        "transcript": (Message(role="agent", text=text), Ended(outcome=outcome)),
    }
    return merge_updates(spent, preview, told)


async def _final_text(state: CommonState, context: Context, changed: tuple[Change, ...]) -> tuple[str, Update]:
    outcome = state.outcome
    if outcome is not None and outcome.status is OutcomeStatus.EXHAUSTED:
        return _say_exhausted(state, outcome, changed), {}
    if outcome is not None:
        return outcome.message, {}
    try:
        text, spent = await ask_model(state, context, Purpose.DELIVER, TOOLBOX.specs)
    except ModelUnavailable as down:
        return summary(state, changed), note_unanswered(state, down)
    return text.strip() or summary(state, changed), spent


def _say_exhausted(state: CommonState, outcome: Outcome, changed: tuple[Change, ...]) -> str:
    wording = WORDS[state.locale]
    return "\n".join([wording.exhausted.format(what=outcome.code), summary(state, changed), wording.go_on])


def _close(state: CommonState, final: AIMessage) -> list[Any]:
    kept = {message.id for message in words(state.messages)[-WINDOW:]}
    return [*(_remove(message) for message in state.messages if message.id not in kept), final]


def _remove(message: AnyMessage) -> RemoveMessage:
    return RemoveMessage(id=message.id or "")
