"""Reading the trace of a run from the store, with those of its child runs."""

from __future__ import annotations

from dataclasses import replace

from dayloom.stores.threads.store import RedisThreads
from dayloom.traces.prices import Prices
from dayloom.traces.trace import Trace, Traced, given_away, trace_of
from state.ids import RunId, ThreadId
from state.job import ATTEMPT
from state.ports import Accepted
from state.run_status import RunStatus


def traced(thread: ThreadId, asked: Accepted, status: RunStatus) -> Traced:
    """Return what a trace is of."""
    return Traced(thread, asked.run, status, asked.at, attempt=asked.about.get(ATTEMPT))


async def read_trace(threads: RedisThreads, run: Traced, prices: Prices) -> Trace:
    """Return the trace of a run as far as it has come; child runs that were deleted are not in it."""
    steps = await threads.transcript(run.thread)
    children: dict[RunId, Trace] = {}
    for given in given_away(steps, run.id):
        found = await threads.request(given.thread, given.run)
        if found is not None and found[0] is not None:
            children[given.run] = await read_trace(threads, traced(given.thread, found[0], found[1]), prices)
    waits = run.status is RunStatus.INTERRUPTED and (await threads.status(run.thread)).waits
    return trace_of(steps, replace(run, waits=waits), prices, children)
