"""A server in trouble in the middle of a turn: errors in time, nothing half-applied, and the service returns."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faults.conversation import MOMENTS, Moment
from faults.houses import dayloom_house
from faults.ledger import judged
from faults.play import conversed, shown
from tally import Counted, Share
from valkey import Valkey

from dayloom.stores.redis.connection import connect
from state.errors import StoreUnavailable, UnknownThread
from state.ids import ThreadId

THREAD = ThreadId("troubled")
Trouble = tuple[Callable[[Valkey], Any], Callable[[Valkey], Any]]


def _loop_for_ever(valkey: Valkey) -> None:
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(valkey.socket))
    connection.sendall(b"EVAL 'while true do end' 0\r\n")
    while not valkey.ask("PING").startswith("-BUSY"):
        pass
    connection.close()


def _load_slowly(valkey: Valkey) -> None:
    valkey.kill()
    valkey.launch(key_load_delay="1000")


TROUBLES: dict[str, Trouble] = {
    "restarted": (Valkey.restart, lambda valkey: None),
    "gone": (Valkey.kill, Valkey.start),
    "frozen": (Valkey.freeze, Valkey.thaw),
    "full": (lambda valkey: valkey.ask("CONFIG SET maxmemory 1"), lambda valkey: valkey.ask("CONFIG SET maxmemory 0")),
    "read-only": (lambda valkey: valkey.ask("REPLICAOF 127.0.0.1 1"), lambda valkey: valkey.ask("REPLICAOF NO ONE")),
    "busy": (_loop_for_ever, lambda valkey: valkey.ask("SCRIPT KILL")),
    "loading": (_load_slowly, Valkey.until_ready),
}
"""What happens to the server, and what mends it."""


@pytest.fixture
def valkey(tmp_path: Path) -> Any:
    """A server that is quick to call a script slow."""
    with Valkey(tmp_path, busy_reply_threshold="1") as server:
        yield server


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.timeout(300)
async def test_a_turn_in_trouble_is_taken_up_again_without_loss(
    valkey: Valkey, trouble: str, share: Share, counted: Counted
) -> None:
    moments = share.of(MOMENTS, sample=1)
    verdicts = {moment: await _troubled(valkey, TROUBLES[trouble], moment) for moment in moments}
    bad = {moment: verdict for moment, verdict in verdicts.items() if not verdict.clean}
    counted(f"server {trouble}", runs=len(moments), lost=len(bad))

    assert bad == {}


async def _troubled(valkey: Valkey, trouble: Trouble, at: Moment) -> Any:
    facts: list[dict[str, Any]] = []
    begins, ends = trouble
    trouble_is_on = False

    async def before(moment: Moment) -> None:
        nonlocal trouble_is_on
        if moment == at and not any("mended" in fact for fact in facts):
            trouble_is_on = True
            await asyncio.to_thread(begins, valkey)

    async def mended() -> None:
        facts.append({"mended": True})
        if trouble_is_on:
            await asyncio.to_thread(ends, valkey)

    thread = f"troubled-{at[0]}-{at[1]}"
    async with dayloom_house(valkey.url, within=0.3) as house:
        await conversed(house, thread, lambda **fact: facts.append(fact), before=before, mended=mended)
        return judged(facts, await shown(house, ThreadId(thread)))


@pytest.mark.parametrize("trouble", ["gone", "frozen", "full", "busy"])
async def test_nobody_waits_for_a_server_in_trouble(valkey: Valkey, trouble: str) -> None:
    begins, ends = TROUBLES[trouble]
    async with dayloom_house(valkey.url, within=0.3) as house:
        begins(valkey)
        with pytest.raises(StoreUnavailable):
            async with asyncio.timeout(20):
                await house.say("t", "Hello #m6", "run-1", model=None)  # type: ignore[arg-type] it is never asked
        ends(valkey)


async def test_a_run_whose_server_came_back_empty_does_not_write_on(valkey: Valkey) -> None:
    facts: list[dict[str, Any]] = []

    async def before(moment: Moment) -> None:
        if moment == ("#m1", 2):
            await asyncio.to_thread(valkey.empty)

    async with dayloom_house(valkey.url) as house:
        how = {"before": before, "leaves": lambda: _failed(facts)}
        await conversed(house, THREAD, lambda **fact: facts.append(fact), **how)
        with pytest.raises(UnknownThread):
            await house.agent.state(THREAD)

    assert _failed(facts)


def _failed(facts: list[dict[str, Any]]) -> bool:
    return any(fact.get("told") == "unknown" for fact in facts)


async def test_what_was_acknowledged_survives_a_kill_during_a_slow_fsync(
    valkey: Valkey, share: Share, counted: Counted
) -> None:
    rounds = share.of(range(20), sample=3)
    lost = 0
    for number in rounds:
        valkey.ask("DEBUG AOF-FLUSH-SLEEP 5000")
        acknowledged = 0
        async with connect(valkey.url) as client:
            killed = asyncio.create_task(asyncio.sleep(0.05 + number * 0.007))
            while not killed.done():
                await client.set(f"{number}-{acknowledged}", "x")
                acknowledged += 1
        valkey.restart()
        async with connect(valkey.url) as client:
            lost += acknowledged - len(await client.keys(f"{number}-*"))
    counted("kill during a slow fsync", runs=len(rounds), lost=lost)

    assert lost == 0
