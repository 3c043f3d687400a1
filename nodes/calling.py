"""One call of the model, and what to do when its answer is no use."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage

from prompts.budget import shorten
from prompts.exchange import correction
from prompts.wording import WORDS, say_model_failure
from state.common import CommonState, Corrections, Update, after
from state.context import Context
from state.errors import Correctable, ModelUnavailable
from state.events import Event, EventType
from state.outcome import Outcome, OutcomeStatus
from state.prompt import Purpose, Question
from state.tool import ToolSpec
from state.transcript import Corrected, Message, ModelCalled, ModelFailed
from state.turn import end_turn, merge_updates
from state.usage import FailedTry


async def ask_model(
    state: CommonState, context: Context, purpose: Purpose, tools: tuple[ToolSpec, ...]
) -> tuple[str, Update]:
    """Return the model's text and what the call cost; raises ModelUnavailable."""
    compacted = _compact(state, context)
    question = Question(purpose, after(state, compacted), tools)
    watch = _Watch(context, purpose)
    try:
        reply = await context.model.reply(question, watch.emit)
    except ModelUnavailable as down:
        down.entries = (*_tries(down.tries), watch.stop(usage=down.usage, code=down.code))
        raise
    usage = state.usage.plus(reply.usage)
    context.emit(Event(type=EventType.MODEL_COMPLETED, data={"model": reply.model, **reply.usage.model_dump()}))
    cost: Update = {"usage": usage, "model_calls": state.model_calls + 1}
    called = watch.stop(
        model=reply.model, usage=reply.usage, served=reply.served, shape=reply.shape, finish=reply.finish
    )
    return reply.text, merge_updates(compacted, cost, {"transcript": (*_tries(reply.tries), called)})


class _Watch:
    """Notes when a call of the model begins, speaks and ends."""

    def __init__(self, context: Context, purpose: Purpose) -> None:
        self._context = context
        self._purpose = purpose
        self._begun = context.clock()
        self._first: float | None = None

    def emit(self, event: Event) -> str | None:
        if event.type is EventType.MESSAGE_DELTA and self._first is None:
            self._first = self._seconds()
        return self._context.emit(event)

    def stop(self, **about: Any) -> ModelCalled:
        about |= {"purpose": self._purpose, "begun": self._begun, "first": self._first, "seconds": self._seconds()}
        return ModelCalled(**about)

    def _seconds(self) -> float:
        return self._context.seconds_since(self._begun)


def _tries(tries: tuple[FailedTry, ...]) -> tuple[ModelFailed, ...]:
    return (ModelFailed(tries=tries),) if tries else ()


def note_unanswered(state: CommonState, down: ModelUnavailable) -> Update:
    """Put what was asked in vain, and what it has cost, on record."""
    return {"usage": state.usage.plus(down.usage), "transcript": down.entries}


def _compact(state: CommonState, context: Context) -> Update:
    replaced = shorten(state.messages, state.settings.context_tokens)
    if not replaced:
        return {}
    context.emit(Event(type=EventType.CONTEXT_COMPACTED, data={"messages": len(replaced)}))
    return {"messages": list(replaced)}


def say(context: Context, text: str, *marks: str) -> Update:
    """Put the agent's words into history."""
    id = context.emit(Event(type=EventType.MESSAGE, data={"text": text}))
    said = AIMessage(text, id=id, additional_kwargs=dict.fromkeys(marks, True))
    return {"messages": [said], "transcript": (Message(role="agent", text=text),)}


def correct(state: CommonState, context: Context, reply: str, wrong: Correctable) -> Update:
    """Feed a refused reply back to the model; the last one allowed ends the turn."""
    context.emit(Event(type=EventType.MESSAGE_RETRACTED))
    context.emit(Event(type=EventType.CORRECTION, data={"complaint": wrong.complaint, "hint": wrong.hint}))
    used = state.corrections.used + 1
    update: Update = {
        "messages": list(correction(reply, wrong)),
        "corrections": Corrections(used=used, latest=f"{wrong.complaint}. {wrong.hint}"),
        "transcript": (Corrected(complaint=wrong.complaint),),
    }
    if used < state.settings.max_corrections:
        return update
    message = WORDS[state.locale].too_many_corrections
    outcome = Outcome(status=OutcomeStatus.ABORTED, code="too_many_corrections", message=message)
    return merge_updates(update, end_turn(state, outcome))


def end_without_model(state: CommonState, down: ModelUnavailable) -> Update:
    """End the turn honestly when no model answers; the draft stays."""
    ended = end_turn(state, Outcome(status=OutcomeStatus.FAILED, code=down.code, message=say_down(state, down)))
    return merge_updates(ended, note_unanswered(state, down))


def say_down(state: CommonState, down: ModelUnavailable) -> str:
    """Return that no model answers, and why."""
    why = say_model_failure(down.code, state.locale) if down.discreet else str(down)
    return WORDS[state.locale].model_failed.format(why=why)
