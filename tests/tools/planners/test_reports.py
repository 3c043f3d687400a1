"""What planners say: figures, reasons, and what they refuse."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from subprocess import run
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import desk, event, slots, task

from bench.instances import crowded, pending, uneven
from state.desk import Desk, OrderScope
from state.limits import NO_LIMITS, Limits
from state.order import inversions
from state.schedule import Schedule
from state.tool import Objective
from state.violation import ViolationKind
from state.when import Locale
from tools.planners import box, category_changes, restore_order
from tools.registry import Result

BERLIN = ZoneInfo("Europe/Berlin")


def called(on: Desk, name: str, **arguments: Any) -> Result:
    tool = box[name]
    return tool.run(on, tool.arguments.model_validate_json(json.dumps(arguments)))


def figure(result: Result, name: str) -> Objective:
    return next(one for one in result.report.objectives if one.name.startswith(name))


def days_of(schedule: Schedule) -> dict[int, int]:
    return {one.id: one.position.day for one in schedule.suggested if one.position}


def test_a_steady_plan_is_even_and_proven() -> None:
    result = called(desk(*(task(id_, f"Part {id_}", duration=2) for id_ in range(1, 8))), "draft_plan")

    assert sorted(days_of(result.desk.schedule).values()) == [1, 2, 3, 4, 5, 6, 7]
    load = figure(result, "daily load")
    assert (load.after, load.bound, load.proven) == (28, 28, True)


def test_a_rapid_plan_fills_the_first_days() -> None:
    on = desk(*(task(id_, f"Part {id_}", duration=4) for id_ in range(1, 5)), span_pauses=True)

    result = called(on, "draft_plan", strategy="rapid")

    assert sorted(days_of(result.desk.schedule).values()) == [1, 1, 1, 2]
    assert figure(result, "lateness").proven


def test_a_task_without_a_run_long_enough_is_named_with_the_longest_run_there_is() -> None:
    full = event(1, "Camp", slots(1, 3, 12), slots(2, 1, 12), slots(3, 3, 12))
    due = datetime(2026, 11, 25, 23, 59, tzinfo=BERLIN)
    on = desk(full, task(2, "Essay", duration=3, deadline=due), task(3, "Read"))

    result = called(on, "draft_plan")

    (left,) = result.report.unplaced
    assert left.task_id == 2
    assert left.reason == (
        "needs 2 h 15 min before Wed 25 Nov 2026 23:59; longest free run is 1 h 30 min; "
        'split into 2 parts it would fit: say "split Essay into 2 parts"'
    )
    assert left.parts == 2
    assert "Offer the person split_task(task_id=2, parts=2)" in result.report.text
    assert result.desk.schedule.by_id[3].position


def test_a_run_that_another_task_was_given_is_told_as_counted_after_it() -> None:
    camp = event(1, "Camp", slots(1, 3, 12))
    on = desk(camp, task(2, "Major", duration=2, priority=1), task(3, "Minor", duration=2, priority=9), days=1)

    (left,) = called(on, "draft_plan").report.unplaced

    assert left.reason == "needs 1 h 30 min; nothing is free there after the others were placed"


def test_a_task_that_its_order_shuts_out_is_told_so() -> None:
    on = desk(
        task(1, "First", category="math", order=1, duration=2),
        task(2, "Second", slots(1, 1), category="math", order=2, locked=True),
    )

    (left,) = called(on, "draft_plan").report.unplaced

    assert 'before "Second" (task 2)' in left.reason


def test_a_tight_week_that_can_take_all_tasks_takes_all() -> None:
    assert not called(pending(5, 7, 12, 27), "draft_plan").report.unplaced


def test_how_much_a_week_too_full_must_leave_out_is_bounded() -> None:
    left = figure(called(pending(2, 7, 12, 27), "draft_plan"), "unplaced")

    assert left.bound is not None
    assert left.after - left.bound <= 7


def by_work(on: Desk) -> Desk:
    """The desk of a person for whom events do not count in how even their days are."""
    return on.model_copy(update={"schedule": on.schedule.with_limits(Limits(count_events=False), NO_LIMITS)})


def test_days_are_evened_with_their_events_unless_it_is_said_otherwise() -> None:
    on = desk(event(9, "Course", slots(1, 1, 8)), *(task(n, f"T{n}", duration=2) for n in range(1, 5)), days=2)

    counted, plain = (called(one, "draft_plan").desk.schedule for one in (on, by_work(on)))

    assert [at.slots[0].day for at in counted.suggested] == [2] * 4
    assert sorted(at.slots[0].day for at in plain.suggested) == [1, 1, 2, 2]


def test_how_few_tasks_spreading_must_move_is_bounded_closely() -> None:
    moved = [figure(called(by_work(crowded(seed, 14, 12, 40)), "spread_even"), "moved") for seed in (1, 2, 3)]

    assert all(one.after - (one.bound or 0) <= 5 for one in moved)


def test_a_full_day_under_the_cap_is_told_as_such() -> None:
    on = desk(task(1, "Long", duration=4), days=1, cap=3, span_pauses=True)

    (left,) = called(on, "draft_plan").report.unplaced

    assert "at most 2 h 15 min a day" in left.reason


def test_the_important_task_gets_the_only_place() -> None:
    busy = event(1, "Camp", slots(1, 3, 12))
    on = desk(busy, task(2, "Minor", duration=2, priority=9), task(3, "Major", duration=2, priority=1), days=1)

    result = called(on, "draft_plan")

    assert days_of(result.desk.schedule) == {3: 1}


def test_drafting_keeps_order_and_categories_together() -> None:
    on = desk(
        *(
            task(id_, f"Chapter {id_}", category=("math", "music")[id_ % 2], order=id_, duration=2)
            for id_ in range(1, 9)
        ),
        days=2,
    )

    after = called(on, "draft_plan").desk.schedule

    assert not inversions(after)
    assert category_changes(after) <= 2


def test_spreading_moves_no_more_than_it_must() -> None:
    crowd = [task(id_, f"Part {id_}", slots(1, id_)) for id_ in range(1, 7)]

    result = called(desk(*crowd, days=3), "spread_even")

    moved = figure(result, "moved")
    assert (figure(result, "daily load").after, moved.after, moved.proven) == (12, 4, True)
    assert all(reason.startswith("evens the days: Mon 23 Nov 2026") for reason in result.report.reasons.values())


WALLS = event(1, "营地", slots(1, 3, 12), slots(2, 3, 12))
LEFT_WITHOUT_A_PLACE = (
    (desk(WALLS, task(2, "论文", duration=3, deadline=datetime(2026, 11, 25, 23, 59, tzinfo=BERLIN)), days=2), {}),
    (
        desk(WALLS, task(2, "论文", duration=3, weekdays=(1, 2), slot_range={"slot_start": 1, "slot_end": 9}), days=2),
        {},
    ),
    (
        desk(
            task(1, "一", slots(1, 1), category="史", order=1),
            task(2, "二", category="史", order=2, duration=3),
            task(3, "三", slots(1, 3), category="史", order=3),
            days=1,
        ),
        {},
    ),
    (desk(task(2, "论文", duration=5), days=1), {"keep_free": [{"days": [1], "slot_start": 3}]}),
    (desk(task(2, "论文", duration=5), days=1), {"allowed": {"days": [1], "slot_end": 2}}),
)
MOVED = (
    ("draft_plan", desk(task(2, "论文")), {}),
    ("draft_plan", desk(task(2, "论文")), {"strategy": "rapid"}),
    ("spread_even", desk(*(task(id_, "作业", slots(1, id_)) for id_ in range(1, 7)), days=3), {}),
    ("spread_even", desk(task(1, "作业", slots(1, 1)), days=2), {"keep_free": [{"days": [1]}]}),
    (
        "relocate",
        desk(event(1, "营地", slots(1, 3, 12)), task(2, "小", slots(1, 1)), task(3, "大", slots(2, 1, 2)), days=2),
        {"tasks": {"task_ids": [3]}, "region": {"days": [1]}},
    ),
    (
        "min_context_switch",
        desk(*(task(id_, "作业", slots(1, id_), category="甲乙"[id_ % 2]) for id_ in range(1, 5)), allow_reorder=True),
        {},
    ),
)


def in_chinese(on: Desk) -> Desk:
    return on.model_copy(update={"locale": Locale.ZH})


@pytest.mark.parametrize(("on", "arguments"), LEFT_WITHOUT_A_PLACE)
def test_why_a_task_has_no_place_is_said_in_the_language_of_the_person(on: Desk, arguments: dict[str, Any]) -> None:
    left = called(in_chinese(on), "draft_plan", **arguments).report.unplaced

    assert left
    assert [one.reason for one in left if re.search("[A-Za-z]", one.reason)] == []


@pytest.mark.parametrize(("planner", "on", "arguments"), MOVED)
def test_why_a_task_moves_is_said_in_the_language_of_the_person(
    planner: str, on: Desk, arguments: dict[str, Any]
) -> None:
    reasons = called(in_chinese(on), planner, **arguments).report.reasons

    assert reasons
    assert [reason for reason in reasons.values() if re.search("[A-Za-z]", reason)] == []


def test_an_even_week_is_left_alone() -> None:
    on = desk(*(task(id_, f"Part {id_}", slots(id_, 3)) for id_ in range(1, 8)))

    result = called(on, "spread_even")

    assert result.desk is on
    assert result.report.data["changes"] == []


def test_weekend_tasks_move_to_weekdays_and_what_cannot_is_named() -> None:
    monday_to_friday = [event(id_, "Work", slots(id_, 2, 12)) for id_ in range(1, 6)]
    weekend = [task(10 + id_, f"Part {id_}", slots(6, id_)) for id_ in range(1, 6)]
    long = task(20, "Long", slots(7, 1, 2))

    result = called(
        desk(*monday_to_friday, *weekend, long),
        "relocate",
        tasks={"weekdays": [6, 7]},
        region={"weekdays": [1, 2, 3, 4, 5]},
    )

    assert {one.task_id for one in result.report.unplaced} == {20}
    assert sorted(days_of(result.desk.schedule).values()) == [1, 2, 3, 4, 5, 7]
    assert set(result.report.reasons.values()) == {"moves into the wanted region"}


def test_others_make_room_only_where_they_must() -> None:
    walls = event(1, "Camp", slots(1, 3, 12))
    small, big = task(2, "Small", slots(1, 1)), task(3, "Big", slots(2, 1, 2))
    third = task(4, "Third", slots(2, 5))

    result = called(desk(walls, small, big, third, days=2), "relocate", tasks={"task_ids": [3]}, region={"days": [1]})

    assert days_of(result.desk.schedule) == {2: 2, 3: 1, 4: 2}
    assert result.report.reasons == {2: "makes room for Big", 3: "moves into the wanted region"}


def test_grouping_asks_for_leave_to_reorder() -> None:
    result = called(desk(task(1, "Read", slots(1, 1))), "min_context_switch")

    assert result.report.violations[0].kind is ViolationKind.ORDER


def test_grouping_puts_categories_side_by_side_on_the_same_slots() -> None:
    names = ["math", "music", "math", "music", "math"]
    work = [task(id_, f"Part {id_}", slots(1, id_), category=name) for id_, name in enumerate(names, start=1)]

    result = called(desk(*work, allow_reorder=True), "min_context_switch")

    changes = figure(result, "category changes")
    assert (changes.before, changes.after, changes.proven) == (4, 1, True)
    assert len(result.report.reasons) == 2


def test_order_is_restored_by_moving_the_fewest() -> None:
    chapters = [
        task(id_, f"Chapter {id_}", slots(day, 1), category="math", order=id_)
        for id_, day in ((1, 2), (2, 3), (3, 4), (4, 1))
    ]
    before = desk(*chapters).schedule

    after = restore_order(before, OrderScope.GROUP)

    assert after is not None
    assert not inversions(after)
    assert [id_ for id_ in range(1, 5) if after.by_id[id_] != before.by_id[id_]] == [4]


@pytest.mark.parametrize("seed", [4, 22])
def test_the_order_of_a_full_fortnight_is_restored_with_the_fewest_moves(seed: int) -> None:
    on = uneven(seed, 14, 12, 40)

    after = restore_order(on.schedule, on.order_scope)

    assert after is not None
    assert not inversions(after, on.order_scope)
    assert sum(one != on.schedule.by_id[one.id] for one in after.tasks) == {4: 4, 22: 6}[seed]


def test_order_that_fixed_tasks_break_cannot_be_restored() -> None:
    on = desk(
        task(1, "First", slots(2, 1), category="math", order=1, locked=True),
        task(2, "Second", slots(1, 1), category="math", order=2, locked=True),
    )

    assert restore_order(on.schedule, OrderScope.GROUP) is None


def test_how_few_category_changes_a_real_fortnight_needs_is_bounded() -> None:
    changes = figure(called(by_work(pending(3, 14, 12, 40)), "draft_plan"), "category changes")

    assert 0 < (changes.bound or 0) <= changes.after


@pytest.mark.parametrize("planner", ["draft_plan", "spread_even"])
def test_a_real_fortnight_gets_one_and_the_same_plan_in_any_process(planner: str) -> None:
    plans = {_told("-c", _PLAN, planner, seed=seed) for seed in ("1", "2")}

    assert len(plans) == 1


_PLAN = """
import sys
from bench.instances import crowded, pending
from tools.planners import box
desk = {"draft_plan": pending, "spread_even": crowded}[sys.argv[1]](3, 14, 12, 40)
tool = box[sys.argv[1]]
print(tool.run(desk, tool.arguments()).report.model_dump_json())
"""


def test_importing_the_planners_does_not_load_the_solver() -> None:
    told = _told("-c", "import tools.planners, sys; print('ortools' in sys.modules)")

    assert told.strip() == "False"


def _told(*arguments: str, seed: str = "0") -> str:
    """What another Python process prints."""
    env = {"PYTHONHASHSEED": seed, "PYTHONPATH": "."}
    return run([sys.executable, "-P", *arguments], env=env, check=True, capture_output=True, text=True).stdout


def test_a_replan_after_a_day_of_illness_moves_only_what_lies_there_and_says_what_it_costs() -> None:
    ill, other = task(1, "Essay", slots(2, 1, 2)), task(2, "Reading", slots(3, 1, 2))
    on = desk(ill, other, task(3, "Fixed", slots(2, 5), locked=True))

    result = called(on, "replan", keep_free=[{"days": [2]}])

    after = result.desk.schedule
    assert after.by_id[1].slots[0].day != 2
    assert (after.by_id[2], after.by_id[3]) == (other, on.schedule.by_id[3])
    assert result.report.note == "Placed tasks that move: 1, that stay: 2. No plan moves fewer."
    assert [(one.title, one.reason) for one in result.report.unplaced] == [("Fixed", "it is locked; unlock it first")]
    assert result.report.reasons == {1: "leaves what is kept free"}


def test_a_replan_places_what_was_missed_and_what_ran_late_as_early_as_it_goes() -> None:
    on = desk(task(1, "Essay", slots(1, 1, 2)), task(2, "Reading", slots(1, 4, 5)), task(3, "Later", slots(1, 6, 7)))
    on = on.model_copy(update={"schedule": on.schedule.open_from(on.schedule.start_of(1, 6))})

    kept = called(on, "replan", missed=False)
    late = called(on, "replan", missed=False, late=[2])
    missed = called(on, "replan")

    assert kept.desk.schedule == on.schedule
    assert late.report.reasons == {2: "it ran late"}
    assert late.desk.schedule.by_id[2].slots == (slots(1, 8, 9),)
    assert missed.report.reasons == {1: "its time has gone by", 2: "its time has gone by"}
    assert {missed.desk.schedule.by_id[id_].slots[0].day for id_ in (1, 2)} == {1}


def test_a_replan_names_what_finds_no_other_place_and_still_does_the_rest() -> None:
    long, short = task(1, "Long", slots(1, 1, 5)), task(2, "Short", slots(1, 6))
    on = desk(long, short, event(3, "Trip", slots(2, 1, 11)), days=2, span_pauses=True)

    result = called(on, "replan", keep_free=[{"days": [1]}])

    assert result.desk.schedule.by_id[2].slots == (slots(2, 12),)
    assert not result.desk.schedule.by_id[1].slots
    assert [one.task_id for one in result.report.unplaced] == [1]
    assert "needs 3 h 45 min" in result.report.unplaced[0].reason
