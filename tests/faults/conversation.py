"""The conversation that every crash interrupts: six turns with two cards, a question, a rejection and a cancel.

What is said carries a marker (`#m1` … `#m6` by the person, `#f1` … `#f6` by the agent at the end of a turn), so that a
look at the thread tells what was lost and what was doubled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from stage import a_call, a_task, a_week, an_event

from state.events import Emit
from state.prompt import ModelReply, Purpose, Question
from state.schedule import Schedule
from state.usage import Usage

WEEK: Final[Schedule] = a_week(an_event(9, (1, 1, 2)), *(a_task(number) for number in range(1, 7)))

EXECUTE: Final = {"action": "execute", "speak": "On it."}
LOOK: Final = {"action": "continue", "speak": "Looking.", "tool_call": a_call("get_overview")}
DONE: Final = {"action": "done", "goal_check": "as asked"}
ASK: Final = {"action": "ask_user", "speak": "Which day?"}
REPLY: Final = {"action": "reply", "speak": "Glad to help. #f6"}
CANCEL: Final = "cancel"
"""In place of a decision: the person cancels while the model is thinking."""


def propose(task: int, day: int) -> dict[str, Any]:
    """Return the decision to ask whether a task may go to the third slot of a day."""
    return {"action": "confirm", "speak": "Shall I?", "tool_call": a_call("place", task_id=task, day=day, slot_start=3)}


@dataclass(frozen=True)
class Act:
    """One thing the person does; `id` is the same when they do it again because they did not hear back."""

    id: str
    text: str = ""
    answers: str = ""
    decision: str = ""
    cancels: bool = False

    @property
    def marker(self) -> str:
        """What the thread must show exactly once when this was accepted; empty when it leaves no words."""
        found = re.search(r"#\w+", self.text)
        return found[0] if found else ""


SCRIPTS: Final[dict[str, list[Any]]] = {
    "#m1": [EXECUTE, LOOK, propose(1, day=2), DONE, "Placed. #f1"],
    "#m2": [EXECUTE, ASK, DONE, "Noted. #f2"],
    "#m3": [EXECUTE, propose(3, day=3), DONE, "Left as it is. #f3"],
    "#m4": [EXECUTE, propose(2, day=4), DONE, "Placed. #f4"],
    "#m5": [EXECUTE, LOOK, CANCEL, DONE, "Looked. #f5"],
    "#m6": [REPLY],
}
"""What the model says in each turn: planning, rounds of execution, the final words."""

ACTS: Final = (
    Act("say-1", "Place my first task #m1"),
    Act("answer-1", answers="1-1", decision="approve"),
    Act("say-2", "What about the second? #m2"),
    Act("answer-2", "On Thursday #r2", answers="2-1", decision="respond"),
    Act("say-3", "And the third? #m3"),
    Act("answer-3", "Not then #r3", answers="3-1", decision="reject"),
    Act("say-4", "Now place the second #m4"),
    Act("answer-4", answers="4-1", decision="approve"),
    Act("say-5", "Look again #m5", cancels=True),
    Act("say-6", "Thank you #m6"),
)
MOMENTS: Final = tuple((turn, at) for turn, script in SCRIPTS.items() for at in range(len(script)))
"""Every call of the model in the conversation."""
APPLIED: Final = (1, 2)
"""The tasks whose placing was approved; each is one version of the schedule."""


Note = Callable[..., None]
"""Takes the facts of a journal: `note(told="success", act=3)`."""
Moment = tuple[str, int]
"""A point of the conversation: the turn's marker, and how far its script has got."""


async def nothing(*_: object) -> None:
    """Stand for whatever does not happen."""


@dataclass
class DecidingModel:
    """Answers by the state it is shown, not by how often it was asked, so a repeated call gets the same answer.

    `before` is awaited first, and may do anything to the world while the model thinks.
    """

    heard: Note
    cancel: Callable[[], Awaitable[Any]] = nothing
    before: Callable[[Moment], Awaitable[None]] = nothing

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Say what the script of this turn has at this point."""
        state = question.state
        turn = re.findall(r"#m\d+", state.goal)[-1]
        script = SCRIPTS[turn]
        at = len(script) - 1 if question.purpose is Purpose.DELIVER else state.rounds
        self.heard(model=[turn, at])
        await self.before((turn, at))
        answer = script[at]
        if answer == CANCEL:
            await self.cancel()
            answer = LOOK
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return ModelReply(text=text, usage=Usage(prompt_tokens=10, completion_tokens=2), model="deciding")
