"""Polling reads the log of a run by offset: no gap, no duplicate, the same whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from backstage import A, Open
from durable import DONE, EXECUTE, FINAL, LOOK, WEEK
from serving import Serving

from dayloom.stores.redis.keys import LOCAL_OWNER

REPLY = {"action": "reply", "speak": "Here it is."}


@pytest.fixture
async def http(backstage: Open, store_url: str, tmp_path: Path) -> AsyncIterator[httpx.Client]:
    """A client of a server on whose store a run has ended, `run-polled` on thread A."""
    stage = await backstage([EXECUTE, LOOK, DONE, FINAL])
    runs = stage.tenant(LOCAL_OWNER).runs
    run = await runs.start(A, stage.asked("Look", WEEK, run="run-polled"))
    await asyncio.wait_for(runs.join(A, run.id), 30)
    with Serving(tmp_path, redis_url=store_url) as server:
        yield server.http


def polled(http: httpx.Client, start: Any = 0, limit: Any = 1000, run: str = "run-polled") -> httpx.Response:
    return http.get(f"/threads/{A}/runs/{run}/events", params={"from": start, "limit": limit})


async def test_a_run_is_read_in_pieces_of_any_size(http: httpx.Client) -> None:
    whole = polled(http).json()

    assert whole.keys() == {"status", "events", "next_offset", "first_offset", "dropped"}
    assert [event["index"] for event in whole["events"]] == list(range(whole["next_offset"]))
    assert (whole["status"], whole["first_offset"], whole["dropped"]) == ("success", 0, 0)
    kinds = [event["type"] for event in whole["events"]]
    assert (kinds[:2], kinds[-1]) == (["run.created", "run.started"], "run.completed")
    for limit in (1, 3):
        events, start = [], 0
        while page := polled(http, start, limit).json()["events"]:
            assert len(page) <= limit
            events += page
            start = page[-1]["index"] + 1
        assert events == whole["events"]


async def test_beyond_the_end_there_is_nothing_yet(http: httpx.Client) -> None:
    end = polled(http).json()["next_offset"]

    for start in (end, end + 100):
        beyond = polled(http, start).json()
        assert (beyond["events"], beyond["next_offset"]) == ([], end)


async def test_bad_numbers_and_unknown_runs_are_refused(http: httpx.Client) -> None:
    for start, limit in ((-1, 10), ("x", 10), (0, 0), (0, 1001), (2**70, 10)):
        assert polled(http, start, limit).status_code == 422
    missing = polled(http, run="run-nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_run")
