"""Where a task may lie: the stretches of free slots its limits leave, and into how many parts it would go there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from state.blocks import block_lengths
from state.schedule import Task
from tools.load import daily_load
from tools.planners.build import Wish, build

MOST: Final = 8
"""Parts that are offered at most."""
LEAST: Final = 30
"""Minutes of a part that is offered at least."""


def free_runs(wish: Wish, tasks: Sequence[Task]) -> dict[int, list[tuple[int, int, int]]]:
    """Return day, first and last slot of the free runs each task may use, whatever its duration, with one problem."""
    if any(task.slots for task in tasks) and len(tasks) > 1:
        return {id_: runs for task in tasks for id_, runs in free_runs(wish, [task]).items()}
    singles = tuple(task.model_copy(update={"duration": 1, "slots": (), "host": None}) for task in tasks)
    problem = build(replace(wish, schedule=wish.schedule.with_tasks(singles), tasks=singles, leaving=frozenset()))
    segments = problem.segments
    return {
        item.task.id: [
            (segments[one].day, first, last)
            for one, window in item.windows.items()
            for first, last in segments[one].runs(*window)
        ]
        for item in problem.items
    }


def parts_that_fit(wish: Wish, task: Task) -> int | None:
    """Return into how few parts a task that lies nowhere would fit beside everything else, or None."""
    window, most = wish.schedule.window, min(MOST, task.duration * wish.schedule.slot_minutes // LEAST)
    runs = free_runs(wish, [task])[task.id]
    room = {day: task.duration for day, _, _ in runs}
    if window.daily_cap is not None:
        room = {day: window.daily_cap - load for day, load in enumerate(daily_load(wish.schedule), start=1)}
    for parts in range(2, most + 1):
        lengths = block_lengths(task.duration, parts)
        if lengths and _fit([(day, last - first + 1) for day, first, last in runs], lengths, room, window.buffer):
            return parts
    return None


def _fit(runs: list[tuple[int, int]], lengths: Sequence[int], room: dict[int, int], buffer: int) -> bool:
    """Tell whether all lengths go into the runs one after the other, in the longest run that is left."""
    left, room = list(runs), dict(room)
    for length in lengths:
        day, longest = max(left, key=lambda run: min(run[1], room[run[0]]), default=(0, 0))
        if min(longest, room.get(day, 0)) < length:
            return False
        left.remove((day, longest))
        left.append((day, longest - length - buffer))
        room[day] -= length
    return True
