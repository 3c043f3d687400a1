"""Nudges followed while they are handed over: for a process that serves one person, who waits for it anyway."""

from __future__ import annotations

from collections.abc import Mapping

from dayloom.runs.queue import Nudge, Work


class ImmediateQueue:
    """Follows each nudge before `enqueue` returns, and raises what its work raises.

    What is cut off then is found undone on its thread by whoever comes next.
    """

    def __init__(self, work: Mapping[str, Work]) -> None:
        self._work = work

    async def enqueue(self, nudge: Nudge) -> None:
        """Follow the nudge. Raises KeyError for unknown work."""
        await self._work[nudge.name](nudge.given)
