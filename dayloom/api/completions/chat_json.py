"""The JSON of Chat Completions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from dayloom.api.completions.chat_request import MODEL
from dayloom.api.completions.chat_response import Reply

DONE: Final = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class CompletionJson:
    """Writes one completion; `created` is in seconds, `usage` adds the figures to a stream."""

    id: str
    created: int
    model: str
    usage: bool = False

    def whole(self, reply: Reply) -> dict[str, Any]:
        """Return the completion as one object."""
        message = {"role": "assistant", "content": reply.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish_reason}
        return {**self._head("chat.completion"), "choices": [choice], "usage": _usage(reply)}

    def opening(self) -> bytes:
        """Return the first chunk of a stream."""
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, text: str) -> bytes:
        """Return a chunk with text."""
        return self._chunk({"content": text})

    def closing(self, reply: Reply) -> bytes:
        """Return everything that comes after the text."""
        ended = self._chunk({}, reply.finish_reason)
        if not self.usage:
            return ended + DONE
        return ended + _event({**self._head("chat.completion.chunk"), "choices": [], "usage": _usage(reply)}) + DONE

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.usage else {}
        return _event({**self._head("chat.completion.chunk"), "choices": [choice], **usage})

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def model_json(name: str | None) -> dict[str, Any]:
    """Return one model; None is dayloom with the configured one."""
    return {"id": f"{MODEL}/{name}" if name else MODEL, "object": "model", "created": 0, "owned_by": "dayloom"}


def models_json(names: Iterable[str]) -> dict[str, Any]:
    """Return the list of models."""
    return {"object": "list", "data": [model_json(None), *map(model_json, names)]}


def _usage(reply: Reply) -> dict[str, int]:
    total = reply.prompt_tokens + reply.completion_tokens
    return {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": total,
    }


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"
