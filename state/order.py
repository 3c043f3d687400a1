"""Order: tasks of one ordered group (their category) keep their sequence unless the person allowed reordering."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from state.desk import OrderScope
from state.schedule import Schedule, Task


def ordered_groups(tasks: Iterable[Task], scope: OrderScope) -> list[list[Task]]:
    """Return each ordered group, first task first; with scope `all`, every task in list order is one group."""
    work = [task for task in tasks if task.source == "task_item"]
    if scope is OrderScope.ALL:
        return [sorted(work, key=lambda task: task.id)]
    groups: defaultdict[str, list[Task]] = defaultdict(list)
    for task in work:
        if task.order is not None:
            groups[task.category].append(task)
    return [sorted(group, key=lambda task: task.order or 0) for group in groups.values()]


def inversions(schedule: Schedule, scope: OrderScope = OrderScope.GROUP) -> frozenset[tuple[int, int]]:
    """Return the pairs (earlier id, later id) of a group in which the later one starts before the earlier one ends.

    All placed pairs count, not only neighbours; tasks with an equal `order` are free among each other.
    """
    return frozenset(_out_of_order(schedule, scope))


def _out_of_order(schedule: Schedule, scope: OrderScope) -> Iterator[tuple[int, int]]:
    for group in ordered_groups(schedule.tasks, scope):
        for first, second in combinations([task for task in group if task.position], 2):
            if _same_rank(first, second, scope):
                continue
            if not _ends_before(first, second):
                yield first.id, second.id


def _same_rank(first: Task, second: Task, scope: OrderScope) -> bool:
    return scope is OrderScope.GROUP and first.order == second.order


def _ends_before(first: Task, second: Task) -> bool:
    one, two = first.position, second.position
    assert one is not None, "only placed tasks are compared"
    assert two is not None, "only placed tasks are compared"
    return (one.day, one.slot_end) < (two.day, two.slot_start)
