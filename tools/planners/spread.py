"""spread_even: the chosen tasks take their turns over the days, and as few as possible move."""

from __future__ import annotations

from pydantic import Field

from state.change import Change
from state.desk import Desk
from state.schedule import Schedule, Status
from state.tool import Effect
from state.when import say_date, say_minutes
from tools.load import daily_load
from tools.planners.assignment import Goal
from tools.planners.build import Wish, build
from tools.planners.day_layout import schedule_as_liked
from tools.planners.figures import objectives
from tools.planners.greedy import all_stay
from tools.planners.problem import STAY
from tools.planners.reason_words import REASON_WORDS
from tools.planners.reasons import explain_unplaced
from tools.planners.search import search
from tools.planners.texts import Why, result_of
from tools.planners.wishes import closed_cells, lies_in, tolerated_pairs
from tools.regions import Region, TaskFilter
from tools.registry import Arguments, Result, Toolbox

spreading = Toolbox()
GOALS = (Goal.LEFT, Goal.LOAD, Goal.MOVED)


class SpreadEven(Arguments):
    """Which tasks to spread, and what to keep free of them."""

    tasks: TaskFilter = Field(default=TaskFilter(), description="Which tasks; every placed task when left out")
    keep_free: tuple[Region, ...] = Field(default=(), description="The chosen tasks leave these, or stay out of them")


@spreading.add(Effect.DRAFT)
def spread_even(desk: Desk, args: SpreadEven) -> Result:
    """Make the daily load of the chosen placed tasks as even as possible, moving as few of them as possible."""
    schedule, closed = desk.schedule, closed_cells(desk.schedule, args.keep_free)
    chosen = tuple(
        task for task in schedule.tasks if task.status is Status.SUGGESTED and args.tasks.matches(schedule, task)
    )
    wish = Wish(
        schedule=schedule,
        scope=desk.order_scope,
        tasks=chosen,
        leaving=frozenset(task.id for task in chosen if task.position and lies_in(task.position, closed)),
        closed=closed,
        uncounted=lambda task: not args.tasks.describes(schedule, task),
        tolerated=tolerated_pairs(desk),
        events=args.tasks == TaskFilter(),
    )
    problem = build(wish)
    before = [all_stay(problem).totals[goal] for goal in GOALS]
    found = search(problem, GOALS)
    after = schedule_as_liked(found.best, problem)
    stuck = [item.task for item in problem.items if item.leaves and found.best.choices[item.index] == STAY]
    left = explain_unplaced(wish, after, stuck, desk.locale)
    return result_of(desk, after, objectives(found, GOALS, before, after), left, _why(desk, after, wish.leaving))


def _why(desk: Desk, after: Schedule, leaving: frozenset[int]) -> Why:
    words, old, new = REASON_WORDS[desk.locale], daily_load(desk.schedule), daily_load(after)

    def say(day: int) -> str:
        return words.day.format(date=say_date(after.date_of(day), desk.locale), day=day)

    def length(slots: int) -> str:
        return say_minutes(slots * after.slot_minutes, desk.locale)

    def why(change: Change) -> str:
        assert change.before is not None, "spreading moves what is placed"
        assert change.after is not None, "spreading keeps what is placed"
        if change.task_id in leaving:
            return words.out_of_region
        one, other = change.before.day, change.after.day
        if one == other:
            return words.makes_room_on.format(day=say(one))
        return words.evens.format(
            one=say(one),
            old_one=length(old[one - 1]),
            new_one=length(new[one - 1]),
            other=say(other),
            old_other=length(old[other - 1]),
            new_other=length(new[other - 1]),
        )

    return why
