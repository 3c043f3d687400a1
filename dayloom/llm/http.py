"""What every protocol over HTTP needs: a client that reads no more than an answer needs, and what its errors mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from math import isfinite
from ssl import SSLContext
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import httpx2

from dayloom.llm.failure import AttemptFailed, Reason, Remedy, bad_answer, timed_out
from dayloom.llm.limits import Limits
from state.errors import BadInput

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
QUOTED: Final = 200
"""Characters of a server's own explanation that are passed on."""


class TooMuchSent(httpx2.ReadError):
    """The server sent more bytes than any answer needs."""


def http_client(base_url: str, limits: Limits) -> httpx2.AsyncClient:
    """Return a client that reads at most `limits.transfer` bytes of a response.

    A proxy named by the environment is used, except for an API on this machine.
    """

    async def bound(response: httpx2.Response) -> None:
        response.stream = _Bounded(response.stream, limits.transfer)

    return httpx2.AsyncClient(
        verify=_certificates(),
        timeout=httpx2.Timeout(limits.silence, connect=limits.connect),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
        follow_redirects=True,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [bound]},
        trust_env=urlsplit(base_url).hostname not in LOOPBACK,
    )


def expect_bytes_within(response: httpx2.Response, seconds: float) -> None:
    """From now on, fail with a time-out when the next byte is so long in coming; for a response of `http_client`."""
    if isinstance(response.stream, _Bounded):
        response.stream.silence = seconds


def check_url(base_url: str, setting: str) -> str:
    """Return the address, or raise BadInput when it cannot be one of an API."""
    try:
        parts = urlsplit(base_url.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"{setting} is not an address such as https://api.openai.com/v1")
    return base_url.strip()


def check_key(api_key: str, setting: str) -> str:
    """Return the key, or raise BadInput when it cannot be sent as a header."""
    key = api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise BadInput(f"{setting} holds characters that no key has; copy it again, without quotes or line breaks")
    return key


def redact_url(base_url: str) -> str:
    """Return the address without user, password and query, fit to be shown."""
    parts = urlsplit(base_url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def connection_failed(error: BaseException | None, api_key: str) -> AttemptFailed:
    """Return what an error below HTTP means; `api_key` is cut out of whatever is quoted."""
    words = quote_words(str(error or ""), api_key)
    match error:
        case TooMuchSent():
            return bad_answer(f"its answer did not end{words}", remedy=Remedy.FEW_WORDS)
        case httpx2.RemoteProtocolError():
            return bad_answer(f"its answer broke off{words}")
        case httpx2.TimeoutException() if not isinstance(error, httpx2.ConnectTimeout):
            return timed_out()
        case _:
            return AttemptFailed(Reason.UNREACHABLE, f"no connection{words}")


def status_failed(status: int, headers: Mapping[str, str], words: str) -> AttemptFailed:
    """Return what a status of 400 or more means; `words` are the server's, as `quote_words` has them."""
    wait = retry_after(headers)
    match status:
        case 401:  # what the server says about a key may quote it
            return AttemptFailed(Reason.REFUSED_KEY, "it refused the API key", whole_endpoint=True)
        case 403:
            return AttemptFailed(Reason.REFUSED_KEY, f"it refused access{words}")
        case 404:
            return AttemptFailed(Reason.NOT_FOUND, f"it does not exist there{words}")
        case 408:
            return AttemptFailed(Reason.TIMED_OUT, f"it timed out{words}", remedy=Remedy.WAIT)
        case 429:
            return AttemptFailed(Reason.RATE_LIMITED, f"too many requests{words}", wait=wait)
        case _ if status >= 500:
            return AttemptFailed(Reason.SERVER_ERROR, f"it answered with error {status}{words}", wait=wait)
        case _:
            return AttemptFailed(Reason.REFUSED_REQUEST, f"it refused the request with status {status}{words}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait: in milliseconds, in seconds, or until a date (RFC 9110, 10.2.3)."""
    asked = headers.get("retry-after", "")
    milliseconds = _number(headers.get("retry-after-ms", ""))
    seconds = _number(asked) if milliseconds is None else milliseconds / 1000
    return max(seconds, 0.0) if seconds is not None else _until(asked)


def quote_words(text: str, api_key: str) -> str:
    """Return what a server said, without the key, on one short line after a colon; empty when it said nothing."""
    safe = text.replace(api_key, "***") if api_key else text
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in safe).split())
    return f": {line[:QUOTED]}" if line else ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)


@cache
def _certificates() -> SSLContext:
    """Return the known certificate authorities; reading them takes a tenth of a second, so it is done once."""
    return httpx2.create_ssl_context()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream, limit: int) -> None:
        self._stream = stream
        self._left = limit
        self.silence: float | None = None
        """Seconds between two bytes, where they are fewer than the client's own."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not isinstance(self._stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous client has asynchronous streams")
        arriving = aiter(self._stream)
        while (data := await self._next(arriving)) is not None:
            self._left -= len(data)
            if self._left < 0:
                raise TooMuchSent("more was sent than any answer needs")
            yield data

    async def _next(self, arriving: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self.silence):
                return await anext(arriving, None)
        except TimeoutError:
            pass
        raise httpx2.ReadTimeout("nothing more came")

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx2.AsyncByteStream):
            await self._stream.aclose()
