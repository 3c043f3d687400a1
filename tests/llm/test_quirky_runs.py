"""Whole runs with models of servers that have ways of their own: the task is placed, and no thought is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from doubles import ScriptedModelServer
from faults.conversation import DONE, EXECUTE, LOOK, propose
from faults.houses import dayloom_house
from quirks import MANNERS, SAID, THOUGHT, call, called, said
from stage import a_task, a_week

from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.models import Models
from state.ids import ThreadId

THREAD = ThreadId("t")
PLACE = propose(1, day=2)


def by_calls(decision: dict[str, Any]) -> Any:
    """Return a decision as a model gives it that calls the tools natively, and the decision where there is no tool."""
    wanted = decision.get("tool_call") or {"name": "execute_decision", "arguments": decision}
    return called(call(wanted, id="call_1"), content=f"<think>{THOUGHT}</think>")


def in_manner(name: str) -> Callable[[dict[str, Any]], Any]:
    """Return how a server of the table sends a decision."""
    return lambda decision: MANNERS[name](json.dumps(decision))


WAYS: dict[str, tuple[Callable[[dict[str, Any]], Any], Any]] = {
    **{
        name: (in_manner(name), MANNERS[name](SAID))
        for name in MANNERS
        if "thought" in name or "stream is" in name or "no reason" in name
    },
    "harmony channels": (in_manner("harmony channels"), MANNERS["harmony channels"](SAID)),
    "native calls": (by_calls, said(SAID)),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_run_with_a_server_of_its_own_ways_does_what_is_asked(store_url: str, redis: Any, way: str) -> None:
    send, last = WAYS[way]
    script = [send(EXECUTE), send(LOOK), send(PLACE), send(DONE), last]
    async with ScriptedModelServer(script) as server, ChatCompletionsApi(base_url=server.base_url) as api:
        model = Models("m", [api.model("m")]).of()
        async with dayloom_house(store_url) as house:
            week = a_week(a_task(1))
            status = await house.say(THREAD, "Place it", "run-1", model, schedule=week, always_execute=True)
            state = await house.agent.state(THREAD)

    assert (status, state.outcome.message) == ("success", SAID)
    assert [slot.day for task in state.schedule.suggested for slot in task.slots] == [2]
    assert THOUGHT not in state.model_dump_json()
    assert len(server.requests) == len(script)
