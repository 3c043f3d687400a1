"""The token with which the program of one attempt writes back: it names the attempt, and the record has its digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from state.job import Attempt

PREFIX: Final = "dlw_"
_SECRET_BYTES: Final = 32


@dataclass(frozen=True)
class Named:
    """Which attempt a token says it is of."""

    user: str
    job: str
    number: int


def new_token(named: Named) -> str:
    """Return a new token."""
    name = urlsafe_b64encode(f"{named.number}\0{named.job}\0{named.user}".encode()).decode().rstrip("=")
    return f"{PREFIX}{name}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def read_token(token: str) -> Named | None:
    """Return which attempt a token says it is of; None for what is no such token."""
    name, dot, _ = token.removeprefix(PREFIX).partition(".")
    if not token.startswith(PREFIX) or not dot:
        return None
    try:
        number, job, user = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode().split("\0")
        return Named(user, job, int(number))
    except ValueError:
        return None


def digest(token: str) -> str:
    """Return what is kept in place of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def fits(attempt: Attempt, token: str) -> bool:
    """Tell whether this is the token of an attempt."""
    return attempt.token is not None and hmac.compare_digest(attempt.token, digest(token))
