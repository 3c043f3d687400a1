"""Webhooks of runs: whoever asks for a run may be called when it has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dayloom.stores.owner.told import RedisInbox, Told
from state.ids import RunId, ThreadId
from state.message import Channel, Post, RunEnd
from state.ports import Accepted

WEBHOOK: Final = "webhook"
"""Where a request says who is called."""
LOOK: Final = timedelta(seconds=15)
"""How often it is looked whether a run has ended of which nobody has said so."""


def post_id(run: RunId) -> str:
    """Return what the call at the end of a run is known by."""
    return f"{run}.end"


@dataclass(frozen=True)
class RunEnds:
    """Notes which ends of one user's runs are to be told."""

    inbox: RedisInbox
    clock: Callable[[], datetime]

    async def watch(self, thread: ThreadId, asked: Accepted, begins: datetime | None = None) -> None:
        """See to it that who asked for a run is called when it has ended, once however often it is asked."""
        if not (url := asked.about.get(WEBHOOK)):
            return
        now = self.clock()
        post = Post(
            id=post_id(asked.run),
            channel=Channel.WEBHOOK,
            to=url,
            run_end=RunEnd(thread=thread, run=asked.run),
            made=now,
            due=max(begins or now, now) + LOOK,
        )
        await self.inbox.tell(Told(posts=[post]), once=post.id)
