"""Any OpenAI-compatible Chat Completions API as the agent's model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import copy
from itertools import zip_longest
from typing import Any, Final, Self

import openai

from dayloom.llm.answer import Answer
from dayloom.llm.connection import checked_key, checked_url, connected, shown_url
from dayloom.llm.effort import Effort, Efforts, refuses_effort
from dayloom.llm.failure import AttemptFailed, attempt_failed, bad_answer, timed_out, unavailable
from dayloom.llm.limits import Limits
from dayloom.llm.messages import chat_messages
from dayloom.llm.repair import decision_text
from dayloom.llm.retry import Sleep, persistently
from dayloom.llm.shape import Ladder, Rung, asked_for, refuses_shape
from dayloom.llm.speak import PlainText, Speech, SpokenField
from state.events import Emit, Event, EventType
from state.prompt import ModelReply, Prompt

OPENAI_URL: Final = "https://api.openai.com/v1"


class OpenAIChatModel:
    """Answers prompts through one API: `model`, and where it fails the fallback models in order.

    Use it within one event loop, as an async context manager or with `aclose`. Raises BadInput when address or key
    cannot be right; an empty key is for servers that want none. `sleep` waits between attempts.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: str = "",
        base_url: str = OPENAI_URL,
        fallback_models: Sequence[str] = (),
        limits: Limits | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._models = list(dict.fromkeys([model, *fallback_models]))
        self._limits = limits or Limits()
        self._key = checked_key(api_key)
        self._where = shown_url(checked_url(base_url))
        self._client = connected(checked_url(base_url), self._key, self._limits)
        self._completions = self._client.chat.completions
        self._ladder = Ladder()
        self._efforts = Efforts()
        self._effort: Effort | None = None
        self._sleep = sleep

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def preferring(self, model: str, effort: Effort | None) -> OpenAIChatModel:
        """Return a view that asks `model` first, then the others in their order, for this effort (None: says nothing).

        Views share the connections, which closing this one closes, and what is known of the API.
        """
        view = copy(self)
        view._models = list(dict.fromkeys([model, *self._models]))
        view._effort = effort
        return view

    async def reply(self, prompt: Prompt, emit: Emit) -> ModelReply:
        """Return the whole answer, having emitted it piece by piece; for a decision, its JSON text and its `speak`.

        Raises ModelUnavailable after bounded retries and fallbacks; pieces of a failed try are retracted. Cancelling it
        ends the request at once.
        """
        call = _Call(prompt, emit)
        try:
            async with asyncio.timeout(self._limits.call):
                return await self._by_any_model(call)
        except TimeoutError:
            call.fail(self._models[0], timed_out())
        except AttemptFailed:
            pass  # recorded in `call`; raised outside, so that the error carries no trace of the request and its key
        raise unavailable(call.failures, self._where)

    async def _by_any_model(self, call: _Call) -> ModelReply:
        for model, following in zip_longest(self._models, self._models[1:]):
            try:
                return await self._by_model(model, call)
            except AttemptFailed as failed:
                if following is None or not failed.elsewhere:
                    raise
                call.announce(following, failed, 0.0)
        raise AssertionError("there is always a model")

    async def _by_model(self, model: str, call: _Call) -> ModelReply:
        return await persistently(
            lambda: self._attempt(model, call),
            limits=self._limits,
            deadline=call.begun + self._limits.call,
            sleep=self._sleep,
            before_wait=lambda failed, wait: call.announce(model, failed, wait),
        )

    async def _attempt(self, model: str, call: _Call) -> ModelReply:
        try:
            async with asyncio.timeout(self._limits.attempt):
                return await self._ask(model, call)
        except TimeoutError:
            failed = timed_out()
        except AttemptFailed as error:
            failed = error
        except (openai.OpenAIError, ValueError) as error:
            failed = attempt_failed(error, self._key)
        call.fail(model, failed)
        raise failed

    async def _ask(self, model: str, call: _Call) -> ModelReply:
        stream, rung = await self._open(model, call)
        async with stream:
            _check_streamed(stream.response.headers.get("content-type", ""))
            listener = call.listener()
            answer = Answer(listener, self._limits, tool_call=rung is Rung.TOOL_CALL)
            async for chunk in stream:
                answer.take(chunk)
        text = answer.text() if call.prompt.format is None else decision_text(answer.text())
        listener.end(text)
        return ModelReply(text=text, usage=answer.usage, model=model)

    async def _open(self, model: str, call: _Call) -> tuple[openai.AsyncStream[Any], Rung]:
        """Send the request on the best rung, with the effort, that the API accepts; remember both."""
        wanted = call.prompt.format
        rung = self._ladder.rung(model) if wanted else Rung.TEXT
        while True:
            effort = self._efforts.asked(model, self._effort)
            shape = asked_for(rung, wanted) if wanted else {}
            try:
                stream = await self._send(model, call, shape | effort)
            except openai.APIStatusError as error:
                if effort and refuses_effort(error):
                    self._efforts.refused(model)
                elif refuses_shape(error, rung):
                    rung = Rung(rung + 1)
                else:
                    raise
            else:
                if wanted:
                    self._ladder.stand(model, rung)
                return stream, rung

    async def _send(self, model: str, call: _Call, asked: dict[str, Any]) -> openai.AsyncStream[Any]:
        return await self._completions.create(
            model=model, messages=call.messages, stream=True, stream_options={"include_usage": True}, **asked
        )


class _Call:
    """One reply in the making: what is asked, what the person has been shown, and what has failed so far."""

    def __init__(self, prompt: Prompt, emit: Emit) -> None:
        self.prompt = prompt
        self.messages: Any = chat_messages(prompt.messages)
        self.begun = asyncio.get_running_loop().time()
        self.failures: list[tuple[str, AttemptFailed]] = []
        self._emit = emit
        self._speech = Speech(emit)

    def listener(self) -> PlainText | SpokenField:
        """Return what shows a new answer to the person."""
        return PlainText(self._speech) if self.prompt.format is None else SpokenField(self._speech)

    def fail(self, model: str, failed: AttemptFailed) -> None:
        """Note a failed attempt and take its words back."""
        self._speech.retract()
        self.failures.append((model, failed))

    def announce(self, model: str, failed: AttemptFailed, wait: float) -> None:
        """Tell that `model` is asked next, after `wait` seconds."""
        data = {"attempt": len(self.failures), "reason": failed.reason.value, "wait": wait, "model": model}
        self._emit(Event(type=EventType.MODEL_RETRY, data=data))


def _check_streamed(content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {"text/html", "application/json"}:
        raise bad_answer(f"it sent {kind} instead of a stream")
