"""A person goes against their own limits by hand, with a word on it; the agent only where they name the move."""

from __future__ import annotations

from typing import Any

import pytest
from backstage import A, Backstage, Open
from durable import REPLY, WEEK, Person
from stage import a_call, placed_task

from dayloom.calendar_sync.drafts import Drag
from dayloom.stores.redis.connection import AsyncRedis
from state.common import RunSettings
from state.limits import HoursLimit, Limits
from state.schedule import Schedule

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}
TASKS = [placed_task(id_, day, 1, title=title) for id_, day, title in ((1, 3, "Essay"), (2, 4, "Report"))]


def limited(**said: Any) -> Schedule:
    """Two periods of work on Wednesday and Thursday, and what their person has said of all days."""
    return WEEK.with_tasks(TASKS).with_limits(Limits(**said), Limits())


UNTIL_NOON = limited(hours=(HoursLimit(hours="00:00-12:00"),))
LUNCH = limited(free=(HoursLimit(hours="12:00-14:00"),))
LITTLE = limited(most_minutes=135)
ROOM = limited(buffer=45)
CASES = [
    (UNTIL_NOON, 5, 8, "Essay then lies outside your working hours."),
    (LUNCH, 5, 6, "Essay then lies in hours that you keep free."),
    (LITTLE, 4, 3, "Thu 26 Nov 2026 then holds more than your most work a day (2 h 15 min)."),
    (ROOM, 4, 3, "Essay then lies closer to Report than the 45 min that you keep free around every entry."),
]


async def begun(house: Backstage, schedule: Schedule) -> None:
    said = await house.say(A, "Hello", schedule)
    await house.runs.join(A, said.id)


@pytest.mark.parametrize(("schedule", "day", "slot", "told"), CASES)
async def test_a_drag_against_a_limit_is_done_and_told(
    backstage: Open, schedule: Schedule, day: int, slot: int, told: str
) -> None:
    house = await backstage([REPLY])
    await begun(house, schedule)

    dragged = await house.tenant().drafts.edit(A, [Drag(task_id=1, day=day, slot_start=slot)], match=None)

    assert dragged.warnings == (told,)
    assert dragged.schedule.by_id[1].slots[0].day == day
    assert (dragged.schedule.limits, dragged.schedule.window.daily_cap, dragged.schedule.window.buffer) == (
        schedule.limits,
        schedule.window.daily_cap,
        schedule.window.buffer,
    )


async def test_a_state_put_against_a_limit_is_taken_and_told(backstage: Open) -> None:
    house = await backstage([REPLY])
    await begun(house, UNTIL_NOON)
    late = UNTIL_NOON.with_tasks([placed_task(1, 5, 8, title="Essay")])

    assert len((await house.tenant().drafts.replace(A, late)).warnings) == 1


@pytest.mark.parametrize("policy", [{}, {"always_execute": True}])
@pytest.mark.parametrize(("schedule", "day", "slot", "told"), CASES)
async def test_a_move_that_the_person_names_is_shown_with_the_limit_it_breaks(
    redis: AsyncRedis, policy: dict[str, Any], schedule: Schedule, day: int, slot: int, told: str
) -> None:
    person = Person(redis, settings=RunSettings(**policy))
    move = a_call("move", task_id=1, day=day, slot_start=slot)
    person.model.script[:] = [EXECUTE, {"action": "confirm", "speak": "So?", "tool_call": move}, DONE, "Moved."]

    asked = await person.say("Move the essay there all the same", schedule)
    approved = await person.answer("approve")

    assert asked.interrupt is not None
    assert asked.interrupt.description.endswith(told)
    assert approved.interrupt is None
    assert approved.state.schedule.by_id[1].slots[0].day == day
    assert approved.state.schedule.limits == schedule.limits


async def test_several_moves_in_one_call_are_named_each(redis: AsyncRedis) -> None:
    person = Person(redis)
    both = [{"task_id": id_, "day": 5, "slot_start": slot} for id_, slot in ((1, 8), (2, 11))]
    move = {"action": "confirm", "speak": "So?", "tool_call": a_call("batch_move", items=both)}
    person.model.script[:] = [EXECUTE, move, DONE, "Left.", EXECUTE, move]

    one = await person.say("Move the essay to the evening", UNTIL_NOON)
    named = await person.say("Move essay and report to Friday afternoon")

    assert one.interrupt is None
    assert named.interrupt is not None
    assert named.interrupt.description.count("outside your working hours") == 2


async def test_a_move_that_nobody_named_is_refused_and_the_limit_told_with_its_hours(redis: AsyncRedis) -> None:
    person = Person(redis)
    move = a_call("move", task_id=1, day=5, slot_start=8)
    person.model.script[:] = [EXECUTE, {"action": "confirm", "speak": "So?", "tool_call": move}, DONE, "Left."]

    turn = await person.say("Make it better", UNTIL_NOON)

    assert turn.interrupt is None
    assert turn.state.schedule.tasks == UNTIL_NOON.tasks
    assert "only 08:00-11:40 is open then" in str(person.model.prompts[2])
