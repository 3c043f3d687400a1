"""replan: what cannot stay where it lies gets another place, and as little else as possible moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Final

from pydantic import Field

from state.calendar_commit import is_written, with_draft_again
from state.change import Change, Unplaced
from state.desk import Desk
from state.schedule import Schedule, Source, Status, Task
from state.tool import Effect, Objective
from tools.applying import refuse, untouchable
from tools.occupancy import Board, board
from tools.places import lay
from tools.planners.assignment import NAMES, Goal
from tools.planners.build import Pair, Wish, build
from tools.planners.descent import value
from tools.planners.figures import objectives
from tools.planners.greedy import all_stay
from tools.planners.liking import Liked, search_liked
from tools.planners.problem import UNPLACED
from tools.planners.reason_words import REASON_WORDS
from tools.planners.reasons import explain_unplaced
from tools.planners.search import Found, search
from tools.planners.texts import result_of
from tools.planners.wishes import closed_cells, lies_in, tolerated_pairs
from tools.regions import Cell, Region, TaskIds
from tools.registry import Arguments, Result, Toolbox
from tools.rules import misplacements
from tools.texts import short_title

replanning = Toolbox()

_WAYS: Final = 8
"""Of work that lies over other work, so many ways are tried to take some of it up."""
_NAMED: Final = 3
_FIRST: Final = (Goal.UNPLACED, Goal.MOVED)


class Replan(Arguments):
    """What has come between, besides what the calendar shows: work leaves `keep_free`, and the past when `missed`."""

    keep_free: tuple[Region, ...] = Field(default=(), description="The person is away")
    late: TaskIds | None = Field(default=None, description="Ran late")
    missed: bool = True


@replanning.add(Effect.DRAFT, moves_written=True)
def replan(desk: Desk, args: Replan) -> Result:
    """Mend the plan after a change: what cannot stay or was missed moves, and the fewest others."""
    late = [id_ for id_ in args.late or () if id_ not in _written(desk.schedule)]
    if wrong := [found for id_ in late if (found := untouchable(desk.schedule, id_))]:
        return refuse(desk, wrong)
    stays: dict[int, Unplaced] = {}
    while True:
        taken_up = [id_ for id_ in _in_the_way(desk, args) if id_ not in stays]
        schedule = with_draft_again(desk.schedule, taken_up) if taken_up else desk.schedule
        result = _mend(desk.model_copy(update={"schedule": schedule}) if taken_up else desk, args, stays)
        lost = {one.task_id: one for one in result.report.unplaced if one.task_id in taken_up}
        if not lost:
            return _with_written(desk, taken_up, result)
        stays |= lost


def _mend(desk: Desk, args: Replan, stays: Mapping[int, Unplaced]) -> Result:
    """Give what cannot stay another place; what `stays` in the calendar has none, as was found before."""
    trouble = _Trouble(desk, args)
    plans = [_plan(trouble, away) for away in trouble.ways]
    best = min(plans, key=lambda plan: value(plan.found.best, trouble.goals))
    after = best.liked.schedule(early=Goal.EARLY in trouble.goals)
    stuck = [one for one in trouble.stuck if one.task_id not in stays]
    left = [*explain_unplaced(best.wish, after, best.left_out, desk.locale), *stuck, *stays.values()]
    known = plans if trouble.every_way else ()
    moved = _count_moved(desk.schedule, after, min((plan.least_moved for plan in known), default=0))
    unplaced, third = best.figures(after, min((plan.least_unplaced for plan in known), default=0))
    result = result_of(desk, after, (unplaced, moved, third), left, lambda change: _why(desk, trouble, change))
    note = _cost(desk, after, moved) if result.desk is not desk else ""
    return replace(result, report=result.report.model_copy(update={"note": note}))


def _written(schedule: Schedule) -> dict[int, Task]:
    """Return the work that its thread has written into the calendar and that is not over."""
    return {task.id: task for task in schedule.tasks if is_written(task) and task.id not in schedule.ended_by_id}


def _in_the_way(desk: Desk, args: Replan) -> list[int]:
    """Return what is written into the calendar and cannot stay: missed, late, or something else is there now."""
    schedule, written, trouble = desk.schedule, _written(desk.schedule), _Trouble(desk, args)
    if not written:
        return []
    who, again = board(with_draft_again(schedule, written)), trouble.gone_by.union(args.late or ())
    return [
        task.id
        for task in written.values()
        if task.id in again
        or (not schedule.is_past(task) and (lies_in(task.slots[0], trouble.closed) or _runs_into_event(who, task)))
    ]


def _runs_into_event(who: Board, task: Task) -> bool:
    events = {one.id for one in who.schedule.tasks if one.source is Source.EVENT}
    wrong = misplacements(who, task, task.slots[0], task.host)
    return any(one.other_task_id in events and one.limit is None for one in wrong)


def _with_written(desk: Desk, taken_up: Sequence[int], result: Result) -> Result:
    """Return a result with what stays after all as it was, and told what moves in the calendar only once applied."""
    after = result.desk.schedule
    same = [id_ for id_ in taken_up if after.by_id[id_].slots == desk.schedule.by_id[id_].slots]
    moves = [desk.schedule.by_id[id_] for id_ in taken_up if id_ not in same]
    if not moves and not result.report.reasons:
        return replace(result, desk=desk)
    words, back = REASON_WORDS[desk.locale], after.with_tasks([desk.schedule.by_id[id_] for id_ in same])
    told = words.once_applied.format(titles=words.list.join(short_title(task) for task in moves[:_NAMED]))
    note = " ".join([result.report.note, *([told] if moves else [])])
    report = result.report.model_copy(update={"note": note})
    return replace(result, desk=result.desk.model_copy(update={"schedule": back}), report=report)


@dataclass(frozen=True)
class _Trouble:
    """What cannot stay where it lies, and why."""

    desk: Desk
    args: Replan

    @cached_property
    def closed(self) -> frozenset[Cell]:
        """When nothing is to be done."""
        return closed_cells(self.desk.schedule, self.args.keep_free)

    @cached_property
    def gone_by(self) -> frozenset[int]:
        """Work whose time has gone by, if it is to be placed anew."""
        schedule = self.desk.schedule
        moment = self.desk.now or schedule.window.not_before
        return frozenset(task.id for task in schedule.gone_by(moment)) if self.args.missed and moment else frozenset()

    @cached_property
    def work(self) -> tuple[Task, ...]:
        """The placed work that may be laid anew, and what the past holds as far as it is to be."""
        schedule, again = self.desk.schedule, self.gone_by.union(self.args.late or ())
        return tuple(
            task for task in schedule.suggested if task.movable and (task.id in again or not schedule.is_past(task))
        )

    @cached_property
    def clashes(self) -> dict[int, frozenset[int | None]]:
        """For each of them that breaks a rule where it lies, the other tasks at fault; None for its own limits."""
        schedule = self.desk.schedule
        who = board(schedule)
        found = {
            task.id: frozenset(wrong.other_task_id for wrong in misplacements(who, task, task.slots[0], task.host))
            for task in self.work
            if not schedule.is_past(task)
        }
        return {id_: others for id_, others in found.items() if others}

    @cached_property
    def leaving(self) -> frozenset[int]:
        """What leaves its place in every plan."""
        loose = {task.id for task in self.work}
        away = {id_ for id_, others in self.clashes.items() if not others <= loose}
        away |= {task.id for task in self.work if lies_in(task.slots[0], self.closed)}
        return frozenset(away | self.gone_by | set(self.args.late or ())) & loose

    @cached_property
    def _rivals(self) -> tuple[Pair, ...]:
        """Pairs of work that lie over each other, of which one leaves."""
        pairs = ((id_, other) for id_, others in self.clashes.items() for other in others if other is not None)
        open_ = ((one, other) for one, other in pairs if not self.leaving & {one, other})
        return tuple(sorted({(min(pair), max(pair)) for pair in open_}))

    @cached_property
    def _found_ways(self) -> tuple[frozenset[int], ...]:
        return tuple(islice(dict.fromkeys(_covers(self._rivals, self.leaving)), _WAYS + 1))

    @property
    def ways(self) -> tuple[frozenset[int], ...]:
        """Which tasks may be taken up, one of each pair that lies over each other."""
        return self._found_ways[:_WAYS]

    @property
    def every_way(self) -> bool:
        """Tell whether all ways are looked at, so that what holds for each of them holds for every plan."""
        return len(self._found_ways) <= _WAYS

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What is late is done as soon as it goes; else the days stay even."""
        late = self.gone_by.union(self.args.late or ()) & self.leaving
        return (*_FIRST, Goal.EARLY if late else Goal.LOAD)

    @property
    def stuck(self) -> list[Unplaced]:
        """What nobody but the person moves, although it lies where it should not."""
        words = REASON_WORDS[self.desk.locale]
        work = (task for task in self.desk.schedule.tasks if task.source is Source.TASK_ITEM and task.slots)
        fixed = [task for task in work if not task.movable and self._is_wrong(task)]
        why = {task.id: words.in_calendar if task.status is Status.EXISTING else words.locked for task in fixed}
        return [Unplaced(task_id=task.id, title=task.title, reason=why[task.id]) for task in fixed]

    def _is_wrong(self, task: Task) -> bool:
        return task.id in self.gone_by or (lies_in(task.slots[0], self.closed) and not self.desk.schedule.is_past(task))

    def wish(self, away: frozenset[int]) -> Wish:
        """Return the wish to lay everything anew, with these taken up."""
        schedule = lay(self.desk.schedule, [(id_, None) for id_ in sorted(away)])
        pending = [task for task in schedule.pending if task.movable]
        kept = [schedule.by_id[task.id] for task in self.work if task.id not in away]
        return Wish(
            schedule=schedule,
            scope=self.desk.order_scope,
            tasks=(*pending, *kept),
            closed=self.closed,
            tolerated=tolerated_pairs(self.desk),
        )


def _covers(pairs: Sequence[Pair], begun: frozenset[int]) -> Iterator[frozenset[int]]:
    """Yield sets that hold one of each pair at least; every smallest one is among them."""
    open_ = next((pair for pair in pairs if not begun & set(pair)), None)
    if open_ is None:
        yield begun
        return
    for one in open_:
        yield from _covers(pairs, begun | {one})


@dataclass(frozen=True)
class _Plan:
    """How everything is laid when some tasks are taken up."""

    wish: Wish
    liked: Liked
    goals: tuple[Goal, ...]
    away: int

    @property
    def found(self) -> Found:
        """How everything lies, and what is known of it."""
        return self.liked.found

    @property
    def left_out(self) -> list[Task]:
        """What found no place."""
        pairs = zip(self.found.best.problem.items, self.found.best.choices, strict=True)
        return [item.task for item, choice in pairs if choice == UNPLACED]

    @property
    def least_moved(self) -> int:
        """How many tasks lie elsewhere than before in any such plan that places as much."""
        laid = sum(item.home is None for item in self.found.best.problem.items) - len(self.left_out)
        return self.away + max(0, round(self.found.bounds.get(Goal.MOVED, 0)) - laid)

    @property
    def least_unplaced(self) -> float:
        """What no such plan leaves less of without a place."""
        return self.found.bounds.get(Goal.UNPLACED, 0)

    def figures(self, after: Schedule, least_unplaced: float) -> tuple[Objective, Objective]:
        """Return what has no place and how the days are, as a person reads it; the days are not bounded."""
        before = [all_stay(self.found.best.problem).totals[goal] for goal in self.goals]
        honest = Found(self.found.best, {**dict.fromkeys(self.goals, 0.0), Goal.UNPLACED: least_unplaced})
        unplaced, _, third = objectives(honest, self.goals, before, after)
        return unplaced, third.model_copy(update={"bound": None, "proven": False})


def _plan(trouble: _Trouble, away: frozenset[int]) -> _Plan:
    """Lay what was taken up and what has no place; others move only where that places more."""
    wish, goals = trouble.wish(away), trouble.goals
    waiting = [task for task in wish.tasks if not task.slots]
    liked = search_liked(replace(wish, tasks=tuple(waiting)), goals, exact=2)
    if UNPLACED in liked.found.best.choices and len(waiting) < len(wish.tasks):
        problem = build(wish)
        wider = search(problem, goals, exact=2)
        if value(wider.best, _FIRST) < value(liked.found.best, _FIRST):
            liked = Liked(wider, problem)
        liked.found.bounds[Goal.UNPLACED] = wider.bounds[Goal.UNPLACED]
    return _Plan(wish, liked, goals, len(away))


def _count_moved(before: Schedule, after: Schedule, least: int) -> Objective:
    count = sum(bool(task.slots) and after.by_id[task.id].slots != task.slots for task in before.tasks)
    bound = min(least, count)
    return Objective(name=NAMES[Goal.MOVED], before=0, after=count, bound=bound, proven=bound >= count)


def _cost(desk: Desk, after: Schedule, moved: Objective) -> str:
    """Say on the card how many tasks move, and whether fewer would do."""
    words, kept = REASON_WORDS[desk.locale], sum(bool(task.slots) for task in desk.schedule.suggested)
    told = words.cost.format(moved=f"{moved.after:g}", kept=f"{kept - moved.after:g}")
    if moved.proven:
        return told + (words.fewest if moved.after else "")
    return told + (words.at_least.format(count=f"{moved.bound:g}") if moved.bound else "")


def _why(desk: Desk, trouble: _Trouble, change: Change) -> str:
    words, schedule = REASON_WORDS[desk.locale], desk.schedule
    task = schedule.by_id[change.task_id]
    if task.id in (trouble.args.late or ()):
        return words.ran_late
    if task.id in trouble.gone_by:
        return words.missed
    if task.slots and lies_in(task.slots[0], trouble.closed):
        return words.out_of_region
    if not task.slots:
        return words.had_none
    if task.id in trouble.clashes:
        return words.mends
    return words.makes_room.format(titles=_titles(desk, trouble))[:200]


def _titles(desk: Desk, trouble: _Trouble) -> str:
    others: Iterable[Task] = (task for task in desk.schedule.tasks if task.id in trouble.leaving or not task.slots)
    return REASON_WORDS[desk.locale].list.join(short_title(task) for task in islice(others, _NAMED))
