"""What local search finds by itself, without the exact model."""

from __future__ import annotations

from builders import desk, slots, task

from state.desk import OrderScope
from tools.planners.assignment import Assignment, Goal
from tools.planners.build import Wish, build
from tools.planners.descent import descend
from tools.planners.problem import STAY


def test_tasks_trade_days_when_that_leaves_fewer_categories_on_them() -> None:
    on = desk(*(task(id_, f"Part {id_}", category=name, duration=2) for id_, name in enumerate("ABAB", 1)), days=2)
    problem = build(Wish(schedule=on.schedule, scope=OrderScope.GROUP, tasks=on.schedule.tasks))
    first, second = (problem.of_day[day][0].index for day in (1, 2))
    assignment = Assignment(problem, [first, first, second, second])

    descend(assignment, (Goal.UNPLACED, Goal.LOAD, Goal.CATEGORIES))

    assert assignment.totals[Goal.LOAD] == 32
    assert assignment.totals[Goal.CATEGORIES] == 2


def test_tasks_that_moved_for_nothing_go_home_together() -> None:
    here, there = task(1, "One", slots(1, 1, 2), duration=2), task(2, "Other", slots(2, 1, 2), duration=2)
    problem = build(Wish(schedule=desk(here, there, days=2).schedule, scope=OrderScope.GROUP, tasks=(here, there)))
    first, second = (problem.of_day[day][0].index for day in (1, 2))
    assignment = Assignment(problem, [second, first])

    descend(assignment, (Goal.LEFT, Goal.LOAD, Goal.MOVED))

    assert assignment.choices == [STAY, STAY]
