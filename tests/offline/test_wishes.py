"""What was said stands: for the rest of the thread, against other places, and when a question is open."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import a_fortnight, describe, play
from langchain_core.messages import AIMessage, HumanMessage

from state.common import CLOSED
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


async def test_the_nearest_other_place_is_on_the_same_day_and_the_reason_is_said() -> None:
    came = await play("move Essay to Tuesday at 14:00")
    taken = await play("move Reading to Friday from 16:00 to 18:00")

    assert describe(came, a_fortnight()).startswith("move Essay Tue24")
    assert "Lab report until 18:00" in taken.spoken
