"""The client of one API: its address, its key, and what may come over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from ssl import SSLContext
from urllib.parse import urlsplit, urlunsplit

import httpx2
import openai

from dayloom.llm.limits import Limits
from state.errors import BadInput

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class TooMuchSent(httpx2.ReadError):
    """The server sent more bytes than any answer needs."""


def connected(base_url: str, api_key: str, limits: Limits) -> openai.AsyncOpenAI:
    """Return a client that never retries by itself, and reads at most `limits.transfer` bytes of a response.

    A proxy named by the environment is used, except for an API on this machine.
    """

    async def bound(response: httpx2.Response) -> None:
        response.stream = _Bounded(response.stream, limits.transfer)

    timeout = httpx2.Timeout(limits.silence, connect=limits.connect)
    http = openai.DefaultAsyncHttpxClient(
        verify=_trusted(),
        timeout=timeout,
        event_hooks={"response": [bound]},
        trust_env=urlsplit(base_url).hostname not in LOOPBACK,
    )
    return openai.AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or "none",
        max_retries=0,
        timeout=timeout,
        http_client=http,
        default_headers={"Accept-Encoding": "identity"},
    )


def checked_url(base_url: str) -> str:
    """Return the address, or raise BadInput when it cannot be one of an API."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput("OPENAI_BASE_URL is not an address such as https://api.openai.com/v1")
    return base_url.strip()


def checked_key(api_key: str) -> str:
    """Return the key, or raise BadInput when it cannot be sent as a header."""
    key = api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BadInput("OPENAI_API_KEY holds characters that no key has; copy it again, without quotes or line breaks")
    return key


def shown_url(base_url: str) -> str:
    """Return the address without user, password and query, fit to be shown."""
    parts = urlsplit(base_url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@cache
def _trusted() -> SSLContext:
    """Return the known certificate authorities; reading them takes a tenth of a second, so it is done once."""
    return httpx2.create_ssl_context()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, limit: int) -> None:
        self._stream = stream
        self._left = limit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not isinstance(self._stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous client has asynchronous streams")
        async for data in self._stream:
            self._left -= len(data)
            if self._left < 0:
                raise TooMuchSent("more was sent than any answer needs")
            yield data

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx2.AsyncByteStream):
            await self._stream.aclose()
