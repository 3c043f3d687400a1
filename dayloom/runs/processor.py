"""Runs compute one after the other, so that whoever reads waits for one of them and not for all.

In one event loop fifty runs at work are fifty pieces of computing between a question and its answer. None of them ends
sooner for being at it together: they take turns. A run that waits for a model is not at it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from state.events import Emit
from state.ports import ChatModel
from state.prompt import ModelReply, Question

LONGEST: Final = 0.05
"""Seconds after which the next one begins beside a run that still computes, or waits for something else."""


class Processor:
    """Gives out turns in the order in which they are asked for."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)

    def turn(self) -> Turn:
        """Return a turn, to be entered."""
        return Turn(self._free)


class Turn:
    """One run's turn at the processor."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free = free
        self._end: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Wait for the turn."""
        await self._free.acquire()
        self._end = asyncio.get_running_loop().call_later(LONGEST, self._pass_on)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        """Let the next one begin."""
        self._pass_on()

    @asynccontextmanager
    async def pause(self) -> AsyncGenerator[None]:
        """Let the next one begin while this run waits, and wait for a turn again; nothing when it does not wait."""
        waits = asyncio.get_running_loop().call_soon(self._pass_on)
        yield
        waits.cancel()
        if self._end is None:
            await self.__aenter__()

    def _pass_on(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None
            self._free.release()


@dataclass(frozen=True)
class PausingModel:
    """A model for whose answers a run waits outside its turn."""

    model: ChatModel
    turn: Turn

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Return the answer of the model."""
        async with self.turn.pause():
            return await self.model.reply(question, emit)
