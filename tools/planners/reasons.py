"""Why a task has no place, in words a person can act on."""

from __future__ import annotations

from dataclasses import replace

from state.change import Unplaced
from state.schedule import Source, Task
from state.when import say_moment
from tools.planners.build import Wish, build
from tools.texts import say_slots, say_task, say_weekdays


def unplaced(wish: Wish, task: Task) -> Unplaced:
    """Return why the task cannot be laid on the schedule of the wish, everything else there left as it is."""
    return Unplaced(task_id=task.id, title=task.title, reason=_reason(wish, task))


def _reason(wish: Wish, task: Task) -> str:
    longest = _longest(wish, task)
    if longest >= task.duration:
        return (
            f"needs {_amount(task)}{_limits(wish, task)}; no day has that much left under its daily cap of {_cap(wish)}"
        )
    anywhere = _longest(replace(wish, tolerated=None), task)
    if anywhere >= task.duration:
        return f"needs {_amount(task)}{_limits(wish, task)} {_between(wish, task)}; longest free run there is {longest}"
    return f"needs {_amount(task)}{_limits(wish, task)}; longest free run is {anywhere}"


def _longest(wish: Wish, task: Task) -> int:
    """Return the longest free run the limits of the task leave, whatever its duration."""
    single = task.model_copy(update={"duration": 1, "slots": (), "host": None})
    problem = build(replace(wish, schedule=wish.schedule.replaced([single]), tasks=(single,), leaving=frozenset()))
    return max((last - first + 1 for first, last in problem.items[0].windows.values()), default=0)


def _amount(task: Task) -> str:
    return f"{task.duration} slot{'s' if task.duration > 1 else ''}"


def _cap(wish: Wish) -> int:
    return wish.schedule.window.daily_cap or 0


def _limits(wish: Wish, task: Task) -> str:
    zone, said = wish.schedule.zone, ""
    if task.earliest is not None:
        said += f" after {say_moment(task.earliest.astimezone(zone))}"
    if task.deadline is not None:
        said += f" before {say_moment(task.deadline.astimezone(zone))}"
    if task.weekdays is not None:
        said += f" on {say_weekdays(task.weekdays)}"
    if task.slot_range is not None:
        said += f" in {say_slots(task.slot_range.slot_start, task.slot_range.slot_end)}"
    if wish.within(task) is not None:
        said += " in the wanted region"
    if wish.closed:
        said += " outside what is kept free"
    return said


def _between(wish: Wish, task: Task) -> str:
    """Name the tasks of its ordered group it has to lie between."""
    before, after = neighbours(wish, task)
    said = [f"after {say_task(before)}" if before else "", f"before {say_task(after)}" if after else ""]
    return " and ".join(part for part in said if part) or "in its order"


def neighbours(wish: Wish, task: Task) -> tuple[Task | None, Task | None]:
    """Return the last placed task of its ordered group that must come before it, and the first that must come after."""
    work = (one for one in wish.schedule.tasks if one.source is Source.TASK_ITEM and (one.slots or one.id == task.id))
    problem = build(replace(wish, tasks=tuple(work), leaving=frozenset()))
    mine = next(item.index for item in problem.items if item.task.id == task.id)
    placed = [item for item in problem.items if item.task.position]
    firsts = [item.task for item in placed if item.index in problem.firsts[mine]]
    seconds = [item.task for item in placed if item.index in problem.seconds[mine]]
    return max(firsts, key=_start, default=None), min(seconds, key=_start, default=None)


def _start(task: Task) -> tuple[int, int]:
    at = task.position
    assert at is not None, "only placed tasks are compared"
    return at.day, at.slot_start
