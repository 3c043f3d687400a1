"""What every planner promises, on random schedules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from builders import STEADY, desks
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import disorder, faults, load

from state.desk import Desk
from state.order import inversions
from state.schedule import Position, Schedule, Source
from tools.planners import box, category_changes, restore_order
from tools.regions import Region, TaskFilter
from tools.rules import violations

SOME = settings(STEADY, max_examples=80)

_REGIONS = st.builds(
    dict,
    days=st.one_of(st.none(), st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True)),
    slot_start=st.one_of(st.none(), st.integers(1, 3)),
    slot_end=st.one_of(st.none(), st.integers(3, 5)),
)
_KEPT = st.lists(_REGIONS, max_size=1)
_STRATEGY = st.sampled_from(["steady", "rapid"])


def _after(desk: Desk, name: str, **arguments: Any) -> Any:
    tool = box[name]
    return tool.run(desk, tool.arguments.model_validate_json(__import__("json").dumps(arguments)))


def _sound(before: Desk, after: Desk) -> bool:
    rules = violations(before.schedule, after.schedule, scope=before.order_scope, allow_reorder=before.allow_reorder)
    new = disorder(after.schedule, before.order_scope) - disorder(before.schedule, before.order_scope)
    return not rules and not faults(after.schedule) and (before.allow_reorder or not new)


def _squares(schedule: Schedule) -> int:
    events = [at for task in schedule.tasks if task.source is Source.EVENT for at in task.slots]
    taken = {(at.day, slot) for at in events for slot in range(at.slot_start, at.slot_end + 1)}
    busy = Counter(day for day, _ in taken)
    return sum((load(schedule, day) + busy[day]) ** 2 for day in range(1, schedule.window.days + 1))


def _in(schedule: Schedule, regions: list[dict[str, Any]], at: Position) -> bool:
    return any(Region.model_validate(region, strict=False).touches(schedule, at) for region in regions)


@SOME
@given(desk=desks(), strategy=_STRATEGY, keep_free=_KEPT)
def test_a_draft_keeps_every_rule_and_says_why_a_task_has_no_place(
    desk: Desk, strategy: str, keep_free: list[dict[str, Any]]
) -> None:
    result = _after(desk, "draft_plan", strategy=strategy, keep_free=keep_free)

    after = result.desk.schedule
    assert _sound(desk, result.desk)
    wanted = {task.id for task in desk.schedule.pending if task.movable}
    assert {task.id for task in after.pending if task.movable} == {one.task_id for one in result.report.unplaced}
    assert all(one.reason for one in result.report.unplaced)
    for task in after.tasks:
        if task.id in wanted and task.position:
            assert not _in(after, keep_free, task.position)
            assert result.report.reasons[task.id]
        else:
            assert task == desk.schedule.by_id[task.id]


@SOME
@given(desk=desks())
def test_what_first_fit_places_completely_a_draft_places_completely(desk: Desk) -> None:
    filled = _first_fit(desk)
    if filled is not None:
        assert not _after(desk, "draft_plan").report.unplaced


def _first_fit(desk: Desk) -> Desk | None:
    """Place each pending task, as listed, where it fits first."""
    from tools.places import at, lay

    for task in [task for task in desk.schedule.pending if task.movable]:
        placed = None
        for day in range(1, desk.schedule.window.days + 1):
            for slot in range(1, len(desk.schedule.grid) - task.duration + 2):
                after = lay(desk.schedule, [(task.id, at(task, day, slot))])
                if not violations(desk.schedule, after, scope=desk.order_scope, allow_reorder=desk.allow_reorder):
                    placed = after
                    break
            if placed:
                break
        if placed is None:
            return None
        desk = desk.model_copy(update={"schedule": placed})
    return desk


@SOME
@given(desk=desks(), keep_free=_KEPT)
def test_spreading_is_never_worse_and_names_what_cannot_leave(desk: Desk, keep_free: list[dict[str, Any]]) -> None:
    result = _after(desk, "spread_even", keep_free=keep_free)

    before, after = desk.schedule, result.desk.schedule
    assert _sound(desk, result.desk)
    if not any(task.position and _in(before, keep_free, task.position) for task in before.suggested if task.movable):
        assert _squares(after) <= _squares(before)
    stuck = {
        task.id for task in after.suggested if task.movable and task.position and _in(after, keep_free, task.position)
    }
    assert stuck == {one.task_id for one in result.report.unplaced}
    moved = {task.id for task in after.tasks if task != before.by_id[task.id]}
    assert moved == set(result.report.reasons)
    assert [figure.after <= figure.before for figure in result.report.objectives][:1] == [True]


@SOME
@given(desk=desks(), where=_REGIONS, keep_free=_KEPT, title=st.sampled_from(["", "a", "1"]))
def test_relocating_brings_every_match_into_the_region_or_names_it(
    desk: Desk, where: dict[str, Any], keep_free: list[dict[str, Any]], title: str
) -> None:
    result = _after(desk, "relocate", tasks={"title": title}, region=where, keep_free=keep_free)

    before, after = desk.schedule, result.desk.schedule
    region = Region.model_validate(where, strict=False)
    assert _sound(desk, result.desk)
    matching = [t.id for t in before.suggested if TaskFilter(title=title).matches(before, t)]
    outside = {
        id_
        for id_ in matching
        if (at := after.by_id[id_].position) and (not region.covers(after, at) or _in(after, keep_free, at))
    }
    assert outside == {one.task_id for one in result.report.unplaced}
    for task in after.tasks:
        if task != before.by_id[task.id]:
            assert task.position is not None
            assert not _in(after, keep_free, task.position)
            assert task.id not in matching or task.id not in outside
            assert result.report.reasons[task.id]


@SOME
@given(desk=desks())
def test_grouping_never_adds_changes_and_uses_the_same_slots(desk: Desk) -> None:
    result = _after(desk, "min_context_switch")

    before, after = desk.schedule, result.desk.schedule
    if not desk.allow_reorder:
        assert result.desk is desk
        assert result.report.violations
        return
    assert _sound(desk, result.desk)
    assert category_changes(after) <= category_changes(before)
    assert _work_cells(after) == _work_cells(before)


def _work_cells(schedule: Schedule) -> set[tuple[int, int]]:
    places = [at for task in schedule.tasks if task.source is Source.TASK_ITEM for at in task.slots]
    return {(at.day, slot) for at in places for slot in range(at.slot_start, at.slot_end + 1)}


@SOME
@given(desk=desks(ordered=False))
def test_order_is_restored_by_moving_tasks_only_or_not_at_all(desk: Desk) -> None:
    before = desk.schedule
    after = restore_order(before, desk.order_scope)

    if after is None:
        return
    assert not inversions(after, desk.order_scope)
    assert not violations(before, after, scope=desk.order_scope, allow_reorder=False)
    assert {task.id for task in after.suggested} == {task.id for task in before.suggested}
    if not inversions(before, desk.order_scope):
        assert after is before


@settings(STEADY, max_examples=20)
@given(desk=desks())
def test_the_same_call_gives_the_same_answer(desk: Desk) -> None:
    for name in ("draft_plan", "spread_even", "min_context_switch"):
        first, second = _after(desk, name), _after(desk, name)
        assert first == second


@SOME
@given(desk=desks(), keep_free=_KEPT)
def test_replanning_keeps_every_rule_leaves_nothing_where_nobody_is_and_says_why(
    desk: Desk, keep_free: list[dict[str, Any]]
) -> None:
    result = _after(desk, "replan", keep_free=keep_free)

    before, after = desk.schedule, result.desk.schedule
    assert _sound(desk, result.desk)
    assert not [
        task.title
        for task in after.suggested
        if task.movable and task.position and _in(after, keep_free, task.position) and not after.is_past(task)
    ]
    moved = {task.id for task in after.tasks if task != before.by_id[task.id]}
    assert moved == set(result.report.reasons)
    assert {task.id for task in after.pending if task.movable} <= {one.task_id for one in result.report.unplaced}
