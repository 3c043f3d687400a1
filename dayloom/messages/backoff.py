"""How long to wait before the next try."""

from __future__ import annotations

import secrets
from datetime import timedelta


def backoff(tries: int, *, first: float, longest: float) -> timedelta:
    """Return the pause after so many tries: twice as long each time, give or take a quarter by chance."""
    seconds = min(first * 2 ** (tries - 1), longest)
    return timedelta(seconds=seconds * (750 + secrets.randbelow(500)) / 1000)
