"""Any OpenAI-compatible Chat Completions API, and the models it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import httpx2
import openai

from dayloom.llm.chat_completions.answer import Answer
from dayloom.llm.chat_completions.capabilities import Capabilities
from dayloom.llm.chat_completions.failure import attempt_failed
from dayloom.llm.chat_completions.messages import chat_messages, without_system
from dayloom.llm.chat_completions.refusal import refuses_effort, refuses_shape, refuses_system, rung_below
from dayloom.llm.chat_completions.shape import Rung, keeps_to_schema, shape_parameters
from dayloom.llm.chat_completions.stream import ChunkStream, read_answer
from dayloom.llm.effort import Effort
from dayloom.llm.failure import Endpoint, context_full
from dayloom.llm.http import checked_key, checked_url, http_client, shown_url
from dayloom.llm.limits import Limits
from dayloom.llm.speak import Speech, listener_for
from prompts.budget import tokens, was_cut
from state.events import Emit
from state.prompt import ModelReply, Prompt

OPENAI_URL: Final = "https://api.openai.com/v1"


class ChatCompletionsApi:
    """One API: its address and key, its connections, and what is known of its models.

    Use it within one event loop, as an async context manager or with `aclose`. Raises BadInput when address or key
    cannot be right; an empty key is for servers that want none.
    """

    def __init__(
        self,
        *,
        base_url: str = OPENAI_URL,
        api_key: str = "",
        limits: Limits | None = None,
        address_setting: str = "OPENAI_BASE_URL",
        key_setting: str = "OPENAI_API_KEY",
    ) -> None:
        self.limits = limits or Limits()
        self.key = checked_key(api_key, key_setting)
        url = checked_url(base_url, address_setting)
        self.endpoint = Endpoint(
            where=shown_url(url), protocol="Chat Completions", address=address_setting, key=key_setting
        )
        self.capabilities = Capabilities()
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

    async def attempt(self, prompt: Prompt, effort: Effort | None, emit: Emit) -> ModelReply:
        """Return the whole answer; finding out how this API wants to be asked is part of the attempt."""
        messages = chat_messages(prompt.messages)
        try:
            return await self._ask(prompt, messages, effort, emit)
        except (openai.OpenAIError, ValueError) as error:
            failed = attempt_failed(error, self.api.key)
        raise failed

    async def _ask(self, prompt: Prompt, messages: Any, effort: Effort | None, emit: Emit) -> ModelReply:
        stream, rung = await self._open(prompt, messages, effort)
        async with stream:
            known = self.api.capabilities
            listener = listener_for(prompt.format, Speech(emit), thinking=self.name in known.opens_thinking)
            answer = Answer(prompt, listener, self.api.limits)
            await read_answer(stream, answer, self.api.key, self.api.limits.silence)
        if listener.unopened:
            known.opens_thinking.add(self.name)
        if was_cut("".join(message["content"] or "" for message in messages), answer.usage.prompt_tokens):
            raise context_full(f"it read {answer.usage.prompt_tokens} tokens and left out the rest without a word")
        text = answer.text()
        if prompt.format is not None:
            known.answered(self.name, rung, kept_to_schema=keeps_to_schema(prompt.format, text))
        listener.end(text)
        return ModelReply(text=text, usage=answer.usage, model=self.name)

    async def _open(self, prompt: Prompt, messages: Any, effort: Effort | None) -> tuple[ChunkStream, Rung]:
        """Send the request on the best rung, with effort and system message if the API takes them; remember that."""
        wanted, known = prompt.format, self.api.capabilities
        rung = known.rung(self.name) if wanted else Rung.TEXT
        folded = self.name in known.without_system
        while True:
            asked = {} if effort is None or self.name in known.without_effort else {"reasoning_effort": effort.value}
            shape = shape_parameters(rung, wanted, prompt.tools) if wanted else {}
            try:
                stream = await self._send(without_system(messages) if folded else messages, shape | asked)
            except openai.APIStatusError as error:
                if asked and refuses_effort(error):
                    known.refused_effort(self.name)
                elif not folded and refuses_system(error):
                    folded = True
                elif refuses_shape(error, rung):
                    rung = rung_below(error, rung)
                else:
                    raise
            else:
                if wanted:
                    known.accepted(self.name, rung)
                if folded:
                    known.without_system.add(self.name)
                return stream, rung

    async def _send(self, messages: Any, asked: dict[str, Any]) -> ChunkStream:
        streamed = {"stream": True, "stream_options": {"include_usage": True}}
        body = {"model": self.name, "messages": messages, **streamed, **asked}
        limits = self.api.limits
        patience = limits.before_first_word(sum(tokens(str(message.get("content") or "")) for message in messages))
        return await self.api.client.post(
            "/chat/completions",
            cast_to=object,
            body=body,
            options={"timeout": httpx2.Timeout(patience, connect=limits.connect)},
            stream=True,
            stream_cls=ChunkStream,
        )
