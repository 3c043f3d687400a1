"""A second protocol, small, as a stranger would add it: Ollama's own `/api/chat`, whose answers are lines of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx2
from langchain_core.messages import AnyMessage

from dayloom.llm.ask import Ask
from dayloom.llm.effort import Effort
from dayloom.llm.failure import AttemptFailed, Endpoint, Remedy, bad_answer
from dayloom.llm.http import connection_failed, http_client, quote_words, status_failed
from dayloom.llm.limits import Limits
from dayloom.llm.repair import decision_text
from dayloom.llm.speak import Speech, listener_for
from dayloom.llm.thoughts import without_thoughts
from state.events import Emit
from state.prompt import ModelReply, Prompt
from state.usage import Usage

ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}


@dataclass(frozen=True)
class OllamaModel:
    """One model of one server: a `LanguageModel`."""

    name: str
    address: str
    client: httpx2.AsyncClient

    @property
    def endpoint(self) -> Endpoint:
        """Where it is asked; there is no key."""
        return Endpoint(where=self.address, protocol="Ollama", address="OLLAMA_HOST", key="OLLAMA_HOST")

    async def attempt(self, ask: Ask, effort: Effort | None, emit: Emit) -> ModelReply:
        """Send one request and read its answer, which always comes in pieces."""
        prompt = ask.prompt
        body = {"model": self.name, "stream": True, "messages": [_plain(message) for message in prompt.messages]}
        if prompt.format is not None:
            body["format"] = prompt.format.json_schema
        if effort is not None:
            body["think"] = effort.value
        try:
            async with self.client.stream("POST", f"{self.address}/api/chat", json=body) as response:
                return await self._read(response, prompt, emit)
        except httpx2.HTTPError as error:
            failed = connection_failed(error, "")
        except ValueError:
            failed = bad_answer("it sent something that is not Ollama's")
        raise failed

    async def _read(self, response: httpx2.Response, prompt: Prompt, emit: Emit) -> ModelReply:
        if response.status_code >= 400:
            raise await _refused(response)
        listener, text = listener_for(prompt.format, Speech(emit)), ""
        async for line in response.aiter_lines():
            part = json.loads(line)
            piece = part.get("message", {}).get("content", "")
            listener.hear(piece)
            text += piece
            if part.get("done"):
                if part["done_reason"] != "stop":
                    raise bad_answer("its answer was cut off", remedy=Remedy.FEW_WORDS)
                whole = without_thoughts(text) if prompt.format is None else decision_text(text, prompt)
                listener.end(whole)
                return ModelReply(text=whole, usage=_usage(part), model=self.name)
        raise bad_answer("its answer broke off")


def ollama(name: str, address: str, limits: Limits) -> OllamaModel:
    """Return a model of a server, with a client of its own, which whoever asked closes."""
    return OllamaModel(name, address, http_client(address, limits))


def _plain(message: AnyMessage) -> dict[str, Any]:
    return {"role": ROLES[message.type], "content": message.text}


def _usage(part: dict[str, Any]) -> Usage:
    return Usage(prompt_tokens=part["prompt_eval_count"], completion_tokens=part["eval_count"])


async def _refused(response: httpx2.Response) -> AttemptFailed:
    await response.aread()
    return status_failed(response.status_code, response.headers, quote_words(response.text, ""))
