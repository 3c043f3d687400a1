"""Which drafts no longer fit the calendar, because something has come where they place work."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from dayloom.calendar_sync.entries import find_clashes
from dayloom.calendars import uids_of
from dayloom.stores.owner.calendar import RedisCalendar
from state.ids import ThreadId
from state.preview import Clash
from state.schedule import Schedule

_REMEMBERED: Final = 200
_Drafts = OrderedDict[tuple[str, str], Schedule | None]
_Known = OrderedDict[tuple[str, str, int], tuple[Clash, ...]]


@dataclass(frozen=True)
class DraftCheck:
    """Compares drafts of one user with the user's calendar; what was found is remembered until either changes."""

    store: RedisCalendar
    addresses: Collection[str] = ()
    _known: _Known = field(default_factory=_Known)
    _drafts: _Drafts = field(default_factory=_Drafts)

    async def clashes_at(
        self, thread: ThreadId, step: str, load: Callable[[], Awaitable[Schedule | None]]
    ) -> tuple[Clash, ...]:
        """As `clashes`, for the draft at a step of the thread, which is loaded once however often somebody asks."""
        if (thread, step) not in self._drafts:
            schedule = await load()
            self._drafts[thread, step] = schedule if schedule and any(True for _ in schedule.suggested) else None
            if len(self._drafts) > _REMEMBERED:
                self._drafts.popitem(last=False)
        schedule = self._drafts[thread, step]
        return await self.clashes(thread, schedule) if schedule else ()

    async def clashes(self, thread: ThreadId, schedule: Schedule) -> tuple[Clash, ...]:
        """Return what now lies in the calendar where the draft of a thread has something."""
        if not any(True for _ in schedule.suggested):
            return ()
        about = (thread, await self.store.version_of_both(), schedule.version)
        if (known := self._known.get(about)) is not None:
            return known
        calendar, own = await self.store.calendar(), uids_of(schedule, thread)
        found = await asyncio.to_thread(
            find_clashes,
            calendar,
            schedule,
            tuple(schedule.suggested),
            own=tuple(own.values()),
            addresses=self.addresses,
        )
        self._known[about] = tuple(found)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return tuple(found)
