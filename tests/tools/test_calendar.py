"""From the draft into the calendar and back, on the desk: what the card shows, and what is refused."""

from __future__ import annotations

import pytest
from builders import called, desk, event, slots, task

from state.calendar_commit import Commit
from state.change import ChangeKind
from state.desk import Desk
from state.ids import ThreadId
from state.schedule import Status
from tools import TOOLBOX

LECTURE = event(1, "Lecture", slots(1, 1, 2))
ON = desk(LECTURE, task(2, "Essay", slots(2, 3, 4)), task(3, "Slides"), task(4, "Notes", slots(2, 7)))


def applied() -> Desk:
    """A desk whose draft is in the calendar."""
    wrote = Commit(id="k", thread=ThreadId("t"), tasks=(ON.schedule.by_id[2], ON.schedule.by_id[4]), uids=("a", "b"))
    return called(TOOLBOX, ON, "apply_schedule").desk.model_copy(update={"commit": wrote})


def test_apply_makes_calendar_of_the_draft_and_moves_nothing() -> None:
    performed = called(TOOLBOX, ON, "apply_schedule")

    after = performed.desk.schedule
    assert [(one.task_id, one.kind) for one in performed.changes] == [(2, ChangeKind.PLACE), (4, ChangeKind.PLACE)]
    assert [one.status for one in after.tasks] == [Status.EXISTING, Status.EXISTING, Status.PENDING, Status.EXISTING]
    assert [one.slots for one in after.tasks] == [one.slots for one in ON.schedule.tasks]
    assert after.version == ON.schedule.version + 1
    assert "2 written into the calendar" in performed.report.text
    assert "Tue 24 Nov 2026 10:00-11:40" in performed.report.text


def test_undo_makes_the_same_draft_of_it_again() -> None:
    performed = called(TOOLBOX, applied(), "undo_apply")

    assert performed.desk.schedule.tasks == ON.schedule.tasks
    assert [(one.task_id, one.kind) for one in performed.changes] == [(2, ChangeKind.UNPLACE), (4, ChangeKind.UNPLACE)]


def test_undo_of_what_has_gone_by_leaves_it_in_its_place_and_no_planner_lays_it_again() -> None:
    moment = ON.schedule.start_of(3, 1)
    late = applied()
    undone = called(TOOLBOX, late.model_copy(update={"schedule": late.schedule.open_from(moment)}), "undo_apply").desk

    assert undone.schedule.tasks == ON.schedule.tasks
    for planner in ("draft_plan", "spread_even"):
        after = called(TOOLBOX, undone, planner).desk.schedule
        assert (after.by_id[2], after.by_id[4]) == (ON.schedule.by_id[2], ON.schedule.by_id[4])


@pytest.mark.parametrize(
    ("on", "tool", "why"),
    [
        (desk(LECTURE, task(2, "Essay")), "apply_schedule", "holds nothing that the calendar does not have"),
        (applied(), "apply_schedule", "holds nothing that the calendar does not have"),
        (ON, "undo_apply", "has written nothing that could be taken back"),
        (ON.model_copy(update={"commit": applied().commit}), "undo_apply", "the schedule is another one since"),
    ],
)
def test_what_cannot_be_written_or_taken_back_is_refused(on: Desk, tool: str, why: str) -> None:
    performed = called(TOOLBOX, on, tool)

    assert performed.desk is on
    assert performed.report.violations
    assert why in performed.report.text


def test_what_is_in_the_calendar_is_out_of_reach_of_the_draft_tools() -> None:
    performed = called(TOOLBOX, applied(), "unplace", task_id=2)

    assert "stays where it is" in performed.report.text


def test_what_acts_outside_the_draft_always_asks() -> None:
    assert [tool.name for tool in TOOLBOX if tool.always_confirm] == [
        *("add_tasks", "change_task", "finish_task", "drop_task"),
        *("split_task", "join_task", "repeat", "set_limits"),
        *("add_event", "move_event", "cancel_event"),
        *("apply_schedule", "undo_apply"),
        "send_message",
    ]
    assert all(TOOLBOX.acts_outside(tool.name) is tool.always_confirm for tool in TOOLBOX)
