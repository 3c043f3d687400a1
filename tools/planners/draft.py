"""draft_plan: every pending task gets the best place there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from pydantic import Field

from state.change import Change
from state.desk import Desk
from state.schedule import Schedule, Status, Task
from state.tool import Effect, Objective
from tools.applying import not_ready, refuse
from tools.planners.assignment import Assignment, Goal
from tools.planners.build import Wish
from tools.planners.figures import objectives
from tools.planners.liking import search_liked
from tools.planners.problem import UNPLACED
from tools.planners.reason_words import REASON_WORDS
from tools.planners.reasons import explain_unplaced
from tools.planners.texts import Why, result_of
from tools.planners.wishes import closed_cells, tolerated_pairs
from tools.regions import Region, TaskIds
from tools.registry import Arguments, Result, Toolbox

drafting = Toolbox()


class Strategy(StrEnum):
    """How the work is laid over the days."""

    STEADY = "steady"
    RAPID = "rapid"


GOALS = {
    Strategy.STEADY: (Goal.UNPLACED, Goal.LOAD, Goal.CATEGORIES),
    Strategy.RAPID: (Goal.UNPLACED, Goal.EARLY, Goal.CATEGORIES),
}


class DraftPlan(Arguments):
    """Which pending tasks to place, and how."""

    task_ids: TaskIds | None = Field(default=None, description="Only these pending tasks; all of them when left out")
    strategy: Strategy = Field(
        default=Strategy.STEADY, strict=False, description="steady: even daily load; rapid: as early as possible"
    )
    keep_free: tuple[Region, ...] = Field(default=(), description="Nothing is placed in any of these")
    allowed: Region | None = Field(default=None, description="Tasks are placed inside this region only")


@drafting.add(Effect.DRAFT, editable=("strategy",))
def draft_plan(desk: Desk, args: DraftPlan) -> Result:
    """Place all pending tasks, or the chosen ones, as well as possible; says why any of them found no place."""
    chosen = args.task_ids or ()
    if wrong := [found for id_ in chosen if (found := not_ready(desk.schedule, id_, Status.PENDING))]:
        return refuse(desk, wrong)
    wish = Wish(
        schedule=desk.schedule,
        scope=desk.order_scope,
        tasks=tuple(task for task in desk.schedule.tasks if _wanted(task, chosen)),
        closed=closed_cells(desk.schedule, args.keep_free),
        within=lambda task: args.allowed,
        tolerated=tolerated_pairs(desk),
    )
    goals = GOALS[args.strategy]
    after, figures = _draft(_with_overdue_laid(wish), goals)
    if _left_out(wish, after) and any(map(desk.schedule.is_overdue, wish.tasks)):
        after, figures = _draft(wish, goals)
    reasons = explain_unplaced(wish, after, _left_out(wish, after), desk.locale)
    return result_of(desk, desk.schedule.with_tasks(after.tasks), figures, reasons, _because(desk, args.strategy))


def _with_overdue_laid(wish: Wish) -> Wish:
    """Return the wish with the tasks that are overdue laid already, as early as it goes."""
    overdue = tuple(task for task in wish.tasks if wish.schedule.is_overdue(task))
    if not overdue:
        return wish
    first, _ = _draft(replace(wish, tasks=overdue), GOALS[Strategy.RAPID])
    return replace(wish, schedule=first, tasks=tuple(_left_out(wish, first)))


def _draft(wish: Wish, goals: Sequence[Goal]) -> tuple[Schedule, tuple[Objective, ...]]:
    liked = search_liked(wish, goals)
    before = [Assignment(liked.whole, [UNPLACED] * len(liked.whole.items)).totals[goal] for goal in goals]
    after = liked.schedule(early=True)
    return after, objectives(liked.found, goals, before, after)


def _left_out(wish: Wish, after: Schedule) -> list[Task]:
    return [task for task in wish.tasks if not after.by_id[task.id].slots]


def _wanted(task: Task, chosen: tuple[int, ...]) -> bool:
    return task.movable and task.status is Status.PENDING and (not chosen or task.id in chosen)


def _because(desk: Desk, strategy: Strategy) -> Why:
    words = REASON_WORDS[desk.locale]

    def because(change: Change) -> str:
        if desk.schedule.is_overdue(desk.schedule.by_id[change.task_id]):
            return words.overdue
        return words.even if strategy is Strategy.STEADY else words.early

    return because
