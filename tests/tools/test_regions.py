"""Regions and filters mean what a person means by them."""

from __future__ import annotations

import pytest
from builders import event, schedule, slots, task
from pydantic import ValidationError

from state.schedule import Status
from tools.regions import Region, TaskFilter

WEEK = schedule(event(1, "Gym", slots(6, 1)), task(2, "Essay", slots(6, 2, 3), category="Math"), task(3, "Read"))


def test_a_region_without_limits_is_the_whole_window() -> None:
    assert len(Region().cells(WEEK)) == 7 * 12


def test_a_region_is_the_cells_that_meet_every_limit() -> None:
    assert Region(days=(1, 6, 9), weekdays=(6, 7), slot_start=11).cells(WEEK) == {(6, 11), (6, 12)}


def test_a_region_covers_a_position_only_wholly_and_touches_it_with_one_slot() -> None:
    morning = Region(slot_end=2)

    assert morning.covers(WEEK, slots(1, 1, 2))
    assert not morning.covers(WEEK, slots(1, 2, 3))
    assert morning.touches(WEEK, slots(1, 2, 3))
    assert not morning.touches(WEEK, slots(1, 3, 4))
    assert not Region(weekdays=(7,)).touches(WEEK, slots(1, 1))


def test_an_empty_filter_means_every_movable_task() -> None:
    assert [one.id for one in WEEK.tasks if TaskFilter().matches(WEEK, one)] == [2, 3]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (TaskFilter(task_ids=(3, 1)), [3]),
        (TaskFilter(category="math"), [2]),
        (TaskFilter(title="ESS"), [2]),
        (TaskFilter(status=Status.PENDING), [3]),
        (TaskFilter(weekdays=(6, 7)), [2]),
        (TaskFilter(slot_start=3), [2]),
        (TaskFilter(days=(1,)), []),
    ],
)
def test_a_filter_means_tasks_that_meet_everything_given(wanted: TaskFilter, ids: list[int]) -> None:
    assert [one.id for one in WEEK.tasks if wanted.matches(WEEK, one)] == ids


def test_slots_the_wrong_way_round_and_empty_lists_are_errors() -> None:
    for kind in (Region, TaskFilter):
        with pytest.raises(ValidationError, match="slot_end 2 is before slot_start 5"):
            kind(slot_start=5, slot_end=2)
        with pytest.raises(ValidationError, match="at least 1 item"):
            kind(days=())
