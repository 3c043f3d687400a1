"""Rate limit by user: a sliding minute in this process's memory.

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


class RateLimit:
    """Counts requests by user; `per_minute` 0 lets everything pass."""

    def __init__(self, per_minute: int) -> None:
        self._allowed = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, user: str) -> None:
        """Count a request; raises Problem when it is one too many."""
        if self._allowed is None or await self._window.hit(self._allowed, user):
            return
        window = await self._window.get_window_stats(self._allowed, user)
        wait = max(1, math.ceil(window.reset_time - time.time()))
        raise Problem(
            TOO_MANY, f"More than {self._allowed.amount} requests in a minute.", headers={"Retry-After": str(wait)}
        )
