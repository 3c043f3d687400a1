"""A chat client that knows only Chat Completions, OpenAI's own, talks to a real service."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import openai
import pytest
from api.behaviour import saying
from card_words import SAID_TO_CARDS, TAKEN, says_no_otherwise
from doubles import Answer, ScriptedModelServer
from durable import REPLY, Person
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from ports import Port
from serving import Serving
from shell import CALENDAR, place
from stage import a_week, placed_task

from dayloom.stores.redis.connection import connect
from state.ids import ThreadId
from state.schedule import Window

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}
ASK = {"action": "ask_user", "speak": "Which essay do you mean?"}
TASKS = [{"title": "Essay", "duration": 2}, {"title": "Lab report", "duration": 1}]


class Chat:
    """A person in front of a chat client, which keeps the conversation and sends all of it each time."""

    def __init__(self, server: Serving, **more: Any) -> None:
        self.client = OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)
        self.messages: list[Any] = [{"role": "system", "content": "You are helpful."}]
        self.more = {"model": "dayloom", **more}
        self.thread = ""

    def ask(self, text: str) -> str:
        """Say something outside of any thread and return the answer."""
        raw = self.client.chat.completions.with_raw_response.create(
            messages=[{"role": "user", "content": text}], **self.more
        )
        assert "x-thread-id" not in raw.headers
        return raw.parse().choices[0].message.content

    def say(self, text: Any, **more: Any) -> str:
        """Say something and return the answer."""
        self.messages.append({"role": "user", "content": text})
        raw = self.client.chat.completions.with_raw_response.create(messages=self.messages, **{**self.more, **more})
        self.last: ChatCompletion = raw.parse()
        self.thread = raw.headers["x-thread-id"]
        return self._heard(self.last.choices[0].message.content or "")

    def stream(self, text: str, **more: Any) -> str:
        """Say something and return the answer as it was streamed."""
        self.messages.append({"role": "user", "content": text})
        asked = {**self.more, "stream": True, "stream_options": {"include_usage": True}, **more}
        self.chunks: list[ChatCompletionChunk] = list(
            self.client.chat.completions.create(messages=self.messages, **asked)
        )
        pieces = [choice.delta.content or "" for chunk in self.chunks for choice in chunk.choices]
        return self._heard("".join(pieces))

    def _heard(self, text: str) -> str:
        self.messages.append({"role": "assistant", "content": text})
        return text


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Serving]:
    """A service with the offline model, where threads do not wait for one another."""
    folder = tmp_path_factory.mktemp("completions")
    with Serving(folder, redis_url=store_url, DAYLOOM_WORKSPACE_EXCLUSION="false") as server:
        server.http.post("/tasks", json=TASKS).raise_for_status()
        yield server


@pytest.fixture
def chat(server: Serving) -> Chat:
    """A chat of its own."""
    return Chat(server)


def test_a_card_is_text_and_a_word_approves_it(chat: Chat) -> None:
    card = chat.say("Plan my tasks")
    thread = chat.thread
    done = chat.say("approve")

    assert card.count("- Essay: ") == 1
    assert 'Reply with "approve"' in card
    assert "Essay" in done
    assert "Reply with" not in done
    assert chat.thread == thread
    assert chat.last.choices[0].finish_reason == "stop"


def test_a_card_is_declined_with_a_reason_and_the_next_one_heeds_it(chat: Chat) -> None:
    chat.say("Plan my tasks")
    again = chat.say("no, keep Saturday free too")

    assert 'Reply with "approve"' in again
    assert "Sat" in again


def test_a_card_is_edited_in_words(chat: Chat, server: Serving) -> None:
    chat.say("Plan my tasks")
    chat.say("edit strategy=rapid")

    answered = [scene for scene in _answers(server, chat.thread) if scene["type"] == "edit"]
    assert answered[0]["edited_action"]["arguments"]["strategy"] == "rapid"


@pytest.mark.parametrize(("words", "answer"), SAID_TO_CARDS)
def test_words_to_a_card_mean_the_same_in_a_chat_and_on_a_thread(
    server: Serving, chat: Chat, words: str, answer: dict[str, Any]
) -> None:
    card = chat.say("Plan my tasks")
    told = chat.say(words)
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    for said in ("Plan my tasks", words):
        values = server.http.post(f"/threads/{thread}/runs/wait", json=saying(said)).json()

    for each in (chat.thread, thread):
        assert _answers(server, each)[0].items() >= answer.items()
    said = [message["content"] for message in values["messages"]]
    assert words in said
    if says_no_otherwise(answer, words):
        assert TAKEN in told
        assert any(TAKEN in each for each in said)
    if answer["type"] == "respond":
        assert card.rpartition("With your approval")[2] == told.rpartition("With your approval")[2]
        assert [each["value"]["action_requests"][0]["name"] for each in values["__interrupt__"]] == ["draft_plan"]


def test_what_finds_no_place_is_on_the_card_with_its_reason_before_the_yes(server: Serving, chat: Chat) -> None:
    [long] = server.http.post("/tasks", json=[{"title": "Marathon", "duration": 12}]).json()["tasks"]
    try:
        card = chat.say("Plan my tasks")
        thread = server.http.post("/threads", json={}).json()["thread_id"]
        values = server.http.post(f"/threads/{thread}/runs/wait", json=saying("Plan my tasks")).json()
    finally:
        server.http.delete(f"/tasks/{long['id']}").raise_for_status()
    [shown] = [each["value"]["action_requests"][0]["description"] for each in values["__interrupt__"]]

    for text in (card, shown):
        assert re.search(r"Still without a place \(1\):\n- Marathon: \w", text)


def test_what_cannot_be_edited_is_refused_and_the_card_stays(chat: Chat) -> None:
    chat.say("Plan my tasks")
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        chat.say("edit colour=red")

    assert caught.value.code == "not_allowed"
    assert "colour" in caught.value.message
    assert "Essay" in chat.say("approve")


def test_a_stream_says_the_same_in_chunks(server: Serving) -> None:
    streamed, whole = Chat(server), Chat(server)
    text = streamed.stream("what can you do?")

    assert text == whole.say("what can you do?")
    assert streamed.chunks[0].choices[0].delta.role == "assistant"
    assert [choice.finish_reason for chunk in streamed.chunks for choice in chunk.choices][-1] == "stop"
    assert streamed.chunks[-1].usage is not None
    assert streamed.chunks[-1].choices == []
    assert {chunk.id for chunk in streamed.chunks} == {streamed.chunks[0].id}


def test_a_streamed_chat_goes_on_in_its_thread(chat: Chat) -> None:
    chat.stream("Plan my tasks")

    assert "Essay" in chat.stream("approve")
    assert "Reply with" not in chat.messages[-1]["content"]


def test_chinese_is_answered_in_chinese(chat: Chat) -> None:
    card = chat.say("安排我的任务")

    assert "请回复“同意”" in card
    assert "请回复" not in chat.say("同意")


def test_a_thread_can_be_named(server: Serving) -> None:
    by_header = Chat(server, extra_headers={"X-Thread-Id": "named-in-header"})
    by_metadata = Chat(server, metadata={"thread_id": "named-in-metadata"})
    by_header.say("hello")
    by_metadata.say("hello")

    assert (by_header.thread, by_metadata.thread) == ("named-in-header", "named-in-metadata")


def test_the_models_are_listed(chat: Chat) -> None:
    names = [model.id for model in chat.client.models.list()]

    assert names == ["dayloom", "dayloom/offline"]
    assert [chat.client.models.retrieve(name).id for name in names] == names


@pytest.mark.parametrize("name", ["gpt-5", "dayloom/gpt-5", "dayloomer"])
def test_an_unknown_model_is_missing(chat: Chat, name: str) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        chat.say("hello", model=name)
    with pytest.raises(openai.NotFoundError):
        chat.client.models.retrieve(name)

    assert caught.value.code == "model_not_found"
    assert caught.value.type == "not_found_error"


@pytest.mark.parametrize(
    "more", [{"n": 2}, {"response_format": {"type": "json_schema", "json_schema": {"name": "week", "schema": {}}}}]
)
def test_what_cannot_be_done_is_said_as_openai_would(chat: Chat, more: dict[str, Any]) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        chat.say("hello", **more)

    assert caught.value.type == "invalid_request_error"
    assert next(iter(more)) in caught.value.message


def test_figures_questions_and_budgets_reach_the_client(tmp_path: Path) -> None:
    script = [ASK, EXECUTE, place(1, 1, 3), DONE, Answer("The essay is on Monday.", usage=(20, 5))]
    with ScriptedModelServer(script) as model, Serving(tmp_path / "home", model=model.base_url) as server:
        server.http.post("/tasks", json=TASKS).raise_for_status()
        chat = Chat(server, reasoning_effort="high")
        question = chat.say("Plan my essay")
        card = chat.say("The history essay")
        done = chat.say("ok")

    assert question == "Which essay do you mean?"
    assert "Essay" in card
    assert done.endswith("The essay is on Monday.")
    assert chat.last.usage is not None
    assert chat.last.usage.total_tokens >= 25
    assert {request.body["reasoning_effort"] for request in model.requests} == {"high"}


def test_an_answer_can_be_one_object_of_what_is_true(chat: Chat) -> None:
    chat.say("Plan my tasks", response_format={"type": "json_object"})
    answered = json.loads(chat.last.choices[0].message.content or "")

    assert "Essay" in answered["text"]
    assert answered["card"]["action_requests"][0]["name"] == "draft_plan"
    assert [task["title"] for task in answered["schedule"]["tasks"]] == ["Essay", "Lab report"]
    assert "Essay" in chat.say("approve")


def test_a_page_names_thread_and_person(server: Serving) -> None:
    headers = {"X-OpenWebUI-Chat-Id": "0b8e7c1a-chat", "X-OpenWebUI-User-Id": "ada"}
    chat = Chat(server, extra_headers=headers)
    chat.say("hello")
    temporary = Chat(server, extra_headers={"X-OpenWebUI-Chat-Id": "local:4f:1"})
    temporary.say("hello")
    kept = temporary.thread
    temporary.say("thank you")

    assert chat.thread == "0b8e7c1a-chat"
    assert temporary.thread == kept


def test_a_side_request_begins_no_thread_and_leaves_the_card_open(chat: Chat, server: Serving) -> None:
    card = chat.say("Plan my tasks")
    before = server.http.post("/threads/count", json={}).json()
    chat_so_far = f"<chat_history>\nUSER: Plan\nASSISTANT: {card}\n</chat_history>"
    asked = f'### Task:\nJSON format: {{ "follow_ups": [] }}\n{chat_so_far}'
    for stream in (False, True):
        page = Chat(server)
        answered = page.stream(asked) if stream else page.ask(asked)
        assert json.loads(answered) == {"follow_ups": ["approve", "reject"]}

    assert server.http.post("/threads/count", json={}).json() == before
    assert "Reply with" not in chat.say("approve")


def test_what_is_no_words_is_passed_over_with_a_word(chat: Chat) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    sound = {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}
    alone = chat.say([image])
    both = chat.say([{"type": "text", "text": "Plan my tasks"}, image, sound, _file("notes.pdf", "application/pdf")])

    assert alone == "Passed over, for only words and calendars (.ics) can be read here: an image."
    assert both.startswith(f"{alone[:-1]}, a recording, notes.pdf.\n\n")
    assert 'Reply with "approve"' in both
    assert "Essay" in chat.say("approve")


def test_a_calendar_in_a_message_ends_as_an_applied_plan(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        server.http.post("/tasks", json=TASKS).raise_for_status()
        chat = Chat(server)
        taken = chat.say([_file("week.ics", "text/calendar", CALENDAR)])
        broken = chat.say([_file("no.ics", "", "no calendar"), {"type": "text", "text": "hello"}])
        said = [chat.say(words) for words in ("Plan my tasks", "approve", "Put it into my calendar", "approve")]
        calendar = server.http.get("/calendar.ics").text

    assert taken.startswith("Your calendar is now what week.ics holds")
    assert broken.startswith("no.ics cannot be taken in as your calendar: ")
    assert "Essay" in said[0]
    assert [calendar.count(f"SUMMARY:{title}") for title in ("Linear algebra", "Essay", "Lab report")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("words", "told"),
    [("Hello", "has gone by, and they are not marked as done: Essay."), ("你好", "没有标记为完成：Essay。")],
)
def test_missed_work_is_told_in_the_language_of_the_person(
    server: Serving, store_url: str, words: str, told: str
) -> None:
    thread = ThreadId(str(uuid4()))
    asyncio.run(_begin_long_ago(store_url, thread))

    assert told in Chat(server, metadata={"thread_id": thread}).say(words)


async def _begin_long_ago(url: str, thread: ThreadId) -> None:
    """Let somebody have work on a thread for a day that was ahead then."""
    week = a_week(placed_task(1, 1, 3, title="Essay")).model_copy(
        update={"window": Window(start=date(2025, 1, 6), days=7)}
    )
    async with connect(url) as redis:
        person = Person(redis, thread=thread, script=[REPLY])
        person.now = datetime(2025, 1, 4, tzinfo=UTC)
        await person.say("Hello", week)


def test_a_model_that_is_down_is_told_without_its_address(tmp_path: Path) -> None:
    with Port() as port, Serving(tmp_path / "home", model=f"http://127.0.0.1:{port.number}/v1") as server:
        dead = f"127.0.0.1:{port.number}"
        chat = Chat(server)
        said = [chat.say("Plan my tasks"), chat.say("安排我的任务")]
        waited = server.http.post("/runs/wait", json=saying("Plan my tasks"))
        seen = [server.http.get(f"/threads/{chat.thread}/{each}").text for each in ("state", "history", "replay")]
        log = server.told

    assert "The model cannot be reached." in said[0]
    assert "无法连接到模型" in said[1]
    for word in ("127.0.0.1", str(port.number), "OPENAI", "DAYLOOM"):
        assert word not in "".join([*said, waited.text, *seen])
    assert dead in log


def _file(name: str, kind: str, text: str = "") -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {"type": "file", "file": {"filename": name, "file_data": f"data:{kind};base64,{data}"}}


def _answers(server: Serving, thread: str) -> list[dict[str, Any]]:
    entries = server.http.get(f"/threads/{thread}/replay").json()["entries"]
    return [entry["answer"] for entry in entries if entry["type"] == "answer"]
