"""What the service tells of itself: requests by route, runs by how they ended; nobody's words, nobody's ids."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import generate_latest
from serving import Serving

from dayloom.settings import Settings
from dayloom.traces.logs import JsonLines
from dayloom.wiring import backend
from state.ids import RunId, ThreadId
from state.ports import Accepted

WORDS = "Dentist on Friday"


def sample(text: str, name: str) -> float:
    """Return the value of this line."""
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


def test_requests_are_counted_by_the_template_of_their_route(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        for thread in ("canary-one", "canary-two"):
            server.http.get(f"/threads/{thread}/preview", params={"words": "canary-three"})
        server.http.get("/canary-four")
        server.http.request("CANARYFIVE", "/ok")
        told = server.http.get("/metrics").text

    route = 'method="GET",route="/threads/{thread_id}/preview",status="404"'
    assert sample(told, f"dayloom_http_requests_total{{{route}}}") == 2
    assert sample(told, 'dayloom_http_requests_total{method="GET",route="unknown",status="404"}') == 1
    assert "canary" not in told.lower()


async def test_a_run_is_counted_and_logged_without_what_was_said(tmp_path: Path) -> None:
    log, stream = logging.getLogger("dayloom.runs"), io.StringIO()
    lines = logging.StreamHandler(stream)
    lines.setFormatter(JsonLines(str))
    log.addHandler(lines)
    log.setLevel(logging.INFO)
    thread, run = ThreadId("canary-thread"), RunId("canary-run")

    async with backend(Settings(data_dir=tmp_path)) as house:
        runs = house.tenants.of("canary-user").runs
        await runs.start(thread, Accepted(run=run, at=datetime.now(UTC), message=WORDS))
        ended = await runs.join(thread, run)
        async with asyncio.timeout(60):
            while "run ended" not in stream.getvalue():  # noqa: ASYNC110 a log does not tell
                await asyncio.sleep(0.01)
        told = generate_latest(house.metrics.registry).decode()
    log.removeHandler(lines)

    assert sample(told, f'dayloom_runs_total{{status="{ended.status}"}}') == 1
    assert sample(told, "dayloom_model_calls_total") >= 1
    assert sample(told, "dayloom_runs_active") == 0
    assert "canary" not in told
    logged = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line["run"]) for line in logged] == [("run started", run), ("run ended", run)]
    assert WORDS not in told + stream.getvalue()
