"""The chunks of an answer, however a server sends them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, cast

import openai

from dayloom.llm.chat_completions.answer import Answer
from dayloom.llm.failure import AttemptFailed, Reason, bad_answer
from dayloom.llm.http import expect_bytes_within, quote_words


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
        case "text/html" | "application/x-ndjson" as kind:
            raise bad_answer(f"it sent {kind} instead of a stream")
        case _:
            async for chunk in stream:
                answer.take(chunk)
                if answer.begun:
                    expect_bytes_within(stream.response, silence)
            answer.ended = stream.done


def _completion(body: bytes, api_key: str) -> Any:
    completion: Any = json.loads(body)
    error = cast("dict[str, Any]", completion).get("error") if isinstance(completion, dict) else None
    if not error:
        return completion
    words = cast("dict[str, Any]", error).get("message") if isinstance(error, dict) else error
    raise AttemptFailed(Reason.SERVER_ERROR, f"it answered with an error{quote_words(str(words), api_key)}")
