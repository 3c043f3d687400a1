"""No task lies over a long pause, nor over an event that lies between two slots."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, slots, task

from state.desk import Desk, OrderScope
from state.order import inversions
from state.schedule import HALF_HOURS, Position, Task
from state.violation import ViolationKind
from tools import TOOLBOX
from tools.planners import box as planners
from tools.planners import restore_order
from tools.registry import Tool

BERLIN = ZoneInfo("Europe/Berlin")


def between(slot: int, start: str, end: str, day: int = 1) -> Position:
    """Where an event lies after a slot of a day without touching one."""
    moments = [datetime.fromisoformat(f"2026-11-{22 + day}T{clock}").replace(tzinfo=BERLIN) for clock in (start, end)]
    return Position(day=day, slot_start=slot + 1, slot_end=slot, start=moments[0], end=moments[1])


LUNCH = event(1, "Lunch", between(5, "12:40", "13:20"))
CALL = event(1, "Call", between(3, "10:46", "10:54"))


def kinds(on: Desk, **arguments: object) -> list[ViolationKind]:
    return [wrong.kind for wrong in called(TOOLBOX, on, "place", **arguments).report.violations]


def starts(on: Desk, duration: int) -> list[int]:
    found = called(TOOLBOX, on, "find_free", duration=duration, days=[1], limit=100).report.data["places"]
    return sorted(place["slot_start"] for place in found)


def drafted(*tasks: Task, **more: object) -> dict[str, tuple[Position, ...]]:
    done = called(TOOLBOX, desk(*tasks, days=1, **more), "draft_plan").desk.schedule
    return {one.title: one.slots for one in done.tasks}


def test_a_task_is_not_laid_over_a_lunch_that_touches_no_slot() -> None:
    on = desk(LUNCH, task(2, "Essay", duration=2), days=1, span_pauses=True)

    assert kinds(on, task_id=2, day=1, slot_start=5) == [ViolationKind.OVERLAP]
    refused = called(TOOLBOX, on, "place", task_id=2, day=1, slot_start=5).report.text
    assert 'overlaps "Lunch" (event 1) at Mon 23 Nov 2026 12:40-13:20 (day 1, after slot 5)' in refused
    assert starts(on, 2) == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]


@pytest.mark.parametrize(("slot", "right"), [(2, []), (3, [ViolationKind.OVERLAP]), (4, [])])
def test_an_event_in_a_short_pause_parts_what_lies_beside_it(slot: int, right: list[ViolationKind]) -> None:
    on = desk(CALL, task(2, "Essay", duration=2), span_pauses=True)

    assert kinds(on, task_id=2, day=1, slot_start=slot) == right


def test_planners_go_round_an_event_between_slots() -> None:
    busy = [event(10, "Course", slots(1, 1, 2)), event(11, "Seminar", slots(1, 6, 12))]

    assert drafted(CALL, *busy, task(2, "Essay", duration=2))["Essay"] == (slots(1, 4, 5),)
    assert drafted(CALL, *busy, task(2, "Thesis", duration=3))["Thesis"] == ()


@pytest.mark.parametrize("slot", [4, 5])
def test_the_buffer_counts_on_both_sides_of_an_event_between_slots(slot: int) -> None:
    on = desk(event(1, "Call", between(4, "11:42", "11:48")), task(2, "Essay"), days=1, buffer=1)

    assert kinds(on, task_id=2, day=1, slot_start=slot) == [ViolationKind.OVERLAP]
    assert starts(on, 1) == [1, 2, 3, 6, 7, 8, 9, 10, 11, 12]


def test_what_lies_outside_the_slots_of_the_day_keeps_nothing_away() -> None:
    early, late = between(0, "06:00", "06:30"), between(12, "22:00", "23:00")

    assert starts(desk(event(1, "Run", early, late), days=1, buffer=1), 1) == list(range(1, 13))


def test_a_task_goes_over_a_short_pause_and_not_over_one_of_twenty_minutes() -> None:
    on = desk(task(2, "Essay", duration=2), days=1)

    assert starts(on, 2) == [1, 3, 4, 6, 8, 9, 11]
    assert kinds(on, task_id=2, day=1, slot_start=2) == [ViolationKind.PAUSE]
    refused = called(TOOLBOX, on, "place", task_id=2, day=1, slot_start=5).report.text
    assert "would go on after the pause 12:35-13:30; choose a free place" in refused


def why_left(*tasks: Task, **more: object) -> str:
    (left,) = called(TOOLBOX, desk(*tasks, days=1, **more), "draft_plan").report.unplaced
    return left.reason.partition("; split into")[0]


def test_a_task_longer_than_every_stretch_between_pauses_is_left_out_and_the_pause_is_named() -> None:
    reason = "needs 3 h; longest free run is 2 h 15 min; the pause 09:40-10:00 parts the free time"
    assert why_left(task(2, "Thesis", duration=4)) == reason

    pauses = "the pauses 09:40-10:00 and 12:35-13:30 part the free time"
    reason = f"needs 4 h 30 min; longest free run is 2 h 15 min; {pauses}"
    assert why_left(task(2, "Thesis", duration=6)) == reason


def test_a_pause_is_named_only_where_it_makes_the_difference() -> None:
    course = event(1, "Course", slots(1, 4))

    needs = "needs 6 h 45 min; longest free run is"
    assert why_left(course, task(2, "Thesis", duration=9)) == f"{needs} 2 h 15 min"
    assert why_left(course, task(2, "Thesis", duration=9), span_pauses=True) == f"{needs} 6 h"
    assert why_left(LUNCH, task(2, "Thesis", duration=9)) == f"{needs} 2 h 15 min"


def test_a_pause_is_named_after_the_order_that_shuts_a_task_out() -> None:
    first = task(1, "Part 1", slots(1, 6), category="Thesis", order=1, locked=True)
    second = task(2, "Part 2", category="Thesis", order=2, duration=3)
    course = event(3, "Course", slots(1, 10, 12))

    assert why_left(first, second, course) == (
        'needs 2 h 15 min after "Part 1" (task 1); longest free run there is 1 h 30 min'
        + "; the pause 15:10-15:30 parts the free time"
    )


def test_a_task_spans_long_pauses_when_the_person_says_so() -> None:
    assert drafted(task(2, "Thesis", duration=12), span_pauses=True)["Thesis"] == (slots(1, 1, 12),)


def test_half_hours_have_no_pause() -> None:
    assert drafted(task(2, "Thesis", duration=20), grid=HALF_HOURS)["Thesis"] == (slots(1, 1, 20),)


def test_fewer_category_changes_do_not_lead_over_a_pause() -> None:
    week = desk(
        task(1, "A", slots(1, 1), category="a"),
        task(2, "B", slots(1, 2), category="b"),
        task(3, "A2", slots(1, 3, 4), category="a"),
        days=1,
        allow_reorder=True,
    )

    done = called(TOOLBOX, week, "min_context_switch").desk.schedule

    assert done.by_id[3].slots == (slots(1, 3, 4),)


def test_an_event_between_slots_is_told_with_its_own_times() -> None:
    on = desk(LUNCH, days=1)

    overview = called(TOOLBOX, on, "get_overview").report
    assert '12:40-13:20 [after slot 5] "Lunch" (event 1)' in overview.text
    assert overview.data["days"][0]["entries"][0]["start"] == "2026-11-23T12:40:00+01:00"
    day = called(TOOLBOX, on, "query_range", day=1).report.text.splitlines()
    assert day[6] == '- 12:40-13:20 [after slot 5]: "Lunch" (event 1)'
    assert (
        "- Mon 23 Nov 2026 12:40-13:20 (day 1, after slot 5)"
        in called(TOOLBOX, on, "get_task_info", task_id=1).report.text
    )


def test_an_event_from_midnight_to_midnight_is_told_as_a_whole_day() -> None:
    moments = [datetime(2026, 11, day, tzinfo=BERLIN) for day in (23, 24)]
    fair = event(1, "Fair", Position(day=1, slot_start=1, slot_end=12, start=moments[0], end=moments[1]))
    on = desk(fair, days=1)

    assert 'whole day [slots 1-12] "Fair" (event 1)' in called(TOOLBOX, on, "get_overview").report.text
    told = called(TOOLBOX, on, "get_task_info", task_id=1).report.text
    assert "- Mon 23 Nov 2026 whole day (day 1, slots 1-12)" in told
    assert '"Fair" (event 1) whole day' in called(TOOLBOX, on, "query_range", day=1).report.text


def test_a_slot_that_an_event_touches_in_part_tells_when_the_event_is() -> None:
    moments = [datetime(2026, 11, 23, 11, 15, tzinfo=BERLIN), datetime(2026, 11, 23, 12, 10, tzinfo=BERLIN)]
    client = event(1, "Client", Position(day=1, slot_start=4, slot_end=5, start=moments[0], end=moments[1]))

    day = called(TOOLBOX, desk(client, days=1), "query_range", day=1).report.text

    assert '- 10:55-11:40 slot 4: blocked, "Client" (event 1) 11:15-12:10' in day


OLD = (
    LUNCH,
    task(2, "Over lunch", slots(1, 5, 6), category="math", order=2),
    task(3, "Over a pause", slots(2, 2, 3), category="math", order=1, locked=True),
    task(4, "New", duration=2, category="math", order=3),
    task(5, "Late", slots(3, 7, 8), category="math", order=4),
)
"""A draft from before pauses parted the day: one task lies over an event between slots, two over long pauses."""


@pytest.mark.parametrize("buffer", [0, 1])
@pytest.mark.parametrize("tool", list(planners), ids=lambda tool: tool.name)
def test_planners_work_beside_what_lies_over_pauses_since_before(tool: Tool, buffer: int) -> None:
    on = desk(*OLD, days=4, buffer=buffer, allow_reorder=True)
    given: dict[str, dict[str, Any]] = {
        "relocate": {"tasks": {"days": [1]}, "region": {"days": [4]}},
        "explain": {"task_id": 3},
    }

    done = called(TOOLBOX, on, tool.name, **given.get(tool.name, {}))

    assert not done.report.violations
    assert not done.report.unplaced
    assert done.desk.schedule.by_id[3] == on.schedule.by_id[3]
    mended = tool.name == "replan"
    assert (done.desk.schedule.by_id[5] == on.schedule.by_id[5]) is not mended


def test_order_is_restored_beside_what_is_locked_over_a_pause() -> None:
    week = desk(*OLD, days=4).schedule

    after = restore_order(week, OrderScope.GROUP)

    assert after is not None
    assert [one.id for one in after.tasks if one != week.by_id[one.id]] == [2]
    assert not inversions(after, OrderScope.GROUP)
