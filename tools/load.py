"""The daily load: slots of tasks per day, and the one figure that says how uneven they are."""

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


def unevenness(load: Sequence[int]) -> int:
    """Return the sum of squares of the daily loads: for the same work, the smaller the more even."""
    return sum(slots * slots for slots in load)


def load_objective(before: Schedule, after: Schedule) -> Objective:
    """Return the load figure before and after a change."""
    return Objective(name=LOAD, before=unevenness(daily_load(before)), after=unevenness(daily_load(after)))


def say_objective(objective: Objective) -> str:
    """Return the figure before and after as one sentence."""
    return f"{objective.name}: {objective.before:g} before, {objective.after:g} after."
