"""The figures planners state besides the daily load, read off a schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import ceil
from typing import Final

from state.schedule import Schedule, Source
from state.tool import Objective
from tools.day_wishes import DayWishes, WishKind, count_wishes
from tools.places import lay
from tools.planners.assignment import NAMES, Goal
from tools.planners.search import Found

SOFT: Final = 1e-6
"""How far a bound of the solver may be above the true one through rounding."""


def category_changes(schedule: Schedule, days: Iterable[int] | None = None) -> int:
    """Return how often, within a day, a task of another category follows; events do not count."""
    wanted = None if days is None else set(days)
    lines: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for task in schedule.tasks:
        for at in task.slots if task.source is Source.TASK_ITEM else ():
            if wanted is None or at.day in wanted:
                lines[at.day].append((at.slot_start, task.category))
    return sum(one[1] != other[1] for line in lines.values() for one, other in pairwise(sorted(line)))


WISHES: Final = {
    WishKind.PREFER: "slots outside preferred hours",
    WishKind.LUNCH: "long days without a free hour at noon",
    WishKind.EVENING: "slots of heavy work after a late event",
    WishKind.BLOCK: "slots of work beyond the longest block",
}
"""How people read what goes against their wishes."""


def wish_figures(before: Schedule, after: Schedule) -> Iterator[Objective]:
    """Yield how far a plan goes against each wish that the person has told, and against others that it changes."""
    wishes, told = DayWishes(before), before.bounds.said()
    old, new = count_wishes(before, wishes), count_wishes(after, wishes)
    least = count_wishes(lay(before, [(task.id, None) for task in before.suggested if task.movable]), wishes)
    for kind, name in WISHES.items():
        if kind in told or old[kind] != new[kind]:
            proven = least[kind] >= new[kind]
            yield Objective(
                name=name, before=old[kind], after=new[kind], bound=min(least[kind], new[kind]), proven=proven
            )


def _count_moved(found: Found, after: Schedule) -> int:
    """Return how many tasks lie elsewhere than before; one that was laid anew on its own place has not moved."""
    return sum(after.by_id[item.task.id].position != item.home for item in found.best.problem.items)


def objectives(found: Found, goals: Sequence[Goal], before: Sequence[int], after: Schedule) -> tuple[Objective, ...]:
    """Return each goal as a person reads it; category changes are counted in the schedule itself."""
    return tuple(_objective(found, goal, old, after) for goal, old in zip(goals, before, strict=True))


def _objective(found: Found, goal: Goal, before: int, after: Schedule) -> Objective:
    reached, bound = found.best.totals[goal], found.bounds[goal]
    if goal is Goal.CATEGORIES:
        start, reached = category_changes(found.best.problem.schedule), category_changes(after)
        bound = max(0, bound - len(found.best.problem.days_of_work))
        before = start
    elif goal is Goal.MOVED:
        reached = _count_moved(found, after)
    elif goal is Goal.UNPLACED:
        scale = found.best.problem.work + 1
        before, reached, bound = before // scale, reached // scale, ceil(bound - SOFT) // scale
    bound = min(bound, reached)
    return Objective(name=NAMES[goal], before=before, after=reached, bound=bound, proven=bound >= reached)
