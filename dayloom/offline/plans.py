"""What to do about many tasks: plan, spread, keep free, relocate, group, clear, undo."""

from __future__ import annotations

from typing import Any

from dayloom.offline.act import Act, Ask, Propose, Reached, Unable, call
from dayloom.offline.calendar import came_last, take_back
from dayloom.offline.facts import Facts
from dayloom.offline.grid import days_of, region
from dayloom.offline.limits import allowed_region, free_regions, misplaced_tasks, outside_window
from dayloom.offline.requests import (
    ClearTasks,
    GroupBySubject,
    KeepFree,
    Limits,
    PlanTasks,
    Relocate,
    Replan,
    SpreadEvenly,
    TakeBack,
    Tasks,
    Undo,
)
from dayloom.offline.task_names import find_category, tasks_in_group
from dayloom.offline.wording import say_choices, say_how, say_places, say_refusal, say_window
from state.schedule import Task
from tools.planners.draft import Strategy


def plan_tasks(request: PlanTasks, facts: Facts) -> Act:
    """Place what has no place, then clear what is to be free of what was placed before."""
    if outside_window(facts, request.limits.allowed):
        return Unable(facts.say.no_such_time.format(window=say_window(facts)))
    if refused := facts.last_refusal("draft_plan"):
        return Unable(say_refusal(facts, refused))
    if facts.last_done("draft_plan") is None:
        meant = _tasks_to_place(request, facts)
        if not isinstance(meant, tuple):
            return meant
        if meant:
            return _propose_draft(request, facts, meant)
        if request.strategy and not request.names and _movable_placed(facts):
            return _plan_anew(request, facts)
        return _clear_misplaced(request.limits, facts) or Reached(_nothing_to_plan(facts))
    return _clear_misplaced(Limits(keep_free=request.limits.keep_free), facts) or Reached()


def spread_tasks(request: SpreadEvenly, facts: Facts) -> Act:
    """Even out the daily load; what has no place yet is placed evenly first."""
    if refused := facts.last_refusal("spread_even", "draft_plan"):
        return Unable(say_refusal(facts, refused))
    if facts.last_done("spread_even"):
        return Reached()
    drafted = facts.last_done("draft_plan") is not None
    if not drafted and any(task.movable for task in facts.schedule.pending):
        return plan_tasks(PlanTasks(Strategy.STEADY, request.limits), facts)
    if (drafted and not _placed_before(facts)) or _movable_placed(facts) < 2:
        return Reached("" if drafted else facts.say.none_there)
    free = free_regions(facts, request.limits)
    return Propose(
        call("spread_even", keep_free=free), facts.say.propose_spread.format(how=say_how(facts, request.limits))
    )


def keep_places_free(request: KeepFree, facts: Facts) -> Act:
    """Clear places of the draft; a week that is not planned yet is planned around them."""
    if outside_window(facts, request.limits.allowed):
        return Unable(facts.say.no_such_time.format(window=say_window(facts)))
    if act := _clear_misplaced(request.limits, facts):
        return act
    if facts.last_done("relocate", "draft_plan"):
        return Reached()
    unplanned = any(task.movable for task in facts.schedule.pending) and not _movable_placed(facts)
    if unplanned or facts.last_refusal("draft_plan"):
        return plan_tasks(PlanTasks(limits=request.limits), facts)
    return Reached(facts.say.already_free)


def relocate_tasks(request: Relocate, facts: Facts) -> Act:
    """Move the tasks of a group into a region; those that have no place are placed there."""
    if facts.last_done("relocate", "draft_plan"):
        return Reached()
    if refused := facts.last_refusal("relocate", "draft_plan"):
        return Unable(say_refusal(facts, refused))
    if not request.to:
        return Ask(facts.say.where_to.format(title=facts.say.those_tasks))
    target = region(request.to[0], facts.schedule, facts.today, touching=False)
    if outside_window(facts, request.to) or target is None:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)))
    limits = request.limits.plus(Limits(allowed=request.to))
    if _is_open(request.tasks, facts):
        return Ask(facts.say.which_tasks)
    found = tasks_in_group(request.tasks, facts.state)
    if not found:
        return _find_none(request.tasks, facts) or _place_there(request, facts, limits)
    how = f" → {say_places(facts, request.to)}{say_how(facts, request.limits)}"
    return Propose(
        call(
            "relocate",
            tasks=_task_filter(request.tasks, facts, found),
            region=target if len(request.to) == 1 else {},
            keep_free=free_regions(facts, limits),
        ),
        facts.say.propose_relocate.format(tasks=facts.say.tasks(len(found)), how=how),
    )


def replan_tasks(request: Replan, facts: Facts) -> Act:
    """Mend the plan with the fewest moves; what is not planned at all yet is planned."""
    if outside_window(facts, request.limits.keep_free):
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    if refused := facts.last_refusal("replan"):
        return Unable(say_refusal(facts, refused))
    if facts.last_done("replan"):
        return Reached()
    late: list[int] = []
    for name in request.late:
        tasks = facts.find(name)
        if not tasks:
            return Unable(facts.say.not_found.format(name=name), "task_not_found")
        task, *others = tasks
        if others:
            return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, tasks)))
        late.append(task.id)
    if not late and not any(task.slots for task in facts.schedule.suggested):
        return plan_tasks(PlanTasks(limits=request.limits), facts)
    made = call("replan", keep_free=free_regions(facts, request.limits), late=late or None)
    return Propose(made, facts.say.propose_replan.format(how=say_how(facts, request.limits)))


def group_tasks(request: GroupBySubject, facts: Facts) -> Act:
    """Put tasks of one subject together; only when the order may change."""
    if facts.last_done("min_context_switch"):
        return Reached()
    if refused := facts.last_refusal("min_context_switch"):
        return Unable(say_refusal(facts, refused))
    if _movable_placed(facts) < 2 and not any(task.movable for task in facts.schedule.pending):
        return Reached(facts.say.nothing_to_group)
    if facts.may_reorder is None:
        return Ask(facts.say.may_reorder)
    if facts.may_reorder is False:
        return Unable(facts.say.needs_reorder, "order_must_stay")
    if _movable_placed(facts) < 2:
        return Reached(facts.say.nothing_to_group)
    days = sorted({day for place in request.where for day in days_of(place, facts.schedule, facts.today)})
    if request.where and not days:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)))
    return Propose(call("min_context_switch", days=days or None), facts.say.propose_group)


def clear_tasks(request: ClearTasks, facts: Facts) -> Act:
    """Take a group of tasks out of the draft."""
    if facts.last_done("batch_move"):
        return Reached()
    if refused := facts.last_refusal("batch_move"):
        return Unable(say_refusal(facts, refused))
    if _is_open(request.tasks, facts):
        return Ask(facts.say.which_tasks)
    found = tasks_in_group(request.tasks, facts.state)
    if not found:
        return _find_none(request.tasks, facts) or Reached(facts.say.none_there)
    items = [{"task_id": task.id, "day": None, "slot_start": None} for task in found]
    return Propose(call("batch_move", items=items), facts.say.propose_clear.format(tasks=facts.say.tasks(len(found))))


def undo_change(request: Undo, facts: Facts) -> Act:
    """Put back what the last write of the thread changed, in the calendar if that came last."""
    if came_last(facts):
        return take_back(TakeBack(), facts)
    if facts.last_done("batch_move"):
        return Reached()
    if refused := facts.last_refusal("batch_move"):
        return Unable(say_refusal(facts, refused))
    now = facts.schedule.by_id
    back = [
        change
        for change in facts.state.last_changes
        if change.task_id in now and now[change.task_id].position != (change.before.position if change.before else None)
    ]
    if not back:
        return Reached(facts.say.nothing_to_undo)
    items = [
        {
            "task_id": change.task_id,
            "day": change.before.day if change.before else None,
            "slot_start": change.before.slot_start if change.before else None,
        }
        for change in back
    ]
    return Propose(call("batch_move", items=items), facts.say.propose_undo.format(tasks=facts.say.tasks(len(items))))


def _tasks_to_place(request: PlanTasks, facts: Facts) -> tuple[Task, ...] | Ask | Unable:
    """Return the tasks to place: those named, or all, as far as they have no place."""
    if not request.names:
        return tuple(task for task in facts.schedule.pending if task.movable)
    found: list[Task] = []
    for name in request.names:
        tasks = _tasks_called(name, facts)
        if not tasks:
            return Unable(facts.say.not_found.format(name=name), "task_not_found")
        if len(tasks) > 1 and find_category(_without_noun(name), tasks) is None:
            return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, tasks)))
        found += tasks
    return tuple(task for task in found if task.movable and task.position is None)


def _tasks_called(name: str, facts: Facts) -> tuple[Task, ...]:
    if subject := find_category(_without_noun(name), facts.schedule.tasks):
        return tuple(task for task in facts.schedule.tasks if task.movable and task.category == subject)
    return facts.find(name)


def _without_noun(name: str) -> str:
    return name.removesuffix(" tasks").removesuffix("任务")


def _propose_draft(request: PlanTasks, facts: Facts, meant: tuple[Task, ...]) -> Act:
    everything = {task.id for task in facts.schedule.pending if task.movable} == {task.id for task in meant}
    return Propose(
        call(
            "draft_plan",
            task_ids=None if everything else [task.id for task in meant],
            strategy=(request.strategy or Strategy.STEADY).value,
            keep_free=free_regions(facts, request.limits),
            allowed=allowed_region(facts, request.limits),
        ),
        facts.say.propose_plan.format(
            tasks=facts.say.tasks(len(meant)), how=say_how(facts, request.limits, request.strategy)
        ),
    )


def _plan_anew(request: PlanTasks, facts: Facts) -> Act:
    """Lay a finished draft out another way: even it out, or take it up and place it again."""
    if request.strategy is Strategy.STEADY:
        return spread_tasks(SpreadEvenly(request.limits), facts)
    if refused := facts.last_refusal("batch_move"):
        return Unable(say_refusal(facts, refused))
    placed = [task for task in facts.schedule.suggested if task.movable]
    items = [{"task_id": task.id, "day": None, "slot_start": None} for task in placed]
    return Propose(call("batch_move", items=items), facts.say.propose_anew.format(tasks=facts.say.tasks(len(items))))


def _clear_misplaced(limits: Limits, facts: Facts) -> Act | None:
    """Move what lies where it should not, once; None when nothing does."""
    if refused := facts.last_refusal("relocate"):
        return Unable(say_refusal(facts, refused))
    wrong = misplaced_tasks(facts, limits)
    if not wrong or facts.last_done("relocate"):
        return None
    return Propose(
        call(
            "relocate",
            tasks={"task_ids": [task.id for task in wrong]},
            region=allowed_region(facts, limits) or {},
            keep_free=free_regions(facts, limits),
        ),
        facts.say.propose_relocate.format(tasks=facts.say.tasks(len(wrong)), how=say_how(facts, limits)),
    )


def _place_there(request: Relocate, facts: Facts, limits: Limits) -> Act:
    group = request.tasks
    subject = find_category(group.word, facts.schedule.tasks) if group.word else None
    pending = [task for task in facts.schedule.pending if task.movable and (not group.word or task.category == subject)]
    if group.where or not pending:
        return Reached(facts.say.none_there)
    return _propose_draft(PlanTasks(limits=limits), facts, tuple(pending))


def _is_open(group: Tasks, facts: Facts) -> bool:
    """Tell whether tasks are meant that were spoken of before, and none was."""
    return (group.spoken_of or group.others) and not group.but and not facts.state.last_changes


def _task_filter(group: Tasks, facts: Facts, found: tuple[Task, ...]) -> dict[str, Any]:
    """Return the filter in the person's terms when it can be said so, else by task ids."""
    if len(group.where) > 1 or group.word or group.spoken_of or group.others:
        return {"task_ids": [task.id for task in found]}
    if not group.where:
        return {"status": "suggested"}
    return region(group.where[0], facts.schedule, facts.today, touching=True) or {}


def _nothing_to_plan(facts: Facts) -> str:
    count = sum(1 for task in facts.schedule.tasks if task.movable)
    return facts.say.all_placed.format(tasks=facts.say.tasks(count)) if count else facts.say.no_tasks


def _movable_placed(facts: Facts) -> int:
    return sum(1 for task in facts.schedule.suggested if task.movable)


def _placed_before(facts: Facts) -> bool:
    baseline = facts.state.baseline
    return baseline is not None and any(placement.position for placement in baseline.placements)


def _find_none(group: Tasks, facts: Facts) -> Unable | None:
    """Return that no task at all is called so; None when there are such tasks, and none of them lies there."""
    if (
        not group.word
        or find_category(group.word, facts.schedule.tasks)
        or tasks_in_group(Tasks(word=group.word), facts.state)
    ):
        return None
    if any(facts.find(group.word)):
        return None
    return Unable(facts.say.not_found.format(name=group.word), "task_not_found")
