"""What is asked beside an open card, answered without any of the turn that waits at it."""

from __future__ import annotations

from typing import Final

from dayloom.offline.act import Look
from dayloom.offline.decision import plan_decision
from dayloom.offline.facts import Facts
from dayloom.offline.next_act import next_act
from prompts.exchange import tool_exchange
from state.common import CommonState, after, new_words
from state.decision import Reply
from tools import TOOLBOX
from tools.dispatch import check, perform

_LOOKS: Final = 5
"""So often something is looked up for one answer."""


def answer_beside(state: CommonState) -> str:
    """Return the answer to the newest words; what they mean nothing to is told what the card says."""
    asked = new_words(state.messages)[-1]
    fresh: dict[str, object] = {"messages": [], "plan": None, "rejections": (), "unplaced": (), "goal": asked}
    alone = state.model_copy(update=fresh)
    for _ in range(_LOOKS):
        facts = Facts(alone)
        acts = [next_act(request, facts) for request in facts.wishes.work]
        looks = [call for act in acts if isinstance(act, Look) for call in act.calls]
        if not looks:
            break
        done = [(call, perform(check(TOOLBOX, call), alone.desk).report) for call in looks]
        alone = after(
            alone,
            {
                "messages": [
                    message
                    for number, (call, report) in enumerate(done, len(alone.messages))
                    for message in tool_exchange(call, f"beside-{number}", report.text, {"data": report.data})
                ]
            },
        )
    decided = plan_decision(Facts(alone))
    card = state.interrupt.description if state.interrupt else ""
    return decided.speak if isinstance(decided, Reply) else card
