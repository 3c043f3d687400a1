"""Whatever is sent, the service answers as its schema says, and never with a 5xx.

Every other request is about things that exist: the thread, its run and a task are made again when a request deleted
them. Requests are drawn from the schema, half of them to fit and half not to, and are the same in each run.
Schemathesis' phase `coverage` is left out: it sends some 550 requests to each route that starts a run, and draws bodies
as large as the schema allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import httpx
import pytest
import schemathesis
from api.asked import TURN
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from serving import Serving
from shell import CALENDAR
from talking import Chat, checked

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ENDLESS = ("/events/stream", "/threads/{thread_id}/stream", "/threads/{thread_id}/stream/events")
"""Streams that end only when their reader leaves; the tests of the protocol read them."""
THREAD = "fuzzed"
RUN = {"assistant_id": "dayloom", "input": TURN}
EXAMPLES = 8
OPEN = {"DAYLOOM_RATE_LIMIT": "0", "DAYLOOM_WORKSPACE_EXCLUSION": "false"}


@schemathesis.serializer("text/calendar")
def _calendar(context: Any, value: Any) -> bytes:
    return str(value).encode()


@dataclass
class Things:
    """What exists on a server, and is made again when it was deleted."""

    http: httpx.Client

    def ids(self) -> dict[str, str]:
        """Return what path parameters and bodies can name."""
        checked(self.http.post("/threads", json={"thread_id": THREAD, "if_exists": "do_nothing"}))
        runs = checked(self.http.get(f"/threads/{THREAD}/runs?limit=1&status=success")) or [self._run()]
        state = checked(self.http.get(f"/threads/{THREAD}/state"))
        tasks = checked(self.http.get("/tasks"))["tasks"] or self._tasks()
        step = state["checkpoint"]["checkpoint_id"] or "none"
        return {"thread_id": THREAD, "run_id": runs[0]["run_id"], "checkpoint_id": step, "task_id": tasks[0]["id"]}

    def _run(self) -> dict[str, Any]:
        run = checked(self.http.post(f"/threads/{THREAD}/runs", json={**RUN, "multitask_strategy": "enqueue"}))
        Chat(self.http, THREAD).ended(run["run_id"])
        return run

    def _tasks(self) -> list[Any]:
        return checked(self.http.post("/tasks", json=[{"title": "Laundry", "duration": 1}]))["tasks"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(tmp_path_factory.mktemp("schema") / "home", **OPEN) as server:
        yield server


@pytest.fixture(scope="module")
def api(server: Serving) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


def about_what_exists(case: Case, ids: dict[str, str]) -> None:
    """Let a request name what exists, and start runs that can be started."""
    known = {**ids, "assistant_id": "dayloom", "name": "dayloom"}
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        named = {"thread_ids": [THREAD], "run_ids": [ids["run_id"]], **known}
        case.body = {name: named.get(name, value) for name, value in case.body.items()}
        if case.path.endswith(("/runs", "/runs/stream", "/runs/wait")):
            case.body |= {"input": TURN, "command": None}
    if case.media_type == "text/calendar":
        case.body = CALENDAR


def requests(operation: APIOperation) -> SearchStrategy[Case]:
    """Return requests as the schema wants them, and others."""
    return one_of(operation.as_strategy(generation_mode=mode) for mode in GenerationMode)


@pytest.mark.timeout(300)
def test_every_route_answers_as_the_schema_says(api: BaseSchema, server: Serving, subtests: pytest.Subtests) -> None:
    things = Things(server.http)

    for found in api.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS:
            continue

        @settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=requests(operation))
        def answered(case: Case) -> None:
            drawn = repr((case.path_parameters, case.query, case.headers, case.body))
            if crc32(drawn.encode()) % 2:
                about_what_exists(case, things.ids())
            case.validate_response(case.call(timeout=30), checks=CHECKS)

        with subtests.test(operation.label):
            answered()
