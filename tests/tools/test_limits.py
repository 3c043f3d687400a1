"""What a person says of all their days: set, lifted, taken back, and kept to by everything that places tasks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, slots, task

from prompts.changes import say_card
from state.calendar_commit import Act, Commit
from state.desk import Desk
from state.ids import ThreadId
from state.limits import NO_LIMITS, WISHES, HoursLimit, Limits, effective, with_wishes
from state.schedule import HALF_HOURS, Schedule
from state.task_edit import task_changes
from state.violation import ViolationKind
from state.when import Locale
from tools import TOOLBOX
from tools.dispatch import Performed

ON = desk(
    event(1, "Lecture", slots(1, 1, 4)),
    task(2, "Essay", slots(2, 23, 24), category="history"),
    task(3, "Notes", duration=2, category="history"),
    task(4, "Drill", duration=2, category="sport"),
    grid=HALF_HOURS,
)


def limited(on: Desk = ON, **said: Any) -> Desk:
    performed = called(TOOLBOX, on, "set_limits", **said)
    assert not performed.report.violations
    return performed.desk


def planned(on: Desk, **more: Any) -> Schedule:
    return called(TOOLBOX, on, "draft_plan", **more).desk.schedule


def clock(schedule: Schedule, id_: int) -> str:
    [at] = schedule.by_id[id_].slots
    return f"{schedule.start_of(at.day, at.slot_start):%a %H:%M}-{schedule.end_of(at.day, at.slot_end):%H:%M}"


def card(on: Desk, performed: Performed, locale: Locale = Locale.EN) -> str:
    edits = task_changes(on.schedule, performed.edits)
    return say_card(performed.changes, (), performed.desk.schedule, locale, Act.TASKS, edits=edits)


@pytest.mark.parametrize(
    ("said", "locale", "shown"),
    [
        ({"hours": "00:00-18:00"}, Locale.EN, "In this plan: working hours none → until 18:00"),
        (
            {"always": True, "hours": "09:00-24:00", "weekdays": [1, 2, 3, 4, 5]},
            Locale.EN,
            "Always: working hours none → from 09:00 on Mon-Fri",
        ),
        (
            {"hours": "08:00-12:00", "category": "study", "most_minutes": 300, "buffer": 15},
            Locale.EN,
            "In this plan: working hours none → 08:00-12:00 for study; "
            "most work a day none → 5 h; free around every entry none → 15 min",
        ),
        (
            {"prefer": "08:00-12:00", "category": "study", "lunch": False, "block": 0},
            Locale.EN,
            "preferred hours none → 08:00-12:00 for study; an hour free between 11:30 and 14:00 of a long day "
            "none → no; most work in one go none → no limit",
        ),
        (
            {"hours": "00:00-18:00", "notice": 90},
            Locale.ZH,
            "在这份计划中：工作时段 无 → 18:00 之前；任务前的提前量",
        ),
    ],
)
def test_a_card_shows_each_limit_before_and_after_in_words(said: dict[str, Any], locale: Locale, shown: str) -> None:
    assert shown in card(ON, called(TOOLBOX, ON, "set_limits", **said), locale)


def test_planners_and_tools_place_nothing_outside_the_hours_or_in_what_is_kept_free() -> None:
    on = limited(limited(hours="09:00-12:00", free="10:00-11:00"), hours="09:30-12:00", category="sport")

    after = planned(on)
    free = called(TOOLBOX, on, "find_free", duration=2, task_id=4).report.text.splitlines()
    late = called(TOOLBOX, on, "place", task_id=3, day=3, slot_start=20)
    within = called(TOOLBOX, on, "place", task_id=3, day=3, slot_start=5)

    assert {clock(after, id_)[4:] for id_ in (3, 4)} <= {"09:00-10:00", "11:00-12:00"}
    assert clock(after, 4).endswith("11:00-12:00")
    assert all("11:00-12:00" in line for line in free if line.startswith("- "))
    assert [wrong.kind for wrong in late.report.violations] == [ViolationKind.LIMIT]
    assert "outside the hours" in late.report.text
    assert "keeps free" in within.report.text


def test_what_is_said_of_a_kind_of_work_binds_the_tasks_of_it_alone_by_category_or_by_title() -> None:
    said = Limits(
        hours=(HoursLimit(hours="10:00-24:00", category="study"),),
        free=(HoursLimit(hours="00:00-24:00", category="sports", weekdays=(2,)),),
    )
    tasks = (
        task(1, "Chapter", category="学习"),
        task(2, "Studying for the exam"),
        task(3, "Study break", category="rest"),
        task(4, "Errand"),
        task(5, "Sport"),
        task(6, "跑步", category="运动"),
    )
    week = desk(*tasks, grid=HALF_HOURS).schedule.with_limits(said, NO_LIMITS)

    opens = {one.id: week.open_slots(one, 1) for one in tasks}
    closed = {one.id for one in tasks if week.open_slots(one, 2) is None}

    assert {id_ for id_, hours in opens.items() if hours and hours.slot_start > 1} == {1, 2}
    assert closed == {5, 6}
    assert week.kept_free(2) == frozenset()


def test_a_day_without_a_kind_of_work_is_named_where_it_leaves_no_place() -> None:
    said = Limits(free=(HoursLimit(hours="00:00-24:00", category="sport", weekdays=(1,)),))
    on = desk(task(1, "Run", duration=2, category="sport"), grid=HALF_HOURS, days=1)
    on = on.model_copy(update={"schedule": on.schedule.with_limits(said, NO_LIMITS)})

    told = [
        called(TOOLBOX, on.model_copy(update={"locale": locale}), "draft_plan").report.unplaced[0].reason
        for locale in (Locale.EN, Locale.ZH)
    ]

    assert "with no sport on Mon" in told[0]
    assert "周一不安排“sport”" in told[1]


def test_one_side_of_the_hours_leaves_the_other_as_it_was() -> None:
    both = limited(limited(hours="00:00-18:00"), hours="09:00-24:00")
    this_plan = limited(limited(hours="09:00-18:00", always=True), hours="00:00-22:00")

    assert both.schedule.limits.hours == (HoursLimit(hours="09:00-18:00"),)
    assert this_plan.schedule.bounds.hours == (HoursLimit(hours="09:00-22:00"),)
    assert this_plan.schedule.usual.hours == (HoursLimit(hours="09:00-18:00"),)


def test_most_a_day_and_the_buffer_are_rounded_to_the_slots_on_the_safe_side() -> None:
    on = limited(most_minutes=100, buffer=20)

    assert (on.schedule.window.daily_cap, on.schedule.window.buffer) == (3, 1)
    assert limited(on, clear=["most_minutes", "buffer"]).schedule.window == ON.schedule.window


def test_what_lies_outside_stays_and_is_named() -> None:
    performed = called(TOOLBOX, ON, "set_limits", hours="00:00-18:00")

    assert performed.desk.schedule.tasks == ON.schedule.tasks
    assert "Lie outside of it now" in performed.report.text
    assert "Essay" in performed.report.text


def test_limits_are_taken_back_as_one_change() -> None:
    performed = called(TOOLBOX, ON, "set_limits", always=True, hours="09:00-18:00", most_minutes=120)
    wrote = Commit(id="k", thread=ThreadId("t"), edits=performed.edits)

    undone = called(TOOLBOX, performed.desk.model_copy(update={"commit": wrote}), "undo_apply").desk.schedule

    assert (undone.usual, undone.limits, undone.window) == (NO_LIMITS, NO_LIMITS, ON.schedule.window)


def test_the_same_limit_again_asks_nothing() -> None:
    on = limited(hours="09:00-18:00")

    assert not called(TOOLBOX, on, "set_limits", hours="09:00-18:00").differs


@pytest.mark.parametrize(
    ("said", "locale", "told"),
    [
        ({"hours": "00:00-18:00"}, Locale.EN, "before Tue 24 Nov 2026 22:00 with no work after 18:00; longest"),
        ({"hours": "14:00-19:00", "weekdays": [1, 2]}, Locale.EN, " with work only 14:00-19:00 on Mon, Tue; longest"),
        ({"free": "19:00-20:00"}, Locale.EN, " with 19:00-20:00 kept free; longest"),
        ({"buffer": 60}, Locale.EN, " with 1 h free around every entry; longest"),
        ({"hours": "00:00-18:00"}, Locale.ZH, "，18:00 之后不工作；最长"),
        ({"hours": "00:00-18:00", "category": "other"}, Locale.EN, None),
        ({"hours": "00:00-18:00", "category": "thesis"}, Locale.EN, " with no thesis after 18:00; longest"),
        ({"hours": "00:00-18:00", "category": "thesis"}, Locale.ZH, "，18:00 之后不安排“thesis”；最长"),
    ],
)
def test_a_reason_for_no_place_names_the_limit_that_was_in_the_way(
    said: dict[str, Any], locale: Locale, told: str | None
) -> None:
    due = datetime(2026, 11, 24, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    course = event(1, "Course", slots(1, 1, 28)), event(5, "Work", slots(2, 1, 17))
    on = desk(*course, task(3, "Thesis", duration=10, deadline=due), grid=HALF_HOURS, days=2)
    on = on.model_copy(update={"locale": locale})

    left = called(TOOLBOX, limited(on, **said), "draft_plan").report.unplaced

    assert [told in one.reason for one in left if told] == ([True] if told else [])


def test_limits_that_only_bind_together_are_named_together_and_no_other() -> None:
    on = desk(event(1, "Course", slots(1, 1, 12)), task(3, "Thesis", duration=14), grid=HALF_HOURS, days=1)
    on = limited(limited(limited(on, hours="00:00-18:00"), free="16:00-17:00"), free="08:00-09:00")

    (left,) = called(TOOLBOX, on, "draft_plan").report.unplaced

    assert left.reason.startswith(
        "needs 7 h with 16:00-17:00 kept free and no work after 18:00; longest free run is 2 h"
    )


def test_wishes_hold_until_something_is_said_of_them_and_preferred_hours_by_category() -> None:
    said = Limits(prefer=(HoursLimit(hours="08:00-12:00", category="study"),), lunch=False)
    office = Limits(prefer=(HoursLimit(hours="10:00-16:00", category="Office"),))

    assert with_wishes(NO_LIMITS) == WISHES
    assert with_wishes(said).prefer == (*WISHES.prefer, *said.prefer)
    assert (with_wishes(said).lunch, with_wishes(said).block) == (False, 120)
    assert with_wishes(office).prefer == office.prefer
    assert effective(office, said).prefer == (*said.prefer, *office.prefer)
