"""Measure the planners: time, proof and gap on seeded schedules, against the goals they were built for.

Run `python -m bench.planners` for a table, with `--json` for one JSON object, `--seeds N` and `--repeats N` for less.
Wall-clock and CPU time of whole calls, model building and reporting included; CPU time is the fairer figure on a busy
machine. OR-Tools is imported before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from bench.instances import crowded, disordered, mixed, pending, professional, uneven
from state.desk import Desk
from state.order import inversions
from state.tool import Objective
from tools.planners import box, restore_order
from tools.planners.assignment import NAMES, Goal
from tools.planners.restore import choices, fewest_moves

SIZES = {
    "7x12x15": (7, 12, 15),
    "14x12x40": (14, 12, 40),
    "28x48x120": (28, 48, 120),
    "7x12x15 uneven": (7, 12, 15),
    "7x12x27 tight": (7, 12, 27),
    "14x12x40 uneven": (14, 12, 40),
    "14x12x54 tight": (14, 12, 54),
    "14x12x40 mixed": (14, 12, 40),
    "month": (28, 24, 60),
    "half-year": (180, 12, 200),
}
GOALS = {
    ("draft_plan", "7x12x15"): 0.1,
    ("spread_even", "7x12x15"): 0.1,
    ("restore_order", "7x12x15"): 0.1,
    ("draft_plan", "14x12x40"): 0.3,
    ("spread_even", "14x12x40"): 0.3,
    ("restore_order", "14x12x40"): 0.3,
    ("min_context_switch", "28x48x120"): 0.3,
    ("restore_order", "7x12x15 uneven"): 0.1,
    ("draft_plan", "7x12x27 tight"): 0.1,
    ("restore_order", "14x12x40 uneven"): 0.3,
    ("draft_plan", "14x12x54 tight"): 0.3,
    ("draft_plan", "14x12x40 mixed"): 0.3,
    ("spread_even", "14x12x40 mixed"): 0.3,
    ("draft_plan", "month"): 1.0,
    ("draft_plan", "half-year"): 2.0,
    ("draft_plan", "28x48x120"): 1.0,
    ("spread_even", "28x48x120"): 1.0,
}
"""Seconds for a call, 95th percentile."""


@dataclass(frozen=True)
class Run:
    """One call: seconds, and per goal of the planner its name, value and bound."""

    wall: float
    cpu: float
    figures: tuple[Objective, ...]


@dataclass(frozen=True)
class Row:
    """What all instances of one size say about one planner; `sums` are of the figures and of their bounds."""

    planner: str
    size: str
    goal: float
    wall_p50: float
    wall_p95: float
    cpu_p50: float
    cpu_p95: float
    sums: dict[str, tuple[float, float]]
    proven: dict[str, int]
    worst_gap: dict[str, float]
    runs: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--size", choices=SIZES)
    given = parser.parse_args()
    _warm_up()
    rows = [_row(planner, size, range(given.seeds)) for planner, size in GOALS if given.size in (None, size)]
    answers = {planner: _answers(planner, given.repeats) for planner in ("draft_plan", "spread_even", "restore_order")}
    if given.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "answers": answers, "repeats": given.repeats}))
    else:
        _print(rows)
        print(f"different answers in {given.repeats} repeats at 14x12x40: {answers}")


def _answers(planner: str, repeats: int) -> int:
    """Count the different answers to one and the same call."""
    desk = _instance(planner, 1, "14x12x40")
    if planner == "restore_order":
        return len({repr(restore_order(desk.schedule, desk.order_scope)) for _ in range(repeats)})
    tool = box[planner]
    return len({repr(tool.run(desk, tool.arguments())) for _ in range(repeats)})


def _warm_up() -> None:
    box["draft_plan"].run(pending(0, 7, 12, 6), box["draft_plan"].arguments())
    _ = _restore(disordered(0, 7, 12, 6))


def _row(planner: str, size: str, seeds: Sequence[int]) -> Row:
    runs = [_time(planner, _instance(planner, seed, size)) for seed in seeds]
    names = [figure.name for figure in runs[0].figures]
    by_name = {name: [figure for run in runs for figure in run.figures if figure.name == name] for name in names}
    walls, cpus = sorted(run.wall for run in runs), sorted(run.cpu for run in runs)
    return Row(
        planner=planner,
        size=size,
        goal=GOALS[planner, size],
        wall_p50=_percentile(walls, 0.5),
        wall_p95=_percentile(walls, 0.95),
        cpu_p50=_percentile(cpus, 0.5),
        cpu_p95=_percentile(cpus, 0.95),
        sums={
            name: (sum(figure.after for figure in figures), sum(figure.bound or 0 for figure in figures))
            for name, figures in by_name.items()
        },
        proven={name: sum(figure.proven for figure in figures) for name, figures in by_name.items()},
        worst_gap={name: max(_gap(figure) for figure in figures) for name, figures in by_name.items()},
        runs=len(runs),
    )


def _instance(planner: str, seed: int, size: str) -> Desk:
    make = {"draft_plan": pending, "spread_even": crowded, "restore_order": disordered, "min_context_switch": crowded}
    if size == "month":
        return professional(seed, *SIZES[size])
    if size.endswith("mixed"):
        return mixed(make[planner](seed, *SIZES[size]), seed)
    desk = uneven(seed, *SIZES[size]) if size.endswith("uneven") else make[planner](seed, *SIZES[size])
    return desk.model_copy(update={"allow_reorder": planner == "min_context_switch"})


def _time(planner: str, desk: Desk) -> Run:
    call = _restore if planner == "restore_order" else _tool(planner)
    wall, cpu = time.perf_counter(), time.process_time()
    figures = call(desk)
    return Run(time.perf_counter() - wall, time.process_time() - cpu, figures())


Figures = Callable[[], tuple[Objective, ...]]
"""What a call achieved, worked out after the clock has stopped."""


def _tool(name: str) -> Callable[[Desk], Figures]:
    tool = box[name]

    def call(desk: Desk) -> Figures:
        result = tool.run(desk, tool.arguments())
        return lambda: result.report.objectives

    return call


def _restore(desk: Desk) -> Figures:
    schedule, scope = desk.schedule, desk.order_scope
    after = restore_order(schedule, scope)

    def figures() -> tuple[Objective, ...]:
        # Trading places back is always possible: each None is a week that could have been restored.
        lost = Objective(name="not restored", before=1, after=int(after is None), bound=0, proven=after is not None)
        if after is None:
            return lost, Objective(name=NAMES[Goal.MOVED], before=0, after=0, bound=0, proven=False)
        moved = sum(task != schedule.by_id[task.id] for task in after.tasks)
        found = fewest_moves(schedule, scope, frozenset(), choices(schedule, scope, inversions(schedule, scope))[0])
        bound = found.bounds[Goal.MOVED] if found else 0
        return lost, Objective(name=NAMES[Goal.MOVED], before=0, after=moved, bound=bound, proven=bound >= moved)

    return figures


def _gap(figure: Objective) -> float:
    return 0.0 if figure.proven else (figure.after - (figure.bound or 0)) / max(figure.after, 1)


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _print(rows: Sequence[Row]) -> None:
    print(f"{'planner':<20}{'size':<16}{'seeds':>6}{'goal s':>7}{'cpu p50':>8}{'cpu p95':>8}  sum/bound proven (gap)")
    for row in rows:
        known = ", ".join(
            f"{name.split(' (')[0]} {row.sums[name][0]:g}/{row.sums[name][1]:g} {row.proven[name] / row.runs:.0%}"
            + (f" ({gap:.0%})" if gap else "")
            for name, gap in row.worst_gap.items()
        )
        times = f"{row.runs:>6}{row.goal:>7.2f}{row.cpu_p50:>8.3f}{row.cpu_p95:>8.3f}"
        print(f"{row.planner:<20}{row.size:<16}{times}  {known}")


if __name__ == "__main__":
    main()
