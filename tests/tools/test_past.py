"""Nothing is placed before the moment from which a window may be used, and what lies before it stays."""

from __future__ import annotations

from datetime import datetime
from random import Random

import pytest
from any_call import any_arguments
from builders import STEADY, any_desk, called, desk, grid, randoms, schedule, slots, task
from hypothesis import given

from state.desk import Desk
from state.errors import BadArguments
from state.order import OrderScope
from state.schedule import Source, Task
from state.violation import ViolationKind
from tools import TOOLBOX
from tools.planners import box as planners
from tools.planners import restore_order

SUNDAY_EVENING = schedule().start_of(7, 10)


def any_desk_under_way(chance: Random) -> Desk:
    """A desk in the middle of its window."""
    on = any_desk(chance)
    days, grid = on.schedule.window.days, len(on.schedule.grid)
    moment = on.schedule.start_of(chance.randint(1, days), chance.randint(1, grid))
    return on.model_copy(update={"schedule": on.schedule.open_from(moment)})


def has_left(before: Task, after: Task) -> bool:
    """Tell whether a task lies where it did not lie before; a part of a split one stays within its old place."""
    return any(
        not any(
            old.day == new.day and old.slot_start <= new.slot_start and new.slot_end <= old.slot_end
            for old in before.slots
        )
        for new in after.slots
    )


@given(randoms())
@STEADY
def test_no_tool_places_anything_before_the_moment(chance: Random) -> None:
    on = any_desk_under_way(chance)
    for _ in range(6):
        tool = TOOLBOX[chance.choice([tool.name for tool in TOOLBOX])]
        before = on.schedule
        try:
            on = called(TOOLBOX, on, tool.name, **any_arguments(chance, on, tool)).desk
        except BadArguments:
            continue
        known = [one for one in on.schedule.tasks if one.id in before.by_id]
        touched = [one for one in known if one.source is not Source.EVENT and has_left(before.by_id[one.id], one)]
        assert not any(on.schedule.is_past(one) for one in touched), tool.name


@given(randoms())
@STEADY
def test_only_replanning_moves_what_lies_before_the_moment(chance: Random) -> None:
    on = any_desk_under_way(chance)
    past = [one for one in on.schedule.tasks if on.schedule.is_past(one)]
    for tool in planners:
        if tool.name == "replan":
            continue
        try:
            after = called(planners, on, tool.name, **any_arguments(chance, on, tool)).desk.schedule
        except BadArguments:
            continue
        assert [after.by_id[one.id] for one in past] == past, tool.name
    restored = restore_order(on.schedule, OrderScope.ALL)
    assert restored is None or [restored.by_id[one.id] for one in past] == past


def test_a_draft_made_on_sunday_evening_uses_what_is_left_of_sunday() -> None:
    on = desk(*(task(id_, f"Work {id_}") for id_ in range(1, 6)))
    on = on.model_copy(update={"schedule": on.schedule.open_from(SUNDAY_EVENING)})

    drafted = called(TOOLBOX, on, "draft_plan")

    assert {at for one in drafted.desk.schedule.tasks for at in one.slots} == {slots(7, slot) for slot in (10, 11, 12)}
    assert "nothing is free there" in drafted.report.text
    assert "from now on (Sun 29 Nov 2026 17:20)" in drafted.report.text


def test_a_place_in_the_past_is_refused_with_the_time_from_which_places_are_open() -> None:
    on = desk(task(1, "Essay"))
    on = on.model_copy(update={"schedule": on.schedule.open_from(SUNDAY_EVENING)})

    refused = called(TOOLBOX, on, "place", task_id=1, day=5, slot_start=1)

    assert [wrong.kind for wrong in refused.report.violations] == [ViolationKind.DEADLINE]
    assert "starts before Sun 29 Nov 2026 17:20, which is past or too soon" in refused.report.text


@pytest.mark.parametrize("day", [5, 7])
def test_what_lies_in_the_past_may_be_moved_to_what_is_left(day: int) -> None:
    on = desk(task(1, "Essay", slots(day, 1)))
    on = on.model_copy(update={"schedule": on.schedule.open_from(SUNDAY_EVENING)})

    moved = called(TOOLBOX, on, "move", task_id=1, day=7, slot_start=12)

    assert moved.desk.schedule.by_id[1].slots == (slots(7, 12),)


def test_what_is_left_of_a_past_slot_is_told_as_past_and_never_as_free() -> None:
    on = desk(task(1, "Essay", slots(7, 1)))
    on = on.model_copy(update={"schedule": on.schedule.open_from(SUNDAY_EVENING)})

    told = called(TOOLBOX, on, "query_range", day=7).report
    overview = called(TOOLBOX, on, "get_overview").report
    free = called(TOOLBOX, on, "find_free", duration=1).report

    states = [cell["state"] for cell in told.data["cells"]]
    assert states == ["blocked", *["past"] * 8, *["free"] * 3]
    assert [day["free"] for day in overview.data["days"]] == [
        *[[]] * 6,
        [{"slot_start": 10, "slot_end": 10}, {"slot_start": 11, "slot_end": 12}],
    ]
    assert {(place["day"], place["slot_start"]) for place in free.data["places"]} == {(7, 10), (7, 11), (7, 12)}


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-03-29T00:45+00:00", 3),  # 01:45, before the hour that is left out
        ("2026-03-29T01:35+00:00", 5),  # 03:35, after it
        ("2026-10-25T00:15+00:00", 3),  # 02:15, for the first time
        ("2026-10-25T01:15+00:00", 4),  # 02:15, for the second time: 02:30 stands for its first
    ],
)
def test_the_bound_holds_on_nights_on_which_the_clock_changes(now: str, first: int) -> None:
    moment, hours = datetime.fromisoformat(now), grid("00:30", "01:30", "02:30", "03:30", "04:30")
    week = schedule(task(1, "Essay"), start=moment.date(), days=1, grid=hours).open_from(moment)

    places = called(TOOLBOX, Desk(schedule=week), "find_free", duration=1, limit=9).report.data["places"]

    assert min(place["slot_start"] for place in places) == first
    assert all(week.start_of(1, place["slot_start"]).timestamp() >= moment.timestamp() for place in places)
