"""A LangGraph graph on our checkpointer: durable steps, and an interrupt answered by another process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send, interrupt
from pydantic import BaseModel

from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import AsyncRedis, connect

CONFIG: Any = {"configurable": {"thread_id": "t1"}}


class Plan(BaseModel, frozen=True):
    title: str
    slots: tuple[int, ...] = ()


class Week(BaseModel):
    messages: Annotated[list[AnyMessage], add_messages] = []
    plan: Plan | None = None
    answer: str = ""
    runs: int = 0


async def draft(state: Week) -> dict[str, Any]:
    call = {"name": "place", "args": {"task_id": 3}, "id": "c1"}
    said = [AIMessage("On it.", tool_calls=[call]), ToolMessage("Placed.", tool_call_id="c1")]
    return {"plan": Plan(title="Essay", slots=(1, 2)), "messages": said, "runs": state.runs + 1}


async def confirm(state: Week) -> dict[str, Any]:
    assert state.plan
    return {"answer": interrupt({"question": f"Place {state.plan.title}?"})}


async def finish(state: Week) -> dict[str, Any]:
    assert state.plan == Plan(title="Essay", slots=(1, 2))
    return {"messages": [AIMessage(f"{len(state.messages)} messages, answer {state.answer}")]}


def graph(saver: RedisCheckpointer) -> Any:
    builder = StateGraph(Week)
    for name, node in (("draft", draft), ("confirm", confirm), ("finish", finish)):
        builder.add_node(name, node)
    builder.add_edge(START, "draft")
    builder.add_edge("draft", "confirm")
    builder.add_edge("confirm", "finish")
    builder.add_edge("finish", END)
    return builder.compile(checkpointer=saver)


async def ask(saver: RedisCheckpointer) -> Any:
    return await graph(saver).ainvoke({"messages": [HumanMessage("Plan")]}, CONFIG, durability="sync")


async def answer(saver: RedisCheckpointer, text: str) -> Any:
    return await graph(saver).ainvoke(Command(resume=text), CONFIG, durability="sync")


async def test_an_interrupt_is_answered_through_another_checkpointer(redis: AsyncRedis, store_url: str) -> None:
    waiting = await ask(RedisCheckpointer(redis))
    async with connect(store_url) as other:
        done = await answer(RedisCheckpointer(other), "yes")

    assert waiting["__interrupt__"][0].value == {"question": "Place Essay?"}
    assert done["messages"][-1].text == "3 messages, answer yes"
    assert done["runs"] == 1


ANSWERER = """
import asyncio, importlib.util, sys
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded

spec = importlib.util.spec_from_file_location("week", sys.argv[1])
week = importlib.util.module_from_spec(spec)
sys.modules["week"] = week
spec.loader.exec_module(week)

async def main():
    async with embedded(sys.argv[2]) as url, connect(url) as client:
        if sys.argv[3] == "ask":
            await week.ask(RedisCheckpointer(client))
            print("asked", flush=True)
            await asyncio.sleep(60)
        done = await week.answer(RedisCheckpointer(client), sys.argv[3])
        print(done["messages"][-1].text)

asyncio.run(main())
"""


async def process(folder: Path, word: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-c", ANSWERER, __file__, str(folder), word, stdout=asyncio.subprocess.PIPE
    )


async def test_a_process_killed_while_it_waits_is_succeeded_by_another(tmp_path: Path) -> None:
    asking = await process(tmp_path, "ask")
    assert asking.stdout
    assert await asking.stdout.readline() == b"asked\n"
    asking.kill()
    await asking.wait()
    answering = await process(tmp_path, "yes")
    output, _ = await answering.communicate()

    assert output.decode().strip() == "3 messages, answer yes"


async def test_the_history_of_a_thread_reads_back(redis: AsyncRedis) -> None:
    saver = RedisCheckpointer(redis)
    await ask(saver)
    await answer(saver, "no")

    steps = [each async for each in graph(saver).aget_state_history(CONFIG)]
    assert [each.next for each in steps] == [(), ("finish",), ("confirm",), ("draft",), ("__start__",)]
    assert Week.model_validate(steps[0].values).answer == "no"


async def test_a_fork_from_an_old_checkpoint_leaves_the_first_branch_alone(redis: AsyncRedis) -> None:
    saver = RedisCheckpointer(redis)
    await ask(saver)
    done = await answer(saver, "yes")
    steps = [each async for each in graph(saver).aget_state_history(CONFIG)]
    head, waiting = steps[0], steps[2]
    forked = await graph(saver).aupdate_state(waiting.config, {"answer": "other"}, as_node="confirm")
    other = await graph(saver).ainvoke(None, forked, durability="sync")

    kept = await graph(saver).aget_state(head.config)
    assert other["answer"] == "other"
    assert Week.model_validate(kept.values) == Week.model_validate(done)


async def test_parallel_tasks_and_waiting_edges_survive_a_resume(redis: AsyncRedis) -> None:
    class Many(BaseModel):
        found: Annotated[list[int], lambda old, new: old + new] = []

    async def each(item: int) -> dict[str, Any]:
        return {"found": [item if item < 3 else interrupt("three?")]}

    async def left(_: Many) -> dict[str, Any]:
        return {"found": [10]}

    async def right(_: Many) -> dict[str, Any]:
        return {"found": [20 + interrupt("right?")]}

    async def both(state: Many) -> dict[str, Any]:
        return {"found": [sum(state.found)]}

    def build(saver: RedisCheckpointer) -> Any:
        builder = StateGraph(Many)
        for name, node in (("each", each), ("left", left), ("right", right), ("both", both)):
            builder.add_node(name, node)
        builder.add_conditional_edges(START, lambda _: [Send("each", item) for item in (1, 2, 3)])
        builder.add_edge("each", "left")
        builder.add_edge("each", "right")
        builder.add_edge(["left", "right"], "both")
        return builder.compile(checkpointer=saver)

    await build(RedisCheckpointer(redis)).ainvoke({"found": []}, CONFIG, durability="sync")
    await build(RedisCheckpointer(redis)).ainvoke(Command(resume=3), CONFIG, durability="sync")
    done = await build(RedisCheckpointer(redis)).ainvoke(Command(resume=2), CONFIG, durability="sync")

    assert done["found"] == [1, 2, 3, 10, 22, 38]
