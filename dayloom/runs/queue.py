"""The port to background work: jobs are handed over here and done by whoever is alive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

Work: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Job:
    """One piece of work: which handler does it, and what it is given (plain JSON)."""

    id: str
    name: str
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])


class JobStatus(StrEnum):
    """Where a job stands; UNKNOWN also covers one that ended too long ago to be remembered."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    UNKNOWN = "unknown"


class Jobs(Protocol):
    """Does jobs at least once, in no promised order, also when the process that began one dies.

    An adapter is made with the work it knows, by name.
    """

    async def enqueue(self, job: Job) -> None:
        """Take the job; the same id while that job is not done is the same job."""
        ...

    async def cancel(self, id: str) -> bool:
        """Drop a waiting job or stop a running one; False when there was nothing to cancel."""
        ...

    async def status(self, id: str) -> JobStatus:
        """Say where the job stands."""
        ...

    def schedule(self, cron: str, job: Job) -> None:
        """Do the job at every time the five-field expression names, in UTC; call it before `run`."""
        ...

    async def run(self) -> None:
        """Work until cancelled."""
        ...
