"""A scripted model behind a real socket: an OpenAI-compatible Chat Completions server for tests.

    async with ScriptedModelServer([{"action": "done", "goal_check": "all placed"}, "Here is your week."]) as server:
        ...  # point the program at server.base_url
    assert len(server.requests) == 2

It runs in a thread of its own, so `async with` and `with` do the same and it also serves child processes. Each request
takes the next entry of the script, or calls the script with the Request when it is a function. An entry is

* a dict, sent as JSON text, or a str, sent as it is; as the arguments of the call when the request forces a tool;
* an Answer, when chunk sizes, finish_reason, usage, slowness or a cut in the middle matter;
* a Fault, when the server misbehaves;
* a Wire, when what it sends matters byte by byte.

Requests to `/api/chat` are answered as Ollama's own protocol has it: another protocol for the same script.

`refuses` names what this API does not know ("json_schema", "tools", "json_object"): such a request gets a 400 in the
words of OpenAI and takes nothing from the script. A script that has run out answers 400 and says so.
"""

from __future__ import annotations

import asyncio
import json
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Collection, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from chat_script import (
    Answer,
    Fault,
    Request,
    Script,
    Scripted,
    Shape,
    Wire,
    chat_chunk,
    completion,
    ndjson_lines,
    refusal,
    sse_event,
    sse_events,
)

__all__ = ["Answer", "Fault", "Request", "ScriptedModelServer", "Wire", "sse_events"]


class ScriptedModelServer:
    """An OpenAI-compatible API on a loopback port that answers by script and remembers every request."""

    def __init__(self, script: Script = (), *, refuses: Collection[Shape] = ()) -> None:
        self.requests: list[Request] = []
        self.disconnects = 0
        self.refuses = frozenset(refuses)
        self._script = script if callable(script) else None
        self._answers: Iterator[Scripted] = iter(() if callable(script) else script)
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Server(self)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL would be."""
        return f"{self.address}/v1"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.__exit__)

    async def until(self, happened: Callable[[Self], bool]) -> None:
        """Wait until `happened(server)`; the test's own time-out ends a wait for what never comes."""
        while not happened(self):  # noqa: ASYNC110 - the server lives in another thread, out of reach of an asyncio.Event
            await asyncio.sleep(0.005)

    def record(self, request: Request) -> Scripted:
        """Note a request and return what it is answered with."""
        with self._lock:
            self.requests.append(request)
            if request.shape in self.refuses:
                return refusal(request.shape)
            if self._script is not None:
                return self._script(request)
            spent = Fault(
                "status", 400, message=f"the script has no answer for request {len(self.requests)}", param="script"
            )
            return next(self._answers, spent)

    def lost(self) -> None:
        """Note that a client went away before its answer was complete."""
        with self._lock:
            self.disconnects += 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, owner: ScriptedModelServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.owner = owner

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""

    def do_GET(self) -> None:
        """Answer the list of models, which is what a health check asks for."""
        self._json(200, {"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    def do_POST(self) -> None:
        """Answer a completion by script."""
        size = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, json.loads(self.rfile.read(size)))
        scripted = self.server.owner.record(request)
        try:
            if isinstance(scripted, Wire):
                self._send(scripted.status, scripted.kind, scripted.body)
            elif isinstance(scripted, Fault):
                self._misbehave(scripted, request)
            else:
                self._answer(scripted if isinstance(scripted, Answer) else Answer(scripted), request)
        except (BrokenPipeError, ConnectionResetError):
            self._lost()

    def _answer(self, answer: Answer, request: Request) -> None:
        if not request.body.get("stream"):
            if answer.pause and self._client_gone(answer.pause):
                self._lost()
                return
            self._json(200, completion(answer, request))
            return
        writes = _writes(answer, request)
        self._open_stream()
        for write in writes[: answer.cut]:
            if answer.pause and self._client_gone(answer.pause):
                self._lost()
                return
            self._write(write)
        if answer.cut is None:
            self._end_stream()
            return
        if answer.torn:
            self._write(writes[answer.cut][: answer.torn])
        self._drop()

    def _misbehave(self, fault: Fault, request: Request) -> None:
        match fault.kind:
            case "status":
                self._status(fault)
            case "hang":
                if self._client_gone(None):
                    self._lost()
            case "reset":
                self._reset()
            case "html":
                self._send(
                    200, "text/html; charset=utf-8", b"<!doctype html><title>Sign in</title><p>Please sign in.</p>"
                )
            case "malformed":
                self._stream([b"data: {not json\n\n", b"data: [DONE]\n\n"])
            case "empty_choices":
                self._stream([sse_event(chat_chunk(request.model, choices=[])), b"data: [DONE]\n\n"])
            case "error_event":
                begun = sse_events(Answer("Half of"), request.model)[:2]
                self._stream([*begun, sse_event({"error": {"message": fault.message, "code": fault.code}})])

    def _status(self, fault: Fault) -> None:
        after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        error = {"message": fault.message, "type": "invalid_request_error", "param": fault.param, "code": fault.code}
        self._json(fault.status, {"error": error}, after)

    def _stream(self, events: list[bytes]) -> None:
        self._open_stream()
        for event in events:
            self._write(event)
        self._end_stream()

    def _open_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _write(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(value).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _client_gone(self, seconds: float | None) -> bool:
        """Wait, and tell whether the client hung up meanwhile; None waits until it does or the server stops."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self.server.owner.stopping.is_set() and (end is None or time.monotonic() < end):
            readable, _, _ = select.select([self.connection], [], [], 0.01)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return True
        self.close_connection = self.server.owner.stopping.is_set()
        return False

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _lost(self) -> None:
        self.close_connection = True
        self.server.owner.lost()


def _writes(answer: Answer, request: Request) -> list[bytes]:
    if request.path == "/api/chat":
        events = ndjson_lines(answer, request.model)
    else:
        events = sse_events(answer, request.model, request.forced_tool)
    if answer.packet is None:
        return events
    whole = b"".join(events)
    return [whole[at : at + answer.packet] for at in range(0, len(whole), answer.packet)]
