"""A deadline that is over limits nothing any more: the task lies where the person says, or comes first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders import called, desk, schedule, slots, task

from state.desk import Desk
from tools import TOOLBOX

FIRST = schedule().start_of(1, 1)
LONG_AGO = FIRST - timedelta(days=15)


def placed(on: Desk, title: str) -> tuple[object, ...]:
    return next(one.slots for one in on.schedule.tasks if one.title == title)


def test_an_overdue_task_may_be_placed_wherever_the_person_says() -> None:
    done = called(TOOLBOX, desk(task(2, "Tax return", deadline=LONG_AGO)), "place", task_id=2, day=4, slot_start=5)

    assert placed(done.desk, "Tax return") == (slots(4, 5),)


@pytest.mark.parametrize("strategy", ["steady", "rapid"])
def test_overdue_tasks_come_before_all_others(strategy: str) -> None:
    others = [task(number, f"Work {number}", duration=2, priority=1) for number in range(3, 13)]
    on = desk(*others, task(20, "Tax return", duration=2, priority=9, deadline=LONG_AGO))

    done = called(TOOLBOX, on, "draft_plan", strategy=strategy)

    assert placed(done.desk, "Tax return") == (slots(1, 1, 2),)
    assert not list(done.desk.schedule.pending)
    assert done.desk.schedule.version == on.schedule.version + 1
    assert done.report.reasons[20] == "overdue, so as soon as it goes"


def test_an_overdue_task_alone_is_drafted() -> None:
    done = called(TOOLBOX, desk(task(2, "Tax return", deadline=LONG_AGO)), "draft_plan")

    assert placed(done.desk, "Tax return") == (slots(1, 1),)


def test_a_task_that_is_still_in_time_does_not_lose_its_only_place_to_one_that_is_overdue() -> None:
    due = schedule().end_of(1, 1)
    on = desk(task(2, "Tax return", deadline=LONG_AGO), task(3, "Essay", deadline=due))

    done = called(TOOLBOX, on, "draft_plan")

    assert placed(done.desk, "Essay") == (slots(1, 1),)
    assert placed(done.desk, "Tax return") != ()


def test_a_deadline_that_passes_under_way_limits_nothing_from_then_on() -> None:
    due = schedule().end_of(1, 2)
    on = desk(task(2, "Essay", deadline=due))
    later = on.model_copy(update={"schedule": on.schedule.open_from(on.schedule.start_of(2, 3))})

    before = called(TOOLBOX, on, "place", task_id=2, day=3, slot_start=1)
    after = called(TOOLBOX, later, "draft_plan")

    assert "ends after its deadline" in before.report.text
    assert placed(after.desk, "Essay") == (slots(2, 3),)
    assert "overdue since" in called(TOOLBOX, later, "get_task_info", task_id=2).report.text
