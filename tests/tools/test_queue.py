"""The work queue: one task after the other; looking never enqueues."""

from __future__ import annotations

from builders import called, desk, event, slots, task

from state.desk import Desk, Queue
from state.violation import ViolationKind
from tools.queue import queue

ON = desk(event(1, "Lecture", slots(1, 1, 2)), task(2, "Essay"), task(3, "Read"), task(4, "Draw", slots(2, 1)))


def after(on: Desk, name: str, **arguments: object) -> Desk:
    performed = called(queue, on, name, **arguments)
    assert not performed.report.violations
    return performed.desk


def test_tasks_wait_in_the_sequence_given_and_only_once() -> None:
    on = after(after(ON, "queue_add", task_ids=[4, 2, 4]), "queue_add", task_ids=[2, 3])

    assert on.queue == Queue(waiting=(4, 2, 3))


def test_adding_an_event_or_an_unknown_task_adds_nothing() -> None:
    refused = called(queue, ON, "queue_add", task_ids=[2, 1, 9])

    assert refused.desk is ON
    assert [wrong.kind for wrong in refused.report.violations] == [
        ViolationKind.WRONG_STATUS,
        ViolationKind.OUT_OF_RANGE,
    ]


def test_looking_never_enqueues() -> None:
    assert called(queue, ON, "queue_status").desk is ON
    assert called(queue, ON, "queue_next").desk is ON
    assert "the queue is empty" in called(queue, ON, "queue_next").report.text


def test_the_next_task_comes_with_its_best_places() -> None:
    taken = called(queue, after(ON, "queue_add", task_ids=[2, 3]), "queue_next")

    assert taken.desk.queue == Queue(current=2, waiting=(3,))
    assert taken.report.text.startswith(
        '"Essay" (task 2), pending: no place; 1 slot, priority 3\nBest places:\n- Mon 23'
    )
    assert taken.report.data == {"queue": {"waiting": [3], "current": 2, "applied": [], "skipped": []}}


def test_an_unfinished_task_stays_current() -> None:
    on = after(after(ON, "queue_add", task_ids=[2, 3]), "queue_next")

    assert called(queue, on, "queue_next").desk is on


def test_applying_places_the_current_task_and_counts_it_as_done() -> None:
    on = after(after(ON, "queue_add", task_ids=[2, 4]), "queue_next")

    done = called(queue, on, "queue_apply", day=3, slot_start=1)

    assert done.desk.queue == Queue(waiting=(4,), applied=(2,))
    assert done.desk.schedule.by_id[2].position == slots(3, 1)
    assert "pending -> Wed 25 Nov 2026 08:00-08:45 (day 3, slot 1)" in done.report.text
    assert 'done: "Essay" (task 2)' in done.report.text


def test_applying_moves_a_task_that_has_a_place() -> None:
    on = after(after(ON, "queue_add", task_ids=[4]), "queue_next")

    assert after(on, "queue_apply", day=4, slot_start=2).schedule.by_id[4].position == slots(4, 2)


def test_applying_where_the_task_lies_already_counts_too() -> None:
    on = after(after(ON, "queue_add", task_ids=[4]), "queue_next")

    done = called(queue, on, "queue_apply", day=2, slot_start=1)

    assert done.desk.queue.applied == (4,)
    assert done.desk.schedule is on.schedule


def test_a_place_that_does_not_fit_keeps_the_task_current() -> None:
    on = after(after(ON, "queue_add", task_ids=[2]), "queue_next")

    refused = called(queue, on, "queue_apply", day=1, slot_start=1)

    assert refused.desk is on
    assert "Places that fit:" in refused.report.text


def test_a_skipped_task_is_remembered_and_may_be_added_again() -> None:
    on = after(after(ON, "queue_add", task_ids=[2]), "queue_next")

    skipped = called(queue, on, "queue_skip", reason="no energy")

    assert skipped.desk.queue == Queue(skipped=(2,))
    assert skipped.report.text.startswith('Skipped "Essay" (task 2): no energy')
    assert after(skipped.desk, "queue_add", task_ids=[2]).queue == Queue(waiting=(2,))


def test_applying_or_skipping_without_a_current_task_is_refused() -> None:
    for name, arguments in (("queue_apply", {"day": 1, "slot_start": 5}), ("queue_skip", {})):
        refused = called(queue, ON, name, **arguments)

        assert refused.desk is ON
        assert [wrong.kind for wrong in refused.report.violations] == [ViolationKind.WRONG_STATUS]


def test_a_task_that_is_gone_or_locked_loses_its_turn() -> None:
    locked = ON.schedule.with_tasks([ON.schedule.by_id[2].model_copy(update={"locked": True})])
    on = ON.model_copy(update={"queue": Queue(current=77, waiting=(88, 2, 3)), "schedule": locked})

    assert after(on, "queue_next").queue == Queue(current=3)
    assert "task 77 (gone)" in called(queue, on, "queue_status").report.text
