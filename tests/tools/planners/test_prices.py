"""The bound on even days that sees tasks whole, held against every way to lay small sets of them."""

from __future__ import annotations

from collections import Counter
from itertools import product
from random import Random

import pytest
from builders import desk, task

from bench.instances import pending, professional
from state.desk import Desk
from state.limits import NO_LIMITS, Limits
from state.tool import Objective
from tools.planners import box
from tools.planners.prices import Lump, Prices


def fewest_squares(lumps: list[Lump], base: list[int], space: list[int]) -> int | None:
    """Return the smallest sum of squares of all ways to give each lump a day, None when there is none."""
    found: list[int] = []
    for given in product(*(sorted(kind) for kind, _ in lumps)):
        loads = [0] * len(base)
        for day, (_, duration) in zip(given, lumps, strict=True):
            loads[day] += duration
        if all(load <= free for load, free in zip(loads, space, strict=True)):
            found.append(sum((more + load) ** 2 for more, load in zip(base, loads, strict=True)))
    return min(found, default=None)


def load_of(on: Desk) -> Objective:
    result = box["draft_plan"].run(on, box["draft_plan"].arguments())
    return next(one for one in result.report.objectives if one.name.startswith("daily load"))


@pytest.mark.parametrize("seed", range(120))
def test_no_way_to_lay_whole_tasks_is_below_the_bound(seed: int) -> None:
    random = Random(seed)
    days = random.randint(2, 4)
    base, space = [0], [0]
    for _ in range(days):
        base.append(random.choice((0, 0, 1, 3)))
        space.append(random.randint(2, 7))
    kinds = [frozenset(random.sample(range(1, days + 1), random.randint(1, days))) for _ in range(3)]
    lumps = [(random.choice(kinds), random.randint(1, 4)) for _ in range(random.randint(2, 5))]

    best = fewest_squares(lumps, base, space)

    counts = Counter(lumps)
    bound = Prices(counts, counts, base, space).seek([random.randint(0, 4) for _ in base])
    assert best is None or bound <= best


def test_days_no_plan_can_make_more_even_are_proven_though_slots_could_be() -> None:
    lumps: Counter[Lump] = Counter({(frozenset(range(1, 8)), 3): 2, (frozenset(range(1, 8)), 1): 2})

    assert Prices(lumps, lumps, [0] * 8, [0] + [5] * 7).seek([0, 2, 1, 1, 1, 1, 1, 1]) == 20


def test_long_tasks_of_which_not_all_fit_are_proven_even() -> None:
    on = desk(*(task(id_, f"Part {id_}", duration=9) for id_ in range(1, 9)), days=7, span_pauses=True)

    found = load_of(on)

    assert (found.after, found.bound, found.proven) == (7 * 81, 7 * 81, True)


def test_a_half_year_is_nearly_as_even_as_can_be() -> None:
    found = load_of(pending(1, 180, 12, 200))

    assert found.bound is not None
    assert found.after <= 1.1 * found.bound


def test_a_month_of_half_hours_is_bounded_with_tasks_whole() -> None:
    on = professional(5, 28, 24, 60)
    by_work = on.schedule.with_limits(Limits(count_events=False), NO_LIMITS)

    found = load_of(on.model_copy(update={"schedule": by_work}))

    assert found.proven
