"""A crash at any command loses nothing and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.crashing import NAIVE, Crashes
from forks import ForkServer
from redis_proxy import Fault, RedisProxy, Strike
from tally import Counted, Share
from valkey import Valkey

NAIVE_POINTS = 20
STRIKES = (Strike.KILL_BEFORE, Strike.KILL_AFTER, Strike.DROP_REPLY)


@pytest.mark.parametrize("strike", STRIKES)
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_struck_at_any_command(
    crashes: Crashes, strike: Strike, share: Share, counted: Counted
) -> None:
    points = share.of(range(1, crashes.commands() + 1), sample=5)
    verdicts = {at: crashes.crash(Fault(strike, at)) for at in points}
    counted(f"{strike}", **crashes.counts)

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_the_server_dies_too(
    valkey: Valkey, forks: ForkServer, tmp_path: Path, share: Share, counted: Counted
) -> None:
    with RedisProxy(valkey.url) as proxy:
        crashes = Crashes(store_url=valkey.url, proxy=proxy, forks=forks, folder=tmp_path, between=valkey.restart)
        points = share.of(range(9, crashes.commands() + 1, 2), sample=3)
        verdicts = {at: crashes.crash(Fault(Strike.KILL_AFTER, at)) for at in points}
    counted("kill app and server", **crashes.counts)

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


@pytest.mark.timeout(300)
def test_a_naive_store_fails_the_same_test(crashes: Crashes, counted: Counted) -> None:
    crashes.house = NAIVE
    verdicts = [crashes.crash(None)]  # so naive that it may fail without being struck at all
    commands = crashes.proxy.seen
    points = range(1, commands + 1, max(1, commands // NAIVE_POINTS))
    verdicts += [crashes.crash(Fault(Strike.KILL_BEFORE, at)) for at in points]
    caught = sum(not verdict.clean for verdict in verdicts)
    counted("naive store, which must fail", runs=len(verdicts), caught=caught)

    assert caught > 0
