"""A run that gives parts of its work away, and a model that answers each run by its goal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from job_house import House
from stage import NOW

from prompts.prompt import prompt_for
from state.events import Emit
from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.prompt import ModelReply, Question
from state.transcript import ToolRan
from state.usage import Usage

PARENT = ThreadId("job-parent")
EXECUTE = {"action": "execute", "reason": "one step", "speak": ""}
DONE = {"action": "done", "reason": "all done", "goal_check": "All is known.", "speak": ""}


def delegate(*goals: str) -> dict[str, Any]:
    calls = [{"name": "delegate", "arguments": {"goal": goal, "context": "For Anna."}} for goal in goals]
    return {"action": "continue", "reason": "apart", "speak": "I have it looked into.", "tool_calls": calls}


def reply(text: str) -> dict[str, Any]:
    return {"action": "reply", "reason": "known", "speak": text}


@dataclass
class ByGoal:
    """Answers each run from its own script; a function in it is called first, and waited for."""

    scripts: dict[str, list[Any]]
    asked: list[str] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        goal = question.state.goal
        self.asked.append(goal)
        self.shown[goal] = "\n".join(message.text for message in prompt_for(question).messages)
        answer: Any = self.scripts[goal].pop(0)
        if callable(answer):
            first: Any = answer()
            answer = await first
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return ModelReply(text=text, usage=Usage(prompt_tokens=10, completion_tokens=2), model="scripted")


async def say_to_parent(house: House) -> list[str]:
    """Ask the parent, and return what its tools have told."""
    asked = Accepted(run=RunId("run-parent"), at=NOW, message="Find out.", settings=house.service.settings)
    await house.service.tenants.of("ann").runs.start(PARENT, asked)
    return await told(house)


async def told(house: House) -> list[str]:
    """Return what the tools of the parent have told."""
    steps = await house.service.tenants.of("ann").threads.transcript(PARENT)
    return [entry.text for step in steps for entry in step.entries if isinstance(entry, ToolRan)]
