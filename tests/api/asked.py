"""For every route of the service: requests that somebody could plausibly send, about things with given ids.

A route that is new to this list is asked without a body, and is an error here when it needs one, or names something
else than what `Ids` has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import httpx
from shell import CALENDAR

TURN: Final = {"messages": [{"role": "user", "content": "What is on Tuesday?"}]}
APPROVED: Final = {"decisions": [{"type": "approve"}]}


@dataclass(frozen=True)
class Ids:
    """What routes call things by: path parameters, and what bodies and headers name."""

    thread_id: str
    run_id: str
    checkpoint_id: str
    task_id: str
    feed_id: str
    job_id: str
    cron_id: str
    message_id: str
    item_id: str
    interrupt_id: str
    event_id: str
    uid: str
    key: str
    workspace: str
    assistant_id: str = "dayloom"
    name: str = "dayloom"
    secret: str = "nobodys-secret"
    number: str = "999999"
    index: str = "000"

    @property
    def all(self) -> tuple[str, ...]:
        """Every name that is somebody's own."""
        return self.thread_id, self.run_id, self.checkpoint_id, self.task_id, self.interrupt_id, self.workspace

    def without(self, text: str) -> str:
        """Return a text with the name of each id for the id."""
        for name, value in asdict(self).items():
            text = text.replace(value, f"<{name}>") if value != "dayloom" else text
        return text


@dataclass(frozen=True)
class Asked:
    """One request; `theirs` when it names something that exists, `makes` when it would make what it names."""

    method: str
    path: str
    json: Any = None
    content: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    theirs: bool = False
    makes: bool = False

    def sent(self, http: httpx.Client) -> httpx.Response:
        """Send it."""
        body: dict[str, Any] = {"json": self.json} if self.content is None else {"content": self.content}
        return http.request(self.method, self.path, headers=self.headers, **({} if self.json is None else body))

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.json or self.content or ''}"


def every_request(schema: Mapping[str, Any], ids: Ids) -> Iterator[Asked]:
    """Yield requests for every operation of an OpenAPI schema."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield from _requests(method.upper(), path, ids, needs_body="requestBody" in operation)


def _requests(method: str, path: str, ids: Ids, *, needs_body: bool) -> Iterator[Asked]:
    theirs = any(
        f"{{{name}}}" in path
        for name in (
            "thread_id",
            "run_id",
            "checkpoint_id",
            "task_id",
            "feed_id",
            "job_id",
            "uid",
            "cron_id",
            "item_id",
            "message_id",
        )
    )
    headers = {"Idempotency-Key": ids.key} if theirs else {}
    plain = Asked(method, path.format_map(asdict(ids)), headers=headers, theirs=theirs)
    special = list(_special(plain, f"{method} {path}", ids))
    assert special or not needs_body, f"say in {__name__} which body somebody would send to {method} {path}"
    yield from special or [plain]


def _special(plain: Asked, route: str, ids: Ids) -> Iterator[Asked]:
    """Yield the requests of a route that takes more than its address."""
    for query in _queries(route, ids):
        yield replace(plain, path=plain.path + query)
    match route:
        case "GET /threads/{thread_id}/runs/{run_id}/stream" | "GET /threads/{thread_id}/runs/{run_id}/join":
            yield replace(plain, headers={"Last-Event-ID": ids.event_id})
        case "GET /events/stream":  # the user's own, which does not end
            yield replace(plain, headers={"Last-Event-ID": ids.event_id.partition("-")[0] + "-"})
        case "GET /threads/{thread_id}/preview/tasks/{task_id}":  # what the thread calls its entry
            yield replace(plain, path=plain.path.replace(ids.task_id, "1"))
        case "PATCH /threads/{thread_id}/preview":
            moves = [{"task_id": 1, "day": 3, "slot_start": 3}]
            for tag in ('"1"', "*"):
                yield replace(plain, json=moves, headers={"If-Match": tag})
        case "PUT /threads/{thread_id}/limits":
            yield replace(plain, json={"buffer": 15}, headers={"If-Match": "*"})
        case "PUT /calendar":
            yield replace(plain, json="", content=CALENDAR, headers={"content-type": "text/calendar"})
        case _:
            for body in _bodies(route, ids):
                yield replace(plain, json=body, theirs=plain.theirs or route in _NAMES_IN_BODY)
            yield from _making(plain, route, ids)


def _queries(route: str, ids: Ids) -> Iterable[str]:
    """Return what may stand behind the address of a route."""
    leave = ("", "?cancel_on_disconnect=true")
    table = {
        "POST /threads/{thread_id}/runs/{run_id}/cancel": ("", "?wait=true", "?action=rollback"),
        "GET /threads/{thread_id}/runs/{run_id}/stream": leave,
        "GET /threads/{thread_id}/runs/{run_id}/join": leave,
        "POST /threads/{thread_id}/copy": ("", f"?checkpoint_id={ids.checkpoint_id}"),
        "GET /store/items": ("?namespace=notes&key=one",),
        "GET /tasks/risks": (f"?thread_id={ids.thread_id}",),
    }
    return table.get(route, ())


_NAMES_IN_BODY: Final = ("POST /threads/prune", "POST /runs/cancel", "POST /feeds")


def _making(plain: Asked, route: str, ids: Ids) -> Iterator[Asked]:
    """Yield requests that make a thread of the name they give."""
    run = {"assistant_id": "dayloom", "input": TURN}
    match route:
        case "POST /threads":
            made = [replace(plain, json={"thread_id": ids.thread_id, "if_exists": "raise"})]
        case "POST /v1/chat/completions":
            said = {"model": "dayloom", "messages": [{"role": "user", "content": "approve"}]}
            made = [replace(plain, json=said, headers={"X-Thread-Id": ids.thread_id})]
        case "POST /threads/{thread_id}/runs/wait":
            made = [replace(plain, json={**run, "if_not_exists": "create"}, headers={})]
        case "POST /threads/{thread_id}/commands":
            made = [replace(plain, json=_command("run.start", **run), headers={})]
        case _:
            made = []
    yield from (replace(each, theirs=False, makes=True) for each in made)


def _bodies(route: str, ids: Ids) -> list[Any]:
    """Return the JSON bodies of a route that make nothing of the names they give."""
    if route.startswith("POST /threads/{thread_id}/runs") and "{run_id}" not in route and "crons" not in route:
        return _runs(ids)
    run = {"assistant_id": "dayloom", "input": TURN}
    settings = {"workspace_id": ids.workspace, "thread_id": ids.thread_id}
    step = {"checkpoint_id": ids.checkpoint_id, "thread_id": ids.thread_id}
    alone = [run, {**run, "config": {"configurable": settings}}]
    wanted = [{}, {"ids": [ids.thread_id]}, {"metadata": {"note": ids.workspace}}, {"status": "interrupted"}]
    versions = [{"state_version": version} for version in (0, 1, 2)]
    table = {
        "POST /runs": alone,
        "POST /runs/stream": alone,
        "POST /runs/wait": alone,
        "POST /runs/batch": [alone],
        "POST /runs/cancel": [{"thread_id": ids.thread_id, "run_ids": [ids.run_id]}],
        "POST /threads/prune": [{"thread_ids": [ids.thread_id], "strategy": how} for how in ("delete", "keep_latest")],
        "POST /threads/search": wanted,
        "POST /threads/count": wanted,
        "PATCH /threads/{thread_id}": [{"metadata": {"note": "seen"}}],
        "POST /threads/{thread_id}/state": [
            {"values": None},
            {"values": {"schedule": None}, "checkpoint": step},
            {"values": TURN},
        ],
        "POST /threads/{thread_id}/state/checkpoint": [{"checkpoint": step}],
        "POST /threads/{thread_id}/history": [{"limit": 100}, {"checkpoint": step}, {"before": ids.checkpoint_id}],
        "POST /threads/{thread_id}/preview/try": [[{"task_id": 1, "day": 3, "slot_start": 3}]],
        "POST /threads/{thread_id}/apply": versions,
        "POST /threads/{thread_id}/undo": versions,
        "POST /threads/{thread_id}/commands": [
            _command("input.respond", interrupt_id=ids.interrupt_id, response=APPROVED)
        ],
        "POST /threads/{thread_id}/stream/events": [{"channels": ["lifecycle", "values"]}],
        "POST /assistants/search": [{}],
        "POST /assistants/count": [{}],
        "POST /session": [{"token": ids.secret}],
        "POST /tasks/{task_id}/done": [{"took": 50}],
        "POST /tasks/{task_id}/split": [{"parts": 2}],
        "POST /feeds": [{"kind": "draft", "thread_id": ids.thread_id}],
        "POST /runs/crons": [{"assistant_id": "dayloom", "schedule": "0 18 * * SUN", "input": TURN}],
        "POST /threads/{thread_id}/runs/crons": [
            {"assistant_id": "dayloom", "schedule": "0 18 * * SUN", "input": TURN}
        ],
        "POST /runs/crons/search": [{}],
        "POST /runs/crons/count": [{}],
        "PATCH /runs/crons/{cron_id}": [{"enabled": False}],
        "PATCH /inbox/{message_id}": [{"read": True}],
        "PUT /contact": [{"email": "dan@example.org"}],
        "POST /jobs": [{"title": "Water the plants"}, {"example": "weekly-plan"}],
        "POST /jobs/{job_id}/answer": [{"message": "yes"}],
        "POST /threads/{thread_id}/runs/{run_id}/feedback": [{"kind": "correction", "text": "No study before 10:00"}],
        "POST /memory": [{"rule": "Never before ten"}],
        "PATCH /memory/{item_id}": [{"confidence": 0.9}],
        "POST /memory/{item_id}/promote": [{"name": "late-mornings"}],
        "PUT /store/items": [{"namespace": ["notes"], "key": "one", "value": {"text": "hello"}}],
        "DELETE /store/items": [{"namespace": ["notes"], "key": "one"}],
        "POST /store/items/search": [{"namespace_prefix": ["notes"], "query": "hello"}],
        "POST /store/namespaces": [{"prefix": ["notes"]}],
        "POST /jobs/{job_id}/review": [{"decision": "accept"}, {"decision": "send_back", "remark": "Shorter."}],
        "POST /jobs/{job_id}/comments": [{"text": "Anna is away."}],
        "POST /jobs/{job_id}/attempts/{number}/outputs": [{"summary": "The week", "text": "Quiet."}],
        "POST /jobs/{job_id}/attempts/{number}/status": [{"status": "review"}],
        "POST /jobs/{job_id}/attempts/{number}/comments": [{"text": "Half of it is read."}],
        "POST /jobs/{job_id}/attempts/{number}/log": [{"text": "Half of it is read."}],
        "POST /tasks/read": [[{"title": "Laundry", "duration": 1}]],
        "POST /tasks": [[{"title": "Laundry", "duration": 1}]],
        "POST /calendar/import": [{"url": "https://127.0.0.1/ann.ics"}],
        "POST /calendar/events": [{"title": "Lunch", "start": "2026-11-27T12:00"}],
        "PATCH /calendar/events/{uid}": [{"title": "Brunch", "on": "2026-11-27"}],
        "PATCH /limits": [{"most_minutes": 300}],
        "PUT /limits": [{"buffer": 15}],
        "PATCH /tasks/{task_id}": [{"title": "Ironing"}],
        "POST /v1/chat/completions": [{"model": "dayloom", "messages": [{"role": "user", "content": "approve"}]}],
    }
    return table.get(route, [])


def _command(method: str, **params: Any) -> dict[str, Any]:
    return {"id": 1, "method": method, "params": params}


def _runs(ids: Ids) -> list[Any]:
    run = {"assistant_id": "dayloom", "input": TURN}
    return [
        run,
        {**run, "checkpoint_id": ids.checkpoint_id, "multitask_strategy": "rollback"},
        {"assistant_id": "dayloom", "command": {"resume": APPROVED}},
        {"assistant_id": "dayloom", "command": {"resume": {ids.interrupt_id: APPROVED}}},
    ]
