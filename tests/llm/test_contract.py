"""What holds for every protocol a model may be asked by, and for models of several side by side."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
from doubles import Answer, Fault, ScriptedModelServer
from model_desk import KEY, Desk, desk
from ollama import ollama

from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.language_model import LanguageModel
from dayloom.llm.limits import Limits
from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from state.errors import ModelUnavailable
from state.events import EventType
from state.usage import Usage

SPEAK = 'Grüß dich! 你好 😀 "quoted" and\nso on.'
ASK = {"action": "ask_user", "speak": SPEAK}
PASSING = [
    (Fault("status", 429), "model_rate_limited"),
    (Fault("status", 500), "model_server_error"),
    (Fault("status", 408), "model_timed_out"),
    (Fault("reset"), "model_unreachable"),
]
LASTING = [
    (400, "model_refused_request"),
    (401, "model_refused_key"),
    (403, "model_refused_key"),
    (404, "model_not_found"),
]
Serve = Callable[[AsyncExitStack, str, str, Limits], LanguageModel]


def by_chat_completions(stack: AsyncExitStack, address: str, name: str, limits: Limits) -> LanguageModel:
    api = ChatCompletionsApi(base_url=f"{address}/v1", api_key=KEY, limits=limits)
    stack.push_async_callback(api.aclose)
    return api.model(name)


def by_ollama(stack: AsyncExitStack, address: str, name: str, limits: Limits) -> LanguageModel:
    model = ollama(name, address, limits)
    stack.push_async_callback(model.client.aclose)
    return model


PROTOCOLS: list[Serve] = [by_chat_completions, by_ollama]
Sit = Callable[..., Desk]


@pytest.fixture(params=PROTOCOLS, ids=lambda serve: serve.__name__)
def sit(request: pytest.FixtureRequest, stack: AsyncExitStack) -> Sit:
    """Build desks at the models of these names, all of one server and protocol; waits are written down."""

    def build(server: ScriptedModelServer | str, *names: str, **changed: Any) -> Desk:
        limits = replace(Limits(), **changed)
        address = server if isinstance(server, str) else server.address
        return desk([request.param(stack, address, name, limits) for name in names or ("first",)], limits)

    return build


async def test_the_pieces_add_up_to_what_is_said(sit: Sit) -> None:
    async with ScriptedModelServer([Answer(ASK, delta=3, usage=(120, 34))]) as server:
        at = sit(server)
        reply = await at.decide()

    assert json.loads(reply.text) == ASK
    assert at.shown == SPEAK
    assert len(at.of(EventType.MESSAGE_DELTA)) > 3
    assert (reply.usage, reply.model) == (Usage(prompt_tokens=120, completion_tokens=34), "first")


async def test_plain_text_is_shown_as_it_comes(sit: Sit) -> None:
    async with ScriptedModelServer([Answer(SPEAK, delta=1)]) as server:
        at = sit(server)
        reply = await at.tell()

    assert reply.text == at.shown == SPEAK
    assert len(at.of(EventType.MESSAGE_DELTA)) == len(SPEAK)


@pytest.mark.parametrize(("fault", "code"), PASSING)
async def test_what_may_pass_is_tried_three_times(sit: Sit, fault: Any, code: str) -> None:
    async with ScriptedModelServer(lambda _: fault) as server:
        at = sit(server)
        with pytest.raises(ModelUnavailable) as caught:
            await at.decide()

    assert caught.value.code == code
    assert len(server.requests) == 3
    assert at.waits == [0.5, 2.0]
    assert at.shown == ""


@pytest.mark.parametrize(("status", "code"), LASTING)
async def test_what_will_not_pass_is_tried_once(sit: Sit, status: int, code: str) -> None:
    async with ScriptedModelServer([Fault("status", status)]) as server:
        at = sit(server)
        with pytest.raises(ModelUnavailable) as caught:
            await at.decide()

    assert caught.value.code == code
    assert len(server.requests) == 1
    assert at.of(EventType.MODEL_RETRY) == []


async def test_an_answer_that_breaks_off_is_asked_for_again(sit: Sit) -> None:
    async with ScriptedModelServer([Answer(ASK, cut=4), ASK]) as server:
        at = sit(server)
        await at.decide()

    assert at.shown == SPEAK
    assert at.waits == [0.5]


async def test_an_answer_that_is_cut_for_length_is_asked_for_once_more_in_few_words(sit: Sit) -> None:
    async with ScriptedModelServer(lambda _: Answer(ASK, finish_reason="length")) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await sit(server).decide()

    assert caught.value.code == "model_bad_answer"
    assert ["in a few words" in request.text for request in server.requests] == [False, True]


async def test_a_silent_server_is_given_up(sit: Sit) -> None:
    async with ScriptedModelServer(lambda _: Fault("hang")) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await sit(server, silence=0.1).decide()

    assert caught.value.code == "model_timed_out"
    assert len(server.requests) == 2


async def test_an_answer_that_never_ends_is_given_up_when_the_call_is_to_end(sit: Sit) -> None:
    async with ScriptedModelServer(lambda _: Answer(ASK, delta=1, pause=0.1)) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await sit(server, call=0.5).decide()

    assert caught.value.code == "model_timed_out"
    assert len(server.requests) == 1


async def test_a_request_may_take_as_long_as_bytes_arrive(sit: Sit) -> None:
    async with ScriptedModelServer([Answer("so slow, but it comes", delta=3, pause=0.4)]) as server:
        reply = await sit(server, silence=2.0).tell()

    assert reply.text == "so slow, but it comes"
    assert len(server.requests) == 1


async def test_a_closed_port_is_told_as_one(sit: Sit) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ModelUnavailable, match=address) as caught:
        await sit(address).decide()

    assert caught.value.code == "model_unreachable"


async def test_more_bytes_than_any_answer_needs_are_not_read(sit: Sit) -> None:
    async with ScriptedModelServer(lambda _: Answer("x" * 5_000, delta=1)) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await sit(server, transfer=20_000).tell()

    assert caught.value.code == "model_bad_answer"


async def test_the_server_says_how_long_to_wait(sit: Sit) -> None:
    async with ScriptedModelServer([Fault("status", 429, retry_after=7), ASK]) as server:
        at = sit(server)
        await at.decide()

    assert at.waits == [7]
    (retry,) = at.of(EventType.MODEL_RETRY)
    assert retry.data == {"attempt": 1, "reason": "model_rate_limited", "wait": 7, "model": "first", "failed": "first"}


async def test_what_a_failed_try_said_is_taken_back_once(sit: Sit) -> None:
    broken = Answer({"speak": "I begin", "action": "ask_user"}, delta=2, finish_reason="length")
    async with ScriptedModelServer([broken, Fault("status", 500), Answer(ASK, delta=3)]) as server:
        at = sit(server)
        await at.decide()

    kinds = [event.type for event in at.events]
    retracted = kinds.index(EventType.MESSAGE_RETRACTED)
    assert kinds.count(EventType.MESSAGE_RETRACTED) == 1
    assert "".join(event.data["text"] for event in at.events[:retracted]) == "I begin"
    assert at.shown == SPEAK


async def test_the_fallback_models_are_asked_in_order(sit: Sit) -> None:
    def script(request: Any) -> Any:
        return ASK if request.model == "third" else Fault("status", 503)

    async with ScriptedModelServer(script) as server:
        at = sit(server, "first", "second", "third")
        reply = await at.decide()

    assert reply.model == "third"
    assert [request.model for request in server.requests] == ["first"] * 3 + ["second"] * 3 + ["third"]
    assert [event.data["model"] for event in at.of(EventType.MODEL_RETRY) if event.data["wait"] == 0] == [
        "second",
        "third",
    ]


@pytest.mark.parametrize("slow", [Fault("hang"), Answer(ASK, delta=1, pause=0.02)])
async def test_cancelling_hangs_up_on_the_server(sit: Sit, slow: Any) -> None:
    async with ScriptedModelServer([slow]) as server:
        at = sit(server)
        asking = asyncio.create_task(at.decide())
        await server.until(lambda it: len(it.requests) == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.until(lambda it: it.disconnects == 1)

    assert len(server.requests) == 1
    assert at.of(EventType.MODEL_RETRY) == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize(("one", "other"), [PROTOCOLS, PROTOCOLS[::-1]])
async def test_a_model_of_another_protocol_stands_in(
    stack: AsyncExitStack, one: Serve, other: Serve, status: int
) -> None:
    limits = Limits(attempts=1)
    async with ScriptedModelServer([Fault("status", status)]) as here, ScriptedModelServer([ASK]) as there:
        remote = [one(stack, here.address, "first", limits), other(stack, there.address, "second", limits)]
        at = desk(remote, limits)
        reply = await at.decide()

    assert (reply.model, at.shown) == ("second", SPEAK)
    assert (len(here.requests), len(there.requests)) == (1, 1)


async def test_what_one_endpoint_refuses_of_all_its_models_is_asked_elsewhere_only(stack: AsyncExitStack) -> None:
    limits = Limits()
    async with ScriptedModelServer([Fault("status", 401)]) as here, ScriptedModelServer([ASK]) as there:
        api = ChatCompletionsApi(base_url=here.base_url, api_key=KEY)
        stack.push_async_callback(api.aclose)
        at = desk([api.model("a"), api.model("b"), by_ollama(stack, there.address, "c", limits)], limits)
        reply = await at.decide()

    assert reply.model == "c"
    assert [request.model for request in here.requests] == ["a"]


async def test_the_error_names_every_address_and_the_setting_of_the_first(stack: AsyncExitStack) -> None:
    limits = Limits(attempts=1)
    async with ScriptedModelServer() as here, ScriptedModelServer([Fault("status", 500)]) as there:
        at = desk(
            [by_ollama(stack, here.address, "a", limits), by_chat_completions(stack, there.address, "b", limits)],
            limits,
        )
        await here.__aexit__()
        with pytest.raises(ModelUnavailable) as caught:
            await at.decide()

    told = str(caught.value)
    assert f"{here.address} and {there.base_url}" in told
    assert "OLLAMA_HOST" in told
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_a_run_may_prefer_a_model_of_any_protocol_and_how_hard_it_thinks(stack: AsyncExitStack) -> None:
    limits = Limits()
    async with ScriptedModelServer([ASK]) as here, ScriptedModelServer([ASK]) as there:
        remote = [
            by_chat_completions(stack, here.address, "first", limits),
            by_ollama(stack, there.address, "second", limits),
        ]
        models = Models("first", remote)
        replies = [await Desk(models.chain(name, Mode.DEEP), []).decide() for name in models.names[:2]]

    assert [reply.model for reply in replies] == ["first", "second"]
    assert here.requests[0].body["reasoning_effort"] == there.requests[0].body["think"] == "high"
