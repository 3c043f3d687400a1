"""However a run is read, by polling or as a stream, at once or in pieces, from one process or two: one sequence."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from doubles import ScriptedModelServer
from serving import Serving
from talking import FINAL_STATUSES, Chat, Rounds
from valkey import Valkey

LONG, SHORT = 300, 60
"""Rounds that come to about 1,500 events, for `--faults=all`, and to 300."""
EVENTS_OF_A_ROUND = 5


class Counting(Rounds):
    """Takes so many rounds however much of the conversation it is shown."""

    def _round(self, request: Any) -> int:
        name = request.body.get("response_format", {}).get("json_schema", {}).get("name")
        return 0 if name == "plan_decision" else sum(self.asked.values())


def polled(chat: Chat, run: str, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return everything a poller saw until the end, and what it was told it missed."""
    seen: list[dict[str, Any]] = []
    start = dropped = 0
    while True:
        page = chat.page(run, start, limit)
        seen += page["events"]
        start, dropped = page["next_offset"], dropped + page["dropped"]
        if page["events"]:
            continue
        if page["status"] in FINAL_STATUSES:
            return seen, dropped
        time.sleep(0.3)


def frames(data: bytes) -> Iterator[dict[str, str]]:
    """Return the whole server-sent events in what arrived; one that was cut off is none."""
    whole = data.replace(b"\r\n", b"\n").rpartition(b"\n\n")[0]
    for frame in whole.split(b"\n\n"):
        fields: dict[str, str] = {}
        for line in frame.decode().split("\n"):
            name, _, value = line.partition(":")
            if name:
                fields[name] = fields.get(name, "") + value.removeprefix(" ")
        if "event" in fields:
            yield fields


def joined(http: httpx.Client, chat: Chat, run: str, after: str, limit: int | None = None) -> tuple[bytes, bool]:
    """Return what the stream gave from there on, cut after so many bytes, and whether it came to its end."""
    got = b""
    path, params = f"/threads/{chat.thread}/runs/{run}/stream", {"stream_mode": "custom"}
    with http.stream("GET", path, params=params, headers={"last-event-id": after}, timeout=1200) as stream:
        assert stream.status_code == 200
        for piece in stream.iter_raw():
            got += piece
            if limit is not None and len(got) >= limit:
                return got[:limit], False
    return got, True


def told(found: list[dict[str, str]]) -> list[tuple[str, Any]]:
    return [(frame["event"], json.loads(frame["data"])) for frame in found if frame["event"] == "custom"]


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Counting:
    return Counting(rounds=LONG if request.config.getoption("--faults") == "all" else SHORT)


def start(chat: Chat) -> str:
    settings = {"max_rounds": 1000}
    return chat.say(
        "#one Plan my week", config={"configurable": settings}, stream_resumable=True, stream_mode=["custom"]
    )


@pytest.mark.timeout(1200)
def test_twenty_pollers_and_two_streams_see_one_sequence(tmp_path: Path, model: Counting) -> None:
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        run = start(chat)
        with ThreadPoolExecutor(22) as pool:
            pollers = [pool.submit(polled, chat, run, 50 + 10 * number) for number in range(20)]
            streams = [pool.submit(joined, server.http, chat, run, "-1") for _ in range(2)]
            seen = [poller.result() for poller in pollers]
            flows = [told(list(frames(stream.result()[0]))) for stream in streams]

    first, dropped = seen[0]
    assert len(first) >= EVENTS_OF_A_ROUND * model.rounds
    assert dropped == 0
    assert [event["index"] for event in first] == list(range(len(first)))
    assert all(each == seen[0] for each in seen)
    assert flows[0] == flows[1]
    assert flows[0]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(3))
def test_a_stream_cut_at_any_byte_goes_on_in_another_process_without_gap_or_duplicate(
    tmp_path: Path, model: Counting, seed: int
) -> None:
    chance = random.Random(seed)
    model.rounds = 25
    (tmp_path / "store").mkdir()
    with (
        ScriptedModelServer(model) as scripted,
        Valkey(tmp_path / "store") as store,
        Serving(tmp_path / "one", redis_url=store.url, model=scripted.base_url) as one,
        Serving(tmp_path / "two", redis_url=store.url, model=scripted.base_url) as two,
    ):
        chat = Chat.opened(one.http)
        run = start(chat)
        pieces: list[dict[str, str]] = []
        ended, last = False, "-1"
        for turn in range(500):
            limit = chance.randrange(1, 4000)
            got, ended = joined((one, two)[turn % 2].http, chat, run, last, limit)
            fresh = [frame for frame in frames(got) if "id" in frame]
            pieces += fresh
            last = fresh[-1]["id"] if fresh else last
            if ended:
                break
        whole, _ = joined(two.http, chat, run, "-1")

    assert ended
    assert [frame["id"] for frame in pieces] == [frame["id"] for frame in frames(whole) if "id" in frame]
    assert told(pieces) == told(list(frames(whole)))
