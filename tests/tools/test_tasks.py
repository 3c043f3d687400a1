"""The list of tasks on the desk: what comes, changes, ends and comes back, and what becomes of places."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from builders import called, desk, event, slots, task

from prompts.changes import say_card
from state.calendar_commit import Act, Commit
from state.desk import Desk
from state.errors import BadArguments
from state.ids import ThreadId
from state.schedule import EndedTask, Ending, SlotRange, Status
from state.task_edit import EditKind, task_changes
from state.tool import Effect, ToolCall
from state.when import Locale
from tools import TOOLBOX
from tools.dispatch import Performed, check, perform
from tools.registry import Nothing, Result, Toolbox
from tools.tasks import report_edits

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
ON = desk(
    event(1, "Lecture", slots(1, 1, 2)),
    task(2, "Essay", slots(2, 3, 4), category="history", order=1),
    task(3, "Essay", category="history", order=2),
    task(4, "Notes", slots(2, 7)),
).model_copy(update={"now": NOW, "operation": "op"})


def card(on: Desk, performed: Performed, locale: Locale = Locale.EN) -> str:
    """What the person would be shown."""
    edits = task_changes(on.schedule, performed.edits)
    return say_card(performed.changes, (), performed.desk.schedule, locale, Act.TASKS, edits=edits)


def undone(performed: Performed) -> Performed:
    """The desk after what was done has been taken back."""
    wrote = Commit(id="k", thread=ThreadId("t"), edits=performed.edits)
    return called(TOOLBOX, performed.desk.model_copy(update={"commit": wrote}), "undo_apply")


def test_new_tasks_come_with_everything_that_was_said_and_ids_of_their_own() -> None:
    said = {
        "title": "Essay",
        "minutes": 90,
        "category": "history",
        "order": 3,
        "earliest": "2026-11-24",
        "deadline": "2026-11-27T18:00",
        "weekdays": [5, 2],
        "hours": "10:00-15:10",
        "priority": 1,
        "locked": False,
    }

    performed = called(TOOLBOX, ON, "add_tasks", tasks=[said, {"title": "Call", "minutes": 10}])

    new, call = performed.desk.schedule.tasks[-2:]
    assert (new.id, call.id) == (5, 6)
    assert new.source_id.startswith("own-")
    assert new.source_id != call.source_id
    assert (new.title, new.duration, new.minutes, new.status) == ("Essay", 2, 90, Status.PENDING)
    assert (new.category, new.order, new.priority, new.weekdays) == ("history", 3, 1, (2, 5))
    assert new.earliest == ON.schedule.start_of(2, 1).replace(hour=0)
    assert new.deadline == ON.schedule.start_of(5, 1).replace(hour=18)
    assert new.slot_range == SlotRange(slot_start=3, slot_end=7)
    assert (call.duration, call.minutes, call.deadline) == (1, 10, None)


def test_a_task_for_a_list_that_the_person_keeps_is_named_so_and_the_same_each_time() -> None:
    on = ON.model_copy(update={"listed": True})

    once, again = (called(TOOLBOX, on, "add_tasks", tasks=[{"title": "Call", "minutes": 10}]) for _ in range(2))

    assert once.desk.schedule.tasks[-1].source_id.startswith("task-")
    assert once.desk == again.desk


def test_a_card_shows_field_by_field_what_changes_in_the_words_of_the_person() -> None:
    changed = called(TOOLBOX, ON, "change_task", task_ids=[3], title="Paper", minutes=100, deadline="2026-11-27")
    limited = called(TOOLBOX, ON, "change_task", task_ids=[3], weekdays=[1, 2], hours="08:00-12:00", locked=True)

    assert card(ON, changed) == (
        "With your approval this changes on your list of tasks (1):\n"
        "- Essay: title Essay → Paper; length 45 min → 100 min; due none → Fri 27 Nov 2026 23:59"
    )
    assert card(ON, limited).endswith(
        "- Essay: only on none → Mon, Tue; only between none → 08:00-11:40; locked no → yes"
    )
    assert card(ON, changed, Locale.ZH).endswith(
        "- Essay：名称 Essay → Paper；时长 45 分钟 → 100 分钟；截止 无 → 2026年11月27日 周五 23:59"
    )


def test_what_is_not_said_stays_and_what_is_cleared_goes() -> None:
    limited = called(TOOLBOX, ON, "change_task", task_ids=[2, 3], deadline="2026-11-27", weekdays=[1, 2, 3]).desk

    after = called(TOOLBOX, limited, "change_task", task_ids=[2, 3], clear=["deadline", "category"]).desk.schedule

    assert [(after.by_id[id_].deadline, after.by_id[id_].category) for id_ in (2, 3)] == [(None, "")] * 2
    assert [after.by_id[id_].weekdays for id_ in (2, 3)] == [(1, 2, 3)] * 2


@pytest.mark.parametrize(
    "said",
    [
        {"minutes": 45},
        {"deadline": "2026-11-23"},
        {"weekdays": [4]},
        {"hours": "13:30-20:40"},
        {"earliest": "2026-11-26"},
    ],
)
def test_a_task_whose_place_does_not_fit_any_more_gives_it_up_and_the_card_says_so(said: dict[str, Any]) -> None:
    performed = called(TOOLBOX, ON, "change_task", task_ids=[2], **said)

    assert performed.desk.schedule.by_id[2].status is Status.PENDING
    assert "- Essay: Tue 24 Nov 2026 10:00-11:40 → no place" in card(ON, performed)
    assert undone(performed).desk.schedule.tasks == ON.schedule.tasks


def test_a_task_that_fits_where_it_lies_stays_there() -> None:
    performed = called(TOOLBOX, ON, "change_task", task_ids=[2], title="Paper", deadline="2026-11-27", minutes=80)

    assert performed.desk.schedule.by_id[2].slots == ON.schedule.by_id[2].slots
    assert performed.changes == ()


def test_another_place_in_the_order_that_others_already_have_gives_the_place_up() -> None:
    on = desk(task(1, "One", slots(1, 1), category="a", order=1), task(2, "Two", slots(2, 1), category="a", order=2))

    performed = called(TOOLBOX, on, "change_task", task_ids=[1], order=3)

    assert [one.status for one in performed.desk.schedule.tasks] == [Status.PENDING, Status.SUGGESTED]


def test_a_locked_task_is_changed_in_place_or_not_at_all() -> None:
    on = called(TOOLBOX, ON, "change_task", task_ids=[2], locked=True).desk

    kept = called(TOOLBOX, on, "change_task", task_ids=[2], title="Paper")
    refused = called(TOOLBOX, on, "change_task", task_ids=[2], weekdays=[5])
    freed = called(TOOLBOX, on, "change_task", task_ids=[2], weekdays=[5], locked=False)

    assert kept.desk.schedule.by_id[2].title == "Paper"
    assert "is locked and could not stay" in refused.report.text
    assert freed.desk.schedule.by_id[2].status is Status.PENDING


def test_a_task_that_is_done_leaves_the_plan_and_keeps_when_and_how_long() -> None:
    performed = called(TOOLBOX, ON, "finish_task", task_ids=[2], took=50)

    after = performed.desk.schedule
    assert 2 not in after.by_id
    assert after.ended == (EndedTask(task=ON.schedule.by_id[2], ending=Ending.DONE, at=NOW, took=50),)
    assert card(ON, performed).endswith("- Done: Essay, took 50 min (gives up Tue 24 Nov 2026 10:00-11:40)")


def test_what_was_done_or_dropped_comes_back_in_its_place_while_that_is_free() -> None:
    done = called(TOOLBOX, ON, "finish_task", task_ids=[2]).desk
    taken = called(TOOLBOX, done, "place", task_id=3, day=2, slot_start=3).desk

    back = called(TOOLBOX, done, "finish_task", task_ids=[2], back=True).desk.schedule
    elsewhere = called(TOOLBOX, taken, "drop_task", task_ids=[2], back=True).desk.schedule

    assert back.by_id == ON.schedule.by_id
    assert back.ended == ()
    assert (elsewhere.by_id[2].status, elsewhere.by_id[3].slots) == (Status.PENDING, (slots(2, 3),))


def test_what_is_in_the_calendar_stays_there_when_it_is_done_and_cannot_be_changed_or_dropped() -> None:
    on = called(TOOLBOX, ON, "apply_schedule").desk

    done = called(TOOLBOX, on, "finish_task", task_ids=[2], took=80)

    assert done.desk.schedule.by_id[2] == on.schedule.by_id[2]
    assert [one.task.id for one in done.desk.schedule.ended] == [2]
    for name, more in (("drop_task", {}), ("change_task", {"title": "Paper"})):
        assert "is in the calendar" in called(TOOLBOX, on, name, task_ids=[2], **more).report.text
    assert called(TOOLBOX, done.desk, "finish_task", task_ids=[2], back=True).desk.schedule.ended == ()


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("finish_task", {"task_ids": [1]}, "is in the calendar"),
        ("finish_task", {"task_ids": [9]}, "there is no task 9"),
        ("drop_task", {"task_ids": [2], "back": True}, "is neither done nor dropped"),
        ("change_task", {"task_ids": [1], "title": "Nap"}, "is in the calendar"),
        ("change_task", {"task_ids": [2], "hours": "03:00-04:00"}, "no slot of the day lies within"),
        ("add_tasks", {"tasks": [{"title": "Thesis", "minutes": 1000}]}, "is longer than the 12 slots of a day"),
    ],
)
def test_what_cannot_be_done_to_the_list_is_refused_and_told(name: str, arguments: dict[str, Any], why: str) -> None:
    performed = called(TOOLBOX, ON, name, **arguments)

    assert performed.desk is ON
    assert why in performed.report.text


def test_what_was_done_or_dropped_is_listed_with_its_id() -> None:
    dropped = called(TOOLBOX, ON, "drop_task", task_ids=[4]).desk

    assert '- "Notes" (task 4), dropped' in called(TOOLBOX, dropped, "list_tasks", title="note").report.text
    assert "dropped" not in called(TOOLBOX, dropped, "list_tasks", category="history").report.text


def test_an_id_is_never_given_again_while_what_had_it_can_be_taken_back() -> None:
    dropped = called(TOOLBOX, ON, "drop_task", task_ids=[4]).desk

    assert called(TOOLBOX, dropped, "add_tasks", tasks=[{"title": "Call", "minutes": 10}]).desk.schedule.by_id[5]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("add_tasks", {"tasks": [{"title": "Call", "minutes": 10}]}),
        ("change_task", {"task_ids": [2, 3], "title": "Paper", "minutes": 200, "priority": 1}),
        ("finish_task", {"task_ids": [2], "took": 10}),
        ("drop_task", {"task_ids": [2, 3, 4]}),
    ],
)
def test_undo_takes_every_change_of_the_list_back(name: str, arguments: dict[str, Any]) -> None:
    performed = called(TOOLBOX, ON, name, **arguments)

    back = undone(performed)

    assert {one.kind for one in performed.edits} <= set(TOOLBOX[name].kinds)
    assert (back.desk.schedule.by_id, back.desk.schedule.ended) == (ON.schedule.by_id, ())


def test_a_change_that_is_another_one_since_is_not_taken_back() -> None:
    performed = called(TOOLBOX, ON, "change_task", task_ids=[3], title="Paper")
    later = called(TOOLBOX, performed.desk, "change_task", task_ids=[3], title="Article")

    wrote = Commit(id="k", thread=ThreadId("t"), edits=performed.edits)
    refused = called(TOOLBOX, later.desk.model_copy(update={"commit": wrote}), "undo_apply")

    assert "is another one since" in refused.report.text


rogue = Toolbox()


@rogue.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.CHANGE])
def meddle(desk: Desk, args: Nothing) -> Result:
    """Change a title, and another task's place with it."""
    by_id = desk.schedule.by_id
    moved = by_id[4].model_copy(update={"slots": (slots(3, 1),)})
    return report_edits(desk, desk.schedule.with_tasks([by_id[3].model_copy(update={"title": "x"}), moved]))


@rogue.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.CHANGE])
def lose(desk: Desk, args: Nothing) -> Result:
    """Drop a task although only changes are its business."""
    return report_edits(desk, called(TOOLBOX, desk, "drop_task", task_ids=[3]).desk.schedule)


@rogue.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.CHANGE])
def crowd(desk: Desk, args: Nothing) -> Result:
    """Make a task longer than where it lies."""
    return report_edits(desk, desk.schedule.with_tasks([desk.schedule.by_id[2].model_copy(update={"duration": 3})]))


@rogue.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.CHANGE])
def rename_event(desk: Desk, args: Nothing) -> Result:
    """Change an event."""
    return report_edits(desk, desk.schedule.with_tasks([desk.schedule.by_id[1].model_copy(update={"title": "Nap"})]))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("meddle", "would change its place"),
        ("lose", "in another way than was asked for"),
        ("crowd", "covers 2 slots but takes 3"),
        ("rename_event", "is an event of the calendar"),
    ],
)
def test_a_tool_that_oversteps_its_part_of_the_list_is_refused(name: str, why: str) -> None:
    performed = perform(check(rogue, ToolCall(name=name)), ON)

    assert performed.desk is ON
    assert why in performed.report.text


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("add_tasks", {"tasks": [{"title": "Call", "minutes": 10, "deadline": "Friday"}]}, "is no date or time"),
        ("change_task", {"task_ids": [2], "hours": "12:00-09:00"}, "ends before it begins"),
        ("change_task", {"task_ids": [2], "deadline": "2026-11-27", "clear": ["deadline"]}, "set and cleared at once"),
        ("finish_task", {"task_ids": [2, 3], "took": 10}, "took is said of one task"),
    ],
)
def test_what_is_said_unclearly_is_corrected(name: str, arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadArguments, match=complaint):
        called(TOOLBOX, ON, name, **arguments)
