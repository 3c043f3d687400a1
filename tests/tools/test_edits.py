"""Edits say what changed with old and new time; a batch is all or nothing."""

from __future__ import annotations

from typing import Any

from builders import called, desk, event, slots, task

from state.desk import Desk
from state.schedule import Position, Status
from state.violation import ViolationKind
from tools.edits import edits
from tools.load import LOAD

LECTURE = event(1, "Lecture", slots(1, 1, 2))
ON = desk(LECTURE, task(2, "Essay", slots(1, 5, 6)), task(3, "Read"), task(4, "Draw", slots(2, 1)), span_pauses=True)


def where(on: Desk) -> dict[int, Position | None]:
    return {one.id: one.position for one in on.schedule.tasks}


def batch(on: Desk, *items: tuple[int, int | None, int | None]) -> Any:
    listed = [{"task_id": id_, "day": day, "slot_start": slot} for id_, day, slot in items]
    return called(edits, on, "batch_move", items=listed)


def test_placing_says_the_new_time_and_the_daily_load_before_and_after() -> None:
    done = called(edits, ON, "place", task_id=3, day=3, slot_start=5)

    assert done.report.text == (
        "Done, 1 changed:\n"
        '- place "Read" (task 3): pending -> Wed 25 Nov 2026 11:50-12:35 (day 3, slot 5)\n'
        "daily load (sum of squares): 17 before, 18 after."
    )
    assert [(figure.name, figure.before, figure.after) for figure in done.report.objectives] == [(LOAD, 17, 18)]
    assert done.desk.schedule.by_id[3].status is Status.SUGGESTED
    assert done.report.data["changes"][0]["after"]["start"] == "2026-11-25T11:50:00+01:00"


def test_moving_says_the_old_and_the_new_time() -> None:
    done = called(edits, ON, "move", task_id=2, day=2, slot_start=5)

    assert "Mon 23 Nov 2026 11:50-14:15 (day 1, slots 5-6) -> Tue 24 Nov 2026 11:50-14:15 (day 2, slots 5-6)" in (
        done.report.text
    )
    assert where(done.desk)[2] == slots(2, 5, 6)


def test_moving_may_overlap_the_task_s_own_old_place() -> None:
    assert where(called(edits, ON, "move", task_id=2, day=1, slot_start=6).desk)[2] == slots(1, 6, 7)


def test_moving_to_where_it_lies_changes_nothing() -> None:
    done = called(edits, ON, "move", task_id=2, day=1, slot_start=5)

    assert done.desk is ON
    assert not done.report.violations
    assert "lies there already" in done.report.text


def test_swapping_trades_starts_and_keeps_durations() -> None:
    done = called(edits, ON, "swap", task_id=2, other_task_id=4)

    assert (where(done.desk)[2], where(done.desk)[4]) == (slots(2, 1, 2), slots(1, 5))
    assert len(done.changes) == 2


def test_unplacing_makes_a_task_pending() -> None:
    done = called(edits, ON, "unplace", task_id=2)

    assert done.desk.schedule.by_id[2].status is Status.PENDING
    assert 'unplace "Essay" (task 2): Mon 23 Nov 2026 11:50-14:15 (day 1, slots 5-6) -> pending' in done.report.text


def test_only_places_may_be_edited_on_a_card() -> None:
    assert {tool.name: tool.editable for tool in edits if tool.editable} == {
        "place": ("day", "slot_start"),
        "move": ("day", "slot_start"),
    }


def test_a_batch_takes_all_up_before_it_lays_any_down() -> None:
    done = batch(ON, (2, 2, 1), (4, 1, 5), (3, 1, 6))

    assert where(done.desk) == {1: slots(1, 1, 2), 2: slots(2, 1, 2), 3: slots(1, 6), 4: slots(1, 5)}
    assert done.desk.schedule.version == ON.schedule.version + 1


def test_a_batch_puts_tasks_back_to_pending_with_null() -> None:
    assert where(batch(ON, (2, None, None), (3, 1, 5)).desk)[2] is None


def test_a_batch_with_one_bad_item_changes_nothing_and_reports_each_item() -> None:
    refused = batch(ON, (1, 5, 1), (2, 3, 1), (3, 3, 2), (4, 4, 1), (99, 4, 1))

    assert refused.desk is ON
    assert [wrong.kind for wrong in refused.report.violations] == [
        ViolationKind.WRONG_STATUS,
        ViolationKind.OUT_OF_RANGE,
        ViolationKind.OVERLAP,
    ]
    assert refused.report.text.splitlines()[-5:] == [
        "- task 1: not possible (wrong_status)",
        "- task 2: not possible (overlap)",
        "- task 3: not possible (overlap)",
        '- "Draw" (task 4): would fit at Thu 26 Nov 2026 08:00-08:45 (day 4, slot 1)',
        "- task 99: not possible (out_of_range)",
    ]
    items = refused.report.data["items"]
    assert [(item["task_id"], len(item["violations"])) for item in items] == [(1, 1), (2, 1), (3, 0), (4, 0), (99, 1)]


def test_a_refused_single_edit_names_places_that_fit_on_the_day_asked_for_first() -> None:
    refused = called(edits, ON, "place", task_id=3, day=2, slot_start=1)

    assert "Places that fit:\n- Tue 24 Nov 2026 08:55-09:40 (day 2, slot 2)" in refused.report.text


def test_a_refused_single_edit_says_when_no_place_fits_at_all() -> None:
    full = desk(event(1, "Trip", slots(1, 1, 12)), task(3, "Read"), days=1)

    refused = called(edits, full, "place", task_id=3, day=1, slot_start=1)

    assert "No other place in the window fits it as things are" in refused.report.text
