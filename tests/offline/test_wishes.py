"""What was said stands: for the rest of the thread, against other places, and when a question is open."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import a_fortnight, describe, play
from langchain_core.messages import AIMessage, HumanMessage
from stage import an_event

from state.common import CLOSED
from state.limits import HoursLimit, Limits
from state.schedule import Schedule


def earlier(*said: str) -> tuple[Any, ...]:
    """Turns that are over."""
    return tuple(
        message
        for text in said
        for message in (HumanMessage(text), AIMessage("Done.", additional_kwargs={CLOSED: "a turn"}))
    )


async def told(*said: str, before: tuple[Any, ...] = (), schedule: Schedule | None = None) -> str:
    return describe(await play(*said, before=before, schedule=schedule), a_fortnight())


PLANNED = earlier("plan my tasks, nothing after 20:00")


async def test_what_was_to_be_free_in_one_turn_is_so_in_the_next() -> None:
    assert await told("plan my tasks, not on Sunday", before=PLANNED) == "draft_plan steady free=20:00-22:00 | Sun"


@pytest.mark.parametrize("words", ["forget the limits", "取消所有限制"])
async def test_until_it_is_taken_back(words: str) -> None:
    assert await told("plan my tasks", before=(*PLANNED, *earlier(words))) == "draft_plan steady"


async def test_a_proposal_that_breaks_a_wish_says_so() -> None:
    came = await play("move Essay to Thursday at 20:30", before=PLANNED)

    assert describe(came, a_fortnight()) == "move Essay Thu26 20:30"
    assert "breaks your wish to keep free: from 20:00" in came.spoken


async def test_a_day_alone_takes_a_place_that_breaks_no_wish() -> None:
    before = earlier("plan my tasks, nothing before 14:00")

    moved = await told("move Essay to Wednesday", before=before)

    assert moved.startswith("move Essay Wed25 ")
    assert moved.split()[-1] >= "14:00"


async def test_a_request_while_a_question_is_open_is_a_new_request() -> None:
    assert await told("move Essay", "what is on Saturday?") == "answer: Sat 28 Nov 2026: 10:00-11:00 Reading"
    assert (await told("move Essay", "keep Sunday free")).startswith("relocate tasks=Problem set 1 & Problem set 2")


async def test_of_a_full_day_the_next_day_is_offered_and_not_the_night_before() -> None:
    full = a_fortnight()
    whole = an_event(30, (6, 1, len(full.grid)), title="Wedding")
    free = full.with_tasks([full.by_id[3].model_copy(update={"slots": (), "status": "pending"})])
    on = free.model_copy(update={"tasks": (*free.tasks, whole)})

    came = await play("move Essay to Saturday", schedule=on)

    assert describe(came, on).startswith("move Essay Sun29")
    assert "There is no place for “Essay” Sat (Wedding until 22:00)." in came.spoken


async def test_a_place_that_lies_further_off_than_its_own_is_not_offered() -> None:
    due = a_fortnight().start_of(3, 1)
    on = a_fortnight().with_tasks([a_fortnight().by_id[1].model_copy(update={"deadline": due})])

    heard = await told("move Essay to Saturday", schedule=on)

    assert heard.startswith("answer: I found no place for “Essay” Sat (due Wed 25 Nov 2026 08:00).")
    assert heard.endswith("It stays where it lies, which is the nearest: Tue 24 Nov 2026 10:00-12:00.")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("move Reading to Tuesday evening", "working hours 09:00-18:00"),
        ("把Reading移到周二晚上", "工作时段 09:00-18:00"),
    ],
)
async def test_a_place_that_a_limit_bars_is_refused_with_the_limit(words: str, why: str) -> None:
    limited = a_fortnight().with_limits(Limits(), Limits(hours=(HoursLimit(hours="09:00-18:00"),)))

    came = await play(words, schedule=limited)

    assert why in came.spoken + came.told
    assert not describe(came, limited).startswith("move Reading Tue24 2")


async def test_the_nearest_other_place_is_on_the_same_day_and_the_reason_is_said() -> None:
    came = await play("move Essay to Tuesday at 14:00")
    taken = await play("move Reading to Friday from 16:00 to 18:00")

    assert describe(came, a_fortnight()).startswith("move Essay Tue24")
    assert "Lab report until 18:00" in taken.spoken
