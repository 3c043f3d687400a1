"""Cancel is decided in one place, at whatever command it comes: it wins and nothing follows, or the run had ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from faults.conversation import ACTS, WEEK, DecidingModel
from faults.houses import House, dayloom_house
from faults.play import shown
from redis_proxy import Fault, RedisProxy, Strike
from tally import Counted, Share

from state.errors import NothingToAnswer, StaleAnswer, UnknownThread
from state.ids import ThreadId

ASK, ANSWER = ACTS[:2]


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize("strike", [Strike.HOLD, Strike.HOLD_REPLY])
@pytest.mark.timeout(300)
async def test_a_cancel_at_any_command_wins_or_comes_too_late(
    store_url: str, proxy: RedisProxy, strike: Strike, share: Share, counted: Counted
) -> None:
    proxy.arm()
    await _pair(proxy.url, "counted")
    points = share.of(range(9, proxy.seen + 1), sample=6)
    outcomes = {at: await _cancelled(store_url, proxy, Fault(strike, at)) for at in points}
    counted(f"cancel, {strike} at the commit", runs=len(points), wrong=sum(bool(each) for each in outcomes.values()))

    assert {at: wrong for at, wrong in outcomes.items() if wrong} == {}


async def _cancelled(store_url: str, proxy: RedisProxy, fault: Fault) -> list[str]:
    """Cancel while one command of a run, or its reply, is on the way; return what is not as promised."""
    thread = ThreadId(f"{fault.strike}-{fault.at}".replace(" ", "-"))
    proxy.arm(fault)
    talking = asyncio.create_task(_pair(proxy.url, thread))
    await asyncio.to_thread(proxy.strikes, talking.done)
    async with dayloom_house(store_url) as other:
        won = await other.cancel(thread)
        before = await _seen(other, thread)
        proxy.release()
        told = await talking
        after = await _seen(other, thread)
    wrong: list[str] = []
    if won and after["schedule"] != before["schedule"]:
        wrong.append("the schedule was changed after the cancel")
    if won and len(after["entries"]) > len(before["entries"]) and "cancelled" in told:
        wrong.append(f"the run wrote {after['entries'][len(before['entries']) :]} after the cancel")
    if won and "cancelled" not in told and "refused" not in told:
        wrong.append(f"the cancel won, and the person was told {told}")
    if not won and told != ["interrupted", "success"]:
        wrong.append(f"the cancel came too late, and the person was told {told}")
    return wrong


async def _pair(url: str, thread: str) -> list[str]:
    """Ask and approve; return what the person was told."""
    model = DecidingModel(_unnoted)
    async with dayloom_house(url) as house:
        asked = await house.say(thread, ASK.text, ASK.id, model, schedule=WEEK)
        try:
            return [asked, await house.answer(thread, ANSWER.answers, ANSWER.id, model)]
        except (NothingToAnswer, StaleAnswer, UnknownThread):
            return [asked, "refused"]


async def _seen(house: House, thread: ThreadId) -> dict[str, Any]:
    try:
        return await shown(house, thread)
    except UnknownThread:
        return {"entries": [], "schedule": WEEK.model_dump(mode="json")}


def _unnoted(**fact: Any) -> None:
    """Forget a fact."""
