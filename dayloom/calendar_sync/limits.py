"""What a person has said for good of all their days, changed by their own hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from dayloom.calendar_sync.calendar import ATTEMPTS
from dayloom.stores.owner.calendar import RedisCalendar
from state.errors import MatchFailed, MovedOn
from state.limits import Limits
from tools.limits import SaidLimits, with_said


class KeptLimits(NamedTuple):
    """What holds for good, and the version of calendar and list in which it does."""

    limits: Limits
    version: int


async def load_limits(store: RedisCalendar) -> KeptLimits:
    """Return what a person has said for good."""
    calendar = await store.calendar()
    return KeptLimits(calendar.limits, calendar.version)


async def change_limits(
    store: RedisCalendar, said: SaidLimits | Limits, *, match: Collection[int] | None = None
) -> KeptLimits:
    """Say something for good, or all of it anew, for every thread from its next turn on; raises MatchFailed."""
    for _ in range(ATTEMPTS):
        calendar = await store.calendar()
        if match is not None and calendar.version not in match:
            told = f"the limits have version {calendar.version} now; fetch them again"
            raise MatchFailed(told, current=calendar.version)
        after = said if isinstance(said, Limits) else with_said(calendar.limits, said)
        try:
            changed = after != calendar.limits
            return KeptLimits(after, await store.put_limits(after, before=calendar) if changed else calendar.version)
        except MovedOn:
            continue
    raise MovedOn("The limits are being changed all the time; try again.")
