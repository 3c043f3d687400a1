"""What it costs to recall what is remembered, as a run does it: waiting time in units of one bare round trip."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from langgraph.store.base import PutOp

from bench.counting import CountingProxy
from bench.table import table
from dayloom.memory.memory import Memory
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.items import RedisStore
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.redis.round_trips import send
from state.memory import MemoryItem

ITEMS: Final = (10, 100, 1_000)
REPEATS: Final = 15
_NOW: Final = datetime(2026, 11, 23, 8, tzinfo=UTC)
_SAID: Final = "Plan my week, the essay about tides first"
_RULES: Final = (
    "Essays go better in the library",
    "Tea before chapter {number}",
    "Group {number} meets late, 论文在图书馆写",
)


def measure() -> list[dict[str, Any]]:
    """Return a row of figures for each number of items."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> list[dict[str, Any]]:
    async with embedded(folder) as url, CountingProxy(url) as proxy, connect(url) as client, connect(proxy.url) as seen:
        ping = await _seconds(client.ping)
        rows = [await _of_items(client, seen, proxy, number) for number in ITEMS]
    for row in rows:
        row["round_trips_time"] = round(row["ms"] / ping / 1000, 1)
        row["over_ten_items"] = round(row["ms"] / rows[0]["ms"], 1)
    return rows


async def _of_items(client: AsyncRedis, seen: AsyncRedis, proxy: CountingProxy, number: int) -> dict[str, Any]:
    owner = f"of-{number}"
    memory = Memory(RedisStore(client, owner=owner), RedisCalendar(client, owner=owner))
    await _fill(RedisStore(client, owner=owner), memory.namespace, number)
    store = RedisStore(seen, owner=owner)
    ahead = await send(seen, store.read_ahead(memory.namespace))
    proxy.reset()
    await memory.reading(store.begin_with(memory.namespace, ahead)).recall(_SAID, _NOW)
    seconds = await _seconds(lambda: memory.recall(_SAID, _NOW))
    return {"items": number, "ms": round(seconds * 1000, 2), "further_trips": proxy.trips}


async def _fill(store: RedisStore, namespace: tuple[str, ...], number: int) -> None:
    rules = [_RULES[at % len(_RULES)].format(number=at) for at in range(number)]
    items = [MemoryItem(id=f"{at}", rule=rule, created=_NOW, updated=_NOW) for at, rule in enumerate(rules)]
    for first in range(0, number, 100):
        await store.abatch(
            [PutOp(namespace, item.id, item.model_dump(mode="json")) for item in items[first : first + 100]]
        )


async def _seconds(work: Callable[[], Awaitable[Any]]) -> float:
    taken: list[float] = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.recall", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    given = parser.parse_args()
    rows = measure()
    columns = {
        "items": "items",
        "ms": "ms",
        "in bare round trips": "round_trips_time",
        "x ten items": "over_ten_items",
        "trips beside the look for work": "further_trips",
    }
    shown = table(list(columns), [[row[key] for key in columns.values()] for row in rows])
    print(json.dumps({"recall": rows}) if given.json else f"recall: what is remembered, read and ranked\n{shown}")


if __name__ == "__main__":
    main()
