"""Two users of one service: what is Ann's does not exist for Bob, whatever he tries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from api.asked import APPROVED, Asked, Ids, every_request
from api.sdk import WEEK
from chat_script import Fault, Request, Scripted
from doubles import ScriptedModelServer
from drafting import Draft
from serving import Serving
from shell import CALENDAR, place
from talking import Chat, checked, until

ANN, BOB, CEM = "annscanary", "bobscanary", "cemscanary"
NAME = "annsname"
"""In every name that Ann chooses, which strangers may try; the canaries are in what is said."""


def model(request: Request) -> Scripted:
    """Answer with the canary of whoever asks: a card, nothing at all, or a reply."""
    named = re.search(rf"{ANN}|{BOB}|{CEM}", request.text)
    canary = named[0] if named else "nobody"
    match request.body.get("response_format", {}).get("json_schema", {}).get("name"):
        case "plan_decision" if "#hang" in request.text:
            return Fault("hang")
        case "plan_decision" if "#card" in request.text:
            return {"action": "execute", "speak": f"On it, {canary}."}
        case "execute_decision":
            return {**place(1, 2, 3), "speak": f"Shall I, {canary}?"}
        case _:
            return {"action": "reply", "speak": f"Tuesday, {canary}."}


@dataclass
class House:
    """A service, everybody's client of it, and what Ann's things are called."""

    model: ScriptedModelServer
    ann: httpx.Client
    bob: httpx.Client
    cem: httpx.Client
    dan: httpx.Client
    schema: dict[str, Any]
    settled: list[Ids]
    hanging: Ids


def begun(http: httpx.Client, name: str, words: str, workspace: str, canary: str = ANN) -> str:
    """Begin a thread of this name, and return its run."""
    note = {"note": workspace, "canary": canary}
    checked(http.post("/threads", json={"thread_id": name, "metadata": note, "if_exists": "do_nothing"}))
    tasks = [{**task, "title": f"{task['title']} {canary}"} for task in WEEK["tasks"]]
    body = {
        "assistant_id": "dayloom",
        "input": {"messages": [{"role": "user", "content": f"{words} {canary}"}], "schedule": {**WEEK, "tasks": tasks}},
        "config": {"configurable": {"workspace_id": workspace}},
        "stream_resumable": True,
        "multitask_strategy": "enqueue",
    }
    headers = {"Idempotency-Key": f"{NAME}-key"}
    return checked(http.post(f"/threads/{name}/runs", json=body, headers=headers))["run_id"]


def names(ann: httpx.Client, thread: str, run: str) -> Ids:
    """Return what Ann's thread and what is in it are called by."""
    state = checked(ann.get(f"/threads/{thread}/state"))
    return Ids(
        thread_id=thread,
        run_id=run,
        checkpoint_id=state["checkpoint"]["checkpoint_id"] or f"{NAME}-step",
        task_id=checked(ann.get("/tasks"))["tasks"][0]["id"],
        job_id=checked(ann.get("/jobs"))["jobs"][0]["id"],
        cron_id=checked(ann.post("/runs/crons/search", json={}))[0]["cron_id"],
        message_id=checked(ann.get("/inbox"))["messages"][0]["id"],
        feed_id=checked(ann.get("/feeds"))["feeds"][0]["id"],
        item_id=checked(ann.get("/memory"))["items"][0]["id"],
        interrupt_id=state["interrupts"][0]["id"] if state["interrupts"] else f"{NAME}-card",
        event_id="0-1",
        uid=checked(ann.get("/calendar/events?start=2026-11-28"))["events"][0]["id"],
        key=f"{NAME}-key",
        workspace=thread,
    )


NOBODYS = Ids(
    thread_id="5c1b3a52-0f8e-4a52-9f5e-0d3a3f3f7a11",
    run_id="8e0f5b0a-6d0c-4a43-8c39-0d6a0f6d9b22",
    checkpoint_id="1f0c6f6e-0000-6000-8000-000000000001",
    task_id="nobodys-task",
    feed_id="nobodys-feed",
    job_id="nobodys-job",
    cron_id="nobodys-cron",
    message_id="nobodys-message",
    item_id="nobodys-item",
    interrupt_id="nobodys-card",
    event_id="0-1",
    uid="nobodys-event",
    key="nobodys-key",
    workspace="nobodys-workspace",
)


def keep(ann: httpx.Client) -> None:
    """Let Ann have a calendar and tasks."""
    calendar = CALENDAR.replace("Linear algebra", f"Linear algebra {ANN}")
    checked(ann.put("/calendar", content=calendar, headers={"content-type": "text/calendar"}))
    checked(ann.post("/calendar/events", json={"title": f"Brunch {ANN}", "start": "2026-11-28T11:00"}))
    checked(ann.post("/feeds", json={"kind": "calendar"}))
    checked(ann.post("/jobs", json={"title": f"Chase {ANN}"}))
    job = checked(ann.post("/jobs", json={"title": f"Ask {ANN}", "due": "2026-01-01T08:00:00Z"}))
    until(lambda: checked(ann.get("/inbox"))["messages"])
    assert ann.delete(f"/threads/{job['thread']}").status_code == 204
    checked(ann.post("/memory", json={"rule": f"Tea is for {ANN}"}))
    note = {"namespace": ["notes"], "key": "one", "value": {"text": ANN}}
    ann.put("/store/items", json=note).raise_for_status()
    asked = {"messages": [{"role": "user", "content": f"Chase {ANN}"}]}
    checked(ann.post("/runs/crons", json={"assistant_id": "dayloom", "schedule": "0 18 * * SUN", "input": asked}))
    headers = {"Idempotency-Key": f"{NAME}-task"}
    checked(ann.post("/tasks", json=[{"title": f"Essay {ANN}", "duration": 1}], headers=headers))


def settled(ann: httpx.Client) -> Iterator[Ids]:
    """Let Ann have an open card, and a draft that was applied."""
    for thread, words in ((f"{NAME}-card", "#card Place the essay"), (f"{NAME}-done", "What is on Tuesday?")):
        run = begun(ann, thread, words, thread)
        Chat(ann, thread).ended(run)
        if thread == f"{NAME}-done":
            draft = Draft(ann, "", thread)
            checked(draft.drag((1, 2, 5)))
            checked(draft.commit("apply", f"{NAME}-apply"))
        yield names(ann, thread, run)


def hanging(ann: httpx.Client, model: ScriptedModelServer) -> Ids:
    """Let a run of Ann's be at work."""
    run = begun(ann, f"{NAME}-hanging", "#hang on", f"{NAME}-hanging")
    until(lambda: any("#hang" in request.text for request in model.requests))
    return names(ann, f"{NAME}-hanging", run)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    users = ("ann", "bob", "cem", "dan")
    settings = {"DAYLOOM_API_TOKENS": ",".join(f"{user}:token-of-{user}" for user in users), "DAYLOOM_RATE_LIMIT": "0"}
    with (
        ScriptedModelServer(model) as scripted,
        Serving(tmp_path_factory.mktemp("house") / "home", model=scripted.base_url, **settings) as server,
        ExitStack() as clients,
    ):
        ann, bob, cem, dan = (clients.enter_context(server.client(f"token-of-{user}")) for user in users)
        keep(ann)
        schema, there = checked(bob.get("/openapi.json")), list(settled(ann))
        yield House(scripted, ann, bob, cem, dan, schema, there, hanging(ann, scripted))


def leaked(asked: Asked, answer: httpx.Response, ids: Ids) -> list[str]:
    """Return what an answer tells of Ann; names that were asked for are no news."""
    said, told = f"{asked} {asked.headers}", f"{answer.headers} {answer.text}"
    return [mark for mark in (ANN, *ids.all) if mark in told and mark not in said]


def without_names(answer: httpx.Response, ids: Ids) -> tuple[int, str, list[str]]:
    """Return an answer as far as it does not depend on how things are called."""
    return answer.status_code, ids.without(answer.text), sorted(answer.headers)


def everything(house: House) -> dict[str, Any]:
    """Return all that Ann sees."""
    paths = ["/tasks", "/feeds", "/inbox", "/contact", "/store/items?namespace=notes&key=one"]
    for ids in house.settled:
        here = f"/threads/{ids.thread_id}"
        paths += [
            here,
            *(f"{here}/{end}" for end in ("state", "history?limit=100", "replay", "audit", "preview", "runs")),
        ]
        paths += [run := f"{here}/runs/{ids.run_id}", f"{run}/events?limit=1000", f"{run}/trace"]
    paths.append(f"/threads/{house.hanging.thread_id}/runs/{house.hanging.run_id}")
    seen = {path: checked(house.ann.get(path)) for path in paths}
    seen["threads"] = checked(house.ann.post("/threads/search", json={"limit": 100}))
    return {**seen, "calendar": house.ann.get("/calendar.ics").text}


def test_what_is_anns_looks_as_if_it_did_not_exist_and_stays_as_it_is(house: House) -> None:
    before, wrong = everything(house), list[str]()
    for ids in (*house.settled, house.hanging):
        for theirs, nothing in zip(every_request(house.schema, ids), every_request(house.schema, NOBODYS), strict=True):
            if theirs.makes:
                continue
            answer = theirs.sent(house.bob)
            if leaks := leaked(theirs, answer, ids):
                wrong.append(f"{theirs} tells {leaks}: {answer.text}")
            if theirs.theirs:
                other = nothing.sent(house.bob)
                # Only the token of an attempt is good for what its program writes back.
                refused = 401 if "/attempts/" in theirs.path else 404
                if answer.status_code != refused or without_names(answer, ids) != without_names(other, NOBODYS):
                    wrong.append(f"{theirs} is answered {answer.text} and not as {other.text}")
            elif answer.status_code >= 500:
                wrong.append(f"{theirs} is answered {answer.text}")

    assert wrong == []
    assert everything(house) == before


def test_the_names_and_keys_of_one_mean_nothing_to_another(house: House) -> None:
    before, wrong = everything(house), list[str]()
    for ids in (*house.settled, house.hanging):
        for asked in every_request(house.schema, ids):
            if not asked.makes:
                continue
            answer = asked.sent(house.cem)
            if answer.status_code not in (200, 409) or leaked(asked, answer, ids):
                wrong.append(f"{asked} is answered {answer.text}")
        added = house.cem.post(
            "/tasks", json=[{"title": CEM, "duration": 1}], headers={"Idempotency-Key": f"{NAME}-task"}
        )
        if [each["task"]["title"] for each in checked(added)["tasks"]] != [CEM]:
            wrong.append(added.text)
        run = begun(house.cem, ids.thread_id, f"What is on Tuesday? {CEM}", ids.workspace, CEM)
        with house.cem.stream(
            "GET", f"/threads/{ids.thread_id}/runs/{run}/stream", headers={"Last-Event-ID": "-1"}
        ) as stream:
            sent = stream.read().decode()
        told = house.cem.get(f"/threads/{ids.thread_id}/replay").text
        if run == ids.run_id or ANN in sent + told or f"Tuesday, {CEM}" not in sent or f"Tuesday, {CEM}" not in told:
            wrong.append(f"{ids.thread_id}: {sent} {told}")

    assert wrong == []
    assert everything(house) == before


def test_what_is_anns_cannot_be_reached_from_a_thread_of_ones_own(house: House) -> None:
    thread = Chat.opened(house.bob)
    run = thread.say(f"#card Place the essay {BOB}", config={"configurable": {"workspace_id": "bobs"}})
    assert thread.ended(run) == "interrupted"
    here, before, answers = f"/threads/{thread.thread}", everything(house), dict[str, httpx.Response]()
    for ids in house.settled:
        resume = {"assistant_id": "dayloom", "command": {"resume": {ids.interrupt_id: APPROVED}}}
        step = {"checkpoint_id": ids.checkpoint_id, "thread_id": ids.thread_id}
        answers |= {
            f"{ids.thread_id} run": house.bob.get(f"{here}/runs/{ids.run_id}"),
            f"{ids.thread_id} events": house.bob.get(f"{here}/runs/{ids.run_id}/events"),
            f"{ids.thread_id} stream": house.bob.get(f"{here}/runs/{ids.run_id}/stream"),
            f"{ids.thread_id} cancel": house.bob.post(f"{here}/runs/{ids.run_id}/cancel"),
            f"{ids.thread_id} state": house.bob.get(f"{here}/state/{ids.checkpoint_id}"),
            f"{ids.thread_id} step": house.bob.post(f"{here}/state/checkpoint", json={"checkpoint": step}),
            f"{ids.thread_id} resume": house.bob.post(f"{here}/runs", json=resume),
        }

    refused = {what: 409 if what.endswith("resume") else 404 for what in answers}
    assert {what: answer.status_code for what, answer in answers.items()} == refused
    assert not [what for what, answer in answers.items() if ANN in answer.text]
    assert thread.status(run) == "interrupted"
    assert everything(house) == before


def test_searching_and_counting_find_only_what_is_ones_own(house: House) -> None:
    for wanted in ({}, {"metadata": {"canary": ANN}}, {"status": "interrupted"}, {"status": "busy"}):
        found = [each["metadata"].get("canary") for each in checked(house.ann.post("/threads/search", json=wanted))]
        assert found
        assert set(found) == {ANN}
        assert checked(house.dan.post("/threads/search", json=wanted)) == []
        assert checked(house.dan.post("/threads/count", json=wanted)) == 0
    assert house.dan.post("/runs/cancel", json={"status": "all"}).status_code == 204
    assert Chat(house.ann, house.hanging.thread_id).status(house.hanging.run_id) == "running"


def test_a_model_is_told_of_one_user_only(house: House) -> None:
    chat = Chat.opened(house.bob)
    chat.ended(chat.say(f"What is on Tuesday? {BOB}", config={"configurable": {"workspace_id": "alone"}}))
    both = [request.text for request in house.model.requests if ANN in request.text and BOB in request.text]

    assert any(BOB in request.text for request in house.model.requests)
    assert both == []
