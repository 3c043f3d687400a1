"""The events of a thread over all its runs, for somebody who wants certain channels."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, Field
from pydantic_core import to_json

from dayloom.api.agent_server.protocol.events import ProtocolEvent, ProtocolEvents
from dayloom.api.agent_server.sse import SseFrame
from dayloom.api.agent_server.step_cache import StepCache
from dayloom.api.agent_server.stream_event import START, StreamEvent
from dayloom.api.agent_server.stream_frames import StreamFrames
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.api.agent_server.stream_reader import RunStreamReader
from dayloom.runs.run import Run
from dayloom.runs.tenants import Tenant
from state.errors import DayloomError
from state.ids import ThreadId

log = logging.getLogger(__name__)


class EventStreamRequest(BaseModel):
    """Which events of a thread are wanted: of these channels and namespaces, after this place.

    Everything happens in the root namespace here; whoever wants others alone gets nothing.
    """

    channels: list[str]
    namespaces: list[list[str]] | None = None
    since: Annotated[int, Field(ge=0)] = 0

    def wants(self, event: ProtocolEvent) -> bool:
        """Tell whether an event is wanted."""
        if event.seq <= self.since or not (self.namespaces is None or not self.namespaces or [] in self.namespaces):
            return False
        named = event.method == "custom" and f"custom:{event.data['name']}" in self.channels
        return named or event.channel in self.channels


@dataclass(frozen=True)
class ThreadEvents:
    """Reads the runs of a thread one after another, what is at work and what comes."""

    tenant: Tenant
    steps: StepCache
    thread: ThreadId
    wanted: EventStreamRequest

    async def frames(self) -> AsyncGenerator[bytes]:
        """Yield the frames as bytes; ends only when the thread or the store is gone, and its reader may come back."""
        try:
            async with aclosing(self.tenant.runs.follow_thread(self.thread)) as runs:
                async for run in runs:
                    async with aclosing(self._of_run(run)) as frames:
                        async for frame in frames:
                            yield frame
        except DayloomError as wrong:
            log.warning("a stream of events was cut: %s", wrong)

    async def _of_run(self, run: Run) -> AsyncGenerator[bytes]:
        events = ProtocolEvents(run)
        told = StreamFrames(run.thread, run.id, run.asked.about)
        async with aclosing(self.tenant.runs.follow(run.thread, run.id)) as pages:
            async for page in pages:
                for each in (each for batch in page.batches for each in told.translate(batch)):
                    for event in events.translate(each):
                        async for frame in self._send(event):
                            yield frame
        async for frame in self._send(events.end((await self.tenant.runs.get(run.thread, run.id)).status)):
            yield frame

    async def _send(self, event: ProtocolEvent) -> AsyncGenerator[bytes]:
        if not self.wanted.wants(event):
            return
        unread = StreamEvent(START, None, event.method, event.data)
        data = await self.steps.resolve(self.tenant, self.thread, unread)
        for each in _parts(event.method, data):
            yield bytes(_frame(event, each))


async def run_frames(tenant: Tenant, steps: StepCache, thread: ThreadId) -> AsyncGenerator[bytes]:
    """Yield the frames of the runs that are at work or come, as their own streams have them."""
    async with aclosing(tenant.runs.follow_thread(thread)) as runs:
        async for run in runs:
            if run.status.final:
                continue
            modes = [StreamMode(mode) for mode in run.asked.about.get("stream_mode", ["values"])]
            reader = RunStreamReader(tenant, steps, thread, run.id, modes, START, named=False)
            async with aclosing(reader.frames(run.asked.about)) as frames:
                async for frame in frames:
                    yield frame


def _parts(method: str, data: Any) -> list[Any]:
    """Return the data of each event; what was gone is none."""
    match method:
        case _ if data is None:
            return []
        case "input.requested":
            return [{"interrupt_id": each["id"], "payload": each["value"]} for each in data["__interrupt__"]]
        case "updates":
            return [{"node": node, "values": values} for node, values in data.items()]
        case _:
            return [data]


def _frame(event: ProtocolEvent, data: Any) -> SseFrame:
    """Return an event as it is sent; data that is JSON already is put in as it is."""
    about = {"type": "event", "event_id": event.id, "seq": event.seq, "method": event.method}
    head = to_json(about)[:-1] + b',"params":' + to_json({"namespace": [], "timestamp": event.at})[:-1]
    written = data if isinstance(data, bytes) else to_json(data)
    return SseFrame(event="message", data=head + b',"data":' + written + b"}}", id=event.id)
