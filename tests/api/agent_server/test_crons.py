"""Crons through the official SDK: made, listed, changed, due, and forgotten; they ask what a run would."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient
from langgraph_sdk.errors import NotFoundError, UnprocessableEntityError
from serving import Serving

INPUT: Any = {"messages": [{"role": "user", "content": "What is on Tuesday?"}]}
SUNDAY = "0 18 * * SUN"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server on a store of its own."""
    home: Path = tmp_path_factory.mktemp("crons")
    with Serving(home / "home") as serving:
        yield serving


@pytest.fixture
def client(server: Serving) -> LangGraphClient:
    return get_client(url=server.url, api_key=None)


async def test_a_cron_is_made_found_changed_and_forgotten(client: LangGraphClient) -> None:
    made: Any = await client.crons.create(
        "dayloom", schedule=SUNDAY, input=INPUT, timezone="Europe/Berlin", metadata={"of": "anna"}
    )
    found: Any = await client.crons.search(metadata={"of": "anna"})
    other: Any = await client.crons.update(made["cron_id"], schedule="30 7 * * MON-FRI", enabled=False)
    back: Any = await client.crons.update(made["cron_id"], enabled=True, end_time=datetime(2100, 1, 1, tzinfo=UTC))

    assert [each["cron_id"] for each in found] == [made["cron_id"]]
    assert (made["schedule"], made["timezone"], made["thread_id"]) == (SUNDAY, "Europe/Berlin", None)
    assert datetime.fromisoformat(made["next_run_date"]).weekday() == 6
    assert (other["next_run_date"], other["schedule"]) == (None, "30 7 * * MON-FRI")
    assert (back["next_run_date"] is not None, back["end_time"][:4]) == (True, "2100")
    await client.crons.delete(made["cron_id"])
    assert await client.crons.count() == 0
    with pytest.raises(NotFoundError):
        await client.crons.delete(made["cron_id"])


async def test_a_cron_of_a_thread_asks_there_when_it_is_due(client: LangGraphClient, server: Serving) -> None:
    thread = (await client.threads.create())["thread_id"]
    made: Any = await client.crons.create_for_thread(thread, "dayloom", schedule="* * * * *", input=INPUT)
    due = datetime.fromisoformat(made["next_run_date"])
    assert timedelta() < due - datetime.now(UTC) <= timedelta(minutes=1)
    server.http.post(f"/jobs/{made['cron_id']}/run").raise_for_status()
    for _ in range(200):
        state: Any = await client.threads.get_state(thread)
        messages = (state["values"] or {}).get("messages", [])
        if len(messages) > 1:
            break
        await asyncio.sleep(0.05)
    assert [message["content"] for message in messages][:1] == ["What is on Tuesday?"]
    await client.crons.delete(made["cron_id"])


@pytest.mark.parametrize("schedule", ["never", "61 * * * *", "0 0 31 2 *"])
async def test_a_schedule_that_cannot_be_read_makes_nothing(client: LangGraphClient, schedule: str) -> None:
    with pytest.raises(UnprocessableEntityError, match="crontab"):
        await client.crons.create("dayloom", schedule=schedule, input=INPUT)
    assert await client.crons.count() == 0
