"""What a scripted model is told to say, and how that looks on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

FaultKind: TypeAlias = Literal["status", "hang", "reset", "html", "malformed", "empty_choices", "error_event"]
Shape: TypeAlias = Literal["json_schema", "tools", "json_object", "text"]


@dataclass(frozen=True)
class Request:
    """What the server was asked; header names are lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def model(self) -> str:
        """The model asked for."""
        return self.body["model"]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages sent."""
        return self.body["messages"]

    @property
    def text(self) -> str:
        """Everything the model would read, for `in` assertions."""
        return "\n".join(str(message.get("content") or "") for message in self.messages)

    @property
    def shape(self) -> Shape:
        """How the answer's shape was asked for: the rung of the ladder."""
        if "tools" in self.body:
            return "tools"
        return self.body.get("response_format", {}).get("type", "text")

    @property
    def forced_tool(self) -> str | None:
        """The name of the tool the request forces, if any."""
        choice = self.body.get("tool_choice")
        return choice["function"]["name"] if isinstance(choice, dict) else None


@dataclass(frozen=True)
class Answer:
    """An answer with everything adjustable.

    `delta` is the number of characters in one SSE event, `packet` the number of bytes in one write (None: an event at a
    time), `pause` the seconds before each write. `cut` closes the connection after that many events, `torn` more bytes.
    `preamble` is text sent as content before a forced tool call.
    """

    content: str | dict[str, Any]
    delta: int = 8
    packet: int | None = None
    pause: float = 0.0
    finish_reason: str | None = "stop"
    usage: tuple[int, int] | None = (11, 7)
    cut: int | None = None
    torn: int = 0
    as_content: bool = False
    preamble: str = ""

    @property
    def text(self) -> str:
        """The content as it is sent."""
        return self.content if isinstance(self.content, str) else json.dumps(self.content, ensure_ascii=False)


@dataclass(frozen=True)
class Fault:
    """One way to misbehave.

    `status`: an HTTP error, with Retry-After when given. `hang`: no answer until the client goes away. `reset`: the
    connection is reset. `html`: a web page with status 200. `malformed`: SSE whose data is not JSON. `empty_choices`: a
    stream without any choice. `error_event`: a stream that breaks off with an error object.
    """

    kind: FaultKind
    status: int = 500
    retry_after: str | float | None = None
    message: str = "something went wrong"
    code: str | None = None
    param: str | None = None


@dataclass(frozen=True)
class Wire:
    """A response exactly as it is sent, for servers that have ways of their own."""

    body: bytes
    kind: str = "text/event-stream"
    status: int = 200


Scripted: TypeAlias = str | dict[str, Any] | Answer | Fault | Wire
Script: TypeAlias = Iterable[Scripted] | Callable[[Request], Scripted]


def sse_events(answer: Answer, model: str = "scripted", forced_tool: str | None = None) -> list[bytes]:
    """Return the server-sent events an answer is streamed as, the closing `[DONE]` included."""
    as_call = forced_tool is not None and not answer.as_content
    pieces = [answer.text[at : at + answer.delta] for at in range(0, len(answer.text), answer.delta)]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": answer.preamble}]
    if as_call:
        opening = {"index": 0, "id": "call_1", "type": "function", "function": {"name": forced_tool, "arguments": ""}}
        deltas.append({"tool_calls": [opening]})
    for piece in pieces:
        call = {"index": 0, "function": {"arguments": piece}}
        deltas.append({"tool_calls": [call]} if as_call else {"content": piece})
    chunks = [chat_chunk(model, choices=[{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    if answer.finish_reason is not None:
        chunks.append(chat_chunk(model, choices=[{"index": 0, "delta": {}, "finish_reason": answer.finish_reason}]))
    if answer.usage is not None:
        chunks.append(chat_chunk(model, choices=[], usage=_usage(answer.usage)))
    return [sse_event(chunk) for chunk in chunks] + [b"data: [DONE]\n\n"]


def ndjson_lines(answer: Answer, model: str = "scripted") -> list[bytes]:
    """Return the lines an answer is streamed as by Ollama's own `/api/chat`."""
    pieces = [answer.text[at : at + answer.delta] for at in range(0, len(answer.text), answer.delta)]
    lines: list[dict[str, Any]] = [{"message": {"role": "assistant", "content": piece}} for piece in pieces]
    if answer.finish_reason is not None:
        prompt, completion = answer.usage or (0, 0)
        counted = {"prompt_eval_count": prompt, "eval_count": completion}
        lines.append({"done": True, "done_reason": answer.finish_reason, **counted})
    return [json.dumps({"model": model, "done": False, **line}).encode() + b"\n" for line in lines]


def refusal(shape: Shape) -> Fault:
    """Return the 400 with which OpenAI refuses a shape it does not know."""
    param = "tools" if shape == "tools" else "response_format"
    message = f"Invalid parameter: '{param}' of type '{shape}' is not supported with this model."
    return Fault("status", 400, message=message, param=param)


def completion(answer: Answer, request: Request) -> dict[str, Any]:
    """Return the body of an answer that was not asked to stream."""
    message: dict[str, Any] = {"role": "assistant", "content": answer.text}
    if request.forced_tool and not answer.as_content:
        function = {"name": request.forced_tool, "arguments": answer.text}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
        }
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    usage = None if answer.usage is None else _usage(answer.usage)
    return {**chat_chunk(request.model, choices=[choice], usage=usage), "object": "chat.completion"}


def chat_chunk(model: str, *, choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> dict[str, Any]:
    """Return one chunk of a streamed answer."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model}
    return {**head, "choices": choices, "usage": usage}


def _usage(tokens: tuple[int, int]) -> dict[str, int]:
    return {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}


def sse_event(data: dict[str, Any]) -> bytes:
    """Return one server-sent event."""
    return f"data: {json.dumps(data)}\n\n".encode()
