"""Rate limits by user and, for wrong tokens, by address: a sliding minute in this process's memory.

Not in the store: each request would become a write there (with an fsync, under `appendfsync always`), and reading would
stop when the store is full. With N processes a user may ask N times as often.
"""

from __future__ import annotations

import math
import time
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from dayloom.api.http.problem_kind import Problem, ProblemKind

TOO_MANY: Final = ProblemKind(
    429, "too_many", "Too many requests", "Wait as long as `Retry-After` says, or raise DAYLOOM_RATE_LIMIT."
)
TOO_MANY_GUESSES: Final = ProblemKind(
    429, "too_many_guesses", "Too many wrong tokens", "Wait as long as `Retry-After` says, or send a right token."
)
WRONG_TOKENS: Final = 20
"""Wrong tokens an address may send in a minute."""


class RateLimit:
    """Counts what somebody does, such as requests by user; `per_minute` 0 lets everything pass."""

    def __init__(self, per_minute: int, kind: ProblemKind = TOO_MANY, what: str = "requests") -> None:
        self._kind = kind
        self._what = what
        self._allowed = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, who: str) -> None:
        """Count one more; raises Problem when it is one too many."""
        if self._allowed is None or await self._window.hit(self._allowed, who):
            return
        window = await self._window.get_window_stats(self._allowed, who)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise Problem(
            self._kind,
            f"More than {self._allowed.amount} {self._what} in a minute.",
            headers={"Retry-After": str(wait)},
        )
