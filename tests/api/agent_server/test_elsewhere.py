"""A stream that was cut is resumed on another process: no gap, no duplicate, wherever it was cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from api.behaviour import Sent, sent
from api.sdk import MODES, SCRIPT, WEEK, said
from doubles import ScriptedModelServer
from serving import Serving
from valkey import Valkey

pytestmark = pytest.mark.timeout(300)
ASKED = {
    "assistant_id": "dayloom",
    "input": said("Plan", schedule=WEEK),
    "stream_mode": MODES,
    "stream_resumable": True,
}


def read(server: Serving, path: str, last: str) -> str:
    return server.http.get(path, headers={"Last-Event-ID": last}).text


def test_a_stream_cut_at_any_byte_goes_on_elsewhere(tmp_path: Path) -> None:
    with (
        Valkey(tmp_path) as store,
        ScriptedModelServer(SCRIPT) as model,
        Serving(tmp_path / "one", redis_url=store.url, model=model.base_url) as one,
        Serving(tmp_path / "two", redis_url=store.url, model=model.base_url) as two,
    ):
        thread = one.http.post("/threads", json={}).json()["thread_id"]
        answer = one.http.post(f"/threads/{thread}/runs/stream", json=ASKED)
        path, whole = answer.headers["location"], sent(answer.text)

        resumed: dict[str, list[Sent]] = {}
        for cut in range(0, len(answer.text), 97):
            seen = sent(answer.text[:cut].rpartition("\n\n")[0] + "\n\n")
            last = str(seen[-1].id) if seen else "-1"
            if last not in resumed:
                resumed[last] = sent(read(two, path, last))
            assert [*seen, *resumed[last]] == whole

    assert len(resumed) > 10
