"""A run gives parts of its work away: each is a run of its own, found again after a crash, ended with its parent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from by_goal import DONE, EXECUTE, PARENT, ByGoal, delegate, reply, say_to_parent, told
from job_house import Open

from dayloom.stores.threads.index import Search
from state.ids import RunId
from state.run_status import RunStatus


async def test_the_report_of_a_child_is_the_result_of_the_call_and_the_child_knows_its_parent(house: Open) -> None:
    model = ByGoal(
        {"Find out.": [EXECUTE, delegate("Ask Bob"), DONE, "Bob knows."], "Ask Bob": [reply("Bob says yes.")]}
    )
    at_home = house(asked=model)

    assert await say_to_parent(at_home) == ["Bob says yes."]
    assert "For Anna." in model.shown["Ask Bob"]
    tenant = at_home.service.tenants.of("ann")
    [child] = await tenant.index.search(Search(metadata={"parent_run_id": "run-parent"}))
    assert child.metadata["parent_thread_id"] == PARENT
    [run] = await tenant.runs.list(child.id)
    assert run.asked.about["metadata"] == {"parent_thread_id": PARENT, "parent_run_id": "run-parent", "depth": 1}


async def test_what_a_child_drafts_stays_on_its_own_thread_and_a_question_is_told_as_no_result(house: Open) -> None:
    ask = {"action": "ask_user", "reason": "unclear", "speak": "Which Bob?"}
    model = ByGoal({"Find out.": [EXECUTE, delegate("Ask Bob"), DONE, "Not known."], "Ask Bob": [ask]})
    at_home = house(asked=model)
    [text] = await say_to_parent(at_home)

    assert "it stopped at a question: Which Bob?" in text
    assert (await at_home.service.tenants.of("ann").runs.get(PARENT, RunId("run-parent"))).status is RunStatus.SUCCESS


async def test_at_most_so_many_children_are_at_work_at_once(house: Open) -> None:
    at_work, most, three = 0, 0, asyncio.Barrier(3)

    def together(text: str) -> Callable[[], Any]:
        async def answer() -> dict[str, Any]:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            await three.wait()
            at_work -= 1
            return reply(text)

        return answer

    goals = [f"Part {number}" for number in range(6)]
    scripts: dict[str, list[Any]] = {goal: [together(goal)] for goal in goals}
    at_home = house(asked=ByGoal({"Find out.": [EXECUTE, delegate(*goals), DONE, "All known."], **scripts}))

    assert await say_to_parent(at_home) == goals
    assert most == 3


async def test_children_give_away_no_more_than_three_deep(house: Open) -> None:
    goals = ["Find out.", "One deep", "Two deep", "Three deep", "Four deep"]
    model = ByGoal({goal: [EXECUTE, delegate(next_), DONE, "Known."] for goal, next_ in pairwise(goals)})
    at_home = house(asked=model)
    await say_to_parent(at_home)

    threads = await at_home.service.tenants.of("ann").index.search(Search())
    assert sorted(thread.metadata.get("depth", 0) for thread in threads) == [0, 1, 2, 3]
    assert "3 deep at most" in "\n".join(model.shown.values())


async def test_a_child_is_cancelled_with_its_parent(house: Open) -> None:
    at_work = asyncio.Event()

    async def for_ever() -> None:
        at_work.set()
        await asyncio.Event().wait()

    model = ByGoal({"Find out.": [EXECUTE, delegate("Ask Bob")], "Ask Bob": [for_ever]})
    at_home = house(asked=model, watch=0.05)
    tenant = at_home.service.tenants.of("ann")
    asking = asyncio.create_task(say_to_parent(at_home))
    await at_work.wait()
    await tenant.runs.cancel(PARENT, RunId("run-parent"))
    await asking

    [child] = await tenant.index.search(Search(metadata={"parent_run_id": "run-parent"}))
    [run] = await tenant.runs.list(child.id)
    assert run.status is RunStatus.CANCELLED


async def test_after_a_crash_in_mid_child_the_same_child_goes_on_and_nothing_is_started_twice(house: Open) -> None:
    at_work = asyncio.Event()

    async def for_ever() -> None:
        at_work.set()
        await asyncio.Event().wait()

    scripts = {"Find out.": [EXECUTE, delegate("Ask Bob"), DONE, "Bob knows."], "Ask Bob": [for_ever, reply("Yes.")]}
    model = ByGoal(scripts)
    first, second = house(asked=model, exclusive=False), house(asked=model, exclusive=False)
    dying = asyncio.create_task(say_to_parent(first))
    await at_work.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    tenant = second.service.tenants.of("ann")
    await tenant.runs.work(PARENT)
    assert await told(second) == ["Yes."]
    threads = await tenant.index.search(Search())
    assert len(threads) == 2
    assert [len(await tenant.runs.list(thread.id)) for thread in threads] == [1, 1]
    assert model.asked.count("Find out.") == 4


async def test_a_child_whose_parent_ended_while_nobody_was_at_it_is_stopped(house: Open) -> None:
    at_work = asyncio.Event()

    async def for_ever() -> None:
        at_work.set()
        await asyncio.Event().wait()

    model = ByGoal({"Find out.": [EXECUTE, delegate("Ask Bob")], "Ask Bob": [for_ever]})
    at_home = house(asked=model, exclusive=False)
    dying = asyncio.create_task(say_to_parent(at_home))
    await at_work.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    tenant = at_home.service.tenants.of("ann")
    [child] = await tenant.index.search(Search(metadata={"parent_run_id": "run-parent"}))
    await tenant.runs.cancel(PARENT, RunId("run-parent"))
    await tenant.runs.work(child.id)

    [run] = await tenant.runs.list(child.id)
    assert run.status is RunStatus.CANCELLED
