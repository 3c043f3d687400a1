"""Why a message did not go out."""

from __future__ import annotations


class DeliveryFailed(Exception):
    """A message did not go out, this time or `for_good`."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good
