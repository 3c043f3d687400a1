"""The bounds of a request's head, kept before anybody has asked who is there: its size, and how long it may take.

httptools collects a header until it is whole, however long it gets; 150 MB of one stopped the service for 13 seconds.
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD: Final = 64 * 1024
"""Bytes of request line and headers, and of what follows a body (trailers)."""
HEAD_SECONDS: Final = 30.0
"""How long a connection may take to say what it wants."""
_FED: Final = 16 * 1024
"""Bytes parsed at a time, so that a head that is too long is noticed soon after the bound."""


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol with a bound on what is read before there is a request to answer."""

    _in_head = False
    _progress = False
    _unread = 0
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]  as uvicorn has it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came; 431 when it goes on for too long without ending a head or being part of a body."""
        for start in range(0, len(data), _FED):
            if self.transport.is_closing():
                return
            self._feed(data[start : start + _FED])

    def on_message_begin(self) -> None:
        """Enter a head."""
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Leave the head."""
        self._in_head, self._progress = False, True
        self._wait_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Note that this belongs to a body, whose size is bounded elsewhere."""
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of the request."""
        self._progress = True
        super().on_message_complete()

    def _feed(self, piece: bytes) -> None:
        self._progress = False
        super().data_received(piece)
        self._unread = 0 if self._progress else self._unread + len(piece)
        if self._unread > MAX_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_large", "Send shorter headers.")
        elif self._in_head and self._waiting is None:
            self._wait()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _too_late(self) -> None:
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "head_too_slow", "Send the whole head at once.")
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, code: str, mend: str) -> None:
        if self.transport.is_closing():
            return
        problem = {"type": "about:blank", "status": status, "code": code, "title": status.phrase, "detail": mend}
        body = json.dumps(problem).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
