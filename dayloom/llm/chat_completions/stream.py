"""The chunks of an answer, however a server sends them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import openai

from dayloom.llm.chat_completions.answer import Answer
from dayloom.llm.chat_completions.failure import failure_in_answer
from dayloom.llm.failure import AttemptFailed, Remedy, bad_answer
from dayloom.llm.http import expect_bytes_within


class ChunkStream(openai.AsyncStream[object]):
    """The chunks of an answer as plain JSON; `done` tells that the server said these are all."""

    done = False

    async def _iter_events(self) -> AsyncIterator[Any]:
        async for event in super()._iter_events():
            self.done = self.done or event.data.startswith("[DONE]")
            yield event


async def read_answer(stream: ChunkStream, answer: Answer, api_key: str, silence: float) -> None:
    """Feed the answer with all there is; a server that ignores `stream` sends it as one object.

    Once the first word is there, the next byte may be `silence` seconds in coming. Raises AttemptFailed when what comes
    is something else; `api_key` is cut out of whatever is quoted.
    """
    match stream.response.headers.get("content-type", "").partition(";")[0].strip().lower():
        case "application/json":
            answer.take(_completion(await stream.response.aread(), api_key))
            answer.ended = True
        case "" | "text/event-stream" | "text/plain" | "application/octet-stream":
            async for chunk in stream:
                answer.take(chunk)
                if answer.begun:
                    expect_bytes_within(stream.response, silence)
            answer.ended = stream.done
        case kind:
            raise _another_protocol(kind[:40])


def _completion(body: bytes, api_key: str) -> Any:
    completion: Any = json.loads(body)
    if not isinstance(completion, dict):
        raise _another_protocol("other JSON")
    fields = cast("dict[str, Any]", completion)
    if error := fields.get("error"):
        raise failure_in_answer(error, api_key)
    if "choices" not in fields:
        raise _another_protocol("other JSON")
    return fields


def _another_protocol(sent: str) -> AttemptFailed:
    """Return the failure of an address at which something else answers, as it will the next time."""
    detail = f"it sent {sent} instead of an answer, as a page to sign in does, or another address of the same server"
    return bad_answer(detail, remedy=Remedy.NOTHING)
