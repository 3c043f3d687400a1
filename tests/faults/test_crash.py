"""A crash at any command loses nothing and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.crashing import NAIVE, Crashes
from forks import ForkServer
from redis_proxy import Fault, RedisProxy, Strike
from tally import Counted
from valkey import Valkey

STRIKES = (Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY)
PARTS = 4
SAMPLED = 9
"""In a sample every so many-th command is struck."""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_struck_at_any_command(
    crashes: Crashes, strike: Strike, part: int, everything: bool, counted: Counted
) -> None:
    commands = crashes.commands()
    points = range(1, commands + 1, 1 if everything else SAMPLED)[part::PARTS]
    verdicts = {at: crashes.crash(Fault(strike, at)) for at in points}
    counted(f"{strike}", **crashes.counts)

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_the_server_dies_too(
    valkey: Valkey, forks: ForkServer, tmp_path: Path, everything: bool, counted: Counted
) -> None:
    with RedisProxy(valkey.url) as proxy:
        crashes = Crashes(store_url=valkey.url, proxy=proxy, forks=forks, folder=tmp_path, between=valkey.restart)
        points = range(9, crashes.commands() + 1, 2 if everything else 20)
        verdicts = {at: crashes.crash(Fault(Strike.KILL_AFTER, at)) for at in points}
    counted("kill app and server", **crashes.counts)

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


@pytest.mark.timeout(300)
def test_a_naive_store_fails_the_same_test(crashes: Crashes, counted: Counted) -> None:
    crashes.house = NAIVE
    commands = crashes.commands()
    for strike in STRIKES:
        for at in range(1, commands + 1, commands // 8):
            crashes.crash(Fault(strike, at))
    counted("the naive store, which must fail", runs=crashes.counts["runs"])

    assert crashes.counts["lost"] + crashes.counts["doubled"] + crashes.counts["wrong"] > 6
