"""Request bodies: limits of size and time, and JSON only as the standard has it.

What a parser takes and a database or another parser refuses later is refused here: NaN, numbers out of range, NUL
characters, lone surrogates, other encodings, endless nesting.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dayloom.api.http.problem_kind import MALFORMED, Problem, ProblemKind

TOO_LARGE: Final = ProblemKind(413, "too_large", "The body is too large", "Send less, or raise DAYLOOM_MAX_BODY.")
TOO_SLOW: Final = ProblemKind(408, "too_slow", "The body did not arrive in time", "Send it again.")
BODY_SECONDS: Final = 30.0
"""Seconds a body may take to arrive."""
MAX_DEPTH: Final = 100
"""Levels of nesting."""
_INT64: Final = 2**63
_DOUBTFUL: Final = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{19}")
"""What a text must contain to hold a NUL, a lone surrogate or a number out of range."""


class BodyMiddleware:
    """Reads the body of a request before the application does; `larger` names paths with a limit of their own."""

    def __init__(self, app: ASGIApp, *, limit: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a body that can be used; raises Problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        _check_address(scope)
        body = await self._read(scope, receive)
        if body is None:
            return
        if _is_json(scope):
            check_json(body)
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        """Return the body; None when the client has gone."""
        limit = self._larger.get(scope["path"].rstrip("/"), self._limit)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            raise _too_large(limit)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await _read_all(receive, limit)
        except TimeoutError as error:
            raise Problem(TOO_SLOW, f"The body took more than {BODY_SECONDS:.0f} s.") from error


async def _read_all(receive: Receive, limit: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body)


def _too_large(limit: int) -> Problem:
    return Problem(TOO_LARGE, f"The body has more than {limit} bytes.", headers={"Connection": "close"})


def _replay(body: bytes, receive: Receive) -> Receive:
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _check_address(scope: Scope) -> None:
    if "\0" in scope["path"] or b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
        raise Problem(MALFORMED, "The address contains a NUL character.")


def _is_json(scope: Scope) -> bool:
    kind = Headers(scope=scope).get("content-type", "application/json")
    return "json" in kind.partition(";")[0].lower()


def check_json(body: bytes) -> None:
    """Raise Problem unless this is JSON that everybody reads alike; nothing at all is fine."""
    if not body.strip():
        return
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Problem(MALFORMED, "The body is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise Problem(MALFORMED, f"The body is not JSON: {error.msg}, at character {error.pos}.") from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise Problem(MALFORMED, "The body contains a number with too many digits.") from error
    # The walk in Python costs more than parsing did, and hardly any body can need it.
    if _DOUBTFUL.search(body) or body.count(b"[") + body.count(b"{") > MAX_DEPTH:
        _check_value(value, 0)


def _refuse_constant(word: str) -> NoReturn:
    raise Problem(MALFORMED, f"The body contains {word}, which is not JSON.")


def _too_deep() -> Problem:
    return Problem(MALFORMED, f"The body is nested more than {MAX_DEPTH} levels deep.")


def _check_value(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep()
    match value:
        case str():
            _check_text(value)
        case bool() | None:
            pass
        case int() | float():
            if not -_INT64 <= value < _INT64 and (isinstance(value, int) or not math.isfinite(value)):
                raise Problem(MALFORMED, "The body contains a number out of range.")
        case list():
            for each in value:
                _check_value(each, depth + 1)
        case _:
            for name, each in value.items():
                _check_text(name)
                _check_value(each, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Problem(MALFORMED, "The body contains a NUL character.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Problem(MALFORMED, "The body contains half of a surrogate pair.")
