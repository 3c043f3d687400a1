"""What planners claim, held against every plan there is: small weeks, tried out start by start without their code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import desk, event, slots, task
from oracle import keeps_limits

from state.desk import Desk, OrderScope
from state.limits import NO_LIMITS, HoursLimit, Limits
from state.order import inversions
from state.schedule import Position, Schedule, Source, Task
from state.tool import Objective
from tools.planners import box, restore_order

SLOTS = 5
DAYS = 2
MONDAY, BERLIN = date(2026, 11, 23), ZoneInfo("Europe/Berlin")

Plan = dict[int, tuple[int, int] | None]
"""Day and first slot of every task of the list."""


@dataclass(frozen=True)
class Worth:
    """What a plan is worth, smaller is better in each: weight and slots left out, evenness, category changes."""

    weight: int
    slots_left: int
    squares: int
    changes: int


def every_plan(week: Schedule, laid: list[Task], closed: frozenset[int]) -> Iterator[Plan]:
    """Yield every plan that lays these tasks, or leaves them out, beside everything else."""
    taken = {
        (at.day, slot)
        for one in week.tasks
        if one.id not in {mine.id for mine in laid}
        for at in one.slots
        for slot in range(at.slot_start, at.slot_end + 1)
    }
    begun: Plan = {
        one.id: (one.slots[0].day, one.slots[0].slot_start)
        for one in week.tasks
        if one.source is Source.TASK_ITEM and one.slots and one.id not in {mine.id for mine in laid}
    }
    yield from _extended(week, laid, closed, taken, begun)


def _extended(
    week: Schedule, laid: list[Task], closed: frozenset[int], taken: set[tuple[int, int]], begun: Plan
) -> Iterator[Plan]:
    if not laid:
        yield begun
        return
    one, rest = laid[0], laid[1:]
    yield from _extended(week, rest, closed, taken, {**begun, one.id: None})
    for day in set(range(1, DAYS + 1)) - closed:
        for start in range(1, SLOTS - one.duration + 2):
            cells = {(day, slot) for slot in range(start, start + one.duration)}
            plan: Plan = {**begun, one.id: (day, start)}
            buffer = week.window.buffer
            near = {(day, slot) for slot in range(start - buffer, start + one.duration + buffer)}
            if not near & taken and not _broken(week, day, start, one.duration) and _ordered(week, one, plan):
                yield from _extended(week, rest, closed, taken | cells, plan)


def _broken(week: Schedule, day: int, start: int, duration: int) -> bool:
    """Tell by the clock whether work from this slot on meets a pause of 20 minutes, an event in one, or its buffer."""
    mine = week.grid[start - 1 : start - 1 + duration]
    pauses = [_minute(two.start) - _minute(one.end) for one, two in pairwise(mine)]
    if not week.window.span_pauses and max(pauses, default=0) >= 20:
        return True
    first, last = _minute(mine[0].start), _minute(mine[-1].end)
    for at in (at for one in week.tasks for at in one.slots if at.day == day and at.start and at.end):
        begin, end = _minute(at.start), _minute(at.end)
        between = [one for one in week.grid if last <= _minute(one.start) and _minute(one.end) <= begin]
        between += [one for one in week.grid if end <= _minute(one.start) and _minute(one.end) <= first]
        if (first < end and begin < last) or len(between) < week.window.buffer:
            return True
    return False


def _minute(at: time | datetime | None) -> int:
    assert at is not None
    return at.hour * 60 + at.minute


def _ordered(week: Schedule, new: Task, plan: Plan) -> bool:
    """Tell whether the new task lies after those of its category with a lower order and before those with a higher."""
    for id_, other_at in plan.items():
        other, at = week.by_id[id_], plan[new.id]
        if other_at is None or at is None or other.category != new.category or None in (other.order, new.order):
            continue
        assert other.order is not None
        assert new.order is not None
        if other.order < new.order and (other_at[0], other_at[1] + other.duration) > at:
            return False
        if other.order > new.order and (at[0], at[1] + new.duration) > other_at:
            return False
    return True


def worth(week: Schedule, plan: Plan) -> Worth:
    """Return what a plan is worth."""
    left = [week.by_id[id_] for id_, at in plan.items() if at is None]
    lines: list[list[tuple[int, str]]] = [[] for _ in range(DAYS + 1)]
    loads = [0] * (DAYS + 1)
    for at in (at for one in week.tasks if one.source is Source.EVENT for at in one.slots):
        loads[at.day] += at.slot_end - at.slot_start + 1
    for id_, at in plan.items():
        if at is not None:
            loads[at[0]] += week.by_id[id_].duration
            lines[at[0]].append((at[1], week.by_id[id_].category))
    names = [[name for _, name in sorted(line)] for line in lines]
    changes = sum(one != two for line in names for one, two in pairwise(line))
    return Worth(
        sum(10 - one.priority for one in left), sum(one.duration for one in left), sum(x * x for x in loads), changes
    )


def plan_of(week: Schedule) -> Plan:
    """Return the plan a schedule shows."""
    return {
        one.id: (one.slots[0].day, one.slots[0].slot_start) if one.slots else None
        for one in week.tasks
        if one.source is Source.TASK_ITEM
    }


def called(on: Desk, name: str, **arguments: Any) -> Any:
    tool = box[name]
    return tool.run(on, tool.arguments.model_validate_json(json.dumps(arguments)))


def figure(result: Any, name: str) -> Objective:
    return next(one for one in result.report.objectives if one.name.startswith(name))


def honest(found: Objective, best: int) -> bool:
    """Tell whether a figure claims no more than there is: its bound holds, and what is proven is the best."""
    return (found.bound or 0) <= best <= found.after and (not found.proven or found.after == best)


def _week(random: Random, *, placed: bool, buffer: int = 0) -> Desk:
    """Return a short, tight week: events, some of them in a pause, locked work, and three or four tasks to lay."""
    free = {(day, slot) for day in range(1, DAYS + 1) for slot in range(1, SLOTS + 1)}
    calls = [event(day, "Call", _BETWEEN[slot](day)) for day in (1, 2) if (slot := random.choice((0, 0, 1, 4)))]
    calls = [one for one in calls if not buffer or random.random() < 0.5]
    frame = desk(*calls, days=DAYS, grid=_GRID, buffer=buffer, span_pauses=random.random() < 0.3)

    def spot(duration: int) -> Position | None:
        starts = [
            (day, start)
            for day, start in sorted(free)
            if all((day, slot) in free for slot in range(start, start + duration))
            and not _broken(frame.schedule, day, start, duration)
        ]
        if not starts:
            return None
        day, start = random.choice(starts)
        free.difference_update((day, slot) for slot in range(start - buffer, start + duration + buffer))
        return slots(day, start, start + duration - 1)

    built: list[Task] = [event(id_, "Course", at) for id_ in (3, 4) if (at := spot(1)) and random.random() < 0.7]
    if random.random() < 0.5 and (at := spot(1)):
        built.append(task(5, "Fixed", at, category=random.choice("ABC"), locked=True))
    for id_ in range(10, 10 + random.randint(3, 4)):
        duration = random.choice((1, 1, 2, 3))
        more: dict[str, Any] = {"category": random.choice("AAB" if placed else "ABC"), "priority": random.randint(1, 4)}
        more["order"] = id_ if not placed and random.random() < 0.5 else random.randint(1, 4) if placed else None
        at = spot(duration) if placed else None
        if at or not placed:
            built.append(task(id_, f"Part {id_}", at, duration=duration, **more))
    return frame.model_copy(update={"schedule": frame.schedule.model_copy(update={"tasks": (*calls, *built)})})


_GRID = desk(days=DAYS).schedule.grid[:SLOTS]


def _after(slot: int, start: str, end: str) -> Callable[[int], Position]:
    """Return, for a day, where an event lies after a slot without touching one."""

    def on(day: int) -> Position:
        date = MONDAY + timedelta(days=day - 1)
        moments = [datetime.combine(date, time.fromisoformat(clock), tzinfo=BERLIN) for clock in (start, end)]
        return Position(day=day, slot_start=slot + 1, slot_end=slot, start=moments[0], end=moments[1])

    return on


_BETWEEN = {1: _after(1, "08:46", "08:54"), 4: _after(4, "11:40", "11:50")}
"""Events in short pauses, which a task would otherwise go over."""


@pytest.mark.parametrize("seed", range(40))
def test_a_draft_claims_nothing_that_another_plan_disproves(seed: int) -> None:
    random = Random(seed)
    on = _week(random, placed=False)
    closed = frozenset({2}) if random.random() < 0.3 else frozenset[int]()

    result = called(on, "draft_plan", keep_free=[{"days": [day]} for day in sorted(closed)])

    week = on.schedule
    pending = [one for one in week.tasks if one.source is Source.TASK_ITEM and not one.slots]
    all_ = [worth(week, plan) for plan in every_plan(week, pending, closed)]
    mine = worth(week, plan_of(result.desk.schedule))
    assert mine in all_
    assert (mine.weight, mine.slots_left) == min((one.weight, one.slots_left) for one in all_)
    assert honest(figure(result, "unplaced"), mine.weight)
    equal = [one for one in all_ if (one.weight, one.slots_left) == (mine.weight, mine.slots_left)]
    assert honest(figure(result, "daily load"), min(one.squares for one in equal))
    even = [one for one in equal if one.squares == mine.squares]
    assert honest(figure(result, "category changes"), min(one.changes for one in even))


@pytest.mark.parametrize("seed", range(40))
def test_a_draft_with_a_buffer_places_all_that_can_be_placed(seed: int) -> None:
    on = _week(Random(seed), placed=False, buffer=1)

    result = called(on, "draft_plan")

    week = on.schedule
    pending = [one for one in week.tasks if one.source is Source.TASK_ITEM and not one.slots]
    all_ = [worth(week, plan) for plan in every_plan(week, pending, frozenset())]
    mine = worth(week, plan_of(result.desk.schedule))
    assert mine in all_
    assert (mine.weight, mine.slots_left) == min((one.weight, one.slots_left) for one in all_)
    assert honest(figure(result, "unplaced"), mine.weight)


@pytest.mark.parametrize("seed", range(40))
def test_a_draft_keeps_to_the_hours_of_a_category_and_gives_up_nothing_else_for_them(seed: int) -> None:
    random = Random(seed)
    on = _week(random, placed=False)
    [early, late] = sorted(random.sample([one.start for one in on.schedule.grid], 2))
    said = Limits(
        hours=(
            HoursLimit(hours=f"{early:%H:%M}-24:00", category="A"),
            HoursLimit(hours=f"00:00-{late:%H:%M}", category="B", weekdays=(1,)),
        ),
        free=(HoursLimit(hours="00:00-24:00", category="C", weekdays=(random.choice((1, 2)),)),),
    )
    on = on.model_copy(update={"schedule": on.schedule.with_limits(said, NO_LIMITS)})

    result = called(on, "draft_plan")

    week = on.schedule
    pending = [one for one in week.tasks if one.source is Source.TASK_ITEM and not one.slots]
    all_ = [worth(week, plan) for plan in every_plan(week, pending, frozenset()) if _limited(week, pending, plan)]
    after = result.desk.schedule
    mine = worth(week, plan_of(after))
    assert all(keeps_limits(after, one, at) for one in after.suggested if not one.locked for at in one.slots)
    assert mine in all_
    assert (mine.weight, mine.slots_left) == min((one.weight, one.slots_left) for one in all_)
    assert honest(figure(result, "unplaced"), mine.weight)


def _limited(week: Schedule, laid: list[Task], plan: Plan) -> bool:
    there = [(one, at) for one in laid if (at := plan[one.id])]
    return all(keeps_limits(week, one, slots(day, slot, slot + one.duration - 1)) for one, (day, slot) in there)


@pytest.mark.parametrize("seed", range(40))
def test_spreading_claims_nothing_that_another_plan_disproves(seed: int) -> None:
    on = _week(Random(seed), placed=True)
    on = on.model_copy(update={"allow_reorder": True, "schedule": _unordered(on.schedule)})

    result = called(on, "spread_even")

    week, before = on.schedule, plan_of(on.schedule)
    laid = [one for one in week.suggested if one.movable]
    plans = [plan for plan in every_plan(week, laid, frozenset()) if None not in plan.values()]
    moves = [(worth(week, plan).squares, sum(plan[id_] != before[id_] for id_ in plan)) for plan in plans]
    after = plan_of(result.desk.schedule)
    moved = figure(result, "moved")
    assert moved.after == sum(after[id_] != before[id_] for id_ in after)
    assert honest(figure(result, "daily load"), min(squares for squares, _ in moves))
    assert honest(moved, min(count for squares, count in moves if squares == worth(week, after).squares))


@pytest.mark.parametrize("seed", range(60))
def test_deadlines_are_at_risk_exactly_when_no_plan_holds_them(seed: int) -> None:
    random = Random(seed)
    on = _week(random, placed=False)
    week = on.schedule.with_tasks(
        [one.model_copy(update={"deadline": _moment(random.choice((1, 1, 2)), SLOTS)}) for one in on.schedule.pending]
    )

    found = called(on.model_copy(update={"schedule": week}), "at_risk").report.data["tasks"]

    dated = [one for one in week.tasks if one.source is Source.TASK_ITEM and not one.slots]
    held = [_held(week, plan, dated) for plan in every_plan(week, dated, frozenset())]
    alone = {one.id for one in dated if any(one.id in names for names in held)}
    kinds = {one["task_id"]: one["kind"] for one in found}
    assert {id_ for id_, kind in kinds.items() if kind == "impossible"} == {one.id for one in dated} - alone
    assert ("crowded" in kinds.values()) == (alone not in held)
    crowded = {id_ for id_, kind in kinds.items() if kind == "crowded"}
    assert alone - crowded in held
    assert all(one["proven"] for one in found if one["kind"] in {"impossible", "crowded"})
    for one in found:
        for cure in one["cures"] if one["kind"] == "crowded" else ():
            gone = set(cure["task_ids"])
            assert cure["help"] != "drop" or any(names >= alone - crowded - gone | {one["task_id"]} for names in held)


def _moment(day: int, slot: int) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day - 1), _GRID[slot - 1].end, tzinfo=BERLIN)


def _held(week: Schedule, plan: Plan, dated: list[Task]) -> set[int]:
    """Return which deadlines a plan holds."""
    return {
        one.id
        for one in dated
        if (at := plan[one.id]) and one.deadline and _moment(at[0], at[1] + one.duration - 1) <= one.deadline
    }


@pytest.mark.parametrize("seed", range(150))
def test_replanning_claims_nothing_that_another_plan_disproves(seed: int) -> None:
    random = Random(seed)
    on, closed = _upset(random), frozenset({2}) if random.random() < 0.3 else frozenset[int]()

    result = called(on, "replan", keep_free=[{"days": [day]} for day in sorted(closed)])

    week, before = on.schedule, plan_of(on.schedule)
    over = [one for one in week.suggested if _is_over(week, before[one.id], one)]
    laid = [one for one in week.tasks if one.movable and (one in over or not week.is_past(one))]
    plans = [plan for plan in every_plan(week, laid, closed) if not any(_too_soon(week, plan[one.id]) for one in laid)]
    plans = [plan for plan in plans if _keeps_what_can_stay(week, laid, closed, plan)]
    costs = [
        (worth(week, plan), sum(at is not None and plan[id_] != at for id_, at in before.items())) for plan in plans
    ]
    after = plan_of(result.desk.schedule)
    mine, moved = worth(week, after), sum(at is not None and after[id_] != at for id_, at in before.items())
    assert after in plans
    assert (mine.weight, mine.slots_left) == min((one.weight, one.slots_left) for one, _ in costs)
    assert honest(figure(result, "unplaced"), mine.weight)
    equal = [count for one, count in costs if (one.weight, one.slots_left) == (mine.weight, mine.slots_left)]
    assert figure(result, "moved").after == moved
    assert honest(figure(result, "moved"), min(equal))
    assert mine.weight or moved == min(equal)


def _upset(random: Random) -> Desk:
    """Return a week into which something has come: an event, work over other work, or time that has gone by."""
    on = _week(random, placed=True, buffer=random.choice((0, 0, 0, 1)))
    week = _unordered(on.schedule) if random.random() < 0.5 else _in_sequence(on.schedule)
    day, start = random.randint(1, DAYS), random.randint(1, SLOTS - 1)
    if random.random() < 0.5:
        come = event(6, "Meeting", slots(day, start, start + random.randint(0, 1)))
        week = week.model_copy(update={"tasks": (*week.tasks, come)})
    work = [one for one in week.suggested if one.movable]
    if random.random() < 0.4 and len(work) > 1:
        one, other = random.sample(work, 2)
        at = one.slots[0]
        first = min(at.slot_start, SLOTS - other.duration + 1)
        there = slots(at.day, first, first + other.duration - 1)
        week = week.with_tasks([other.model_copy(update={"slots": (there,), "order": None})])
    if random.random() < 0.4:
        more = task(30, "Extra", duration=random.randint(1, 2), priority=random.randint(1, 4))
        week = week.model_copy(update={"tasks": (*week.tasks, more)})
    if random.random() < 0.4:
        week = week.open_from(week.start_of(1, random.randint(2, SLOTS)))
    return on.model_copy(update={"schedule": week})


def _keeps_what_can_stay(week: Schedule, laid: list[Task], closed: frozenset[int], plan: Plan) -> bool:
    """Tell whether only work is left out that had no place, could not stay, or lay over work that has one."""
    before, loose = plan_of(week), {one.id for one in laid}
    for one in laid:
        at = before[one.id]
        if plan[one.id] is not None or at is None or at[0] in closed or _too_soon(week, at):
            continue
        others = {other.id for other in week.tasks if other.id != one.id and _near(week, one, other)}
        if not _broken(week, *at, one.duration) and not any(id_ not in loose or plan[id_] for id_ in others):
            return False
    return True


def _near(week: Schedule, one: Task, other: Task) -> bool:
    buffer = week.window.buffer
    return any(
        at.day == there.day and at.slot_start - buffer <= there.slot_end and there.slot_start - buffer <= at.slot_end
        for at in one.slots
        for there in other.slots
    )


def _in_sequence(week: Schedule) -> Schedule:
    placed = sorted(
        (one for one in week.tasks if one.slots), key=lambda one: (one.slots[0].day, one.slots[0].slot_start)
    )
    return week.with_tasks([one.model_copy(update={"order": at}) for at, one in enumerate(placed) if one.order])


def _is_over(week: Schedule, at: tuple[int, int] | None, one: Task) -> bool:
    opens = week.window.not_before
    if opens is None or at is None:
        return False
    return _moment(at[0], at[1] + one.duration - 1).timestamp() <= opens.timestamp()


def _too_soon(week: Schedule, at: tuple[int, int] | None) -> bool:
    opens = week.window.not_before
    return at is not None and opens is not None and week.start_of(*at).timestamp() < opens.timestamp()


def _unordered(week: Schedule) -> Schedule:
    tasks = tuple(one.model_copy(update={"order": None}) for one in week.tasks)
    return week.model_copy(update={"tasks": tasks})


@pytest.mark.parametrize("locked", [0, 1, 2])
@pytest.mark.parametrize("seed", range(60))
def test_order_is_restored_with_the_fewest_moves_whenever_it_can_be(seed: int, locked: int) -> None:
    week = _week(Random(seed), placed=True).schedule
    fixed = list(week.suggested)[:locked]
    week = week.with_tasks([one.model_copy(update={"locked": True}) for one in fixed])

    after = restore_order(week, OrderScope.GROUP)

    before = plan_of(week)
    laid = [one for one in week.suggested if one.movable]
    plans = [plan for plan in every_plan(week, laid, frozenset()) if None not in plan.values()]
    fewest = min((sum(plan[id_] != before[id_] for id_ in plan) for plan in plans), default=None)
    hopeless = any(frozenset(pair) <= {one.id for one in fixed} for pair in inversions(week))
    assert (after is None) == (fewest is None or hopeless)
    if after is not None:
        reached = plan_of(after)
        assert sum(reached[id_] != before[id_] for id_ in reached) == fewest


def test_chapters_in_the_wrong_order_in_one_free_run_are_put_right_by_moving_one() -> None:
    later = task(1, "Chapter 2", slots(1, 10, 11), category="math", order=2, duration=2)
    first = task(2, "Chapter 1", slots(1, 12), category="math", order=1)
    week = desk(later, first).schedule

    after = restore_order(week, OrderScope.GROUP)

    assert after is not None
    assert sum(one != week.by_id[one.id] for one in after.tasks) == 1


def test_a_day_kept_free_that_holds_locked_work_proves_nothing_about_category_changes() -> None:
    fixed = [task(1, "B", slots(1, 2), category="B", locked=True), task(2, "A", slots(1, 4), category="A", locked=True)]
    apart = task(3, "Fixed", slots(2, 1), category="A", locked=True)
    work = [task(10 + index, name, category=name) for index, name in enumerate("ABC")]

    result = called(desk(*fixed, apart, *work, days=2, grid=_GRID), "draft_plan", keep_free=[{"days": [2]}])

    assert honest(figure(result, "category changes"), 2)


def test_of_two_sets_with_equal_weight_the_one_with_more_work_is_placed() -> None:
    camp = event(1, "Camp", slots(1, 4, SLOTS))
    work = task(2, "Short", duration=2), task(3, "Long", duration=3)
    on = desk(camp, *work, days=1, grid=_GRID, span_pauses=True)

    result = called(on, "draft_plan")

    assert [one.task_id for one in result.report.unplaced] == [2]
