"""Restoring order: the same tasks, the fewest of them moved, so that ordered groups hold again."""

from __future__ import annotations

from state.desk import OrderScope
from state.order import inversions, ordered_groups
from state.schedule import Position, Schedule, Status, Task
from tools.places import at, lay
from tools.planners.assignment import Goal
from tools.planners.build import Pair, Wish, build
from tools.planners.greedy import all_stay
from tools.planners.search import Found, rescue
from tools.planners.to_slots import schedule_of
from tools.rules import violations


def restore_order(schedule: Schedule, scope: OrderScope, tolerated: frozenset[Pair] = frozenset()) -> Schedule | None:
    """Return the schedule with order restored and the fewest tasks moved, itself when order holds, or None.

    `tolerated` pairs may stay out of order.
    """
    wrong = inversions(schedule, scope) - tolerated
    if not wrong:
        return schedule
    for tasks in choices(schedule, scope, wrong):
        found = fewest_moves(schedule, scope, tolerated, tasks)
        if found is not None and _fine(schedule, after := schedule_of(found.best), scope, tolerated):
            return after
    after = _hand_back(schedule, scope)
    return after if _fine(schedule, after, scope, tolerated) else None


def fewest_moves(
    schedule: Schedule, scope: OrderScope, tolerated: frozenset[Pair], tasks: tuple[Task, ...]
) -> Found | None:
    """Return how these tasks are laid in order with the fewest moved, or None."""
    problem = build(Wish(schedule=schedule, scope=scope, tasks=tasks, tolerated=tolerated))
    return rescue(all_stay(problem), Goal.MOVED)


def choices(schedule: Schedule, scope: OrderScope, wrong: frozenset[Pair]) -> list[tuple[Task, ...]]:
    """Return which tasks may move: first those of the groups out of order, then all."""
    involved = {id_ for pair in wrong for id_ in pair}
    movable = [task for task in schedule.tasks if task.movable and task.status is Status.SUGGESTED]
    groups = [{task.id for rank in group for task in rank} for group in ordered_groups(schedule.tasks, scope)]
    ids = {id_ for group in groups if group & involved for id_ in group}
    narrow = tuple(task for task in movable if task.id in ids)
    return [narrow] if len(narrow) == len(movable) else [narrow, tuple(movable)]


def _fine(before: Schedule, after: Schedule, scope: OrderScope, tolerated: frozenset[Pair]) -> bool:
    if inversions(after, scope) - tolerated:
        return False
    return not violations(before, after, scope=scope, allow_reorder=False)


def _hand_back(schedule: Schedule, scope: OrderScope) -> Schedule:
    """Let the tasks of each group take the same starts in their order."""
    wanted: list[tuple[int, Position | None]] = []
    for group in ordered_groups(schedule.tasks, scope):
        free = [
            task for rank in group for task in rank if task.movable and task.position and not schedule.is_past(task)
        ]
        starts = sorted((one.day, one.slot_start) for task in free if (one := task.position))
        wanted += [(task.id, at(task, *start)) for task, start in zip(free, starts, strict=True)]
    return lay(schedule, wanted)
