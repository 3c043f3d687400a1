"""Where the service listens: many who come at once are let in at once."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack

from dayloom.cli.serve import ACCEPTED_AT_ONCE, duplicate_listener
from dayloom.queue.priority_loop import PriorityLoop

CALLERS = 4 * ACCEPTED_AT_ONCE
TURNS = 20


def test_connections_that_come_at_once_are_taken_in_a_few_turns_of_the_loop() -> None:
    async def take_all(listener: socket.socket) -> int:
        loop = asyncio.get_running_loop()
        taken: list[asyncio.Protocol] = []

        class Taken(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                taken.append(self)
                transport.close()

        servers = [await loop.create_server(Taken, sock=each) for each in duplicate_listener(listener)]
        for turn in range(TURNS):
            if len(taken) == CALLERS:
                return turn
            await asyncio.sleep(0)
        for server in servers:
            server.close()
        return TURNS

    with ExitStack() as stack, asyncio.Runner(loop_factory=PriorityLoop) as runner:
        listener = socket.create_server(("127.0.0.1", 0), backlog=CALLERS)
        for _ in range(CALLERS):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        assert runner.run(take_all(listener)) < TURNS
