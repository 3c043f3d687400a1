"""Work that was given away stands in the trace of the run that gave it, and counts in its sums."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from by_goal import DONE, EXECUTE, PARENT, ByGoal, delegate, reply, say_to_parent
from job_house import House, Open
from rich.console import Console

from dayloom.cli.trace import draw
from dayloom.stores.threads.index import Search
from dayloom.traces.about import AboutChild, AboutRun, AboutTool
from dayloom.traces.read import read_trace, traced
from dayloom.traces.trace import Span, SpanKind, SpanStatus, Totals, Trace
from state.ids import RunId, ThreadId
from state.run_status import RunStatus


async def trace(house: House, thread: ThreadId = PARENT, run: RunId | None = None) -> Trace:
    tenant = house.service.tenants.of("ann")
    found = await tenant.runs.get(thread, run or RunId("run-parent"))
    return await read_trace(tenant.threads, traced(thread, found.asked, found.status), {})


def of(trace: Trace, kind: SpanKind) -> list[Span]:
    return [span for span in trace.spans if span.kind is kind]


def everything(trace: Trace) -> Generator[Span]:
    for span in trace.spans:
        yield span
        if span.child is not None:
            yield from everything(span.child)


def check_sums(trace: Trace) -> None:
    """Each total is the sum over all spans, however deep."""
    spans = list(everything(trace))
    assert trace.totals == Totals(
        model_calls=sum(span.kind is SpanKind.MODEL for span in spans),
        tool_calls=sum(span.kind is SpanKind.TOOL for span in spans),
        corrections=sum(span.kind is SpanKind.CORRECTION for span in spans),
        prompt_tokens=sum(span.usage.prompt_tokens for span in spans),
        completion_tokens=sum(span.usage.completion_tokens for span in spans),
        unpriced=("scripted",) if any(span.usage.prompt_tokens for span in spans) else (),
    )
    for span in spans:
        if span.child is not None:
            check_sums(span.child)


async def test_a_child_run_stands_under_the_call_that_asked_for_it_and_counts(house: Open) -> None:
    goals = ["Find out.", "One deep"]
    scripts: dict[str, list[Any]] = {goal: [EXECUTE, delegate(f"{goal}?"), DONE, "Known."] for goal in goals}
    scripts |= {"Find out.?": [EXECUTE, delegate("One deep"), DONE, "Known."], "One deep?": [reply("Yes.")]}
    at_home = house(asked=ByGoal(scripts))
    await say_to_parent(at_home)
    seen = await trace(at_home)
    check_sums(seen)
    calls, [given], [tool] = of(seen, SpanKind.MODEL), of(seen, SpanKind.CHILD), of(seen, SpanKind.TOOL)

    assert isinstance(given.about, AboutChild)
    assert (given.parents, tool.parents, calls[2].parents) == ((calls[1].seq,), (given.seq,), (calls[1].seq, tool.seq))
    assert given.child is not None
    assert (given.about.goal, given.about.run_id, given.status) == ("Find out.?", given.child.run_id, SpanStatus.OK)
    [deeper] = of(given.child, SpanKind.CHILD)
    assert deeper.child is not None
    assert seen.totals.model_calls == 4 + given.child.totals.model_calls == 4 + 4 + deeper.child.totals.model_calls
    assert deeper.child.totals.model_calls == 4 + 1
    console = Console(width=200)
    with console.capture() as drawn:
        console.print(draw(seen))
    assert [drawn.get().count(run) for run in ("run-parent", given.child.run_id, deeper.child.run_id)] == [1, 2, 2]


async def test_the_run_of_an_attempt_names_its_job_and_its_number(house: Open) -> None:
    at_home = house({"action": "reply", "speak": "It is written."})
    job = await at_home.jobs.add(at_home.job(due=at_home.now))
    [attempt] = (await at_home.jobs.wait(job.id)).attempts
    root = (await trace(at_home, job.thread, attempt.run)).spans[0]

    assert isinstance(root.about, AboutRun)
    assert (root.about.job, root.about.attempt) == (job.id, 1)


async def test_a_child_that_is_at_work_or_was_cancelled_says_so_while_its_sibling_goes_on(house: Open) -> None:
    at_work, cancelled = asyncio.Event(), asyncio.Event()

    async def for_ever() -> None:
        at_work.set()
        await asyncio.Event().wait()

    def after_it(text: str) -> Callable[[], Any]:
        async def answer() -> dict[str, Any]:
            await cancelled.wait()
            return reply(text)

        return answer

    scripts = {"Ask Bob": [for_ever], "Ask Carl": [after_it("Carl knows.")]}
    parent = [EXECUTE, delegate("Ask Bob", "Ask Carl"), DONE, "Carl knows."]
    at_home = house(asked=ByGoal({"Find out.": parent, **scripts}), watch=0.05)
    tenant = at_home.service.tenants.of("ann")
    asking = asyncio.create_task(say_to_parent(at_home))
    await at_work.wait()
    midway = await trace(at_home)
    check_sums(midway)
    assert [child.status for child in of(midway, SpanKind.CHILD)] == [SpanStatus.RUNNING, SpanStatus.RUNNING]
    assert midway.status is RunStatus.RUNNING

    threads = await tenant.index.search(Search(metadata={"parent_run_id": "run-parent"}))
    runs = [run for line in threads for run in await tenant.runs.list(line.id)]
    [bob] = [run for run in runs if run.asked.message == "Ask Bob"]
    await tenant.runs.cancel(bob.thread, bob.id)
    cancelled.set()
    await asking
    seen = await trace(at_home)
    check_sums(seen)

    assert [child.status for child in of(seen, SpanKind.CHILD)] == [SpanStatus.CANCELLED, SpanStatus.OK]
    assert [tool.status for tool in of(seen, SpanKind.TOOL)] == [SpanStatus.REFUSED, SpanStatus.OK]
    results = [tool.about.result for tool in of(seen, SpanKind.TOOL) if isinstance(tool.about, AboutTool)]
    assert results[1] == "Carl knows."
    assert seen.spans[0].status is SpanStatus.OK
