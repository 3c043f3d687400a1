"""One task in parts, and one that comes again: what stands on the desk, what a card says, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations, pairwise
from random import Random
from typing import Any

import pytest
from builders import STEADY, called, desk, event, randoms, slots, task
from hypothesis import given, settings
from oracle import disorder, faults

from prompts.changes import say_card, say_each
from state.calendar_commit import Act, Commit
from state.change import Unplaced
from state.desk import Desk
from state.errors import BadArguments
from state.ids import ThreadId
from state.schedule import HALF_HOURS, Task
from state.task_edit import task_changes
from state.when import Locale
from tools import TOOLBOX
from tools.dispatch import Performed

ON = desk(
    event(1, "Lecture", slots(1, 1, 2)),
    task(2, "Essay", slots(2, 3, 5), duration=3, minutes=130, source_id="task-a"),
    task(3, "Gym", source_id="task-b"),
).model_copy(update={"now": datetime(2026, 11, 23, 7, tzinfo=UTC), "operation": "op"})


def card(on: Desk, performed: Performed, locale: Locale = Locale.EN) -> str:
    """What the person would be shown."""
    edits = task_changes(on.schedule, performed.edits)
    return say_card(performed.changes, (), performed.desk.schedule, locale, Act.TASKS, edits=edits)


def undone(performed: Performed) -> Desk:
    """The desk after what was done has been taken back."""
    wrote = Commit(id="k", thread=ThreadId("t"), edits=performed.edits)
    return called(TOOLBOX, performed.desk.model_copy(update={"commit": wrote}), "undo_apply").desk


def parts(on: Desk, parent: str = "task-a") -> list[tuple[int, int | None, int, int | None]]:
    """Id, number, slots and minutes of each part."""
    return [(one.id, one.part, one.duration, one.minutes) for one in on.schedule.parts_of(parent)]


def test_parts_take_what_the_whole_took_and_lie_in_its_place_in_order() -> None:
    performed = called(TOOLBOX, ON, "split_task", task_id=2, parts=3)

    assert parts(performed.desk) == [(2, 1, 1, 45), (4, 2, 1, 45), (5, 3, 1, 40)]
    assert [one.slots for one in performed.desk.schedule.parts_of("task-a")] == [
        (slots(2, 3),),
        (slots(2, 4),),
        (slots(2, 5),),
    ]
    assert "- Essay: in parts 130 min → 45 min + 45 min + 40 min" in card(ON, performed)
    assert "- Essay：分成 130 分钟 → 45 分钟 + 45 分钟 + 40 分钟" in card(ON, performed, Locale.ZH)


@pytest.mark.parametrize(
    ("said", "lengths"),
    [({"parts": 2}, [2, 1]), ({"at_most": 60}, [1, 1, 1]), ({"at_most": 100}, [2, 1]), ({"at_least": 30}, [1, 1, 1])],
)
def test_blocks_are_as_even_as_what_was_said_allows(said: dict[str, int], lengths: list[int]) -> None:
    assert [part[2] for part in parts(called(TOOLBOX, ON, "split_task", task_id=2, **said).desk)] == lengths


@pytest.mark.parametrize("said", [{"parts": 5}, {"at_least": 80, "at_most": 90}])
def test_what_cannot_be_split_so_is_refused(said: dict[str, int]) -> None:
    assert "cannot be split so" in called(TOOLBOX, ON, "split_task", task_id=2, **said).report.text


@pytest.mark.parametrize("number", [2, 3])
def test_split_then_joined_is_the_same_task_in_the_same_place(number: int) -> None:
    split = called(TOOLBOX, ON, "split_task", task_id=2, parts=number).desk

    joined = called(TOOLBOX, split, "join_task", task_id=parts(split)[-1][0])

    assert joined.desk.schedule.by_id == ON.schedule.by_id


def test_a_part_that_is_done_stays_done_and_the_rest_is_joined() -> None:
    split = called(TOOLBOX, ON, "split_task", task_id=2, parts=3).desk
    done = called(TOOLBOX, split, "finish_task", task_ids=[2]).desk

    joined = called(TOOLBOX, done, "join_task", task_id=4).desk

    assert parts(joined) == [(4, 2, 2, 85)]
    assert [one.task.id for one in joined.schedule.ended] == [2]
    assert "has no other open part" in called(TOOLBOX, joined, "join_task", task_id=4).report.text


def test_a_part_is_split_again_and_those_after_it_count_on() -> None:
    split = called(TOOLBOX, ON, "split_task", task_id=2, parts=2).desk

    again = called(TOOLBOX, split, "split_task", task_id=2, parts=2).desk

    assert parts(again) == [(2, 1, 1, 45), (5, 2, 1, 45), (4, 3, 1, 40)]
    assert len({one.source_id for one in again.schedule.tasks if one.parent}) == 3


def test_parts_keep_their_order_and_what_is_said_of_one_holds_for_all_but_its_length() -> None:
    split = called(TOOLBOX, ON, "split_task", task_id=2, parts=2).desk

    refused = called(TOOLBOX, split, "move", task_id=2, day=3, slot_start=1)
    changed = called(TOOLBOX, split, "change_task", task_ids=[4], title="Paper", minutes=30).desk

    assert "would start before" in refused.report.text
    assert [(one.title, one.minutes) for one in changed.schedule.parts_of("task-a")] == [("Paper", 90), ("Paper", 30)]


def test_a_task_that_comes_again_is_one_task_for_each_time_on_days_apart() -> None:
    performed = called(TOOLBOX, ON, "repeat", title="Run", minutes=45, times=3, per="week", apart=2)
    planned = called(TOOLBOX, performed.desk, "draft_plan").desk.schedule

    days = sorted(one.slots[0].day for one in planned.tasks if one.title == "Run")
    assert len(days) == 3
    assert all(other - one >= 2 for one, other in pairwise(days))
    assert card(ON, performed).endswith("- New: Run; 45 min; comes 3 × a week, at least 2 days from one to the next")
    assert faults(planned) == []


def test_repetitions_on_following_days_are_refused_with_the_other_one() -> None:
    on = called(TOOLBOX, ON, "repeat", task_id=3, times=3, per="week", apart=2).desk
    first, second, _ = on.schedule.parts_of("task-b")
    placed = called(TOOLBOX, on, "place", task_id=first.id, day=3, slot_start=1).desk

    refused = called(TOOLBOX, placed, "place", task_id=second.id, day=4, slot_start=1)
    found = called(TOOLBOX, placed, "find_free", duration=1, task_id=second.id).report.data["places"]

    assert "is fewer than 2 days from" in refused.report.text
    assert found
    assert {one["day"] for one in found} <= {1, 5, 6, 7}


def test_a_day_that_is_over_is_not_made_up_for_on_another() -> None:
    daily = called(TOOLBOX, ON, "repeat", task_id=3, per="day").desk
    late = daily.schedule.open_from(daily.schedule.start_of(3, 1))

    planned = called(TOOLBOX, daily.model_copy(update={"schedule": late}), "draft_plan").desk.schedule

    lying = [one.slots[0].day for one in planned.parts_of("task-b") if one.slots]
    assert lying == [3, 4, 5, 6, 7]


def test_another_rule_changes_what_is_not_done_and_ends_with_it() -> None:
    on = called(TOOLBOX, ON, "repeat", task_id=3, times=3, per="week").desk
    first, *_ = on.schedule.parts_of("task-b")
    done = called(TOOLBOX, on, "finish_task", task_ids=[first.id]).desk
    open_ = done.schedule.parts_of("task-b")[0].id

    fewer = called(TOOLBOX, done, "repeat", task_id=open_, times=2, per="week")
    ended = called(TOOLBOX, done, "repeat", task_id=open_, times=0, per="week")

    assert [one.part for one in fewer.desk.schedule.parts_of("task-b")] == [2]
    assert ended.desk.schedule.parts_of("task-b") == []
    assert [one.task.id for one in ended.desk.schedule.ended] == [first.id]
    assert "3 × a week → 2 × a week" in card(done, fewer)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("split_task", {"task_id": 2, "parts": 3}),
        ("repeat", {"task_id": 3, "times": 2, "per": "week"}),
        ("repeat", {"title": "Read", "minutes": 30, "per": "day"}),
    ],
)
def test_undo_takes_parts_and_repetitions_back(name: str, arguments: dict[str, Any]) -> None:
    performed = called(TOOLBOX, ON, name, **arguments)

    assert performed.desk.schedule != ON.schedule
    assert undone(performed).schedule.by_id == ON.schedule.by_id


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("split_task", {"task_id": 2, "parts": 2, "at_most": 60}, "say either parts"),
        ("repeat", {"per": "day"}, "say either task_id"),
        ("repeat", {"task_id": 3, "per": "day", "deadline": "2026-11-27"}, "change_task changes"),
        ("repeat", {"task_id": 3, "per": "week", "times": 5, "apart": 2}, "cannot lie 2 days apart"),
    ],
)
def test_what_is_said_unclearly_is_corrected(name: str, arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadArguments, match=complaint):
        called(TOOLBOX, ON, name, **arguments)


@settings(STEADY, max_examples=40)
@given(chance=randoms())
def test_whatever_is_split_and_comes_again_is_planned_by_the_rules(chance: Random) -> None:
    on = ON
    for task_id, name in ((2, "split_task"), (3, "repeat")):
        said: dict[str, Any] = {"parts": chance.randint(2, 3)}
        if name == "repeat":
            said = {"times": chance.randint(1, 3), "per": "week", "apart": chance.randint(1, 3)}
        on = called(TOOLBOX, on, name, task_id=task_id, **said).desk
    for one in chance.sample([one.id for one in on.schedule.tasks if one.movable], 2):
        on = called(TOOLBOX, on, "place", task_id=one, day=chance.randint(1, 7), slot_start=chance.randint(1, 9)).desk

    planned = called(TOOLBOX, on, "draft_plan").desk.schedule

    assert faults(planned) == []
    assert disorder(planned, ON.order_scope) == set()
    assert most_placed(on.schedule.parts_of("task-b")) == sum(1 for one in planned.parts_of("task-b") if one.slots)


def most_placed(repeated: list[Task]) -> int:
    """How many of a task's repetitions an almost empty week can hold, those that lie there staying where they are."""
    assert repeated[0].repeat is not None
    lying = [one.slots[0].day for one in repeated if one.slots]
    return max(
        len(lying) + len(days)
        for count in range(len(repeated) - len(lying) + 1)
        for days in combinations(range(1, 8), count)
        if _lie_apart([*lying, *days], repeated[0].repeat.apart)
    )


def _lie_apart(days: list[int], apart: int) -> bool:
    return all(later - earlier >= apart for earlier, later in pairwise(sorted(days)))


def test_a_new_task_comes_in_blocks_and_its_card_tells_it_as_one() -> None:
    thesis = {"title": "Thesis", "minutes": 26 * 60, "max_block": 90, "deadline": "2026-11-29"}
    performed = called(TOOLBOX, ON, "add_tasks", tasks=[thesis, {"title": "Poem", "minutes": 45, "max_block": 90}])
    new = performed.desk.schedule.tasks[len(ON.schedule.tasks) :]

    thesis_parts, poem = new[:-1], new[-1]
    assert {one.parent for one in thesis_parts} == {thesis_parts[0].source_id}
    assert [one.part for one in thesis_parts] == list(range(1, len(thesis_parts) + 1))
    assert (sum(one.minutes or 0 for one in thesis_parts), poem.parent) == (26 * 60, None)
    assert max(one.minutes or 0 for one in thesis_parts) <= 90
    assert card(ON, performed).count("Thesis") == 1
    assert "- New: Thesis; 1560 min; due Sun 29 Nov 2026 23:59; in parts 90 min + 90 min" in card(ON, performed)
    assert undone(performed).schedule.tasks == ON.schedule.tasks


@pytest.mark.parametrize(
    "said",
    [{"minutes": 26 * 60}, {"minutes": 200, "min_block": 180, "max_block": 180}, {"minutes": 6000, "max_block": 45}],
)
def test_a_new_task_that_does_not_come_in_such_blocks_is_refused(said: dict[str, Any]) -> None:
    performed = called(TOOLBOX, ON, "add_tasks", tasks=[{"title": "Thesis", **said}])

    assert [wrong.kind for wrong in performed.report.violations] == ["duration"]


def test_parts_without_a_place_are_one_to_the_person() -> None:
    after = called(TOOLBOX, ON, "split_task", task_id=2, parts=3).desk.schedule
    left = [Unplaced(task_id=id_, title=after.by_id[id_].title, reason=why) for id_, why in LEFT]

    assert list(say_each(left, after, Locale.EN)) == ["Essay (2 parts): full", "Gym: full", "Essay: late"]


LEFT = ((2, "full"), (3, "full"), (4, "full"), (5, "late"))


@pytest.mark.parametrize(
    ("duration", "said", "lengths"),
    [(10, {}, [4, 3, 3]), (3, {}, [2, 1]), (10, {"block": 60}, [2] * 5), (10, {"block": 0}, [5, 5])],
)
def test_a_split_without_a_length_keeps_to_the_longest_block(
    duration: int, said: dict[str, Any], lengths: list[int]
) -> None:
    on = desk(task(2, "Thesis", duration=duration), grid=HALF_HOURS)
    on = called(TOOLBOX, on, "set_limits", **said).desk if said else on

    after = called(TOOLBOX, on, "split_task", task_id=2).desk.schedule

    assert [one.duration for one in after.tasks] == lengths
