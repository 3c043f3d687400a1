"""Servers as they are: each way of answering works, or ends with words that name the true cause."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from doubles import ScriptedModelServer
from model_desk import Desk
from quirks import MANNERS, QUIRKS, SAID, THOUGHT, WRITE, Quirk, call, called, chunk, sse

from prompts.decision_format import PLAN_FORMAT
from state.decision import parse_execute_decision, parse_plan_decision
from state.errors import MalformedDecision, ModelUnavailable
from state.events import EventType

MANY = 60
BY_NAME = {quirk.name: quirk for quirk in QUIRKS}


def test_the_ways_of_servers_are_many() -> None:
    assert len(BY_NAME) == len(QUIRKS)
    assert len(MANNERS) + len([quirk for quirk in QUIRKS if ": " not in quirk.name]) >= MANY


async def outcome(desk: Desk, quirk: Quirk) -> str:
    """Return the text that is read; raises ModelUnavailable."""
    return (await (desk.tell() if quirk.text else desk.decide())).text


@pytest.mark.parametrize("name", [name for name, quirk in BY_NAME.items() if quirk.works])
async def test_a_way_of_a_server_that_works(seat, name: str) -> None:
    quirk = BY_NAME[name]
    async with ScriptedModelServer(quirk.answer) as server:
        desk = seat(server)
        text = await outcome(desk, quirk)

    if isinstance(quirk.works, str):
        assert text == desk.shown == quirk.works
    elif quirk.works is not None:
        assert parse_execute_decision(text) == parse_execute_decision(json.dumps(quirk.works))
        assert desk.shown == quirk.works.get("speak", "")
    assert len(server.requests) == quirk.requests
    assert [seconds for seconds in desk.waits if seconds] == [0.5, 2.0][: quirk.waits]


@pytest.mark.parametrize("name", [name for name, quirk in BY_NAME.items() if quirk.again])
async def test_a_way_of_a_server_that_is_asked_again(seat, name: str) -> None:
    quirk = BY_NAME[name]
    async with ScriptedModelServer(quirk.answer) as server:
        text = await outcome(seat(server), quirk)

    with pytest.raises(MalformedDecision, match=quirk.again):
        parse_execute_decision(text)
    assert THOUGHT not in text
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", [name for name, quirk in BY_NAME.items() if quirk.fails])
async def test_a_way_of_a_server_that_fails(seat, name: str) -> None:
    quirk = BY_NAME[name]
    async with ScriptedModelServer(quirk.answer) as server:
        desk = seat(server)
        with pytest.raises(ModelUnavailable) as caught:
            await outcome(desk, quirk)

    assert [words for words in quirk.fails if words not in str(caught.value)] == []
    assert len(server.requests) == quirk.requests
    assert quirk.says_it_passes or most_alike(server) <= 2
    assert desk.shown == ""


def most_alike(server: ScriptedModelServer) -> int:
    """Return how often the very same request was sent."""
    return max(Counter(json.dumps(request.body, sort_keys=True) for request in server.requests).values())


async def test_a_call_before_there_is_a_plan_means_going_to_work(seat) -> None:
    async with ScriptedModelServer([called(call(WRITE)), '{"action": "draft_plan"}']) as server:
        desk = seat(server)
        decided = [parse_plan_decision((await desk.decide(PLAN_FORMAT)).text).action for _ in range(2)]

    assert decided == ["execute", "execute"]


async def test_a_thought_without_an_opening_tag_is_shown_at_most_once(seat) -> None:
    manner = MANNERS["the thought was opened in the prompt (DeepSeek R1)"]
    async with ScriptedModelServer([manner(SAID), manner(SAID)]) as server:
        desk = seat(server)
        await desk.tell()
        seen = len(desk.events)
        await desk.tell()

    again = [event.data["text"] for event in desk.events[seen:] if event.type is EventType.MESSAGE_DELTA]
    assert "".join(again) == SAID


@pytest.mark.parametrize(
    "name", ["the thought is in tags", "harmony channels", "thoughts and text are parts (Mistral)"]
)
async def test_a_thought_is_not_shown_for_a_moment(seat, name: str) -> None:
    async with ScriptedModelServer([MANNERS[name](SAID)]) as server:
        desk = seat(server)
        await desk.tell()

    assert desk.of(EventType.MESSAGE_RETRACTED) == []
    assert desk.shown == SAID


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({}, (0, 0)),
        ({"prompt_tokens": 5, "completion_tokens": None}, (5, 0)),
        ({"prompt_tokens": 5.0, "completion_tokens": 2}, (5, 2)),
    ],
)
async def test_tokens_are_counted_as_far_as_they_are_told(seat, usage, counted) -> None:
    counts = [chunk({"content": SAID}, usage={"prompt_tokens": 1}), chunk({}, "stop", usage=usage)]
    async with ScriptedModelServer([sse(*counts)]) as server:
        reply = await seat(server).tell()

    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == counted
