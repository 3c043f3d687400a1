"""Turns limits in words into the arguments of the planners."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dayloom.offline.facts import Facts
from dayloom.offline.grid import all_but, days_of, lies_in, region, slots_of
from dayloom.offline.requests import Limits
from dayloom.offline.whereabouts import Where
from state.schedule import Position, Task


def free_regions(facts: Facts, limits: Limits) -> list[dict[str, Any]] | None:
    """Return the regions to be kept free, None for none; what lies outside the window is free anyway."""
    regions = [region(place, facts.schedule, facts.today, touching=True) for place in limits.keep_free]
    found = [limit for limit in regions if limit is not None]
    if len(limits.allowed) > 1:
        found += all_but(limits.allowed, facts.schedule, facts.today)
    return found or None


def allowed_region(facts: Facts, limits: Limits) -> dict[str, Any] | None:
    """Return the only region allowed, None for anywhere; several places are said by `keep_free` instead."""
    if len(limits.allowed) != 1:
        return None
    return region(limits.allowed[0], facts.schedule, facts.today, touching=False) or None


def outside_window(facts: Facts, places: Iterable[Where]) -> bool:
    """Tell whether none of these places lies in the window and on the grid."""
    regions = [region(place, facts.schedule, facts.today, touching=False) for place in places]
    return bool(regions) and all(limit is None for limit in regions)


def misplaced_tasks(facts: Facts, limits: Limits) -> tuple[Task, ...]:
    """Return the movable tasks that lie where they should not."""
    return tuple(
        task
        for task in facts.schedule.suggested
        if task.movable and task.position and not _fits(facts, limits, task.position)
    )


def lies_inside(facts: Facts, place: Where, position: Position) -> bool:
    """Tell whether a position lies wholly in a place."""
    slots = slots_of(place, facts.schedule.grid, touching=False)
    return position.day in days_of(place, facts.schedule, facts.today) and {
        position.slot_start,
        position.slot_end,
    } <= set(slots)


def _fits(facts: Facts, limits: Limits, position: Position) -> bool:
    if lies_in(position, limits.keep_free, facts.schedule, facts.today):
        return False
    return not limits.allowed or any(lies_inside(facts, place, position) for place in limits.allowed)
