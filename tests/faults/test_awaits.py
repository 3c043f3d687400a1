"""Dying, or being cancelled, at any await loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from awaits import counting
from faults.crashing import Crashes
from faults.houses import dayloom_house
from faults.ledger import Verdict, judged
from faults.play import conversed, shown
from tally import Counted, Share

from state.ids import ThreadId

POINTS = 120


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_killed_at_any_await(crashes: Crashes, share: Share, counted: Counted) -> None:
    points = share.of(_points(crashes.store_url), sample=4)
    verdicts = {at: crashes.crash(None, dies_at=at) for at in points}
    counted("kill at every await", **crashes.counts)

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_cancelled_at_any_await(
    crashes: Crashes, share: Share, counted: Counted
) -> None:
    points = share.of(_points(crashes.store_url), sample=4)
    verdicts = {at: _cancelled(crashes.store_url, f"cancelled-{at}", at) for at in points}
    counted("cancel at every await", runs=len(points), lost=sum(bool(each.lost) for each in verdicts.values()))

    assert {at: verdict for at, verdict in verdicts.items() if not verdict.clean} == {}


def _points(url: str) -> range:
    """Return numbers of awaits, evenly spread over the conversation."""
    numbers: list[int] = []
    with asyncio.Runner() as runner:
        runner.get_loop().set_task_factory(counting(numbers.append))
        runner.run(_conversation(url, "counted", []))
    return range(1, len(numbers) + 1, len(numbers) // POINTS)


def _cancelled(url: str, thread: str, at: int) -> Verdict:
    """Cancel the task of the conversation at an await, and let the person start again from there."""
    facts: list[dict[str, Any]] = []
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        work = loop.create_task(_conversation(url, thread, facts))
        loop.set_task_factory(counting(lambda number: number == at and work.cancel()))
        try:
            loop.run_until_complete(work)
        except asyncio.CancelledError:
            loop.set_task_factory(None)
            answered = {fact["act"] for fact in facts if "told" in fact and fact["told"] != "unknown"}
            begin = next((number for number in range(10) if number not in answered), 10)
            loop.run_until_complete(_conversation(url, thread, facts, begin=begin, again=True))
        loop.set_task_factory(None)
        return judged(facts, loop.run_until_complete(_look(url, thread)))


async def _conversation(url: str, thread: str, facts: list[dict[str, Any]], **how: Any) -> None:
    async with dayloom_house(url) as house:
        await conversed(house, thread, lambda **fact: facts.append(fact), **how)


async def _look(url: str, thread: str) -> dict[str, Any]:
    async with dayloom_house(url) as house:
        return await shown(house, ThreadId(thread))
