"""A person may break the order of a group by hand, with a word on it; from then on that is what the guard keeps."""

from __future__ import annotations

from typing import Any

import pytest
from backstage import A, Backstage, Open
from durable import REPLY, WEEK, Person
from stage import a_call, placed_task

from dayloom.calendar_sync.drafts import Drag
from dayloom.stores.redis.connection import AsyncRedis
from state.common import CommonState, RunSettings
from state.desk import OrderScope
from state.order import inversions
from state.schedule import Schedule

CHAPTERS = WEEK.with_tasks(
    [
        WEEK.by_id[id_].model_copy(update={"category": "book", "order": number})
        for number, id_ in enumerate((1, 2), start=1)
    ]
)
EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}
FIRST, SECOND = Drag(task_id=1, day=4, slot_start=1), Drag(task_id=2, day=3, slot_start=1)


async def state_after(house: Backstage, words: str, schedule: Schedule | None = None) -> CommonState:
    said = await house.say(A, words, schedule)
    await house.runs.join(A, said.id)
    state = await house.tenant().threads.state(A)
    assert state is not None
    return state


async def test_a_drag_against_the_order_is_done_and_told_and_stays_in_the_next_turn(backstage: Open) -> None:
    house = await backstage([REPLY, EXECUTE, DONE, "Nothing to do."])
    await state_after(house, "Hello", CHAPTERS)
    drafts = house.tenant().drafts

    kept = await drafts.edit(A, [FIRST], match=None)
    broken = await drafts.edit(A, [SECOND], match=None)
    state = await state_after(house, "Go on")

    assert kept.warnings == ()
    assert broken.warnings == ("Report now begins before Essay ends, although Essay belongs first.",)
    assert inversions(broken.schedule, OrderScope.GROUP) == {(1, 2)}
    assert state.schedule.tasks == broken.schedule.tasks
    assert state.outcome is not None
    assert state.outcome.message == "Nothing to do."


async def test_a_schedule_put_against_the_order_is_taken_and_told(backstage: Open) -> None:
    house = await backstage([REPLY])
    await state_after(house, "Hello", CHAPTERS)
    drafts = house.tenant().drafts
    dragged = await drafts.edit(A, [FIRST, Drag(task_id=2, day=5, slot_start=1)], match=None)
    turned = await drafts.edit(A, [SECOND], match=None)

    back = await drafts.replace(A, dragged.schedule)
    again = await drafts.replace(A, turned.schedule)

    assert (back.warnings, len(again.warnings)) == ((), 1)


PLACED = CHAPTERS.with_tasks(
    [
        placed_task(id_, day, 1, title=title, category="book", order=id_)
        for id_, day, title in ((1, 3, "Essay"), (2, 4, "Report"))
    ]
)
MOVE = {"action": "confirm", "speak": "So?", "tool_call": a_call("move", task_id=2, day=2, slot_start=1)}
TOLD = "This breaks the order: Report would begin before Essay ends; Essay belongs first."


@pytest.mark.parametrize("policy", [{}, {"always_execute": True}])
async def test_a_move_that_the_person_names_is_shown_with_what_it_breaks_and_stays_once_approved(
    redis: AsyncRedis, policy: dict[str, Any]
) -> None:
    person = Person(redis, settings=RunSettings(**policy))
    person.model.script[:] = [EXECUTE, MOVE, DONE, "Moved.", EXECUTE, DONE, "Nothing to do."]

    asked = await person.say("Move the report before the essay", PLACED)
    approved = await person.answer("approve")
    later = await person.say("Go on")

    assert asked.interrupt is not None
    assert TOLD in asked.interrupt.description
    for turn in (approved, later):
        assert inversions(turn.state.schedule, OrderScope.GROUP) == {(1, 2)}
        assert turn.state.schedule.by_id[2].slots[0].day == 2
        assert turn.interrupt is None


@pytest.mark.parametrize("words", ["Make it better", "Move the essay", "Move Reporter"])
async def test_a_move_against_the_order_that_the_person_has_not_named_is_refused(redis: AsyncRedis, words: str) -> None:
    person = Person(redis)
    person.model.script[:] = [EXECUTE, MOVE, DONE, "Left."]

    turn = await person.say(words, PLACED)

    assert turn.interrupt is None
    assert turn.state.schedule == PLACED.model_copy(update={"window": turn.state.schedule.window})


async def test_nobody_is_there_to_know_of_it_where_a_run_is_unattended(redis: AsyncRedis) -> None:
    person = Person(redis, settings=RunSettings(always_execute=True, attended=False))
    person.model.script[:] = [EXECUTE, MOVE, DONE, "Left."]

    turn = await person.say("Move the report before the essay", PLACED)

    assert not inversions(turn.state.schedule, OrderScope.GROUP)


async def test_a_place_edited_on_the_card_so_that_it_breaks_the_order_is_shown_once_more(redis: AsyncRedis) -> None:
    person = Person(redis)
    later = {**MOVE, "tool_call": a_call("move", task_id=2, day=5, slot_start=1)}
    person.model.script[:] = [EXECUTE, later]
    await person.say("Move the report", PLACED)

    edited = await person.answer("edit", edited_action={"name": "move", "arguments": {"day": 2}})

    assert edited.interrupt is not None
    assert TOLD in edited.interrupt.description
    assert not inversions(edited.state.schedule, OrderScope.GROUP)
