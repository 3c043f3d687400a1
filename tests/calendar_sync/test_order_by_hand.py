"""A person may break the order of a group by hand, with a word on it; from then on that is what the guard keeps."""

from __future__ import annotations

from backstage import A, Backstage, Open
from durable import REPLY, WEEK

from dayloom.calendar_sync.drafts import Drag
from state.common import CommonState
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
