"""One run with everything in it: its trace is one graph with true sums in the middle, after a kill, and at the end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from by_goal import DONE, PARENT, ByGoal, reply
from durable import CONFIRM, FINAL
from job_house import House, Open
from stage import NOW
from traces.cut_off import BEFORE, GOAL, LEASE
from traces.test_children import check_sums, everything, of, trace

from dayloom.stores.threads.index import Search
from dayloom.traces.about import AboutModel
from dayloom.traces.trace import SpanKind, SpanStatus, Trace
from state.ids import RunId
from state.interrupt import Answer
from state.ports import Accepted

CUT_OFF = Path(__file__).with_name("cut_off.py")


def check(trace: Trace) -> None:
    """One root, each parent before its child, every number once, and totals that are the sums; so in child runs too."""
    check_sums(trace)
    for each in (trace, *(span.child for span in everything(trace) if span.child is not None)):
        root, *others = each.spans
        assert (root.kind, root.parents) == (SpanKind.RUN, ())
        assert [span.seq for span in each.spans] == list(range(1, len(each.spans) + 1))
        assert all(0 < parent < span.seq for span in others for parent in span.parents)
        assert all(span.parents for span in others)


async def killed(url: str, house: House) -> Trace:
    """Let another process work until both children are at work, and kill it; return what the trace told just before."""
    environment = {"PYTHONPATH": ":".join(sys.path)}
    words = (sys.executable, "-P", str(CUT_OFF), url)
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, env=environment)
    assert process.stdout is not None
    for _ in range(2):
        assert await process.stdout.readline() == b"at work\n"
    midway = await trace(house)
    process.kill()
    await process.wait()
    return midway


async def cancel_child(house: House, goal: str) -> None:
    tenant = house.service.tenants.of("ann")
    for line in await tenant.index.search(Search(metadata={"parent_run_id": "run-parent"})):
        for run in await tenant.runs.list(line.id):
            if run.asked.message == goal:
                await tenant.runs.cancel(line.id, run.id)


async def go_on(house: House) -> None:
    """Take the parent over once its holder's lease has run out."""
    runs = house.service.tenants.of("ann").runs
    async with asyncio.timeout(60):
        while not (await runs.get(PARENT, RunId("run-parent"))).status.final:
            await runs.work(PARENT)
            await asyncio.sleep(LEASE / 5)


def statuses(trace: Trace, kind: SpanKind) -> Sequence[SpanStatus]:
    return [span.status for span in of(trace, kind)]


async def test_two_tools_a_correction_a_card_a_fallback_and_a_cancelled_sibling(house: Open, store_url: str) -> None:
    model = ByGoal({GOAL: [CONFIRM, DONE, FINAL], "Ask Bob": [reply("Yes.")], "Ask Carl": [reply("Carl knows.")]})
    at_home = house(asked=model, lease=LEASE)
    midway = await killed(store_url, at_home)
    after = await trace(at_home)
    for each in (midway, after):
        check(each)
        assert statuses(each, SpanKind.CHILD) == [SpanStatus.RUNNING, SpanStatus.RUNNING]
        assert each.totals.model_calls == len(BEFORE)

    await cancel_child(at_home, "Ask Bob")
    await go_on(at_home)
    waiting = await trace(at_home)
    check(waiting)
    assert statuses(waiting, SpanKind.CHILD) == [SpanStatus.CANCELLED, SpanStatus.OK]
    assert statuses(waiting, SpanKind.TOOL) == [SpanStatus.OK, SpanStatus.REFUSED, SpanStatus.OK]
    assert [*statuses(waiting, SpanKind.RUN), *statuses(waiting, SpanKind.CARD)] == [SpanStatus.WAITING] * 2
    assert (waiting.totals.corrections, waiting.totals.model_calls) == (1, len(BEFORE) + 1 + 1)
    tries = [span.about.tries for span in of(waiting, SpanKind.MODEL) if isinstance(span.about, AboutModel)]
    assert [[each.model for each in some] for some in tries] == [[], ["big"], [], [], []]
    settled = [span for span in midway.spans if span.kind not in (SpanKind.RUN, SpanKind.CHILD)]
    assert [waiting.spans[span.seq - 1] for span in settled] == settled

    answer = Accepted(run=RunId("run-answer"), at=NOW, answer=Answer.model_validate({"type": "approve"}))
    await at_home.service.tenants.of("ann").runs.start(PARENT, answer)
    ended = await trace(at_home, run=RunId("run-answer"))
    check(ended)
    [placed] = of(ended, SpanKind.TOOL)
    assert (placed.name, ended.outcome, statuses(ended, SpanKind.RUN)) == ("place", "completed", [SpanStatus.OK])
    before = await trace(at_home)
    check(before)
    assert [*statuses(before, SpanKind.RUN), *statuses(before, SpanKind.CARD)] == [SpanStatus.OK] * 2
