"""Searching first where the person likes tasks to lie, and elsewhere only for those that find no place there.

So no task goes without a place for a wish, and the days are as even as they can be where it is liked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from state.schedule import Schedule
from tools.day_wishes import DayWishes
from tools.planners.assignment import Assignment, Goal
from tools.planners.bound import floor, open_floor
from tools.planners.build import Wish, build
from tools.planners.day_layout import schedule_as_liked
from tools.planners.problem import UNPLACED, Problem
from tools.planners.search import Found, search
from tools.planners.to_slots import pull_forward


@dataclass(frozen=True)
class Liked:
    """What was found, and the problem with every place that is allowed, liked or not."""

    found: Found
    whole: Problem

    def schedule(self, *, early: bool = False) -> Schedule:
        """Return the schedule, each day laid as the person likes it; `early` for tasks in the first place of a day."""
        return schedule_as_liked(pull_forward(self.found.best) if early else self.found.best, self.whole)


def search_liked(wish: Wish, goals: Sequence[Goal], *, exact: int | None = None) -> Liked:
    """Return the best assignment found for the goals with as many as can be where it is liked.

    What is said to be best holds among all plans, liked or not.
    """
    whole, picky = build(wish), _picky(wish)
    if not picky:
        return Liked(search(whole, goals, exact=exact), whole)
    found = search(build(replace(wish, picky=picky)), goals, exact=exact)
    if out := _without_place(found):
        found = search(build(replace(wish, picky=picky - out)), goals, exact=exact)
    same = Assignment(whole, found.best.choices)
    if UNPLACED not in found.best.choices:
        return Liked(Found(found.best, {goal: floor(whole, goal, same) for goal in goals}), whole)
    free = search(whole, goals, exact=exact)
    if free.best.totals[Goal.UNPLACED] < found.best.totals[Goal.UNPLACED]:
        return Liked(free, whole)
    bounds = {goal: open_floor(whole, goal, same) for goal in goals}
    return Liked(Found(found.best, bounds | {Goal.UNPLACED: free.bounds.get(Goal.UNPLACED, 0)}), whole)


def _picky(wish: Wish) -> frozenset[int]:
    """Return the tasks that the person would rather not have everywhere."""
    wishes, days = DayWishes(wish.schedule), range(1, wish.schedule.window.days + 1)
    return frozenset(task.id for task in wish.tasks if any(wishes.disliked(task, day) for day in days))


def _without_place(found: Found) -> frozenset[int]:
    pairs = zip(found.best.problem.items, found.best.choices, strict=True)
    return frozenset(item.task.id for item, choice in pairs if choice == UNPLACED)
