"""What durable state costs, beside LangGraph without any and with each of its own savers.

Everything is measured in one run and compared within it: processor time of this process (the servers' own is not in
it), bytes kept, round trips counted by a proxy, and waiting time in units of one bare round trip to the same server.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from langgraph.checkpoint.memory import InMemorySaver

from bench.counting import CountingProxy
from bench.stores import Dayloom, Saved, Store, open_stores
from bench.table import table
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded

SHORT: Final = 10
LONG: Final = 1000
"""Messages of history."""
REPEATS: Final = 7
PAIRS: Final = 4
"""Pairs in one repeat; even, since pairs take turns placing and taking out."""
PINGS: Final = 100

RESUMES: Final = 20

Figures = dict[str, Any]


@dataclass(frozen=True)
class Spent:
    """What one pair cost: bytes, seconds of processor time; and the seconds that a resume took afterwards."""

    size: float
    cpu: float
    resume: float


def measure() -> Figures:
    """Return everything this bench measures."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


def show_table(figures: Figures) -> str:
    """Return the figures as one table."""
    columns = {
        "store": "name",
        f"KB/pair @{SHORT}": "kb_short",
        f"@{LONG}": "kb_long",
        "growth": "bytes_growth",
        f"CPU ms/pair @{SHORT}": "cpu_short",
        f" @{LONG}": "cpu_long",
        " growth": "cpu_growth",
        "x bare": "cpu_over_bare_short",
        f"x bare @{LONG}": "cpu_over_bare_long",
        f"resume, round trips' time @{SHORT}": "resume_short",
        f"  @{LONG}": "resume_long",
    }
    rows = [[row.get(key) for key in columns.values()] for row in figures["stores"]]
    trips = figures["round_trips"]
    calls = ", ".join(f"{number} {name}" for name, number in trips["calls"].items())
    return "\n".join(
        [
            "store: a pair is ask -> card, approve -> six rounds -> deliver, with a 20 KB schedule",
            table(list(columns), rows),
            f"dayloom, round trips: {trips['pair']} a pair of {trips['supersteps']} supersteps, "
            f"{trips['commits_per_superstep']} commits per superstep ({calls}); {trips['resume']} to resume; "
            f"one bare round trip takes {figures['bare_round_trip_us']} us, a durable write of one byte "
            f"{figures['bare_durable_write_us']} us; a process that knows the thread resumes in the time of "
            f"{figures['resume_in_same_process']} round trips",
        ]
    )


async def _measure(folder: Path) -> Figures:
    async with embedded(folder) as url, open_stores(url) as stores:
        ping, write = await _bare_round_trips(url)
        rows = [await _of_store(store, ping) for store in stores]
        bare = rows[-1]
        for row in rows:
            for length in ("short", "long"):
                row[f"cpu_over_bare_{length}"] = round(row[f"cpu_{length}"] / bare[f"cpu_{length}"], 2)
        return {
            "stores": rows,
            "bare_round_trip_us": round(ping * 1e6),
            "bare_durable_write_us": round(write * 1e6),
            "round_trips": await _round_trips(url),
            "resume_in_same_process": round(await _known_resume(url) / ping, 1),
        }


async def _of_store(store: Store, ping: float) -> Figures:
    """Measure a long thread and short ones in turn, so that a busy machine is as hard on both; medians."""
    print(f"measuring {store.name} …", file=sys.stderr)
    await store.talk("long", LONG // 2)
    await _pairs(store, "long")
    kept: dict[str, list[Spent]] = {"short": [], "long": []}
    for repeat in range(REPEATS):
        await store.talk(f"short-{repeat}", SHORT // 2)
        kept["short"].append(await _of_thread(store, f"short-{repeat}"))
        kept["long"].append(await _of_thread(store, "long"))
    row: Figures = {"name": store.name}
    for length, spent in kept.items():
        row[f"kb_{length}"] = round(statistics.median(each.size for each in spent) / 1000, 1)
        row[f"cpu_{length}"] = round(statistics.median(each.cpu for each in spent) * 1000, 1)
        row[f"resume_{length}"] = round(statistics.median(each.resume for each in spent) / ping, 1)
    row["bytes_growth"] = round(row["kb_long"] / row["kb_short"], 3) if row["kb_short"] else None
    row["cpu_growth"] = round(_growth(kept, lambda each: each.cpu), 2)
    return row


def _growth(kept: Mapping[str, Sequence[Spent]], figure: Callable[[Spent], float]) -> float:
    """Return the median of the ratios of neighbours."""
    both = zip(kept["long"], kept["short"], strict=True)
    return statistics.median(figure(long) / figure(short) for long, short in both)


async def _of_thread(store: Store, thread: str) -> Spent:
    """Run some pairs; the time a resume takes is a median of its own."""
    before = await store.bytes_stored(thread)
    cpu = await _processor_time(lambda: _pairs(store, thread))
    size = await store.bytes_stored(thread) - before
    resumes = [await _resume(store, thread) for _ in range(RESUMES)]
    return Spent(size / PAIRS, cpu / PAIRS, statistics.median(resumes))


async def _pairs(store: Store, thread: str) -> None:
    for _ in range(PAIRS):
        await store.pair(thread)


async def _processor_time(work: Callable[[], Awaitable[None]]) -> float:
    gc.collect()
    begun = time.process_time()
    await work()
    return time.process_time() - begun


async def _resume(store: Store, thread: str) -> float:
    """Return the seconds until the head of a thread is there; letting it go again does not count."""
    return await _time_resume(store.resume(thread))


async def _time_resume(opening: AbstractAsyncContextManager[Any]) -> float:
    begun = time.perf_counter()
    async with opening:
        return time.perf_counter() - begun


async def _known_resume(url: str) -> float:
    """Return the seconds until a process has a thread again that it has worked on before."""
    async with connect(url) as client:
        store = Dayloom(client)
        await store.talk("known", LONG // 20)
        await _pairs(store, "known")
        return statistics.median([await _time_resume(store.resume_again("known")) for _ in range(PINGS)])


async def _seconds(work: Callable[[], Awaitable[Any]]) -> float:
    begun = time.perf_counter()
    await work()
    return time.perf_counter() - begun


async def _bare_round_trips(url: str) -> tuple[float, float]:
    """Return the seconds that a bare round trip takes, and one that makes a byte durable."""
    async with connect(url) as client:
        asked = [await _seconds(client.ping) for _ in range(PINGS)]
        written = [await _seconds(lambda: client.set("bench", "x")) for _ in range(PINGS)]
        return statistics.median(asked), statistics.median(written)


async def _round_trips(url: str) -> Figures:
    """Count what dayloom sends before it waits; a superstep is what LangGraph's own saver gets a checkpoint for."""
    steps = await _supersteps()
    async with CountingProxy(url) as proxy, connect(proxy.url) as client:
        store = Dayloom(client)
        await store.talk("counted", 1)
        await _pairs(store, "counted")
        proxy.reset()
        await _pairs(store, "counted")
        calls = {name: round(number / PAIRS, 2) for name, number in proxy.calls.items()}
        pair = proxy.trips / PAIRS
        proxy.reset()
        async with store.resume("counted"):
            resume = proxy.trips
    return {
        "pair": round(pair, 2),
        "supersteps": steps,
        "commits_per_superstep": round(calls["commit"] / steps, 2),
        "calls": calls,
        "resume": resume,
    }


async def _supersteps() -> float:
    saver = InMemorySaver()
    store = Saved("counted", saver)
    await store.talk("counted", 1)
    before = len(saver.storage["counted"][""])
    await _pairs(store, "counted")
    inputs = 1  # the checkpoint of a message before its first superstep
    return (len(saver.storage["counted"][""]) - before) / PAIRS - inputs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    given = parser.parse_args()
    # LangGraph's own serializer warns about every type of ours it stores for the savers that are compared.
    logging.getLogger("langgraph.checkpoint").setLevel(logging.ERROR)
    figures = measure()
    print(json.dumps(figures) if given.json else show_table(figures))


if __name__ == "__main__":
    main()
