"""What traces cost: the same rounds with the lines that only a trace reads, and without them.

Both are measured in turn in one process and compared within it: processor time of this process, bytes that the store
spends on the thread, and commands that the server was sent. A pair of runs is that of `bench.pair`.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import tempfile
import time
from functools import wraps
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from langgraph.runtime import Runtime

from bench.counting import CountingProxy
from bench.stores import Dayloom
from bench.table import table
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded
from graph import build as building
from graph.build import Graph, Node, build
from state.common import CommonState, Update
from state.context import Context
from state.transcript import TRACED, ToolRan

GOAL_CPU: Final = 1.05
GOAL_BYTES: Final = 2_000
ROUNDS: Final = 7
"""Rounds of execute in a pair."""
PAIRS: Final = 4
REPEATS: Final = 15
_BEFORE: Final = 40
"""Turns of small talk before: the store keeps many short lines in another way than few."""

Figures = dict[str, Any]


def without_traces() -> Graph:
    """Return the graph whose steps add nothing to the transcript that only a trace reads."""
    with patch.object(building, "_recorded", _unrecorded):
        return build()


def _unrecorded(node: Node) -> Node:
    @wraps(node)
    async def plain(state: CommonState, runtime: Runtime[Context]) -> Update:
        update = await node(state, runtime)
        kept = [entry for entry in update.get("transcript", ()) if not isinstance(entry, TRACED)]
        bare = {"changes": (), "list_changes": ()}
        told = tuple(entry.model_copy(update=bare) if isinstance(entry, ToolRan) else entry for entry in kept)
        return {**update, "transcript": told}

    return plain


async def measure() -> Figures:
    """Return the figures with traces, without, and what is between them; medians of neighbours."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder)) as url, connect(url) as client:
            stores = {"with": Dayloom(client), "without": Dayloom(client, without_traces())}
            for name, store in stores.items():
                await store.talk(name, _BEFORE)
                await store.pair(name)
            spent: dict[str, list[Figures]] = {name: [] for name in stores}
            for repeat in range(REPEATS):
                order = list(stores) if repeat % 2 else list(stores)[::-1]
                for name in order:
                    spent[name].append(await _pairs(stores[name], name))
            return _figures(spent["with"], spent["without"], await _trips(url))


async def _pairs(store: Dayloom, thread: str) -> Figures:
    size = await store.bytes_stored(thread)
    gc.collect()
    begun = time.process_time()
    for _ in range(PAIRS):
        await store.pair(thread)
    cpu = time.process_time() - begun
    return {
        "cpu": cpu / PAIRS / ROUNDS,
        "bytes": (await store.bytes_stored(thread) - size) / PAIRS / ROUNDS,
    }


async def _trips(url: str) -> list[list[str]]:
    """Return what a pair sends to the server, with traces and without."""
    found: list[list[str]] = []
    for name, graph in (("counted with", build()), ("counted without", without_traces())):
        async with CountingProxy(url) as proxy, connect(proxy.url) as client:
            store = Dayloom(client, graph)
            await store.talk(name, 1)
            proxy.reset()
            await store.pair(name)
            found.append([command for trip in proxy.sent for command in trip.split(" + ")])
    return found


def _figures(kept: list[Figures], left_out: list[Figures], sent: list[list[str]]) -> Figures:
    def median(spent: list[Figures], name: str) -> float:
        return statistics.median(each[name] for each in spent)

    ratio = statistics.median(one["cpu"] / other["cpu"] for one, other in zip(kept, left_out, strict=True))
    return {
        "cpu_ms": [round(median(each, "cpu") * 1000, 2) for each in (kept, left_out)],
        "cpu_ratio": round(ratio, 3),
        "bytes": [round(median(each, "bytes")) for each in (kept, left_out)],
        "more_bytes": round(median(kept, "bytes") - median(left_out, "bytes")),
        "commands": [len(each) for each in sent],
        "more_commands": len(sent[0]) - len(sent[1]),
    }


def main() -> None:
    """Measure, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.traces", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    given = parser.parse_args()
    found = asyncio.run(measure())
    if given.json:
        print(json.dumps(found))
        return
    rows = [
        ("processor time of a round, ms", *found["cpu_ms"], f"x {found['cpu_ratio']}", f"x {GOAL_CPU}"),
        ("bytes of a round", *found["bytes"], f"+ {found['more_bytes']}", f"+ {GOAL_BYTES}"),
        ("commands of a pair of runs", *found["commands"], f"+ {found['more_commands']}", "+ 0"),
    ]
    print(table(("traces", "with", "without", "more", "goal"), rows))


if __name__ == "__main__":
    main()
