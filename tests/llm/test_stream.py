"""What the person sees while a model writes, and that a call can be stopped."""

from __future__ import annotations

import asyncio
import json

import pytest
from doubles import Answer, Fault, ScriptedModelServer

from state.events import EventType
from state.usage import Usage

SPEAK = 'Grüß dich! 你好 😀👩‍👩‍👧 "quoted" \\ and\nso on.'
ASK = {"reason": "It is not said.", "action": "ask_user", "speak": SPEAK}
LOUD = Answer(ASK, delta=3)


@pytest.mark.parametrize("refuses", [[], ["json_schema"], ["json_schema", "tools"]])
@pytest.mark.parametrize("answer", [Answer(ASK, delta=1), Answer(ASK, delta=3, packet=23), Answer(ASK, packet=1)])
async def test_the_pieces_add_up_to_what_is_said(seat, refuses, answer: Answer) -> None:
    async with ScriptedModelServer([answer], refuses=refuses) as server:
        desk = seat(server)
        reply = await desk.decide()

    assert json.loads(reply.text) == ASK
    assert desk.shown == SPEAK
    assert len(desk.of(EventType.MESSAGE_DELTA)) > 3


async def test_plain_text_is_shown_as_it_comes(seat) -> None:
    async with ScriptedModelServer([Answer(SPEAK, delta=1)]) as server:
        desk = seat(server)
        reply = await desk.tell()

    assert reply.text == desk.shown == SPEAK
    assert len(desk.of(EventType.MESSAGE_DELTA)) == len(SPEAK)


async def test_a_character_sent_in_two_halves_is_shown_whole(seat) -> None:
    halves = "\ud83d\ude00"
    async with ScriptedModelServer([Answer(f"a{halves}b\ud83d!", delta=1)]) as server:
        desk = seat(server)
        reply = await desk.tell()

    assert reply.text == desk.shown == "a😀b\ufffd!"


async def test_usage_and_model_are_reported(seat) -> None:
    async with ScriptedModelServer([Answer(ASK, usage=(120, 34))]) as server:
        reply = await seat(server).decide()

    assert server.requests[0].body["stream_options"] == {"include_usage": True}
    assert reply.usage == Usage(prompt_tokens=120, completion_tokens=34)
    assert reply.model == "first"


async def test_an_api_that_counts_no_tokens_is_fine(seat) -> None:
    async with ScriptedModelServer([Answer(ASK, usage=None)]) as server:
        reply = await seat(server).decide()

    assert reply.usage == Usage()


async def test_what_a_failed_try_said_is_taken_back(seat) -> None:
    broken = Answer({"speak": "I begin", "action": "ask_user"}, delta=2, finish_reason="length")
    async with ScriptedModelServer([broken, LOUD]) as server:
        desk = seat(server)
        await desk.decide()

    kinds = [event.type for event in desk.events]
    retracted = kinds.index(EventType.MESSAGE_RETRACTED)
    assert "".join(event.data["text"] for event in desk.events[:retracted]) == "I begin"
    assert kinds[retracted + 1] is EventType.MODEL_RETRY
    assert desk.shown == SPEAK


async def test_words_of_a_thought_give_way_to_the_decision(seat) -> None:
    text = '<think>{"speak": "maybe"}</think>' + json.dumps(ASK)
    async with ScriptedModelServer([Answer(text, delta=2)]) as server:
        desk = seat(server)
        await desk.decide()

    assert desk.shown == SPEAK


async def test_nothing_is_retracted_when_nothing_was_said(seat) -> None:
    async with ScriptedModelServer([Fault("status", 500), LOUD]) as server:
        desk = seat(server)
        await desk.decide()

    assert desk.of(EventType.MESSAGE_RETRACTED) == []


@pytest.mark.parametrize("slow", [Fault("hang"), Answer(ASK, delta=1, pause=0.02)])
async def test_cancelling_hangs_up_on_the_server(seat, slow) -> None:
    async with ScriptedModelServer([slow]) as server:
        desk = seat(server)
        asking = asyncio.create_task(desk.decide())
        await server.until(lambda it: len(it.requests) == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.until(lambda it: it.disconnects == 1)

    assert len(server.requests) == 1
    assert desk.of(EventType.MODEL_RETRY) == []


async def test_many_calls_at_once_do_not_mix(seat) -> None:
    def script(request):
        return {"action": "ask_user", "speak": request.messages[-1]["content"]}

    async with ScriptedModelServer(script) as server:
        desk = seat(server)
        wishes = [f"wish {number}" for number in range(20)]
        replies = await asyncio.gather(*(desk.decide(messages=[("user", wish)]) for wish in wishes))

    assert [json.loads(reply.text)["speak"] for reply in replies] == wishes
