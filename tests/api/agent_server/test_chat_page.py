"""What LangChain's Agent Chat UI sends: the bodies are those its source (fdc87e6) makes, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api.sdk import APPROVE, ASSISTANT, DONE, EXECUTE, REPLY, SCRIPT, WEEK, said
from langgraph_sdk.client import LangGraphClient
from serving import Serving

PAGE = {"stream_mode": ["values"], "assistant_id": ASSISTANT}
RESOLVED = {"goto": "__end__"}
DRAFT = {"action": "continue", "tool_call": {"name": "draft_plan", "arguments": {}}}


async def thread_at_card(client: LangGraphClient, words: str = "Plan my tasks") -> tuple[str, Any]:
    """Return a thread that waits for the answer to a card, and the card's value."""
    thread = (await client.threads.create())["thread_id"]
    waiting: Any = await client.runs.wait(thread, ASSISTANT, input=said(words, schedule=WEEK))
    return thread, waiting["__interrupt__"][0]["value"]


@pytest.mark.parametrize("given", [{}, None, {"messages": []}])
async def test_an_empty_input_beside_an_answer_says_nothing(scripted: Any, given: Any) -> None:
    client, _, server = scripted(*SCRIPT)
    thread, _card = await thread_at_card(client)

    answered = server.http.post(f"/threads/{thread}/runs/wait", json={**PAGE, "input": given, "command": APPROVE})

    assert answered.status_code == 200
    assert answered.json()["outcome"]["status"] == "completed"


async def test_an_input_that_says_something_is_not_taken_beside_an_answer(scripted: Any) -> None:
    client, _, server = scripted(*SCRIPT)
    thread, _card = await thread_at_card(client)

    both = {**PAGE, "input": said("and more"), "command": APPROVE}

    assert server.http.post(f"/threads/{thread}/runs/wait", json=both).status_code == 422


async def test_threads_are_listed_by_their_graph_and_by_their_assistant(client: LangGraphClient) -> None:
    thread = (await client.threads.create())["thread_id"]
    unused = (await client.threads.create())["thread_id"]
    run = await client.runs.create(thread, ASSISTANT, input=said("hello"))
    await client.runs.join(thread, run["run_id"])

    for metadata in ({"graph_id": ASSISTANT}, {"assistant_id": run["assistant_id"]}):
        found = {each["thread_id"] for each in await client.threads.search(metadata=metadata, limit=1000)}
        assert thread in found
        assert unused not in found


async def test_a_number_edited_in_a_text_field_is_that_number(scripted: Any) -> None:
    client, *_ = scripted(*SCRIPT)
    thread, card = await thread_at_card(client)
    [asked] = card["action_requests"]
    edited = {"name": asked["name"], "args": {**asked["args"], "slot_start": "8"}}
    edit = {"decisions": [{"type": "edit", "edited_action": edited}]}

    told: Any = await client.runs.wait(thread, ASSISTANT, command={"resume": edit})

    assert told["schedule"]["tasks"][0]["slots"] == [{"day": 2, "slot_start": 8, "slot_end": 9}]


@pytest.mark.parametrize("args", [{"slot_start": "noon"}, {"task_id": "2"}])
async def test_text_that_is_no_number_here_or_none_to_be_edited_is_refused(scripted: Any, args: Any) -> None:
    client, _, server = scripted(*SCRIPT)
    thread, card = await thread_at_card(client)
    [asked] = card["action_requests"]
    edited = {"name": asked["name"], "args": {**asked["args"], **args}}
    body = {**PAGE, "command": {"resume": {"decisions": [{"type": "edit", "edited_action": edited}]}}}

    answered = server.http.post(f"/threads/{thread}/runs", json=body)

    assert (answered.status_code, next(iter(args)) in answered.json()["detail"]) == (422, True)


async def test_a_card_names_the_words_a_field_takes(scripted: Any) -> None:
    client, *_ = scripted(EXECUTE, DRAFT, DONE, "Done.")
    _thread, card = await thread_at_card(client)

    assert "evenly over the days (steady) or as early as possible (rapid)." in card["action_requests"][0]["description"]


@pytest.mark.parametrize("script", [SCRIPT[:2], [{"action": "ask_user", "speak": "Which day?"}]])
async def test_marking_a_thread_as_resolved_declines_and_ends_the_turn(scripted: Any, script: Any) -> None:
    client, model, server = scripted(*script)
    thread, _card = await thread_at_card(client)
    body = {**PAGE, "input": {}, "command": RESOLVED}

    told = server.http.post(f"/threads/{thread}/runs/wait", json=body).json()

    assert told["outcome"]["status"] == "aborted"
    assert told["messages"][-1]["content"] == told["outcome"]["message"]
    assert [task["slots"] for task in told["schedule"]["tasks"]] == [[], []]
    assert model.asked == len(script)
    assert (await client.threads.get(thread))["status"] == "idle"
    assert server.http.post(f"/threads/{thread}/runs", json=body).status_code == 409


async def test_messages_keep_the_ids_the_page_gave_them(scripted: Any) -> None:
    client, *_ = scripted({"action": "ask_user", "speak": "Which day?"}, REPLY, REPLY, REPLY)
    thread = (await client.threads.create())["thread_id"]
    told: Any = {}
    for id in ("one", "two", "three", "one"):
        message = {"type": "human", "id": id, "content": f"This is {id}"}
        told = await client.runs.wait(thread, ASSISTANT, input={"messages": [message]})
        if id == "two":
            assert told["messages"][-2]["id"] == "two"

    ids = [message["id"] for message in told["messages"] if message["type"] == "human"]
    assert ids[:3] == ["one", "two", "three"]
    assert len(set(ids)) == len(ids) == 4, "an id that is taken replaces no message"


@pytest.fixture
def closed_server(tmp_path: Path) -> Iterator[Serving]:
    """A server that lets one page in, by its command line."""
    with Serving(tmp_path, arguments=("--allow-origin", "http://localhost:3000/")) as server:
        yield server


def test_a_refused_page_is_named_in_the_log_once_with_the_cure(closed_server: Serving) -> None:
    for origin in ("http://localhost:3001", "http://localhost:3001", "http://localhost:3000"):
        closed_server.http.get("/info", headers={"origin": origin})
    told = closed_server.log.read_text()

    assert closed_server.http.get("/info", headers={"origin": "http://localhost:3000"}).status_code == 200
    assert told.count("was refused") == 1
    assert "DAYLOOM_ALLOWED_ORIGINS=http://localhost:3001" in told
    assert "--allow-origin http://localhost:3001" in told
