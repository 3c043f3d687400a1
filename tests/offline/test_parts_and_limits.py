"""Tasks in parts and limits that are there already: joined, repeated otherwise, told and lifted."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import a_fortnight, describe, play
from stage import a_task

from state.limits import HoursLimit, Limits
from state.schedule import Repeat, Schedule


def with_parts(**fields: Any) -> Schedule:
    """A fortnight in which a thesis, and whatever it is called, has three parts."""
    title = fields.pop("title", "Thesis")
    parts = (a_task(40 + part, title, duration=2, parent="x", part=part, **fields) for part in (1, 2, 3))
    before = a_fortnight()
    return before.model_copy(update={"tasks": (*before.tasks, *parts)})


GYM = with_parts(title="Gym", repeat=Repeat(times=3, per="week", apart=1))
FOR_GOOD = Limits(hours=(HoursLimit(hours="09:00-18:00"),), buffer=15)
LIMITED = a_fortnight().with_limits(Limits(most_minutes=240), FOR_GOOD)


async def told(*said: str, on: Schedule) -> str:
    return describe(await play(*said, schedule=on), on)


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("join the thesis again", "join_task Thesis"),
        ("put the parts of the thesis back together", "join_task Thesis"),
        ("the thesis is due Friday", "change_task Thesis deadline=2026-11-27"),
        ("把Thesis合并成一个任务", "join_task Thesis"),
    ],
)
async def test_the_parts_of_a_task_are_one_task_to_the_person(words: str, call: str) -> None:
    assert await told(words, on=with_parts()) == call


async def test_a_task_in_parts_is_done_part_by_part_or_as_a_whole() -> None:
    assert await told("the thesis is done", on=with_parts()) == "finish_task Thesis & Thesis & Thesis"


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("gym twice a week", "repeat Gym times=2 per=week"),
        ("stop repeating gym", "repeat Gym times=0 per=week"),
        ("停止重复Gym", "repeat Gym times=0 per=week"),
    ],
)
async def test_what_comes_again_comes_otherwise_or_no_more(words: str, call: str) -> None:
    assert await told(words, on=GYM) == call


async def test_which_of_those_that_come_again_is_done_is_asked() -> None:
    assert (await told("gym is done", on=GYM)).startswith("ask: Which one do you mean")


async def test_limits_are_told_in_hours_and_in_two_lists() -> None:
    heard = await told("what are my limits?", on=LIMITED)

    assert heard == (
        "answer: In this plan:\n- most work a day: 4 h\n"
        "In all plans:\n- working hours: 09:00-18:00\n- free around every entry: 15 min"
    )


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("forget my working hours", "set_limits clear=['hours'] always=True"),
        ("no more buffer between meetings", "set_limits clear=['buffer'] always=True"),
        ("no daily limit any more", "set_limits clear=['most_minutes']"),
        ("取消工作时间", "set_limits clear=['hours'] always=True"),
        ("forget the limits", "set_limits clear=['most_minutes']"),
    ],
)
async def test_a_limit_is_lifted_where_it_is_said(words: str, call: str) -> None:
    assert await told(words, on=LIMITED) == call
