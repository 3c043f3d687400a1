"""What to do about one or two named tasks: move, place, swap, remove."""

from __future__ import annotations

from dayloom.offline.act import Act, Ask, Look, Propose, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.grid import days_of, lies_in, region, slot_at
from dayloom.offline.limits import lies_inside, outside_window
from dayloom.offline.requests import MoveTask, RemoveTask, SwapTasks
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import (
    say_at,
    say_choices,
    say_fixed,
    say_places,
    say_refusal,
    say_task,
    say_window,
)
from state.schedule import Position, Status, Task
from state.tool import ToolCall

MOST_PLACES = 100


def one_task(name: str, facts: Facts) -> Task | Ask | Unable:
    """Return the one movable task of this name, the question which one is meant, or why there is none."""
    found = facts.find(name)
    if not found:
        titles = [task.title for task in facts.schedule.tasks if task.movable][:8]
        known = f"({facts.say.separator.join(titles)})" if titles else ""
        return Unable(facts.say.not_found.format(name=name) + known, "task_not_found")
    task, *others = found
    if others:
        return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, found)))
    return task if task.movable else Unable(say_fixed(facts, task), "task_is_fixed")


def move_task(request: MoveTask, facts: Facts) -> Act:
    """Move or place a task: straight to an exact time, else to the best place that the tool finds."""
    task = one_task(request.name, facts)
    if not isinstance(task, Task):
        return task
    if facts.last_done("place", "move", task_id=task.id):
        return Reached()
    to = request.to or _days_later(request, task, facts)
    if not to:
        return Ask(facts.say.where_to.format(title=say_task(facts, task)))
    if isinstance(to, Unable) or outside_window(facts, [_without_time(place) for place in to]):
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    if task.position and not to[0].at and any(lies_inside(facts, place, task.position) for place in to):
        place = say_at(facts, task.position)
        return Reached(facts.say.already_there.format(title=say_task(facts, task), place=place))
    return _propose_exact(task, to, facts) or _propose_best(request, task, to, facts)


def swap_tasks(request: SwapTasks, facts: Facts) -> Act:
    """Swap two tasks that both have a place."""
    one, other = one_task(request.first, facts), one_task(request.second, facts)
    if not isinstance(one, Task):
        return one
    if not isinstance(other, Task):
        return other
    if facts.last_done("swap"):
        return Reached()
    if refused := facts.last_refusal("swap"):
        return Unable(say_refusal(facts, refused))
    for task in (one, other):
        if task.position is None:
            return Unable(facts.say.not_placed.format(title=say_task(facts, task)), "task_not_placed")
    if one.id == other.id:
        return Unable(facts.say.not_found.format(name=request.second), "task_not_found")
    said = facts.say.propose_swap.format(first=say_task(facts, one), second=say_task(facts, other))
    return Propose(call("swap", task_id=one.id, other_task_id=other.id), said)


def remove_task(request: RemoveTask, facts: Facts) -> Act:
    """Take a task out of the draft."""
    task = one_task(request.name, facts)
    if not isinstance(task, Task):
        return task
    if facts.last_done("unplace", task_id=task.id):
        return Reached()
    if refused := facts.last_refusal("unplace", task_id=task.id):
        return Unable(say_refusal(facts, refused))
    if task.position is None:
        return Reached(facts.say.not_placed.format(title=say_task(facts, task)))
    return Propose(call("unplace", task_id=task.id), facts.say.propose_remove.format(title=say_task(facts, task)))


def _days_later(request: MoveTask, task: Task, facts: Facts) -> tuple[Where, ...] | Unable:
    if not request.days or task.position is None:
        return ()
    day = task.position.day + request.days
    if not 1 <= day <= facts.schedule.window.days:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)))
    ahead = (facts.schedule.date_of(day) - facts.today).days
    return (Where(ahead=(ahead,), at=facts.schedule.grid[task.position.slot_start - 1].start),)


def _without_time(place: Where) -> Where:
    """Return the days of a place alone when an exact time was said: the slot is looked up for itself."""
    return Where(place.weekdays, place.dates, place.ahead, place.weeks) if place.at else place


def _propose_exact(task: Task, to: tuple[Where, ...], facts: Facts) -> Act | None:
    """Propose the exact time that was said; None when there is none, or when it was refused already."""
    at = to[0].at
    if at is None or facts.last_refusal("place", "move", task_id=task.id):
        return None
    slot = slot_at(at, facts.schedule.grid)
    if slot is None:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    if not to[0].dated and task.position is None:
        return None
    days = days_of(to[0], facts.schedule, facts.today)
    day = min(days, key=lambda day: (abs(day - _home(task, facts)), day))
    return _propose(task, day, slot, facts)


def _propose_best(request: MoveTask, task: Task, to: tuple[Where, ...], facts: Facts) -> Act:
    """Look for places there; when there are none, or the exact one was refused, propose another place, once."""
    refused = [one for one in facts.exchanges if one.refused and one.call.arguments.get("task_id") == task.id]
    if len(refused) > 1:
        return Unable(say_refusal(facts, refused[-1]))
    there = [_find(task, facts, _without_time(place) if refused else place) for place in to]
    anywhere = _find(task, facts, Where())
    for calls in (there, [anywhere]):
        if missing := tuple(one for one in calls if not facts.has_called(one)):
            return Look(missing)
        if place := _nearest(request, task, to, calls, facts):
            proposed = _propose(task, place.day, place.slot_start, facts)
            if calls is there and not refused:
                return proposed
            where, text = say_places(facts, to), say_at(facts, place)
            said = facts.say.instead.format(title=say_task(facts, task), where=where, place=text)
            return Propose(proposed.call, said)
    return Unable(facts.say.no_place.format(title=say_task(facts, task), where=say_places(facts, to)), "no_place")


def _find(task: Task, facts: Facts, place: Where) -> ToolCall:
    at = Where(place.weekdays, place.dates, place.ahead, place.weeks, start=place.at) if place.at else place
    limits = region(at, facts.schedule, facts.today, touching=False) or {}
    return call("find_free", duration=task.duration, task_id=task.id, limit=MOST_PLACES, **limits)


def _nearest(
    request: MoveTask, task: Task, to: tuple[Where, ...], calls: list[ToolCall], facts: Facts
) -> Position | None:
    """Return the best place on the day nearest to where the task is, or to the time that was said."""
    found = [
        Position(day=one["day"], slot_start=one["slot_start"], slot_end=one["slot_start"] + task.duration - 1)
        for exchange in facts.exchanges
        if exchange.call in calls
        for one in exchange.data.get("places", [])
    ]
    open_ones = [
        place
        for place in found
        if not lies_in(place, request.limits.keep_free, facts.schedule, facts.today)
        and not any(
            _target(rejected.call) == (task.id, place.day, place.slot_start) for rejected in facts.state.rejections
        )
    ]
    at = to[0].at
    wanted = slot_at(at, facts.schedule.grid) if at else None
    home = _home(task, facts)
    return min(
        open_ones,
        key=lambda place: (abs(place.day - home), abs(place.slot_start - wanted) if wanted else 0),
        default=None,
    )


def _home(task: Task, facts: Facts) -> int:
    return task.position.day if task.position else 1


def _target(made: ToolCall) -> tuple[object, object, object]:
    return made.arguments.get("task_id"), made.arguments.get("day"), made.arguments.get("slot_start")


def _propose(task: Task, day: int, slot: int, facts: Facts) -> Propose:
    last = min(slot + task.duration - 1, len(facts.schedule.grid))
    place = say_at(facts, Position(day=day, slot_start=slot, slot_end=last))
    name = "move" if task.status is Status.SUGGESTED else "place"
    return Propose(
        call(name, task_id=task.id, day=day, slot_start=slot),
        facts.say.propose_move.format(title=say_task(facts, task), place=place),
    )
