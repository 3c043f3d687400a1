"""One request carried out at once, as a process does that takes it and works on it."""

from __future__ import annotations

import asyncio

from graph.agent import Agent, Turn
from graph.open_card import fit_to_card
from state.common import CommonState
from state.context import Context
from state.errors import StoreUnavailable, ThreadBusy
from state.ids import RunId
from state.interrupt import Answer
from state.ports import Accepted
from state.schedule import Schedule


async def say(agent: Agent, message: str, context: Context, run: RunId, *, schedule: Schedule | None = None) -> Turn:
    """Send a message, and carry out whatever is due until it is answered."""
    return await _carried_out(agent, Accepted(run=run, message=message, schedule=schedule, at=context.clock()), context)


async def answer(agent: Agent, given: Answer, context: Context, run: RunId, *, card: str | None = None) -> Turn:
    """Answer the open card, after what was cut off, and carry it out."""
    await finished_by_anybody(agent, context)
    state = await _looked(agent, context)
    asked = fit_to_card(context.thread, state.interrupt, Accepted(run=run, answer=given, card=card, at=context.clock()))
    await agent.accept(context.thread, asked)
    turns = await finished_by_anybody(agent, context)
    return turns.get(run) or Turn(context.thread, run, await agent.state(context.thread))


async def finished_by_anybody(agent: Agent, context: Context) -> dict[RunId, Turn]:
    """Carry out whatever is due, or wait while another process does: of two it is either that carries out an answer."""
    while True:
        try:
            return await finished(agent, context)
        except ThreadBusy:
            await asyncio.sleep(0.02)


async def _looked(agent: Agent, context: Context) -> CommonState:
    """Return the thread as it stands; whose look was lost on the way looks again."""
    try:
        return await agent.state(context.thread)
    except StoreUnavailable:
        return await agent.state(context.thread)


async def _carried_out(agent: Agent, asked: Accepted, context: Context) -> Turn:
    """Return what the request came to; one that was carried out before returns the thread as it stands."""
    await agent.accept(context.thread, asked, behind=True)
    turns = await finished(agent, context)
    return turns.get(asked.run) or Turn(context.thread, asked.run, await agent.state(context.thread))


async def finished(agent: Agent, context: Context) -> dict[RunId, Turn]:
    """Carry out whatever is due, and return what came of it."""
    turns: dict[RunId, Turn] = {}
    while (turn := await agent.carry_on(context.thread, lambda run, asked: context)) is not None:
        turns[turn.run] = turn
    return turns
