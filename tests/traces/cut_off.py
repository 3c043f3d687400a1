"""A process that gives work away and never comes back: `python cut_off.py URL`, to be killed once it says so."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any, Final

from by_goal import EXECUTE, PARENT, ByGoal, delegate
from durable import LOOK, WEEK
from job_house import open_house
from stage import NOW

from dayloom.stores.redis.connection import connect
from state.events import Emit
from state.ids import RunId
from state.ports import Accepted
from state.prompt import ModelReply, Question
from state.usage import FailedTry

GOAL: Final = "Find out."
LEASE: Final = 1.0
BEFORE: Final[list[Any]] = [EXECUTE, LOOK, "no decision", delegate("Ask Bob", "Ask Carl")]
"""What the parent is told until its children are at work: a tool, a correction, and the work that it gives away."""


class FallingBack(ByGoal):
    """Answers by goal; before the second answer another model was asked in vain."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        reply = await super().reply(question, emit)
        second = len(self.asked) == 2
        return reply.model_copy(
            update={"tries": (FailedTry(model="big", reason="model_overloaded"),) if second else ()}
        )


async def work(url: str) -> None:
    """Work until both children are at it, say so, and go on for ever."""
    at_work = asyncio.Barrier(2)

    async def for_ever() -> None:
        await at_work.wait()
        sys.stdout.write("at work\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    model = FallingBack({GOAL: [*BEFORE], "Ask Bob": [for_ever], "Ask Carl": [for_ever]})
    async with connect(url) as client:
        house = open_house(client, asked=model, lease=LEASE, data_dir=Path("/nowhere"))
        asked = Accepted(run=RunId("run-parent"), at=NOW, message=GOAL, schedule=WEEK)
        await house.service.tenants.of("ann").runs.start(PARENT, asked)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
