"""The wiring: ids that fit on a command line, and the graph LangGraph's own dev server opens."""

from __future__ import annotations

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from dayloom.settings import Settings
from dayloom.wiring import durations, make_graph, new_run_id, new_thread_id


def test_ids_are_short_and_differ() -> None:
    assert len({new_thread_id() for _ in range(1000)}) == 1000
    assert len(new_thread_id()) == 9
    assert new_run_id().startswith("run-")


def test_lifetimes_come_from_the_settings() -> None:
    found = durations(Settings(card_expiry="12h", keep_threads="7d"))  # pyright: ignore[reportArgumentType] as written

    assert (found.card, found.keep) == (43_200, 604_800)
    assert (durations(Settings()).card, durations(Settings()).keep) == (None, None)


async def test_the_dev_server_needs_to_pass_no_context(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYLOOM_REDIS_URL", store_url)
    monkeypatch.setenv("DAYLOOM_MODEL", "offline")
    async with make_graph() as graph:
        served = graph.copy(update={"checkpointer": InMemorySaver()})
        given = {"messages": [{"role": "user", "content": "what can you do?"}]}
        config = {"configurable": {"thread_id": "dev"}}

        events = [event async for event in served.astream(given, config, stream_mode="custom")]
        state = await served.aget_state(config)

    assert state.values["outcome"].status.value == "completed"
    assert events[-1]["type"] == "message"
    assert graph.get_context_jsonschema() is None
