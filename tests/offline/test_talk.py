"""Whole conversations: the graph, the tools and a store as they are, the offline model in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stage import MONDAY, a_task, a_week, an_event, placed_task

from graph.agent import RunStatus
from state.order import inversions
from state.outcome import OutcomeStatus
from state.schedule import PERIODS12, Position, Schedule, Status, Window

Sit = Callable[..., Any]


def a_semester() -> Schedule:
    """42 days, a lecture every weekday morning, 44 placed tasks in 4 ordered subjects, some of them on weekends."""
    starts = [(day, slot) for day in range(1, 43) for slot in (6, 9)][:44]
    lecture = an_event(99, *((day, 1, 2) for day in range(1, 43) if (day - 1) % 7 < 5))
    tasks = [
        placed_task(number, day, slot, title=f"Chapter {number}", category="ABCD"[number % 4], order=number)
        for number, (day, slot) in enumerate(starts, start=1)
    ]
    return Schedule(
        timezone="Europe/Berlin", window=Window(start=MONDAY, days=42), grid=PERIODS12, tasks=(lecture, *tasks)
    )


async def test_a_week_is_planned_around_a_free_evening(person: Sit) -> None:
    somebody = person(a_week(an_event(9, (1, 1, 2)), *(a_task(n, f"Task {n}") for n in range(1, 9))))
    asked = await somebody.say("Plan my tasks, keep Friday evening free")
    ended = await somebody.answer("approve")

    assert asked.status is RunStatus.INTERRUPTED
    assert len(asked.interrupt.changes) == 8
    assert ended.state.outcome.status is OutcomeStatus.COMPLETED
    assert all(task.position for task in ended.state.schedule.suggested)
    assert not any(at.day == 5 and at.slot_end >= 10 for task in ended.state.schedule.suggested for at in task.slots)
    assert "8 placed" in somebody.heard
    assert not somebody.corrections


async def test_all_weekend_tasks_go_to_weekdays_with_one_card_and_at_most_five_model_calls(person: Sit) -> None:
    somebody = person(a_semester())
    asked = await somebody.say("Move all weekend tasks to Monday to Friday")
    ended = await somebody.answer("approve")
    after = ended.state.schedule

    assert asked.interrupt.call.name == "relocate"
    assert ended.interrupt is None
    assert ended.state.model_calls <= 5
    assert not any(after.date_of(task.slots[0].day).isoweekday() > 5 for task in after.suggested)
    assert after.by_id[99] == a_semester().by_id[99]
    assert not inversions(after)


async def test_a_card_is_declined_in_words_and_comes_back_changed(person: Sit) -> None:
    somebody = person(a_week(*(a_task(n, f"Task {n}") for n in range(1, 5))))
    await somebody.say("安排我的任务，周末空出来")
    await somebody.say("不，周三也空出来")

    assert somebody.card.arguments["keep_free"] == [{"weekdays": [6, 7]}, {"weekdays": [3]}]
    ended = await somebody.answer("approve")
    assert ended.state.outcome.status is OutcomeStatus.COMPLETED
    assert "安排了 4 个" in somebody.heard
    assert not somebody.corrections


async def test_a_declined_card_without_a_word_ends_the_turn_with_nothing_changed(person: Sit) -> None:
    somebody = person(a_week(a_task(1, "Essay")))
    asked = await somebody.say("plan my tasks")
    ended = await somebody.answer("reject")

    assert ended.status is RunStatus.SUCCESS
    assert ended.state.schedule == asked.state.schedule
    assert "declined" in somebody.heard
    assert not somebody.corrections


async def test_two_steps_are_planned_approved_and_done_one_after_the_other(person: Sit) -> None:
    tasks = [a_task(n, f"Task {n}", category="AB"[n % 2], order=n) for n in range(1, 7)]
    somebody = person(a_week(*tasks))
    asked = await somebody.say("plan my tasks and then group by subject; the order does not matter")
    assert asked.interrupt.kind.value == "plan"
    turn = await somebody.answer("approve")
    while turn.interrupt is not None:
        turn = await somebody.answer("approve")

    assert turn.state.outcome.status is OutcomeStatus.COMPLETED
    assert turn.state.plan.remaining == 0
    assert all(task.status is Status.SUGGESTED for task in turn.state.schedule.tasks)
    assert not somebody.corrections


async def test_undo_in_a_later_turn_takes_the_whole_draft_back(person: Sit) -> None:
    somebody = person(a_week(*(a_task(n, f"Task {n}") for n in range(1, 5))))
    before = await somebody.say("plan my tasks")
    await somebody.answer("approve")
    await somebody.say("undo")
    ended = await somebody.answer("approve")

    assert ended.state.schedule.tasks == before.state.schedule.tasks


@pytest.mark.parametrize(
    ("put", "back", "told"),
    [
        ("put it into my calendar", "take it back", ("In your calendar now: 4 tasks", "Taken out of your calendar: 4")),
        ("写入日历", "撤销", ("已写入日历：4 个任务", "已从日历撤回：4 个任务")),
    ],
)
async def test_the_draft_goes_into_the_calendar_and_comes_back(
    person: Sit, put: str, back: str, told: tuple[str, str]
) -> None:
    somebody = person(a_week(*(a_task(n, f"Task {n}") for n in range(1, 5))), always_execute=True)
    drawn = await somebody.say("plan my tasks")
    asked = await somebody.say(put)
    assert asked.interrupt.call.name == "apply_schedule"
    applied = await somebody.answer("approve")
    assert told[0] in somebody.heard
    assert all(task.status is Status.EXISTING for task in applied.state.schedule.tasks)
    asked = await somebody.say(back)
    assert asked.interrupt.call.name == "undo_apply"
    ended = await somebody.answer("approve")

    assert told[1] in somebody.heard
    assert ended.state.schedule.tasks == drawn.state.schedule.tasks
    assert not somebody.corrections


async def test_a_task_is_added_finished_and_put_back_by_talking(person: Sit) -> None:
    somebody = person(a_week(placed_task(1, 1, 1, title="Essay")))
    await somebody.say("add a task: Buy milk")
    await somebody.say("30 minutes")
    assert somebody.card.arguments == {"tasks": [{"title": "Buy milk", "minutes": 30}]}
    added = await somebody.answer("approve")
    await somebody.say("the essay is done")
    done = await somebody.answer("approve")
    await somebody.say("undo")
    back = await somebody.answer("approve")

    assert "Buy milk" in [task.title for task in added.state.schedule.tasks]
    assert [task.title for task in done.state.schedule.tasks] == ["Buy milk"]
    assert {task.title for task in back.state.schedule.tasks} == {"Buy milk", "Essay"}
    assert not somebody.corrections


@pytest.mark.parametrize(
    ("words", "cards", "over"),
    [
        ("the essay and the reading are done", 2, "Essay Reading"),
        ("split the essay into 2 parts", 1, ""),
        ("essay takes 3 hours and reading takes 2 hours", 2, ""),
        ("meditate 15 minutes every day", 1, ""),
        ("cancel the dentist and the team meeting", 2, ""),
        ("at most 4 hours a day and 15 minutes between tasks", 2, ""),
    ],
)
async def test_each_wish_of_a_text_is_carried_out_once(person: Sit, words: str, cards: int, over: str) -> None:
    tasks = (placed_task(1, 1, 1, title="Essay", duration=2), placed_task(2, 2, 1, title="Reading", duration=2))
    events = (an_event(8, (3, 1, 1), title="Dentist"), an_event(9, (4, 1, 1), title="Team meeting"))
    somebody = person(a_week(*tasks, *events))
    turn = await somebody.say(words)
    calls = []
    while turn.interrupt is not None:
        calls += [turn.interrupt.call.arguments] if turn.interrupt.call else []
        turn = await somebody.answer("approve")

    assert turn.state.outcome.status is OutcomeStatus.COMPLETED
    assert len(calls) == cards
    assert all(one not in calls[:at] for at, one in enumerate(calls))
    assert " ".join(one.task.title for one in turn.state.schedule.ended) == over
    assert "not" not in somebody.heard


async def test_undo_goes_on_with_the_draft_once_the_calendar_is_as_it_was(person: Sit) -> None:
    somebody = person(a_week(*(a_task(n, f"Task {n}") for n in range(1, 3))))
    before = await somebody.say("plan my tasks")
    await somebody.answer("approve")
    for words in ("apply", "undo", "undo"):
        await somebody.say(words)
        ended = await somebody.answer("approve")

    assert ended.state.schedule.tasks == before.state.schedule.tasks


async def test_planning_and_applying_in_one_message_are_two_steps_with_a_card_each(person: Sit) -> None:
    somebody = person(a_week(a_task(1, "Essay")))
    turn = await somebody.say("plan my tasks and put them into my calendar")
    asked: list[str] = []
    while turn.interrupt is not None:
        asked.append(turn.interrupt.call.name if turn.interrupt.call else turn.interrupt.kind.value)
        turn = await somebody.answer("approve")

    assert asked == ["plan", "draft_plan", "apply_schedule"]
    assert turn.state.schedule.by_id[1].status is Status.EXISTING


@pytest.mark.parametrize("words", ["apply", "take it out of my calendar again"])
async def test_without_anything_to_write_or_take_back_there_is_no_card(person: Sit, words: str) -> None:
    turn = await person(a_week(a_task(1, "Essay"))).say(words)

    assert turn.interrupt is None
    assert turn.state.outcome.status is OutcomeStatus.COMPLETED


async def test_a_question_before_the_work_is_answered_and_the_work_is_done(person: Sit) -> None:
    week = a_week(placed_task(1, 1, 1, title="Problem set 1"), placed_task(2, 2, 1, title="Problem set 2"))
    somebody = person(week)
    asked = await somebody.say("move Problem set to Thursday 10:00")
    assert asked.interrupt.kind.value == "question"
    await somebody.say("the second one")
    ended = await somebody.answer("approve")

    assert ended.state.schedule.by_id[2].position == Position(day=4, slot_start=3, slot_end=4)
    assert ended.state.schedule.by_id[1].position == week.by_id[1].position


async def test_a_turn_out_of_rounds_is_continued(person: Sit) -> None:
    somebody = person(a_week(a_task(1, "Essay"), a_task(2, "Report")), max_rounds=2)
    await somebody.say("plan my tasks, then spread them evenly")
    await somebody.answer("approve")
    stopped = await somebody.answer("approve")
    assert stopped.state.outcome.status is OutcomeStatus.EXHAUSTED

    ended = await somebody.say("continue")
    for _ in range(8):
        if ended.interrupt is not None:
            ended = await somebody.answer("approve")
        elif ended.state.outcome.status is OutcomeStatus.EXHAUSTED:
            ended = await somebody.say("continue")
    assert ended.state.outcome.status is OutcomeStatus.COMPLETED
    assert all(task.position for task in ended.state.schedule.tasks)


@pytest.mark.parametrize(
    "text",
    [
        "swap Problem set 1 and Problem set 2",
        "move Problem set 2 to Monday at 8",
        "move Problem set 1 to Tuesday",
        "what is on Monday?",
        "when am I free for 2 hours?",
        "remove Problem set 1",
        "spread my tasks evenly",
        "as early as possible",
        "clear the plan",
        "nothing after 12",
        "keep Monday free",
        "only in the mornings",
        "move everything from Monday to Thursday",
        "group by subject, the order does not matter",
        "sing me a song",
    ],
)
async def test_no_request_ends_in_a_correction_or_without_words(person: Sit, text: str) -> None:
    tasks = [placed_task(n, n, 6, title=f"Problem set {n}", category="Math", order=n) for n in range(1, 5)]
    somebody = person(a_week(an_event(9, (1, 1, 2)), *tasks))
    turn = await somebody.say(text)
    while turn.interrupt is not None:
        turn = await somebody.answer("approve")

    assert somebody.heard.strip()
    assert not somebody.corrections
