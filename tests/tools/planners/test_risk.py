"""Deadlines at risk are all found, none is made up, and what is said to help does."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, slots, task

from state.desk import Desk
from state.schedule import SlotRange
from state.tool import ToolReport
from state.violation import ViolationKind
from tools.planners import box
from tools.planners.risk import Help, Risk, RiskKind

BERLIN = ZoneInfo("Europe/Berlin")


def due(day: int, hour: int) -> datetime:
    """A deadline in the week of Monday 23 November."""
    return datetime(2026, 11, 22, hour, tzinfo=BERLIN) + timedelta(days=day)


def risks(on: Desk) -> list[Risk]:
    report = called(box, on, "at_risk").report
    return [Risk.model_validate(one) for one in report.data["tasks"]]


def helps(risk: Risk) -> set[Help]:
    return {cure.help for cure in risk.cures}


def test_what_is_placed_in_time_is_not_at_risk() -> None:
    on = desk(task(1, "Essay", slots(1, 1, 2), deadline=due(1, 12)), task(2, "Later"))

    assert risks(on) == []
    assert called(box, on, "at_risk").report.text == "No deadline of these days is at risk."


def test_work_that_fits_nowhere_before_its_deadline_is_told_with_what_would_help() -> None:
    camp, call = event(1, "Camp", slots(1, 1, 9)), event(2, "Call", slots(1, 11))
    (found,) = risks(desk(camp, call, task(3, "Essay", duration=2, deadline=due(1, 22)), days=2))

    assert (found.kind, found.proven) == (RiskKind.IMPOSSIBLE, True)
    assert "longest free run is 45 min" in found.reason
    assert {cure.help: cure.text for cure in found.cures} == {
        Help.SPLIT: "split it: 1 h 30 min are free in time, at most 45 min in one piece",
        Help.LATER_DEADLINE: "a deadline of Tue 24 Nov 2026 09:40 or later",
    }


def test_of_two_deadlines_that_cannot_both_be_held_the_less_important_is_told() -> None:
    camp = event(1, "Camp", slots(1, 1, 10))
    works = [task(2, "Essay", duration=2, deadline=due(1, 22), priority=1), task(3, "Poem", deadline=due(1, 22))]
    essay, poem = risks(desk(camp, *works, days=2))[::-1]

    assert (poem.title, poem.kind, poem.proven) == ("Poem", RiskKind.CROWDED, True)
    assert [cure.task_ids for cure in poem.cures if cure.help is Help.DROP] == [(2,)]
    assert (essay.title, essay.kind, helps(essay)) == ("Essay", RiskKind.UNPLACED, {Help.PLACE})


def test_what_is_due_after_these_days_makes_no_other_deadline_unsafe() -> None:
    camps = [event(1, "Camp", slots(1, 1, 11)), event(2, "Camp", slots(2, 1, 12))]
    works = [task(3, "Essay", deadline=due(1, 22), priority=5), task(4, "Thesis", deadline=due(9, 22), priority=1)]
    (found,) = risks(desk(*camps, *works, days=2))

    assert (found.title, found.kind) == ("Essay", RiskKind.UNPLACED)


def test_work_that_fits_only_when_other_work_moves_names_it() -> None:
    camp = event(1, "Camp", slots(1, 1, 10))
    works = [task(2, "Song", slots(1, 11, 12)), task(3, "Quiz", duration=2, deadline=due(1, 22))]
    (found,) = risks(desk(camp, *works, days=2))

    assert found.kind is RiskKind.BLOCKED
    assert [(cure.text, cure.task_ids) for cure in found.cures if cure.help is Help.MOVE] == [('move "Song"', (2,))]


def test_work_without_another_place_would_have_to_leave() -> None:
    camp, fair = event(1, "Camp", slots(1, 1, 10)), event(4, "Fair", slots(2, 1, 12))
    works = [task(2, "Song", slots(1, 11, 12), priority=9), task(3, "Quiz", duration=2, deadline=due(1, 22))]
    (found,) = risks(desk(camp, fair, *works, days=2))

    assert [cure.text for cure in found.cures] == ['take "Song" (task 2) out of these days']


def test_a_draft_after_its_deadline_is_judged_as_if_it_had_no_place() -> None:
    (found,) = risks(desk(task(1, "Essay", slots(2, 1), deadline=due(1, 22)), days=2))

    assert (found.kind, helps(found)) == (RiskKind.UNPLACED, {Help.PLACE})


def test_locked_work_after_its_deadline_is_late() -> None:
    (found,) = risks(desk(task(1, "Essay", slots(2, 1), deadline=due(1, 22), locked=True), days=2))

    assert (found.kind, found.reason) == (RiskKind.LATE, "lies Tue 24 Nov 2026 08:00-08:45 (day 2, slot 1)")


def test_a_deadline_that_has_passed_is_overdue_and_the_next_place_is_offered() -> None:
    on = desk(task(1, "Essay", deadline=due(1, 9)), days=2)
    now = due(1, 12)
    (found,) = risks(on.model_copy(update={"schedule": on.schedule.open_from(now), "now": now}))

    assert (found.kind, [cure.text for cure in found.cures]) == (
        RiskKind.OVERDUE,
        ["place it Mon 23 Nov 2026 13:30-14:15 (day 1, slot 6)"],
    )


def test_a_deadline_after_the_days_that_are_planned_is_not_judged() -> None:
    report = called(box, desk(task(1, "Essay", deadline=due(9, 9)), days=2), "at_risk").report

    assert report.data["tasks"] == []
    assert 'Due after these days, not judged: "Essay" (task 1).' in report.text


@pytest.mark.parametrize("seed", range(30))
def test_a_later_deadline_that_is_offered_is_the_first_that_helps(seed: int) -> None:
    random = Random(seed)
    camp = [event(day, "Camp", slots(day, random.randint(1, 4), random.randint(5, 11))) for day in (1, 2)]
    works = [
        task(
            id_, f"Part {id_}", duration=random.randint(1, 4), deadline=due(random.randint(1, 2), random.randint(9, 21))
        )
        for id_ in range(3, 3 + random.randint(1, 4))
    ]
    on = desk(*camp, *works, days=3)
    for risk in risks(on):
        one = on.schedule.by_id[risk.task_id]
        later = next((cure for cure in risk.cures if cure.help is Help.LATER_DEADLINE), None)
        if later is not None:
            when = datetime.strptime(later.text, "a deadline of %a %d %b %Y %H:%M or later").replace(tzinfo=BERLIN)
            kind = {seen.task_id: seen.kind for seen in risks(_due_at(on, one.id, when))}[one.id]
            sooner = risks(_due_at(on, one.id, when - timedelta(minutes=1)))
            assert kind in {RiskKind.UNPLACED, RiskKind.CROWDED}, (
                "it fits then, unless another deadline takes the place"
            )
            assert {seen.task_id: seen.kind for seen in sooner}[one.id] is not RiskKind.UNPLACED


def _due_at(on: Desk, id_: int, when: datetime) -> Desk:
    changed = on.schedule.by_id[id_].model_copy(update={"deadline": when})
    return on.model_copy(update={"schedule": on.schedule.with_tasks([changed])})


LECTURE = event(1, "Lecture", slots(1, 1, 4))


def explained(on: Desk, id_: int) -> ToolReport:
    return called(box, on, "explain", task_id=id_).report


def test_a_place_is_explained_by_what_binds_it() -> None:
    before = task(2, "Part 1", slots(1, 5), category="x", order=1)
    mine = task(3, "Part 2", slots(1, 6, 7), category="x", order=2, slot_range=SlotRange(slot_start=5, slot_end=8))
    report = explained(desk(LECTURE, before, mine, days=2), 3)

    lines = report.text.splitlines()
    assert lines[0] == '"Part 2" (task 3): Mon 23 Nov 2026 13:30-15:10 (day 1, slots 6-7).'
    assert lines[1:4] == [
        "Limit: number 2 of x.",
        "Limit: only in slots 5-8.",
        'Order: after "Part 1" (task 2) at Mon 23 Nov 2026 11:50-12:35 (day 1, slot 5).',
    ]
    assert 'overlaps "Part 1" (task 2)' in lines[4] or "would go on after the pause" in lines[4]
    assert lines[-2] == "No earlier place fits."
    assert lines[-1].startswith("The nearest later place that fits is Tue 24 Nov 2026 13:30-15:10 (day 2, slots 6-7);")
    assert report.data["later"]["start"] == "2026-11-24T13:30:00+01:00"


def test_another_place_is_told_with_what_it_would_cost() -> None:
    report = explained(desk(task(2, "A", slots(1, 1)), task(3, "B", slots(2, 1, 3)), days=2), 2)

    assert report.text.endswith("daily load (sum of squares): 10 before, 10 after.")
    assert report.data["earlier"] is None


def test_work_without_a_place_says_why() -> None:
    full = [event(1, "Camp", slots(1, 1, 12))]

    assert (
        "It needs 1 h 30 min; nothing is free there."
        in explained(desk(*full, task(2, "A", duration=2), days=1), 2).text
    )
    assert "It could lie at 1 place." in explained(desk(task(2, "A", duration=12), days=1, span_pauses=True), 2).text


def test_what_cannot_be_moved_says_so() -> None:
    on = desk(LECTURE, task(2, "A", slots(1, 6), locked=True))

    assert "an event of the calendar" in explained(on, 1).text
    assert "is locked and stays where it is" in explained(on, 2).text
    assert explained(on, 9).violations[0].kind is ViolationKind.OUT_OF_RANGE
