"""A run that was frozen past its lease cannot write any more, and its successor goes on where it stood."""

from __future__ import annotations

import os
import signal

import pytest
from faults.crashing import DAYLOOM, Crashes, next_act
from faults.houses import lease_key
from faults.ledger import Verdict, judged
from forks import read_journal
from redis import Redis
from redis_proxy import Fault, Strike
from tally import Counted, Share

from dayloom.stores.threads.lua import COMMIT


@pytest.mark.timeout(900)
def test_a_frozen_run_is_succeeded_and_cannot_commit_after_its_successor(
    crashes: Crashes, share: Share, counted: Counted
) -> None:
    points = share.of(range(9, crashes.commands() + 1, 2), sample=4)
    verdicts = {at: _frozen(crashes, at) for at in points}
    bad = {at: verdict for at, verdict in verdicts.items() if not verdict.clean}
    counted("frozen past the lease", runs=len(points), lost=sum(bool(each.lost) for each in bad.values()))

    assert bad == {}


def _frozen(crashes: Crashes, at: int) -> Verdict:
    """Freeze a run while its n-th command is on the way, let another process finish, and then let it go on."""
    thread, folder = f"frozen-{at}", crashes.folder
    old, new, leave = (folder / f"{thread}.{name}" for name in ("old", "new", "leave"))
    where = {"thread": thread, "house": DAYLOOM}
    crashes.proxy.arm(Fault(Strike.HOLD, at))
    child = crashes.forks.start("faults.play:play", url=crashes.proxy.url, journal=str(old), leave=str(leave), **where)
    crashes.proxy.strikes(lambda: next_act(read_journal(old)) is None)
    os.kill(child, signal.SIGSTOP)
    with Redis.from_url(crashes.store_url) as client:
        client.delete(lease_key(thread))
    before = read_journal(old)
    begin = next_act(before)
    if begin is not None:
        where |= {"url": crashes.store_url, "begin": begin, "again": True}
        assert crashes.forks.run("faults.play:play", journal=str(new), **where) == 0
    leave.touch()
    crashes.proxy.release()
    os.kill(child, signal.SIGCONT)
    assert crashes.forks.wait(child) == 0
    seen_late = [fact for fact in read_journal(old)[len(before) :] if "preview" in fact]
    return judged([*before, *read_journal(new), *seen_late], crashes.look(thread))


def test_until_the_lease_has_run_out_the_thread_is_busy(crashes: Crashes) -> None:
    crashes.commands()  # from now on the server knows the scripts
    crashes.commands()
    first_commit = crashes.proxy.commands.index(f"EVALSHA {COMMIT.sha}") + 1
    crashes.proxy.arm(Fault(Strike.KILL_BEFORE, first_commit))
    journal = crashes.folder / "busy.journal"
    crashes.forks.run("faults.play:play", url=crashes.proxy.url, thread="busy", journal=str(journal), house=DAYLOOM)
    begin = next_act(read_journal(journal))
    crashes.forks.run(
        "faults.play:play",
        url=crashes.store_url,
        thread="busy",
        journal=str(journal),
        house=DAYLOOM,
        begin=begin,
        again=True,
    )
    facts = read_journal(journal)

    assert "busy" in [fact.get("told") for fact in facts]
    assert judged(facts, crashes.look("busy")).clean
