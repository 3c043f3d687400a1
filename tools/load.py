"""The daily load: slots per day, and the one figure that says how uneven they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from state.schedule import Schedule, Source
from state.tool import Objective

LOAD: Final = "daily load (sum of squares)"
"""Name of the figure wherever it is stated; smaller is more even."""


def daily_load(schedule: Schedule) -> tuple[int, ...]:
    """Return the slots of tasks, events left out, on each day of the window; the first day comes first."""
    load = [0] * schedule.window.days
    for task in schedule.tasks:
        if task.source is not Source.TASK_ITEM:
            continue
        for position in task.slots:
            if position.day <= len(load):
                load[position.day - 1] += position.length
    return tuple(load)


def event_load(schedule: Schedule) -> tuple[int, ...]:
    """Return the slots that events take on each day of the window, those of several at once counted once."""
    taken: list[set[int]] = [set() for _ in range(schedule.window.days)]
    for task in schedule.tasks:
        for at in task.slots if task.source is Source.EVENT else ():
            if at.day <= len(taken):
                taken[at.day - 1].update(range(at.slot_start, at.slot_end + 1))
    return tuple(map(len, taken))


def day_load(schedule: Schedule) -> tuple[int, ...]:
    """Return what is made even: the slots of tasks on each day, and of events where the person counts them."""
    load = daily_load(schedule)
    if not schedule.wishes.count_events:
        return load
    return tuple(map(sum, zip(load, event_load(schedule), strict=True)))


def unevenness(load: Sequence[int]) -> int:
    """Return the sum of squares of the daily loads: for the same work, the smaller the more even."""
    return sum(slots * slots for slots in load)


def load_objective(before: Schedule, after: Schedule) -> Objective:
    """Return the load figure before and after a change."""
    return Objective(name=LOAD, before=unevenness(day_load(before)), after=unevenness(day_load(after)))


def say_objective(objective: Objective) -> str:
    """Return the figure before and after as one sentence."""
    return f"{objective.name}: {objective.before:g} before, {objective.after:g} after."
