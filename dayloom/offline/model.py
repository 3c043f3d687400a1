"""A chat model without a model: it reads the state it is asked about and decides by fixed rules."""

from __future__ import annotations

from typing import Final

from dayloom.offline.beside import answer_beside
from dayloom.offline.decision import as_json, execute_decision, final_text, plan_decision
from dayloom.offline.facts import Facts
from state.decision import ExecuteDecision, PlanDecision
from state.events import Emit, Event, EventType
from state.prompt import ModelReply, Purpose, Question
from state.usage import Usage

NAME: Final = "offline"


class OfflineModel:
    """Answers by a small grammar of requests: a `state.ports.ChatModel` without network, chance or clock."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Return a decision as JSON, or the final text; what the person sees is emitted in pieces."""
        facts = Facts(question.state)
        if question.purpose is Purpose.ANSWER:
            text = spoken = answer_beside(question.state)
        elif question.purpose is Purpose.DELIVER:
            text = spoken = final_text(facts)
        else:
            planning = question.purpose is Purpose.PLAN
            decided: PlanDecision | ExecuteDecision = plan_decision(facts) if planning else execute_decision(facts)
            text, spoken = as_json(decided), decided.speak
        for piece in _pieces(spoken):
            emit(Event(type=EventType.MESSAGE_DELTA, data={"text": piece}))
        return ModelReply(text=text, usage=Usage(), model=NAME)


def _pieces(text: str) -> list[str]:
    """Cut a text in two, so that whoever watches sees it arrive."""
    middle = text.find(" ", len(text) // 2) + 1 or len(text) // 2
    return [piece for piece in (text[:middle], text[middle:]) if piece]
