"""The one door: a call is read strictly, guarded, run on a copy, and judged whatever the tool says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from builders import called, desk, event, slots, task

from state.desk import Desk
from state.errors import BadArguments, UnknownTool
from state.schedule import Status
from state.tool import Effect, Objective, ToolCall, ToolReport
from state.violation import Violation, ViolationKind
from tools import TOOLBOX
from tools.dispatch import check
from tools.load import LOAD
from tools.regions import Region, TaskFilter
from tools.registry import Arguments, Result, Toolbox

ON = desk(event(1, "Lecture", slots(1, 1, 2)), task(2, "Essay", slots(1, 5)), task(3, "Read"))


class Nothing(Arguments):
    """No arguments."""


class Wide(Arguments):
    """Nested arguments."""

    region: Region
    tasks: TaskFilter = TaskFilter()


box = Toolbox()


@box.add(Effect.DRAFT)
def careless(desk: Desk, args: Nothing) -> Result:
    """Put a task onto a lecture and call it done."""
    moved = desk.schedule.by_id[2].model_copy(update={"slots": (slots(1, 1),)})
    return Result(desk.model_copy(update={"schedule": desk.schedule.with_tasks([moved])}), ToolReport(text="Fine!"))


@box.add(Effect.READ)
def nosy(desk: Desk, args: Nothing) -> Result:
    """Move a task while reading."""
    moved = desk.schedule.by_id[2].model_copy(update={"slots": (slots(4, 1),)})
    return Result(desk.model_copy(update={"schedule": desk.schedule.with_tasks([moved])}), ToolReport(text="Fine!"))


@box.add(Effect.DRAFT)
def greedy(desk: Desk, args: Nothing) -> Result:
    """Move a task in two steps, and allow itself everything."""
    placed = desk.schedule.by_id[3].model_copy(update={"slots": (slots(4, 1),), "status": Status.SUGGESTED})
    moved = desk.schedule.by_id[2].model_copy(update={"slots": (slots(4, 5),)})
    twice = desk.schedule.with_tasks([placed]).with_tasks([moved])
    report = ToolReport(text="Done.", reasons={2: "nearer to the other"})
    return Result(desk.model_copy(update={"schedule": twice, "allow_reorder": True}), report)


@box.add(Effect.DRAFT)
def idle(desk: Desk, args: Nothing) -> Result:
    """Change nothing but the version."""
    same = desk.schedule.model_copy(update={"version": desk.schedule.version + 1})
    return Result(desk.model_copy(update={"schedule": same}), ToolReport(text="Nothing to do."))


def barred_on_mondays(desk: Desk) -> Violation | None:
    return Violation(kind=ViolationKind.LOCKED, message="never on Mondays")


@box.add(Effect.DRAFT, guards=(barred_on_mondays,))
def guarded(desk: Desk, args: Nothing) -> Result:
    """Do what is forbidden."""
    raise AssertionError("a guarded tool must not run")


@box.add(Effect.DRAFT)
def wide(desk: Desk, args: Wide) -> Result:
    """Take nested arguments."""
    return Result(desk, ToolReport(text="Read."))


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("place", {"task_id": 3, "day": "2", "slot_start": 1}, "place.day: Input should be a valid integer"),
        ("place", {"task_id": 3, "day": 2.0, "slot_start": 1}, "place.day: Input should be a valid integer"),
        ("place", {"task_id": 3, "day": True, "slot_start": 1}, "place.day: Input should be a valid integer"),
        ("place", {"task_id": 3, "day": 0, "slot_start": 1}, "place.day: Input should be greater than or equal to 1"),
        ("place", {"task_id": 3, "day": 10**400, "slot_start": 1}, "place.day: "),
        ("place", {"task_id": 3, "day": 2}, "place.slot_start: Field required"),
        ("place", {"task_id": 3, "day": 2, "slot_start": 1, "week": 1}, "place.week: Extra inputs are not permitted"),
        ("swap", {"task_id": 3, "other_task_id": 3}, "swap: other_task_id must be another task than task_id"),
        ("batch_move", {"items": []}, "batch_move.items: Tuple should have at least 1 item"),
        ("batch_move", {"items": [{"task_id": 1, "day": 1, "slot_start": None}]}, "batch_move.items.0: give both"),
        ("query_range", {"day": 1, "slot_start": 4, "slot_end": 2}, "query_range: slot_end 2 is before slot_start 4"),
        ("list_tasks", {"status": "gone"}, "list_tasks.status: Input should be 'existing', 'suggested' or 'pending'"),
        ("find_free", {"duration": 1, "weekdays": [8]}, "find_free.weekdays.0: Input should be less than or equal"),
        ("list_tasks", {"title": "\ud800"}, "list_tasks: Invalid JSON"),
        ("list_tasks", {"title": {1, 2}}, "list_tasks: the arguments are not JSON"),
    ],
)
def test_wrong_arguments_are_told_by_field(name: str, arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadArguments) as refused:
        check(TOOLBOX, ToolCall(name=name, arguments=arguments))

    assert refused.value.complaint.startswith(complaint)
    assert "; " not in refused.value.complaint
    assert refused.value.hint.startswith(f"{name} takes ")


def test_the_hint_lists_the_fields_nested_ones_too() -> None:
    with pytest.raises(BadArguments) as refused:
        check(box, ToolCall(name="wide", arguments={}))

    assert refused.value.hint == (
        "wide takes region: {days?: [integer] | null, weekdays?: [integer] | null, slot_start?: integer | null, "
        "slot_end?: integer | null}, tasks?: {task_ids?: [integer] | null, category?: string | null, "
        'title?: string | null, status?: "existing" | "suggested" | "pending" | null, days?: [integer] | null, '
        "weekdays?: [integer] | null, slot_start?: integer | null, slot_end?: integer | null}."
    )


def test_lists_and_names_from_json_become_tuples_and_enums() -> None:
    arguments = {"region": {"days": [1, 2]}, "tasks": {"status": "pending"}}

    checked = check(box, ToolCall(name="wide", arguments=arguments))

    assert checked.args == Wide(region=Region(days=(1, 2)), tasks=TaskFilter(status=Status.PENDING))


def test_an_unknown_tool_is_told_with_those_that_exist() -> None:
    with pytest.raises(UnknownTool, match="no tool 'fly'") as refused:
        check(TOOLBOX, ToolCall(name="fly"))

    assert "get_overview, query_range, find_free" in refused.value.hint


def test_a_careless_tool_cannot_commit_a_broken_schedule() -> None:
    performed = called(box, ON, "careless")

    assert performed.desk is ON
    assert [wrong.kind for wrong in performed.report.violations] == [ViolationKind.OVERLAP]
    assert "Fine!" not in performed.report.text
    assert performed.report.text.startswith("Refused, nothing changed.")


def test_a_read_tool_cannot_write() -> None:
    performed = called(box, ON, "nosy")

    assert performed.desk is ON
    assert performed.report.violations


def test_a_commit_is_one_version_and_leaves_what_is_allowed_alone() -> None:
    performed = called(box, ON, "greedy")

    assert performed.desk.schedule.version == ON.schedule.version + 1
    assert performed.desk.allow_reorder is False
    assert [(change.task_id, change.reason) for change in performed.changes] == [(3, None), (2, "nearer to the other")]


def test_a_write_states_the_daily_load_even_when_the_tool_does_not() -> None:
    assert called(box, ON, "greedy").report.objectives == (Objective(name=LOAD, before=9, after=8),)


def test_a_write_that_changes_nothing_returns_the_same_desk() -> None:
    assert called(box, ON, "idle").desk is ON


def test_reordering_is_guarded_until_it_is_allowed() -> None:
    refused = called(TOOLBOX, ON, "min_context_switch")

    assert refused.desk is ON
    assert [wrong.kind for wrong in refused.report.violations] == [ViolationKind.ORDER]
    assert "which the person has not allowed" in refused.report.text
    allowed = called(TOOLBOX, ON.model_copy(update={"allow_reorder": True}), "min_context_switch")
    assert not allowed.report.violations


def test_a_guard_keeps_the_tool_from_running_at_all() -> None:
    performed = called(box, ON, "guarded")

    assert performed.desk is ON
    assert performed.report.text == "Refused, nothing changed.\n- locked: never on Mondays"


def test_the_whole_table_of_tools_is_there() -> None:
    assert [tool.name for tool in TOOLBOX] == [
        *("get_overview", "query_range", "find_free", "list_tasks", "get_task_info", "next_up"),
        *("place", "move", "swap", "unplace", "batch_move"),
        *("at_risk", "explain", "draft_plan", "replan", "relocate", "spread_even", "min_context_switch"),
        *("queue_add", "queue_next", "queue_skip", "queue_status", "queue_apply"),
        *("add_tasks", "change_task", "finish_task", "drop_task"),
        *("split_task", "join_task", "repeat", "set_limits"),
        *("add_event", "move_event", "cancel_event"),
        *("apply_schedule", "undo_apply"),
        *("send_message", "delegate"),
    ]


def test_the_solver_is_not_loaded_before_it_is_needed() -> None:
    told = "import sys; import tools; print('ortools' in sys.modules)"
    root = Path(__file__).parents[2]

    shown = subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, text=True, check=True)

    assert shown.stdout.strip() == "False"


def test_every_tool_describes_itself() -> None:
    for spec in TOOLBOX.specs:
        assert spec.summary
        assert spec.parameters["additionalProperties"] is False
        assert set(spec.editable) <= set(spec.parameters["properties"])
