"""Every violation is a value with names, weekday, date, clock times and the cure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, grid, schedule, slots, task

from state.desk import Desk, OrderScope
from state.schedule import Schedule, SlotRange, Status
from state.violation import Violation, ViolationKind
from tools.edits import edits
from tools.rules import violations

BERLIN = ZoneInfo("Europe/Berlin")
LECTURE = event(1, "Linear algebra", slots(1, 1, 2), slots(3, 1, 2))
LAB = event(2, "Lab", slots(2, 5, 8), host=True)


def step(before: Schedule, after: Schedule, **allowed: bool) -> tuple[Violation, ...]:
    return violations(before, after, scope=OrderScope.GROUP, allow_reorder=allowed.get("allow_reorder", False))


def kinds(on: Desk, name: str, **arguments: object) -> list[ViolationKind]:
    return [wrong.kind for wrong in called(edits, on, name, **arguments).report.violations]


def told(on: Desk, name: str, **arguments: object) -> str:
    performed = called(edits, on, name, **arguments)
    assert performed.desk is on
    return performed.report.text


def test_an_unknown_task_is_out_of_range_and_the_known_ids_are_named() -> None:
    on = desk(LECTURE, task(3, "Essay"))

    assert kinds(on, "place", task_id=9, day=1, slot_start=1) == [ViolationKind.OUT_OF_RANGE]
    assert "there is no task 9; ids are: 1, 3." in told(on, "place", task_id=9, day=1, slot_start=1)


def test_a_slot_the_grid_does_not_have_is_out_of_range() -> None:
    on = desk(task(3, "Essay"))

    assert kinds(on, "place", task_id=3, day=1, slot_start=13) == [ViolationKind.OUT_OF_RANGE]
    assert "slots 1-12, the last is 19:55-20:40" in told(on, "place", task_id=3, day=1, slot_start=13)


@pytest.mark.parametrize(("day", "slot", "said"), [(8, 1, "the last is Sun 29 Nov 2026"), (2, 12, "slots 1-11")])
def test_a_place_beyond_the_window_or_the_end_of_the_day_is_outside(day: int, slot: int, said: str) -> None:
    on = desk(task(3, "Essay", duration=2))

    assert kinds(on, "place", task_id=3, day=day, slot_start=slot) == [ViolationKind.OUTSIDE_WINDOW]
    assert said in told(on, "place", task_id=3, day=day, slot_start=slot)


@pytest.mark.parametrize(
    ("tool", "id_", "said"),
    [
        ("place", 1, '"Linear algebra" (event 1) is in the calendar'),
        ("place", 4, "already lies at Thu 26 Nov 2026 10:00-11:40 (day 4, slots 3-4); use move"),
        ("move", 3, '"Essay" (task 3) has no place yet; use place'),
        ("move", 5, '"Applied" (task 5) is in the calendar'),
    ],
)
def test_a_tool_that_does_not_fit_the_status_names_the_one_that_does(tool: str, id_: int, said: str) -> None:
    applied = task(5, "Applied", slots(5, 1), status=Status.EXISTING)
    on = desk(LECTURE, task(3, "Essay"), task(4, "Read", slots(4, 3, 4)), applied)

    assert kinds(on, tool, task_id=id_, day=6, slot_start=1) == [ViolationKind.WRONG_STATUS]
    assert said in told(on, tool, task_id=id_, day=6, slot_start=1)


def test_a_locked_task_stays() -> None:
    on = desk(task(4, "Read", slots(4, 3), locked=True))

    assert kinds(on, "unplace", task_id=4) == [ViolationKind.LOCKED]
    assert '"Read" (task 4) is locked' in told(on, "unplace", task_id=4)


def test_an_overlap_names_both_with_their_times_and_places_that_fit() -> None:
    on = desk(LECTURE, task(3, "Essay", duration=2), span_pauses=True)

    text = told(on, "place", task_id=3, day=3, slot_start=2)

    assert kinds(on, "place", task_id=3, day=3, slot_start=2) == [ViolationKind.OVERLAP]
    assert '"Essay" (task 3) at Wed 25 Nov 2026 08:55-10:45 (day 3, slots 2-3) overlaps' in text
    assert '"Linear algebra" (event 1) at Wed 25 Nov 2026 08:00-09:40 (day 3, slots 1-2)' in text
    assert "Places that fit:\n- Wed 25 Nov 2026 10:00-11:40 (day 3, slots 3-4)" in text


def test_two_tasks_that_overlap_are_told_once() -> None:
    on = desk(task(3, "Essay", slots(1, 1, 2)), task(4, "Read", slots(1, 3)))

    assert kinds(on, "swap", task_id=3, other_task_id=4) == []
    assert kinds(desk(task(3, "Essay", slots(1, 3, 5)), task(4, "Read", slots(1, 7))), "batch_move", items=[
        {"task_id": 3, "day": 2, "slot_start": 3}, {"task_id": 4, "day": 2, "slot_start": 4}
    ]) == [ViolationKind.OVERLAP]  # fmt: skip


@pytest.mark.parametrize("slot", [3, 4])
def test_the_buffer_stays_free_between_entries(slot: int) -> None:
    on = desk(LECTURE, task(3, "Essay"), buffer=2)

    assert kinds(on, "place", task_id=3, day=1, slot_start=slot) == [ViolationKind.OVERLAP]
    assert "leaves fewer than 2 free slots (the buffer) to" in told(on, "place", task_id=3, day=1, slot_start=slot)
    assert kinds(on, "place", task_id=3, day=1, slot_start=5) == []


def test_a_task_inside_an_event_that_may_host_becomes_its_guest() -> None:
    after = called(edits, desk(LAB, task(3, "Essay", duration=2), buffer=1), "place", task_id=3, day=2, slot_start=6)

    guest = after.desk.schedule.by_id[3]
    assert guest.host is not None
    assert (guest.host.task_id, guest.host.day, guest.host.slot_start) == (2, 2, 5)


def test_a_guest_that_moves_out_loses_its_host() -> None:
    inside = called(edits, desk(LAB, task(3, "Essay")), "place", task_id=3, day=2, slot_start=6).desk

    assert called(edits, inside, "move", task_id=3, day=2, slot_start=9).desk.schedule.by_id[3].host is None


def test_a_second_guest_is_refused() -> None:
    on = called(edits, desk(LAB, task(3, "Essay"), task(4, "Read")), "place", task_id=3, day=2, slot_start=5).desk

    assert kinds(on, "place", task_id=4, day=2, slot_start=8) == [ViolationKind.HOST_TAKEN]
    text = told(on, "place", task_id=4, day=2, slot_start=8)
    assert '"Read" (task 4) at Tue 24 Nov 2026 15:30-16:15 (day 2, slot 8) would share an event with "Essay"' in text


def test_a_task_across_the_border_of_a_host_is_refused() -> None:
    on = desk(LAB, task(3, "Essay", duration=2))

    assert kinds(on, "place", task_id=3, day=2, slot_start=4) == [ViolationKind.STRADDLES_HOST]
    assert "lies partly inside" in told(on, "place", task_id=3, day=2, slot_start=4)


def test_an_event_over_a_host_blocks_the_guest() -> None:
    on = desk(LAB, event(5, "Fire drill", slots(2, 6)), task(3, "Essay"))

    assert kinds(on, "place", task_id=3, day=2, slot_start=6) == [ViolationKind.OVERLAP]
    assert kinds(on, "place", task_id=3, day=2, slot_start=7) == []


def test_deadline_and_earliest_are_real_moments_told_in_the_schedule_s_zone() -> None:
    late = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    on = desk(task(3, "Essay", deadline=late), task(4, "Read", earliest=late))

    assert kinds(on, "place", task_id=3, day=3, slot_start=2) == [ViolationKind.DEADLINE]
    assert "ends after its deadline Wed 25 Nov 2026 09:00" in told(on, "place", task_id=3, day=3, slot_start=2)
    assert kinds(on, "place", task_id=4, day=3, slot_start=1) == [ViolationKind.DEADLINE]
    assert "starts before Wed 25 Nov 2026 09:00, its earliest" in told(on, "place", task_id=4, day=3, slot_start=1)
    assert kinds(on, "place", task_id=4, day=3, slot_start=3) == []


def test_a_task_may_end_exactly_at_its_deadline_at_midnight() -> None:
    midnight = datetime(2026, 11, 24, 0, 0, tzinfo=BERLIN)
    evening = grid("20:00", "22:00", minutes=120)
    on = desk(
        task(3, "Essay", deadline=midnight), task(4, "Read", deadline=midnight - timedelta(minutes=1)), grid=evening
    )

    assert kinds(on, "place", task_id=3, day=1, slot_start=2) == []
    assert kinds(on, "place", task_id=4, day=1, slot_start=2) == [ViolationKind.DEADLINE]
    assert "Mon 23 Nov 2026 22:00-00:00" in told(on, "place", task_id=4, day=1, slot_start=2)


@pytest.mark.parametrize(("slot", "fits"), [(1, True), (2, False)])
def test_a_deadline_in_the_repeated_hour_of_autumn_is_judged_by_the_real_clock(slot: int, fits: bool) -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)  # the first of the two, 00:30 UTC
    night = grid("01:00", "02:30", minutes=60)
    on = desk(task(3, "Essay", deadline=second), start=date(2026, 10, 25), days=1, grid=night)

    assert (kinds(on, "place", task_id=3, day=1, slot_start=slot) == []) is fits


def test_a_forbidden_weekday_or_slot_is_not_allowed() -> None:
    on = desk(task(3, "Essay", weekdays=(1, 2)), task(4, "Read", slot_range=SlotRange(slot_start=1, slot_end=4)))

    assert kinds(on, "place", task_id=3, day=3, slot_start=1) == [ViolationKind.NOT_ALLOWED_DAY]
    assert "not on an allowed weekday; allowed: Mon, Tue." in told(on, "place", task_id=3, day=3, slot_start=1)
    assert kinds(on, "place", task_id=4, day=3, slot_start=5) == [ViolationKind.NOT_ALLOWED_DAY]
    assert "allowed slots 1-4 (08:00-11:40)" in told(on, "place", task_id=4, day=3, slot_start=5)


def test_a_day_over_its_cap_is_infeasible() -> None:
    on = desk(task(3, "Essay", slots(1, 1, 2)), task(4, "Read", duration=2), cap=3)

    assert kinds(on, "place", task_id=4, day=1, slot_start=4) == [ViolationKind.INFEASIBLE]
    text = told(on, "place", task_id=4, day=1, slot_start=4)
    assert "Mon 23 Nov 2026 (day 1) would hold 4 slots of tasks, at most 3 are allowed" in text


def test_a_chapter_before_its_predecessor_is_out_of_order() -> None:
    one = task(3, "Chapter 1", slots(3, 1), category="math", order=1)
    three = task(5, "Chapter 3", category="math", order=3)
    on = desk(one, three)

    assert kinds(on, "place", task_id=5, day=2, slot_start=1) == [ViolationKind.ORDER]
    text = told(on, "place", task_id=5, day=2, slot_start=1)
    assert '"Chapter 3" (task 5) at Tue 24 Nov 2026 08:00-08:45 (day 2, slot 1) would start before' in text
    assert '"Chapter 1" (task 3) at Wed 25 Nov 2026 08:00-08:45 (day 3, slot 1) ends' in text
    free = on.model_copy(update={"allow_reorder": True})
    assert kinds(free, "place", task_id=5, day=2, slot_start=1) == []


def test_the_whole_list_keeps_its_order_when_the_scope_says_so() -> None:
    on = desk(task(3, "Essay", slots(3, 1)), task(4, "Read"), order_scope=OrderScope.ALL)

    assert kinds(on, "place", task_id=4, day=1, slot_start=1) == [ViolationKind.ORDER]


def test_a_place_of_another_length_breaks_the_duration() -> None:
    before = schedule(task(3, "Essay", duration=2))
    after = before.with_tasks(
        [before.by_id[3].model_copy(update={"slots": (slots(1, 1),), "status": Status.SUGGESTED})]
    )

    assert [wrong.kind for wrong in step(before, after)] == [ViolationKind.DURATION]


def test_a_link_to_no_host_is_refused() -> None:
    inside = called(edits, desk(LAB, task(3, "Essay")), "place", task_id=3, day=2, slot_start=6).desk.schedule
    elsewhere = inside.with_tasks([inside.by_id[3].model_copy(update={"slots": (slots(4, 6),)})])
    leaning = inside.with_tasks([inside.by_id[3].model_copy(update={"slots": (slots(2, 8, 9),)})])
    unlinked = inside.with_tasks([inside.by_id[3].model_copy(update={"host": None, "slots": (slots(2, 7),)})])

    assert [wrong.kind for wrong in step(inside, elsewhere)] == [ViolationKind.STRADDLES_HOST]
    assert ViolationKind.STRADDLES_HOST in [wrong.kind for wrong in step(inside, leaning)]
    assert [wrong.kind for wrong in step(inside, unlinked)] == [ViolationKind.OVERLAP]


def test_a_tool_may_change_nothing_but_places() -> None:
    before = schedule(LECTURE, task(3, "Essay", slots(1, 5)), task(4, "Read"))
    renamed = before.with_tasks([before.by_id[3].model_copy(update={"title": "Poem"})])
    moved_event = before.with_tasks([LECTURE.model_copy(update={"slots": (slots(5, 1, 2),)})])
    fewer = before.model_copy(update={"tasks": before.tasks[:2]})
    wider = before.model_copy(update={"window": before.window.model_copy(update={"days": 30})})
    twice = before.with_tasks([before.by_id[3].model_copy(update={"slots": (slots(1, 5), slots(2, 5))})])
    applied = before.with_tasks([before.by_id[3].model_copy(update={"status": Status.EXISTING})])

    for after in (renamed, moved_event, fewer, wider, twice, applied):
        assert {wrong.kind for wrong in step(before, after)} == {ViolationKind.WRONG_STATUS}


def test_what_was_wrong_before_does_not_bar_a_change_elsewhere() -> None:
    clash = task(3, "Essay", slots(1, 2))
    on = desk(LECTURE, clash, task(4, "Read", slots(1, 5, 6)), cap=1)

    assert kinds(on, "move", task_id=4, day=1, slot_start=8) == []
    assert kinds(on, "move", task_id=3, day=2, slot_start=8) == []
