"""relocate: everything that matches a filter moves into a region; others move only to make room."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from state.change import Change
from state.desk import Desk
from state.schedule import Status, Task
from state.tool import Effect
from tools.planners.assignment import Goal
from tools.planners.build import Wish, build
from tools.planners.day_layout import schedule_as_liked
from tools.planners.descent import value
from tools.planners.figures import objectives
from tools.planners.greedy import all_stay
from tools.planners.problem import STAY
from tools.planners.reason_words import REASON_WORDS, ReasonWords
from tools.planners.reasons import explain_unplaced
from tools.planners.search import Found, search
from tools.planners.texts import Why, result_of
from tools.planners.wishes import closed_cells, lies_in, tolerated_pairs
from tools.regions import Region, TaskFilter
from tools.registry import Arguments, Result, Toolbox

relocating = Toolbox()
GOALS = (Goal.LEFT, Goal.MOVED, Goal.LOAD)


class Relocate(Arguments):
    """Which tasks move where."""

    tasks: TaskFilter = Field(description="Which placed tasks; days and slots say where they lie now")
    region: Region = Field(description="Where they go; a task that lies there already stays")
    keep_free: tuple[Region, ...] = Field(default=(), description="Nothing is moved into any of these")


@relocating.add(Effect.DRAFT)
def relocate(desk: Desk, args: Relocate) -> Result:
    """Move every placed task that matches into the region, and as few others as possible to make room."""
    wish = _wish(desk, args)
    found = _search(wish, [task for task in wish.tasks if task.id in wish.leaving or _matches(desk, args, task)])
    if found.best.totals[Goal.LEFT] or found.best.totals[Goal.MOVED] > len(wish.leaving):
        wider = _search(wish, list(wish.tasks))
        found = wider if value(wider.best, GOALS[:2]) < value(found.best, GOALS[:2]) else found
    problem = found.best.problem
    after = schedule_as_liked(found.best, problem)
    stuck = [item.task for item in problem.items if item.leaves and found.best.choices[item.index] == STAY]
    left = explain_unplaced(wish, after, stuck, desk.locale)
    before = [all_stay(problem).totals[goal] for goal in GOALS]
    return result_of(desk, after, objectives(found, GOALS, before, after), left, _why(wish, REASON_WORDS[desk.locale]))


def _wish(desk: Desk, args: Relocate) -> Wish:
    schedule, closed = desk.schedule, closed_cells(desk.schedule, args.keep_free)
    placed = [task for task in schedule.tasks if task.movable and task.status is Status.SUGGESTED]
    leaving = {
        task.id
        for task in placed
        if _matches(desk, args, task)
        and task.position
        and (lies_in(task.position, closed) or not args.region.covers(schedule, task.position))
    }
    return Wish(
        schedule=schedule,
        scope=desk.order_scope,
        tasks=tuple(placed),
        leaving=frozenset(leaving),
        closed=closed,
        within=lambda task: args.region if _matches(desk, args, task) else None,
        tolerated=tolerated_pairs(desk),
    )


def _matches(desk: Desk, args: Relocate, task: Task) -> bool:
    return args.tasks.matches(desk.schedule, desk.schedule.by_id[task.id])


def _search(wish: Wish, tasks: list[Task]) -> Found:
    return search(build(replace(wish, tasks=tuple(tasks))), GOALS, exact=2)


def _why(wish: Wish, words: ReasonWords) -> Why:
    titles = {task.id: task.title for task in wish.tasks}

    def why(change: Change) -> str:
        if change.task_id in wish.leaving:
            return words.into_region
        return words.makes_room.format(titles=words.list.join(titles[one] for one in sorted(wish.leaving)))[:200]

    return why
