"""Order: tasks of one ordered group (their category) keep their sequence unless the person allowed reordering."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations, groupby
from typing import Any

from state.desk import OrderScope
from state.schedule import Schedule, Task, part_order


def ordered_groups(tasks: Iterable[Task], scope: OrderScope) -> list[list[list[Task]]]:
    """Return each ordered group as its ranks, the first first; tasks of one rank are free among each other.

    A group are the tasks of a category that have an order, and the parts of one task. With scope `all`, every task in
    list order is one group.
    """
    work = [task for task in tasks if task.source == "task_item"]
    if scope is OrderScope.ALL:
        return [[[task] for task in sorted(work, key=lambda task: task.id)]]
    groups: defaultdict[str, list[Task]] = defaultdict(list)
    # Parts that were given another place in a category each follow that: both orders could not hold at once.
    wholes: defaultdict[tuple[str, str, int | None], list[Task]] = defaultdict(list)
    for task in work:
        if task.order is not None:
            groups[task.category].append(task)
        if task.parent is not None:
            wholes[task.parent, task.category, task.order].append(task)
    ranked = [_ranked(group, lambda task: task.order or 0) for group in groups.values()]
    return ranked + [_ranked(parts, part_order) for parts in wholes.values()]


def _ranked(group: list[Task], rank: Callable[[Task], Any]) -> list[list[Task]]:
    return [list(same) for _, same in groupby(sorted(group, key=rank), key=rank)]


def inversions(schedule: Schedule, scope: OrderScope = OrderScope.GROUP) -> frozenset[tuple[int, int]]:
    """Return the pairs (earlier id, later id) of a group in which the later one starts before the earlier one ends.

    All placed pairs count, not only neighbours; tasks of an equal rank are free among each other.
    """
    return frozenset(_out_of_order(schedule, scope))


def _out_of_order(schedule: Schedule, scope: OrderScope) -> Iterator[tuple[int, int]]:
    for group in ordered_groups(schedule.tasks, scope):
        for lower, upper in combinations([[task for task in rank if task.position] for rank in group], 2):
            yield from ((one.id, two.id) for one in lower for two in upper if not _ends_before(one, two))


def _ends_before(first: Task, second: Task) -> bool:
    one, two = first.position, second.position
    assert one is not None, "only placed tasks are compared"
    assert two is not None, "only placed tasks are compared"
    return (one.day, one.slot_end) < (two.day, two.slot_start)
