"""The v2 protocol, asked as LangChain's newest hooks ask (`@langchain/react` 1.1.0), without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from api.sdk import ASSISTANT, DELIVERED, SCRIPT, WEEK, said
from serving import Serving
from talking import checked

CHANNELS = ["values", "checkpoints", "lifecycle", "input", "messages", "tools"]
ENDS = ("completed", "interrupted", "failed")
APPROVED = {"decisions": [{"type": "approve"}]}


def command(http: httpx.Client, thread: str, method: str, **params: Any) -> dict[str, Any]:
    """Send a command and return its result."""
    answer = checked(http.post(f"/threads/{thread}/commands", json={"id": 7, "method": method, "params": params}))
    assert (answer["type"], answer["id"]) == ("success", 7)
    return answer["result"]


def start(http: httpx.Client, thread: str, words: str, **more: Any) -> str:
    """Begin a turn and return its run."""
    return command(http, thread, "run.start", assistant_id=ASSISTANT, input=said(words, **more))["run_id"]


@contextmanager
def listening(http: httpx.Client, thread: str, **wanted: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield the events of a thread as they come."""
    body = {"channels": CHANNELS, "namespaces": [[]], "depth": 1, **wanted}
    with http.stream("POST", f"/threads/{thread}/stream/events", json=body) as stream:
        yield (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: "))


def until_end(events: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events up to the end of a run."""
    seen: list[dict[str, Any]] = []
    for event in events:
        seen.append(event)
        if event["method"] == "lifecycle" and data(event)["event"] in ENDS:
            break
    return seen


def data(event: dict[str, Any]) -> Any:
    return event["params"]["data"]


def of(events: Iterable[dict[str, Any]], method: str) -> list[Any]:
    return [data(event) for event in events if event["method"] == method]


@pytest.fixture
def asked(scripted: Any) -> tuple[httpx.Client, str]:
    """Return a client and the name of a thread that is still to be made; the model plays one turn with a card."""
    _client, _script, server = scripted(*SCRIPT)
    return server.http, str(uuid4())


def test_message_card_and_answer_come_over_one_stream(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    first = start(http, thread, "Plan my tasks", schedule=WEEK)

    with listening(http, thread) as events:
        before = until_end(events)
        [card] = of(before, "input.requested")
        second = command(
            http, thread, "input.respond", namespace=[], interrupt_id=card["interrupt_id"], response=APPROVED
        )["run_id"]
        after = until_end(events)

    seen = [*before, *after]
    lifecycle = [(event["event_id"], data(event)["event"]) for event in seen if event["method"] == "lifecycle"]
    assert lifecycle == [
        (f"synth:{first}:running", "running"),
        (f"synth:{first}:interrupted", "interrupted"),
        (f"synth:{second}:running", "running"),
        (f"synth:{second}:completed", "completed"),
    ]
    assert of(after, "input.answered") == [{"interrupt_ids": [card["interrupt_id"]]}]
    assert [each["event"] for each in of(seen, "tools")] == ["tool-started", "tool-started", "tool-finished"]
    numbers = [event["seq"] for event in seen]
    assert numbers == sorted(set(numbers))


def test_a_message_is_told_in_pieces_under_the_id_the_state_has_it_by(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread) as events:
        [card] = of(until_end(events), "input.requested")
        command(http, thread, "input.respond", interrupt_id=card["interrupt_id"], response=APPROVED)
        after = until_end(events)

    told = of(after, "messages")
    assert told[0]["event"] == "message-start"
    assert "".join(each["delta"]["text"] for each in told if each["event"] == "content-block-delta") == DELIVERED
    assert told[-1]["event"] == "message-finish"
    last = of(after, "values")[-1]["messages"][-1]
    assert (last["id"], last["content"]) == (told[0]["id"], DELIVERED)


def test_the_place_of_a_step_comes_before_its_values(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread, channels=["values", "checkpoints", "lifecycle"]) as events:
        told = [event for event in until_end(events) if event["method"] != "lifecycle"]

    assert [event["method"] for event in told] == ["checkpoints", "values"] * (len(told) // 2)
    state = checked(http.get(f"/threads/{thread}/state"))
    newest = of(told, "checkpoints")[-1]
    assert (newest["id"], newest["parent_id"]) == (state["checkpoint_id"], state["parent_checkpoint_id"])
    assert newest["step"] == state["metadata"]["step"]


def test_each_task_is_told_when_it_begins_and_what_it_came_to(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread, channels=["tasks", "lifecycle"]) as events:
        told = of(until_end(events), "tasks")

    assert [(each["name"], "result" in each) for each in told] == [
        (node, over) for node in ("plan", "execute", "confirm") for over in (False, True)
    ]
    state = checked(http.get(f"/threads/{thread}/state"))
    assert told[-1]["interrupts"] == state["tasks"][0]["interrupts"]


def test_a_reader_who_was_cut_off_goes_on_behind_the_number_it_saw_last(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread) as events:
        told = until_end(events)

    with listening(http, thread, since=told[2]["seq"]) as events:
        assert until_end(events) == told[3:]


def test_whoever_opens_the_stream_between_two_turns_sees_the_next(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread) as events:
        until_end(events)
    with listening(http, thread, channels=["custom:run.created", "lifecycle"]) as events:
        until_end(events)
        run = command(http, thread, "input.respond", responses=[{"interrupt_id": None, "response": APPROVED}])["run_id"]
        assert [each["payload"]["data"]["run_id"] for each in of(until_end(events), "custom")] == [run]


def test_nothing_happens_in_namespaces_below_the_root(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    start(http, thread, "Plan my tasks", schedule=WEEK)
    with listening(http, thread, namespaces=[["tools:1"], []]) as events:
        assert until_end(events)


@pytest.mark.parametrize(
    ("method", "params"), [("agent.getTree", {}), ("run.start", {"assistant_id": "dayloom", "input": {"messages": 3}})]
)
def test_a_command_that_makes_no_sense_is_refused(offline_server: Serving, method: str, params: dict[str, Any]) -> None:
    refused = offline_server.http.post("/threads/t/commands", json={"id": 1, "method": method, "params": params})

    assert refused.status_code == 422


def test_a_thread_nobody_made_has_no_stream(offline_server: Serving) -> None:
    body = {"channels": ["lifecycle"]}

    assert offline_server.http.post("/threads/nobody/stream/events", json=body).status_code == 404


def test_the_runs_of_a_thread_are_one_stream(asked: tuple[httpx.Client, str]) -> None:
    http, thread = asked
    checked(http.post("/threads", json={"thread_id": thread}))
    with http.stream("GET", f"/threads/{thread}/stream") as stream:
        run = start(http, thread, "Plan my tasks", schedule=WEEK)
        told = (json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: "))
        assert {"run_id": run, "attempt": 1} in told
