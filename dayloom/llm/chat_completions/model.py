"""Any OpenAI-compatible Chat Completions API, and the models it serves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import httpx2
import openai

from dayloom.llm.ask import Ask
from dayloom.llm.chat_completions.answer import Answer
from dayloom.llm.chat_completions.capabilities import Capabilities, Manner, MannerStore
from dayloom.llm.chat_completions.failure import attempt_failed
from dayloom.llm.chat_completions.messages import chat_messages, without_system
from dayloom.llm.chat_completions.refusal import lesser_manner
from dayloom.llm.chat_completions.shape import keeps_to_schema, shape_parameters
from dayloom.llm.chat_completions.stream import ChunkStream, read_answer
from dayloom.llm.effort import Effort
from dayloom.llm.failure import AttemptFailed, Endpoint, Reason, Remedy, context_full
from dayloom.llm.http import check_key, check_url, http_client, quote_words, redact_url
from dayloom.llm.limits import Limits
from dayloom.llm.speak import Speech, listener_for
from prompts.budget import tokens, was_cut
from state.events import Emit
from state.prompt import ModelReply

OPENAI_URL: Final = "https://api.openai.com/v1"
MOST_NAMES: Final = 8
"""Models of an API that are named to whoever asked for one it does not have."""


class ChatCompletionsApi:
    """One API: its address and key, its connections, and what is known of its models.

    Use it within one event loop, as an async context manager or with `aclose`. Raises BadInput when address or key
    cannot be right; an empty key is for servers that want none. `store` remembers how its models are asked.
    """

    def __init__(
        self,
        *,
        base_url: str = OPENAI_URL,
        api_key: str = "",
        limits: Limits | None = None,
        store: MannerStore | None = None,
        address_setting: str = "OPENAI_BASE_URL",
        key_setting: str = "OPENAI_API_KEY",
    ) -> None:
        self.limits = limits or Limits()
        self.key = check_key(api_key, key_setting)
        url = check_url(base_url, address_setting)
        self.endpoint = Endpoint(
            where=redact_url(url), protocol="Chat Completions", address=address_setting, key=key_setting
        )
        self.capabilities = Capabilities(api=self.endpoint.where, store=store)
        http = http_client(url, self.limits)
        self.client = openai.AsyncOpenAI(  # its own retries are off: `Models` owns them
            base_url=url, api_key=self.key or "none", max_retries=0, timeout=http.timeout, http_client=http
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.close()

    def model(self, name: str) -> ChatCompletionsModel:
        """Return the model of this name; all models share the connections."""
        return ChatCompletionsModel(name, self)


@dataclass(frozen=True)
class ChatCompletionsModel:
    """One model of an API: a `LanguageModel`."""

    name: str
    api: ChatCompletionsApi

    @property
    def endpoint(self) -> Endpoint:
        """Where it is asked."""
        return self.api.endpoint

    async def attempt(self, ask: Ask, effort: Effort | None, emit: Emit) -> ModelReply:
        """Return the whole answer; finding out how this API wants to be asked is part of the attempt."""
        messages = chat_messages(ask.prompt.messages)
        try:
            return await self._ask(ask, messages, effort, emit)
        except (openai.OpenAIError, ValueError) as error:
            failed = attempt_failed(error, self.api.key)
        if failed.reason is Reason.NOT_FOUND and (served := await self._name_models()):
            failed.advice = f"It serves {served}; set DAYLOOM_MODEL to one of them"
        raise failed

    async def _ask(self, ask: Ask, messages: Any, effort: Effort | None, emit: Emit) -> ModelReply:
        prompt = ask.prompt
        stream, manner = await self._open(ask, messages, effort)
        async with stream:
            known = self.api.capabilities
            listener = listener_for(prompt.format, Speech(emit), thinking=manner.opens_thinking)
            answer = Answer(prompt, listener, self.api.limits)
            try:
                await read_answer(stream, answer, self.api.key, self.api.limits.silence)
                text = self._check(answer, messages)
            except (openai.OpenAIError, ValueError, AttemptFailed) as error:
                failed = error if isinstance(error, AttemptFailed) else attempt_failed(error, self.api.key)
                failed.usage = answer.usage
                if failed.reason is Reason.SERVER_ERROR and failed.remedy is not Remedy.WAIT and prompt.format:
                    known.doubt(self.name, manner.rung)
                raise failed from None
        if listener.unopened:
            await known.learn(self.name, replace(manner, opens_thinking=True))
        if prompt.format is not None:
            await known.note_answer(self.name, manner.rung, kept_to_schema=keeps_to_schema(prompt.format, text))
        listener.end(text)
        shape = manner.rung.name.lower() if prompt.format is not None else None
        return ModelReply(
            text=text,
            usage=answer.usage,
            model=self.name,
            served=answer.served,
            shape=shape,
            finish=answer.finished,
        )

    def _check(self, answer: Answer, messages: Any) -> str:
        """Return the text of an answer to all that was sent; raises AttemptFailed."""
        if was_cut("".join(message["content"] or "" for message in messages), answer.usage.prompt_tokens):
            raise context_full(f"it read {answer.usage.prompt_tokens} tokens and left out the rest without a word")
        return answer.text()

    async def _open(self, ask: Ask, messages: Any, effort: Effort | None) -> tuple[ChunkStream, Manner]:
        """Send the request in the best manner that the API accepts, and remember it."""
        known = self.api.capabilities
        manner = await known.manner(self.name)
        decision = ask.prompt.format is not None
        while True:
            try:
                stream = await self._send(messages, self._parameters(ask, effort, manner), manner)
            except openai.APIStatusError as error:
                lesser = lesser_manner(error, manner, effort=effort is not None, decision=decision)
                if lesser is None:
                    if error.status_code in {500, 501} and decision:
                        known.doubt(self.name, manner.rung)
                    raise
                manner = lesser
            else:
                await known.learn(self.name, manner)
                return stream, manner

    def _parameters(self, ask: Ask, effort: Effort | None, manner: Manner) -> dict[str, Any]:
        prompt = ask.prompt
        asked: dict[str, Any] = {"stream": ask.streamed}
        if effort is not None and manner.effort:
            asked["reasoning_effort"] = effort.value
        if manner.usage and ask.streamed:
            asked["stream_options"] = {"include_usage": True}
        if manner.bound:
            asked[manner.bound.value] = self.api.limits.tokens
        if prompt.format is not None:
            asked |= shape_parameters(manner.rung, prompt.format, prompt.tools)
        return asked

    async def _send(self, messages: Any, asked: dict[str, Any], manner: Manner) -> ChunkStream:
        sent = messages if manner.system else without_system(messages)
        limits = self.api.limits
        patience = limits.before_first_word(sum(tokens(str(message.get("content") or "")) for message in messages))
        if not asked["stream"]:
            patience += limits.whole
        return await self.api.client.post(
            "/chat/completions",
            cast_to=object,
            body={"model": self.name, "messages": sent, **asked},
            options={"timeout": httpx2.Timeout(patience, connect=limits.connect)},
            stream=True,
            stream_cls=ChunkStream,
        )

    async def _name_models(self) -> str:
        """Return the names of some models the API serves, as far as it tells."""
        try:
            async with asyncio.timeout(self.api.limits.connect):
                listed = await self.api.client.models.list()
        except (openai.OpenAIError, ValueError, TimeoutError):
            return ""
        names = [model.id for model in listed.data or [] if isinstance(model.id, str)]
        return quote_words(", ".join(names[:MOST_NAMES]), self.api.key).removeprefix(": ")
