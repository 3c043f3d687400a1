"""The order guard: what belongs in sequence stays in sequence unless the person allowed otherwise."""

from __future__ import annotations

from typing import Any

from stage import a_stage, a_week, an_event, placed_task, step

from nodes.order_guard import order_guard
from state.common import Baseline, CommonState, Phase
from state.desk import OrderScope, placements
from state.interrupt import InterruptKind
from state.order import inversions
from state.schedule import Schedule

IN_ORDER = a_week(
    placed_task(1, 1, 1, category="maths", order=1),
    placed_task(2, 2, 1, category="maths", order=2),
    placed_task(3, 3, 1, category="art", order=1),
)
SWAPPED = a_week(
    placed_task(1, 2, 1, category="maths", order=1),
    placed_task(2, 1, 1, category="maths", order=2),
    placed_task(3, 3, 1, category="art", order=1),
    version=1,
)
STUCK = a_week(
    placed_task(1, 2, 1, category="maths", order=1, weekdays=(2,)),
    placed_task(2, 1, 1, category="maths", order=2, weekdays=(1,)),
    version=1,
)


def drafted(schedule: Schedule, was: Schedule = IN_ORDER, **fields: Any) -> CommonState:
    at = placements(was)
    baseline = Baseline(version=0, placements=at)
    return CommonState(schedule=schedule, baseline=baseline, ordered=at, phase=Phase.CHECKING, **fields)


async def test_a_draft_in_order_passes() -> None:
    stage = a_stage()
    state = await step(order_guard, drafted(IN_ORDER), stage)

    assert state.phase is Phase.ENDING
    assert stage.told == ["order_guard.passed"]


async def test_a_new_order_that_is_allowed_passes() -> None:
    state = await step(order_guard, drafted(SWAPPED, allow_reorder=True), a_stage())

    assert state.phase is Phase.ENDING
    assert state.schedule == SWAPPED


async def test_an_inversion_the_turn_began_with_passes() -> None:
    state = await step(order_guard, drafted(SWAPPED, was=SWAPPED), a_stage())

    assert state.schedule == SWAPPED


async def test_a_broken_order_is_mended_with_the_same_tasks() -> None:
    stage = a_stage()
    state = await step(order_guard, drafted(SWAPPED), stage)

    assert state.phase is Phase.ENDING
    assert not inversions(state.schedule)
    assert {task.id for task in state.schedule.suggested} == {1, 2, 3}
    assert state.schedule.by_id[3] == SWAPPED.by_id[3]
    assert "order_guard.restored" in stage.told


async def test_an_order_that_cannot_be_mended_is_asked_about() -> None:
    stage = a_stage()
    state = await step(order_guard, drafted(STUCK, was=IN_ORDER), stage)

    assert state.phase is Phase.WAITING
    assert state.interrupt is not None
    assert state.interrupt.kind is InterruptKind.REORDER
    assert {change.task_id for change in state.interrupt.changes} == {1, 2}
    told = state.messages[-1].text
    assert all(f"- {change.title}: " in told for change in state.interrupt.changes)
    assert state.interrupt.description.endswith(told)


async def test_an_unattended_run_goes_back() -> None:
    stage = a_stage(attended=False)
    unattended = drafted(STUCK, settings=stage.context.settings)
    state = await step(order_guard, unattended, stage)

    assert state.phase is Phase.ENDING
    assert not inversions(state.schedule)


async def test_scope_all_guards_the_whole_list() -> None:
    was = a_week(placed_task(1, 1, 1), placed_task(2, 2, 1))
    now = a_week(placed_task(1, 2, 1), placed_task(2, 1, 1), version=1)
    stage = a_stage(order_scope=OrderScope.ALL)
    state = await step(order_guard, drafted(now, was=was, settings=stage.context.settings), stage)

    assert not inversions(state.schedule, OrderScope.ALL)


async def test_an_event_never_moves_when_order_is_mended() -> None:
    event = an_event(9, (1, 3, 4))
    schedule = a_week(*SWAPPED.tasks, event, version=1)
    state = await step(order_guard, drafted(schedule, was=a_week(*IN_ORDER.tasks, event)), a_stage())

    assert state.schedule.by_id[9] == event
