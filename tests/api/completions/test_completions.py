"""A chat client that knows only Chat Completions, OpenAI's own, talks to a real service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from doubles import Answer, ScriptedModelServer
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from serving import Serving
from shell import place

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

    def say(self, text: str, **more: Any) -> str:
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
def chat(server: Serving) -> Iterator[Chat]:
    """A chat of its own."""
    return Chat(server)


def test_a_card_is_text_and_a_word_approves_it(chat: Chat) -> None:
    card = chat.say("Plan my tasks")
    thread = chat.thread
    done = chat.say("approve")

    assert "Essay" in card
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


@pytest.mark.parametrize("more", [{"n": 2}, {"response_format": {"type": "json_object"}}])
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


def _answers(server: Serving, thread: str) -> list[dict[str, Any]]:
    entries = server.http.get(f"/threads/{thread}/replay").json()["entries"]
    return [entry["answer"] for entry in entries if entry["type"] == "answer"]
