"""The confirm node: the only place that waits for a person."""

from __future__ import annotations

from typing import Any, cast

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from nodes.asking import reopen_card
from nodes.calling import ask_model, say, say_down
from prompts.exchange import tool_exchange
from prompts.wording import NO_REASON, WORDS
from state.common import ASIDE, Approved, CommonState, Phase, Update, after
from state.context import Context
from state.desk import with_placements
from state.errors import ModelUnavailable
from state.events import Event, EventType
from state.interrupt import (
    MESSAGE_ID,
    SAID,
    Answer,
    AnswerType,
    Interrupt,
    InterruptKind,
    Rejection,
    approved_call,
    digest,
)
from state.outcome import DECLINED, Outcome, OutcomeStatus
from state.prompt import Purpose
from state.transcript import Answered
from state.turn import merge_updates, says_continue
from tools import TOOLBOX
from tools.answer_words import reads_as_decision
from tools.approval import check_answer


async def confirm(state: CommonState, runtime: Runtime[Context]) -> Update:
    """Ask, then hand the answer on.

    LangGraph runs this function again from the top after the person answers, so nothing before `interrupt` may have an
    effect.
    """
    asked = state.interrupt
    assert asked is not None, "a node that waits has stored what it asks"
    given, words = _split_answer(interrupt(asked.payload))
    answer = check_answer(TOOLBOX, asked, given, spoken=bool(words[0]))
    asks = asked.kind is not InterruptKind.QUESTION or says_continue(words[0])
    if answer.type is AnswerType.RESPOND and asks:
        return await _tell_about(state, runtime.context, asked, answer, words)
    return take_answer(state, runtime.context, asked, answer, words)


async def _tell_about(
    state: CommonState, context: Context, asked: Interrupt, answer: Answer, said: tuple[str, str | None]
) -> Update:
    """Answer what the person asks about a card, and let the same card stand again."""
    heard = _note_words(answer, *said, aside=True)
    try:
        if says_continue(said[0]):
            text, spent = WORDS[state.locale].at_this_card, Update()
        else:
            text, spent = await ask_model(after(state, heard), context, Purpose.ANSWER, TOOLBOX.specs)
    except ModelUnavailable as down:
        text, spent = say_down(state, down), Update(usage=state.usage.plus(down.usage))
    told = say(context, text.strip() or asked.description, ASIDE)
    return merge_updates(_note_answer(context, asked, answer), heard, spent, told, reopen_card(state, context, asked))


def _note_answer(context: Context, asked: Interrupt, answer: Answer) -> Update:
    about = {"interrupt_id": asked.id, "type": answer.type.value}
    context.emit(Event(type=EventType.INTERRUPT_RESOLVED, data=about))
    return {"interrupt": None, "transcript": (Answered(interrupt_id=asked.id, answer=answer),)}


def take_answer(
    state: CommonState, context: Context, asked: Interrupt, answer: Answer, said: tuple[str, str | None]
) -> Update:
    """Close the card with this answer, and hand it on; `said` is the message it was read from, words and id."""
    all_of_turn = answer.type is AnswerType.APPROVE and answer.scope == "turn"
    waived: Update = {"approve_all": state.approve_all or all_of_turn}
    left: Update = _leave(state) if answer.ends_turn else {}
    resolved = merge_updates(_note_answer(context, asked, answer), waived)
    noted = merge_updates(_note_words(answer, *said), _say_taken(state, context, asked, answer, said[0]))
    return merge_updates(resolved, _hand_on(state, asked, answer), left, noted)


def _say_taken(state: CommonState, context: Context, asked: Interrupt, answer: Answer, words: str) -> Update:
    """Say that words which are no plain answer were taken as a no, with these as the reason."""
    plain = not words or asked.kind is InterruptKind.QUESTION or reads_as_decision(words)
    return {} if plain or not _declined(answer) else say(context, WORDS[state.locale].taken_as_no.format(words=words))


def _split_answer(given: Any) -> tuple[Any, tuple[str, str | None]]:
    """Return the answer, and the message it was read from: its words, and what the person's page calls it."""
    if not isinstance(given, dict):
        return given, ("", None)
    answer = dict(cast(dict[str, Any], given))
    id, words = answer.pop(MESSAGE_ID, None), answer.pop(SAID, "")
    return answer, (words, id)


def _leave(state: CommonState) -> Update:
    """End the turn here; what it has drafted so far still passes the order guard."""
    message = WORDS[state.locale].left_at_that
    return {"phase": Phase.CHECKING, "outcome": Outcome(status=OutcomeStatus.ABORTED, code=DECLINED, message=message)}


def _hand_on(state: CommonState, asked: Interrupt, answer: Answer) -> Update:
    match asked.kind:
        case InterruptKind.QUESTION:
            return {"phase": Phase.PLANNING if asked.asker == "plan" else Phase.EXECUTING, "answer": answer.message}
        case InterruptKind.PLAN:
            return _answer_plan(state, answer)
        case InterruptKind.TOOL:
            return _decline_call(state, asked, answer) if _declined(answer) else _approve_call(state, asked, answer)
        case InterruptKind.REORDER:
            return _answer_reorder(state, answer)


def _answer_plan(state: CommonState, answer: Answer) -> Update:
    words = WORDS[state.locale]
    if _declined(answer):
        told = words.rejected_plan.format(reason=_reason(state, answer))
        return {"phase": Phase.PLANNING, "plan": None, "answer": told}
    return {"phase": Phase.EXECUTING, "answer": words.approved.format(name="plan")}


def _approve_call(state: CommonState, asked: Interrupt, answer: Answer) -> Update:
    call = approved_call(asked, answer)
    assert call is not None, "a tool card carries its call"
    words = WORDS[state.locale]
    told = words.edited if answer.type is AnswerType.EDIT else words.approved
    told = words.approved_all if answer.scope == "turn" else told
    approved = Approved(
        call=call,
        call_id=asked.call_id,
        state_version=asked.state_version,
        digest=digest(call, asked.state_version),
        edited=answer.type is AnswerType.EDIT,
    )
    return {"phase": Phase.EXECUTING, "approved": approved, "answer": told.format(name=call.name)}


def _decline_call(state: CommonState, asked: Interrupt, answer: Answer) -> Update:
    call, words, reason = asked.call, WORDS[state.locale], _reason(state, answer)
    assert call is not None, "a tool card carries its call"
    told = words.declined_call.format(reason=reason)
    return {
        "phase": Phase.EXECUTING,
        "messages": list(tool_exchange(call, asked.call_id, told, {"declined": True})),
        "rejections": (*state.rejections, Rejection(call=call, reason=reason, state_version=asked.state_version)),
        "answer": words.rejected.format(name=call.name, reason=reason),
    }


def _answer_reorder(state: CommonState, answer: Answer) -> Update:
    if not _declined(answer):
        return {"phase": Phase.CHECKING, "allow_reorder": True}
    back = with_placements(state.schedule, state.ordered or ())
    return {"phase": Phase.CHECKING, "schedule": back}


def _declined(answer: Answer) -> bool:
    return answer.type is AnswerType.REJECT


def _reason(state: CommonState, answer: Answer) -> str:
    return answer.message.strip() or NO_REASON[state.locale]


def _note_words(answer: Answer, said: str, id: str | None, *, aside: bool = False) -> Update:
    words, marks = said or answer.message, {ASIDE: True} if aside else {}
    return {"messages": [HumanMessage(words, id=id, additional_kwargs=marks)] if words.strip() else []}
