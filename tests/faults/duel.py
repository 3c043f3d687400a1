"""What two processes do to one thread at the same time."""

from __future__ import annotations

import asyncio
import json
import mmap
import struct
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from faults.houses import House
from faults.play import opener
from forks import Journal
from stage import a_call, a_task, a_week

from state.common import Phase
from state.errors import Refused, Stopped, ThreadBusy
from state.events import Emit
from state.prompt import ModelReply, Purpose, Question

WEEK = a_week(a_task(1))
Opened = AbstractAsyncContextManager[House]


class Gate:
    """Where two processes wait for each other; a file of two counters."""

    def __init__(self, path: str, me: int) -> None:
        with Path(path).open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 16)
        self.me, self._passed = me, 0

    @staticmethod
    def build(path: Path) -> str:
        """Make the file."""
        path.write_bytes(bytes(16))
        return str(path)

    def meet(self) -> None:
        """Return when the other one is here too."""
        self._passed += 1
        struct.pack_into("q", self._map, 8 * self.me, self._passed)
        while struct.unpack_from("q", self._map, 8 * (1 - self.me))[0] < self._passed:
            time.sleep(0)


class TogglingModel:
    """Places the only task, or takes it out again, after asking; or answers at once when asked nothing of the kind."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Say what comes next."""
        return ModelReply(text=_next(question), model="toggling")


def _next(question: Question) -> str:
    state = question.state
    if question.purpose is Purpose.DELIVER:
        return "Done."
    if state.phase is Phase.PLANNING:
        toggles = "toggle" in state.goal
        return json.dumps({"action": "execute"} if toggles else {"action": "reply", "speak": "Yes."})
    if state.rounds > 1:
        return json.dumps({"action": "done", "goal_check": "toggled"})
    place = a_call("place", task_id=1, day=2, slot_start=3)
    call = a_call("unplace", task_id=1) if state.schedule.by_id[1].slots else place
    return json.dumps({"action": "confirm", "speak": "Shall I?", "tool_call": call})


def duel(*, url: str, thread: str, journal: str, house: str, me: int, rounds: int, gate: str) -> None:
    """Answer `rounds` cards at the same moment as the other process; the first one opens them."""
    asyncio.run(_duel(opener(house)(url), thread, Journal(journal), rounds=rounds, gate=Gate(gate, me)))


def chatter(*, url: str, thread: str, journal: str, house: str, me: int, count: int, gate: str) -> None:
    """Say `count` things at once, while the other process does the same."""
    asyncio.run(_chatter(opener(house)(url), thread, Journal(journal), count=count, gate=Gate(gate, me)))


async def _duel(opened: Opened, thread: str, note: Journal, *, rounds: int, gate: Gate) -> None:
    async with opened as house:
        for number in range(1, rounds + 1):
            if gate.me == 0:
                schedule = WEEK if number == 1 else None
                await house.say(thread, f"toggle it, #{number}", f"ask-{number}", TogglingModel(), schedule=schedule)
            gate.meet()
            told = await _answered(house, thread, f"{number}-1", f"answer-{number}-{gate.me}")
            note(card=number, told=told)
            gate.meet()


async def _answered(house: House, thread: str, card: str, run: str) -> str:
    try:
        return await house.answer(thread, card, run, TogglingModel())
    except (Refused, Stopped, ThreadBusy) as error:
        return type(error).__name__


async def _chatter(opened: Opened, thread: str, note: Journal, *, count: int, gate: Gate) -> None:
    async with opened as house:
        gate.meet()
        await asyncio.gather(*(_said(house, thread, f"#{gate.me}-{number}.", note) for number in range(count)))


async def _said(house: House, thread: str, marker: str, note: Journal) -> None:
    """Say one thing, again and again while the thread is busy."""
    told: Any = "busy"
    while told == "busy":
        try:
            told = await house.say(thread, f"Are you there? {marker}", f"run{marker}", TogglingModel())
        except ThreadBusy:
            await asyncio.sleep(0.1)
    note(marker=marker, told=told)
