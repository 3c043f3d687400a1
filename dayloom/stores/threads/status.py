"""The status of a thread, read off its own keys whenever it is asked for, and kept nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from dayloom.stores.redis.codec import split

_GREGORIAN: Final = datetime(1582, 10, 15, tzinfo=UTC)
"""Where the clock of time-ordered ids begins; it ticks every 100 nanoseconds."""


class ThreadStatus(StrEnum):
    """How a thread stands."""

    IDLE = "idle"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    ERROR = "error"


@dataclass(frozen=True)
class StatusDetails:
    """`waits` tells that a card is open, `broken` why the newest turn will not be finished.

    `failed` and `stopped` tell how the last run ended: by a failure, or because it was cancelled. `member` is the
    newest step, `writes` what is kept of what it waits for.
    """

    busy: bool = False
    waits: bool = False
    broken: str | None = None
    failed: bool = False
    stopped: bool = False
    member: bytes = b""
    writes: bytes | None = None
    oldest: datetime | None = None

    @property
    def newest(self) -> datetime | None:
        """When the newest step was made."""
        return _when(self.member)

    @property
    def checkpoint(self) -> str | None:
        """The id of the newest step."""
        return split(self.member)[1] if self.member else None

    @property
    def has_run(self) -> bool:
        """Tell whether the thread ever had a run."""
        return self.busy or self.newest is not None

    @property
    def cancelled(self) -> bool:
        """Tell whether the last run was cancelled, and nothing is at work or asked since."""
        return self.stopped and not self.busy and not self.waits

    @property
    def status(self) -> ThreadStatus:
        """The one word for it."""
        if self.busy:
            return ThreadStatus.BUSY
        if self.waits or self.stopped:
            return ThreadStatus.INTERRUPTED
        return ThreadStatus.ERROR if self.failed else ThreadStatus.IDLE

    @classmethod
    def read(cls, reply: Sequence[Any]) -> StatusDetails:
        """Return what the script `THREAD_STATUS` found."""
        busy, card, broken, last, oldest, member, writes = reply
        return cls(
            busy=bool(busy),
            waits=card == b"open",
            broken=broken.decode() or None,
            failed=last in (b"error", b"timeout"),
            stopped=last == b"cancelled",
            member=member,
            writes=writes,
            oldest=_when(oldest),
        )


def _when(member: bytes) -> datetime | None:
    """Return when a step was made, which its id tells."""
    if not member:
        return None
    try:
        ticks = UUID(split(member)[1]).int
    except ValueError:
        return None
    return _GREGORIAN + timedelta(microseconds=((ticks >> 80) << 12 | (ticks >> 64) & 0xFFF) // 10)
