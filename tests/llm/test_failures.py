"""A model that is down, slow, limited, cut off or talking nonsense: bounded attempts, then an honest error."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from doubles import Answer, Fault, ScriptedModelServer, sse_events
from langchain_core.messages import HumanMessage
from model_desk import desk

from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.http import retry_after
from dayloom.llm.limits import Limits
from state.errors import BadInput, ModelUnavailable
from state.events import EventType

KEY = "sk-canary-0123456789"
DONE = {"action": "done", "speak": "Everything has a place: 😀.", "goal_check": "All is placed."}

SAID_TO_PASS = [
    (Fault("status", 429), "model_rate_limited"),
    (Fault("status", 500), "model_server_error"),
    (Fault("status", 503), "model_server_error"),
    (Fault("status", 408), "model_timed_out"),
    (Fault("reset"), "model_unreachable"),
]
BROKEN = [
    (Fault("malformed"), "model_bad_answer"),
    (Fault("empty_choices"), "model_bad_answer"),
    (Fault("error_event"), "model_server_error"),
    (Answer(""), "model_bad_answer"),
    (Answer(DONE, cut=4), "model_bad_answer"),
    (Answer(DONE, cut=4, torn=9), "model_bad_answer"),
    (Answer(DONE, finish_reason="surprise"), "model_bad_answer"),
]
TOO_LONG = [
    (Answer(DONE, finish_reason="length"), "model_bad_answer"),
    (Answer({**DONE, "reason": "x" * 20_000}, delta=1000), "model_bad_answer"),
]
PASSING = [*SAID_TO_PASS, *BROKEN]
SLOW = [Fault("hang"), Answer(DONE, pause=2.0)]
LASTING = [
    (Fault("status", 400), "model_refused_request"),
    (Fault("status", 401), "model_refused_key"),
    (Fault("status", 402), "model_refused_request"),
    (Fault("status", 403), "model_refused_key"),
    (Fault("status", 404), "model_not_found"),
    (Fault("status", 429, code="insufficient_quota"), "model_rate_limited"),
    (Answer(DONE, finish_reason="content_filter"), "model_bad_answer"),
    (Fault("html"), "model_bad_answer"),
]


@pytest.mark.parametrize(("fault", "code"), SAID_TO_PASS)
async def test_what_is_said_to_pass_is_tried_three_times(seat, fault, code: str) -> None:
    async with ScriptedModelServer(lambda _: fault) as server:
        desk = seat(server, answer=10_000)
        with pytest.raises(ModelUnavailable) as caught:
            await desk.decide()

    assert caught.value.code == code
    assert len(server.requests) == 3
    assert desk.waits == [0.5, 2.0]
    assert desk.shown == ""


@pytest.mark.parametrize(("fault", "code"), PASSING)
async def test_the_answer_after_a_passing_failure_is_the_answer(seat, fault, code: str) -> None:
    async with ScriptedModelServer([fault, DONE]) as server:
        desk = seat(server, answer=10_000)
        reply = await desk.decide()

    assert json.loads(reply.text) == DONE
    assert desk.shown == DONE["speak"]
    (retry,) = desk.of(EventType.MODEL_RETRY)
    assert retry.data == {"attempt": 1, "reason": code, "wait": 0.5, "failed": "first", "model": "first"}


@pytest.mark.parametrize(("fault", "code"), BROKEN)
async def test_an_answer_that_breaks_twice_is_asked_for_in_one_piece(seat, fault, code: str) -> None:
    async with ScriptedModelServer([fault, fault, DONE]) as server:
        desk = seat(server)
        reply = await desk.decide()

    assert json.loads(reply.text) == DONE
    assert [request.body["stream"] for request in server.requests] == [True, True, False]
    assert "stream_options" not in server.requests[-1].body
    assert desk.waits == [0.5, 2.0]
    assert desk.shown == DONE["speak"]
    assert [retry.data["reason"] for retry in desk.of(EventType.MODEL_RETRY)] == [code, code]


@pytest.mark.parametrize(("fault", "code"), TOO_LONG)
async def test_an_answer_that_is_too_long_is_asked_for_once_more_in_few_words(seat, fault, code: str) -> None:
    async with ScriptedModelServer(lambda _: fault) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server, answer=10_000).decide()

    assert caught.value.code == code
    assert ["in a few words" in request.text for request in server.requests] == [False, True]


async def test_an_answer_in_one_piece_may_be_long_in_coming(seat) -> None:
    def script(request):
        return Answer(DONE, cut=2) if request.body["stream"] else Answer(DONE, pause=0.6)

    async with ScriptedModelServer(script) as server:
        reply = await seat(server, silence=0.3).decide()

    assert json.loads(reply.text) == DONE


@pytest.mark.parametrize("slow", SLOW)
async def test_a_slow_answer_is_waited_for_twice(seat, slow) -> None:
    async with ScriptedModelServer(lambda _: slow) as server:
        desk = seat(server, silence=0.1)
        with pytest.raises(ModelUnavailable) as caught:
            await desk.decide()

    assert caught.value.code == "model_timed_out"
    assert len(server.requests) == 2


@pytest.mark.parametrize("slow", SLOW)
async def test_a_fast_answer_after_a_slow_one_is_the_answer(seat, slow) -> None:
    async with ScriptedModelServer([slow, DONE]) as server:
        desk = seat(server, silence=0.5)
        reply = await desk.decide()

    assert json.loads(reply.text) == DONE
    assert desk.shown == DONE["speak"]


LATE = Answer("Here it is.", packet=1 << 20, pause=1.5)
"""A whole answer in one write, after a silence."""
LONG = (HumanMessage("A long week. " * 1000),)


async def test_a_long_prompt_is_given_the_time_to_be_read(seat) -> None:
    async with ScriptedModelServer(lambda _: LATE) as server:
        long = await seat(server, silence=0.2, reading=500).decide(None, LONG)
        with pytest.raises(ModelUnavailable, match="DAYLOOM_MODEL_TIMEOUT"):
            await seat(server, silence=0.2, reading=500).tell()

    assert long.text == "Here it is."
    assert len(server.requests) == 3


async def test_silence_after_the_first_word_is_not_measured_against_the_prompt(seat) -> None:
    async with ScriptedModelServer(lambda _: Answer("one two three", pause=1.5)) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server, silence=0.2, reading=500).decide(None, LONG)

    assert caught.value.code == "model_timed_out"


@pytest.mark.parametrize(("fault", "code"), LASTING)
async def test_what_will_not_pass_is_tried_once(seat, fault, code: str) -> None:
    async with ScriptedModelServer([fault]) as server:
        desk = seat(server)
        with pytest.raises(ModelUnavailable) as caught:
            await desk.decide()

    assert caught.value.code == code
    assert len(server.requests) == 1
    assert desk.of(EventType.MODEL_RETRY) == []


@pytest.mark.parametrize("cut", range(len(sse_events(Answer(DONE)))))
async def test_an_answer_cut_at_any_event_is_never_returned(seat, cut: int) -> None:
    async with ScriptedModelServer([Answer(DONE, cut=cut, torn=5), DONE]) as server:
        desk = seat(server)
        reply = await desk.decide()

    assert len(server.requests) == 2
    assert json.loads(reply.text) == DONE
    assert desk.shown == DONE["speak"]


@pytest.mark.parametrize("asked", [0, 1.5, 7])
async def test_the_server_says_how_long_to_wait(seat, asked: float) -> None:
    async with ScriptedModelServer([Fault("status", 429, retry_after=asked), DONE]) as server:
        desk = seat(server)
        await desk.decide()

    assert desk.waits == [asked]


async def test_the_server_says_until_when_to_wait(seat) -> None:
    late = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    async with ScriptedModelServer([Fault("status", 503, retry_after=late), DONE]) as server:
        desk = seat(server)
        await desk.decide()

    assert 0 < desk.waits[0] <= 30


def test_a_wait_may_be_asked_for_in_milliseconds() -> None:
    assert retry_after({"retry-after-ms": "1500", "retry-after": "2"}) == 1.5


async def test_the_tokens_of_failed_attempts_count(seat) -> None:
    cut = Answer(DONE, finish_reason="length", usage=(100, 20))
    async with ScriptedModelServer([cut, Answer(DONE, usage=(100, 30))]) as server:
        reply = await seat(server).decide()
    async with ScriptedModelServer(lambda _: cut) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server).decide()

    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (200, 50)
    assert (caught.value.usage.prompt_tokens, caught.value.usage.completion_tokens) == (200, 40)


async def test_a_model_that_is_not_there_is_told_with_those_that_are(seat) -> None:
    async with ScriptedModelServer([Fault("status", 404)]) as server:
        with pytest.raises(ModelUnavailable, match="It serves scripted; set DAYLOOM_MODEL"):
            await seat(server).decide()


@pytest.mark.parametrize("asked", ["soon", "nan", "inf", "Wed, 99 Foo 2026", ""])
async def test_a_wait_that_makes_no_sense_is_ours_to_choose(seat, asked: str) -> None:
    async with ScriptedModelServer([Fault("status", 429, retry_after=asked), DONE]) as server:
        desk = seat(server)
        await desk.decide()

    assert desk.waits == [0.5]


async def test_a_server_that_asks_for_too_long_a_wait_is_left_for_the_fallback(seat) -> None:
    async with ScriptedModelServer([Fault("status", 429, retry_after=100), DONE]) as server:
        desk = seat(server, fallbacks=("second",))
        reply = await desk.decide()

    assert reply.model == "second"
    assert desk.waits == []


async def test_the_fallback_models_are_asked_in_order(seat) -> None:
    def script(request):
        return DONE if request.model == "third" else Fault("status", 500)

    async with ScriptedModelServer(script) as server:
        desk = seat(server, fallbacks=("second", "third", "fourth"))
        reply = await desk.decide()

    assert reply.model == "third"
    assert [request.model for request in server.requests] == ["first"] * 3 + ["second"] * 3 + ["third"]
    assert [(each.data["model"], each.data["wait"]) for each in desk.of(EventType.MODEL_RETRY)] == [
        ("first", 0.5),
        ("first", 2.0),
        ("second", 0.0),
        ("second", 0.5),
        ("second", 2.0),
        ("third", 0.0),
    ]


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_model_that_is_not_there_leaves_the_others(seat, status: int) -> None:
    async with ScriptedModelServer([Fault("status", status), DONE]) as server:
        reply = await seat(server, fallbacks=("second",)).decide()

    assert reply.model == "second"


async def test_a_key_that_is_refused_is_refused_for_every_model(seat) -> None:
    async with ScriptedModelServer([Fault("status", 401)]) as server:
        with pytest.raises(ModelUnavailable):
            await seat(server, fallbacks=("second",)).decide()

    assert len(server.requests) == 1


async def test_the_error_tells_what_happened_to_each_model(seat) -> None:
    def script(request):
        return Fault("status", 404) if request.model == "first" else Fault("status", 500)

    async with ScriptedModelServer(script) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server, fallbacks=("second",)).decide()

    told = str(caught.value)
    assert "first: it does not exist there" in told
    assert "second: it answered with error 500" in told
    assert server.base_url in told
    assert "DAYLOOM_MODEL" in told


async def test_a_call_ends_in_time_whatever_is_left_to_try(seat) -> None:
    async with ScriptedModelServer(lambda _: Fault("hang")) as server:
        desk = seat(server, fallbacks=("second",), call=0.2)
        with pytest.raises(ModelUnavailable) as caught:
            await desk.decide()

    assert caught.value.code == "model_timed_out"
    assert [request.model for request in server.requests] == ["first"]


async def test_no_wait_leads_past_the_end_of_the_call(seat) -> None:
    async with ScriptedModelServer([Fault("status", 503, retry_after=50)]) as server:
        desk = seat(server, call=40.0)
        with pytest.raises(ModelUnavailable):
            await desk.decide()

    assert desk.waits == []


async def test_a_closed_port_is_named_with_its_cure(seat) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    desk = seat(url)
    with pytest.raises(ModelUnavailable) as caught:
        await desk.decide()

    assert caught.value.code == "model_unreachable"
    assert url in str(caught.value)
    assert "OPENAI_BASE_URL" in str(caught.value)


async def test_more_bytes_than_any_answer_needs_are_not_read(seat) -> None:
    flood = Answer(DONE, delta=1, preamble="x" * 200_000)
    async with ScriptedModelServer(lambda _: flood) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server, transfer=100_000).decide()

    assert caught.value.code == "model_bad_answer"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
async def test_the_key_is_never_told(seat, caplog: pytest.LogCaptureFixture, status: int) -> None:
    caplog.set_level(logging.DEBUG)
    echo = Fault("status", status, message=f"Incorrect API key provided: {KEY}")
    async with ScriptedModelServer(lambda _: echo) as server:
        desk = seat(server, fallbacks=("second",))
        with pytest.raises(ModelUnavailable) as caught:
            await desk.decide()

    told = "".join(traceback.format_exception(caught.value))
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in told + repr(desk.events) + caplog.text + repr(desk.model)
    assert caught.value.__cause__ is caught.value.__context__ is None


async def test_secrets_in_the_address_are_not_told(seat) -> None:
    desk = seat("http://user:hunter2@127.0.0.1:1/v1?token=hunter3")
    with pytest.raises(ModelUnavailable) as caught:
        await desk.decide()

    assert "hunter" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://host/v1", "https://", "http://[::1/v1", "http://h:99999"])
def test_an_address_that_cannot_be_one_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadInput, match="OPENAI_BASE_URL"):
        ChatCompletionsApi(base_url=url)


@pytest.mark.parametrize("key", ["sk-a\nb", "schlüssel", "sk a"])
def test_a_key_that_cannot_be_sent_is_refused_without_telling_it(key: str) -> None:
    with pytest.raises(BadInput, match="OPENAI_API_KEY") as caught:
        ChatCompletionsApi(api_key=key)

    assert key not in str(caught.value)


class BreaksWhenCancelled(httpx2.AsyncHTTPTransport):
    """Tells of a request that was given up as of a connection that broke, as a failing clean-up does."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except asyncio.CancelledError as stopped:
            raise httpx2.ReadError("the connection was closed") from stopped


@pytest.mark.parametrize("fallbacks", [(), ("second",)])
async def test_a_stop_that_the_client_tells_of_as_a_broken_connection_is_not_tried_again(fallbacks) -> None:
    async with (
        ScriptedModelServer([Fault("hang")]) as server,
        ChatCompletionsApi(base_url=server.base_url) as api,
        httpx2.AsyncClient(transport=BreaksWhenCancelled(), trust_env=False) as http,
    ):
        api.client = api.client.copy(http_client=http)
        asking = asyncio.create_task(desk([api.model(name) for name in ("first", *fallbacks)], Limits()).decide())
        await server.until(lambda seen: len(seen.requests) == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    assert len(server.requests) == 1
