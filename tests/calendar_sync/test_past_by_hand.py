"""A person may put work on days that are past, which the agent may not."""

from __future__ import annotations

from datetime import timedelta

from backstage import A, Open
from durable import REPLY, WEEK
from stage import NOW

from dayloom.calendar_sync.drafts import Drag
from state.schedule import Position

TODAY = WEEK.model_copy(update={"window": WEEK.window.model_copy(update={"start": NOW.date(), "allow_past": False})})
EARLY = Position(day=1, slot_start=3, slot_end=4)


async def test_this_morning_is_open_to_a_drag_and_stays_closed_to_the_agent(backstage: Open) -> None:
    house = await backstage([REPLY])
    said = await house.say(A, "Hello", TODAY)
    await house.runs.join(A, said.id)

    preview = await house.tenant().drafts.edit(A, [Drag(task_id=1, day=1, slot_start=3)], match=None)

    assert preview.schedule.by_id[1].slots == (EARLY,)
    assert preview.schedule.window.not_before == NOW + timedelta(minutes=55)
    assert preview.schedule.is_past(preview.schedule.by_id[1])


async def test_a_schedule_put_by_a_person_may_use_this_morning_too(backstage: Open) -> None:
    house = await backstage([REPLY])
    said = await house.say(A, "Hello", TODAY)
    await house.runs.join(A, said.id)
    drafts = house.tenant().drafts
    dragged = await drafts.edit(A, [Drag(task_id=1, day=2, slot_start=1)], match=None)
    task = dragged.schedule.by_id[1].model_copy(update={"slots": (EARLY,)})

    preview = await drafts.replace(A, TODAY.with_tasks([task]))

    assert preview.schedule.by_id[1].slots == (EARLY,)
    assert preview.schedule.window.not_before == NOW + timedelta(minutes=55)
