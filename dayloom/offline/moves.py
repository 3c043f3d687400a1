"""What to do about one or two named tasks: move, place, swap, remove."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from dayloom.offline.act import Act, Ask, Look, Propose, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.grid import days_of, lies_in, region, slot_at, slots_of
from dayloom.offline.limits import lies_inside
from dayloom.offline.place_check import check_places, say_outside
from dayloom.offline.requests import MoveTask, RemoveTask, SwapTasks, WouldFit
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import (
    say_at,
    say_choices,
    say_fixed,
    say_places,
    say_refusal,
    say_task,
    say_why_not,
)
from dayloom.offline.words import PRONOUNS
from state.schedule import Position, Status, Task
from state.tool import ToolCall

MOST_PLACES = 100


def one_task(name: str, facts: Facts) -> Task | Ask | Unable:
    """Return the one movable task of this name, the question which one is meant, or why there is none."""
    found = facts.find(name)
    if not found and name in PRONOUNS:
        return Ask(facts.say.which_task)
    if not found:
        titles = [task.title for task in facts.schedule.tasks if task.movable][:8]
        known = facts.say.list_in_brackets.format(names=facts.say.separator.join(titles)) if titles else ""
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
    if task.position and request.source and not lies_in(task.position, request.source, facts.schedule, facts.today):
        return Unable(_say_elsewhere(task, facts), "elsewhere")
    to = request.to or _shifted(request, task, facts)
    if not to:
        return Ask(facts.say.where_to.format(title=say_task(facts, task)))
    if isinstance(to, Unable):
        return to
    if task.position and not to[0].at and any(lies_inside(facts, place, task.position) for place in to):
        place = say_at(facts, task.position)
        return Reached(facts.say.already_there.format(title=say_task(facts, task), place=place))
    return _propose_exact(task, to, facts) or _propose_best(request, task, to, facts)


def swap_tasks(request: SwapTasks, facts: Facts) -> Act:
    """Swap two tasks that both have a place."""
    one, other = _pair(request.first, facts) if not request.second else _both(request, facts)
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


def _both(request: SwapTasks, facts: Facts) -> tuple[Task | Ask | Unable, Task | Ask | Unable]:
    return one_task(request.first, facts), one_task(request.second, facts)


def _pair(name: str, facts: Facts) -> tuple[Task | Ask | Unable, Task | Ask | Unable]:
    """Return the two tasks that one name means, or the question which, when they are not two."""
    found = facts.find(name) if len(facts.find(name)) > 1 else facts.find(name.removesuffix("s"))
    if len(found) == 2 and all(task.movable for task in found):
        return found[0], found[1]
    if len(found) < 2:
        return Unable(facts.say.not_found.format(name=name), "task_not_found"), found[0] if found else Ask("")
    question = Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, found)))
    return question, question


def remove_task(request: RemoveTask, facts: Facts) -> Act:
    """Take a task out of the draft."""
    task = one_task(request.name, facts)
    if not isinstance(task, Task):
        return task
    if facts.last_done("unplace", task_id=task.id):
        return Reached()
    if task.position and request.source and not lies_in(task.position, request.source, facts.schedule, facts.today):
        return Unable(_say_elsewhere(task, facts), "elsewhere")
    if refused := facts.last_refusal("unplace", task_id=task.id):
        return Unable(say_refusal(facts, refused))
    if task.position is None:
        return Reached(facts.say.not_placed.format(title=say_task(facts, task)))
    return Propose(call("unplace", task_id=task.id), facts.say.propose_remove.format(title=say_task(facts, task)))


def would_fit(request: WouldFit, facts: Facts) -> Act:
    """Tell whether a task would have a place there, without proposing it."""
    task = one_task(request.move.name, facts)
    if not isinstance(task, Task):
        return task
    if wrong := check_places(request.move, facts.state, facts.say):
        return wrong
    to, say = request.move.to, facts.say
    calls = [_find(task, facts, place) for place in to]
    if missing := tuple(one for one in calls if not facts.has_called(one)):
        return Look(missing)
    found = [place for place in _found(task, calls, facts) if to[0].at is None or _starts_at(place, to[0].at, facts)]
    where, days = say_places(facts, to), _asked_days(task, to, facts)
    found = [place for place in found if not days or place.day in days]
    if not found:
        why = say_why_not(facts, task, to)
        return Reached(say.no_place.format(title=say_task(facts, task), where=where) + why)
    best = min(found, key=lambda place: _distance(place, task, to, facts))
    return Reached(say.would_fit.format(title=say_task(facts, task), where=where, place=say_at(facts, best)))


def _say_elsewhere(task: Task, facts: Facts) -> str:
    place = say_at(facts, task.position) if task.position else facts.say.no_place_yet
    return facts.say.not_there.format(title=say_task(facts, task), place=place)


def _shifted(request: MoveTask, task: Task, facts: Facts) -> tuple[Where, ...] | Unable:
    """Return where a task lies after so many days or minutes more or less."""
    if not (request.days or request.minutes):
        return ()
    if task.position is None:
        return Unable(facts.say.not_placed.format(title=say_task(facts, task)), "task_not_placed")
    begins = facts.schedule.start_of(task.position.day, task.position.slot_start)
    begins += timedelta(days=request.days, minutes=request.minutes)
    ahead = (begins.date() - facts.today).days
    there = Where(ahead=(ahead,), at=begins.time())
    if wrong := check_places(MoveTask(request.name, (there,)), facts.state, facts.say):
        return Unable(wrong.text, wrong.code) if isinstance(wrong, Unable) else ()
    return (there,)


def _without_time(place: Where) -> Where:
    """Return the days of a place alone when an exact time was said: the slot is looked up for itself."""
    return replace(place, at=None) if place.at else place


def _propose_exact(task: Task, to: tuple[Where, ...], facts: Facts) -> Act | None:
    """Propose the exact time that was said; None when there is none, or when it was refused already."""
    at = to[0].at
    if at is None or facts.last_refusal("place", "move", task_id=task.id):
        return None
    slot = slot_at(at, facts.schedule.grid)
    if slot is None:
        return Unable(say_outside(facts.state, facts.say), "outside_window")
    if not to[0].dated and task.position is None:
        return None
    days = days_of(to[0], facts.schedule, facts.today)
    day = min(days, key=lambda day: (abs(day - _home(task, facts)), day))
    proposed = propose_place(task, day, slot, facts)
    if facts.schedule.grid[slot - 1].start == at:
        return proposed
    # Tasks begin where a slot does, and that this is another time is said.
    last = min(slot + task.duration - 1, len(facts.schedule.grid))
    place = say_at(facts, Position(day=day, slot_start=slot, slot_end=last))
    where, stop = say_places(facts, to), facts.say.stop
    return Propose(
        proposed.call, facts.say.instead.format(title=say_task(facts, task), where=where, place=place, why=stop)
    )


def _propose_best(request: MoveTask, task: Task, to: tuple[Where, ...], facts: Facts) -> Act:
    """Look for places there; when there are none, or the exact one was refused, propose another place, once."""
    refused = [one for one in facts.exchanges if one.refused and one.call.arguments.get("task_id") == task.id]
    if len(refused) > 1:
        return Unable(say_refusal(facts, refused[-1]))
    there = [_find(task, facts, _without_time(place) if refused else place) for place in to]
    anywhere, days = _find(task, facts, Where()), _asked_days(task, to, facts)
    for calls in (there, [anywhere]):
        if missing := tuple(one for one in calls if not facts.has_called(one)):
            return Look(missing)
        place = _nearest(request, task, to, calls, facts)
        fits = place is not None and (not days or place.day in days) and (refused or _is_then(place, to, facts))
        if place and (fits or calls is not there):
            proposed = propose_place(task, place.day, place.slot_start, facts)
            if calls is there and not refused:
                return proposed
            where, text = say_places(facts, to), say_at(facts, place)
            why = say_why_not(facts, task, to)
            if task.position and not refused and _is_nearer(task.position, place, task, to, facts):
                break
            said = facts.say.instead.format(title=say_task(facts, task), where=where, place=text, why=why)
            return Propose(proposed.call, said + _say_broken(place, facts))
    why = say_why_not(facts, task, to)
    stays = facts.say.stays.format(place=say_at(facts, task.position)) if task.position else ""
    said = facts.say.no_place.format(title=say_task(facts, task), where=say_places(facts, to))
    return Unable(said + why + stays, "no_place")


def _is_nearer(here: Position, other: Position, task: Task, to: tuple[Where, ...], facts: Facts) -> bool:
    """Tell whether a task lies nearer to what was asked for than the other place that is left for it."""
    return _distance(here, task, to, facts) <= _distance(other, task, to, facts)


def _find(task: Task, facts: Facts, place: Where) -> ToolCall:
    at = replace(place, at=None, start=place.at) if place.at else place
    limits = region(at, facts.schedule, facts.today, touching=False) or {}
    return call("find_free", duration=task.duration, task_id=task.id, limit=MOST_PLACES, **limits)


def _found(task: Task, calls: list[ToolCall], facts: Facts) -> list[Position]:
    return [
        Position(day=one["day"], slot_start=one["slot_start"], slot_end=one["slot_start"] + task.duration - 1)
        for exchange in facts.exchanges
        if exchange.call in calls
        for one in exchange.data.get("places", [])
    ]


def _is_then(place: Position, to: tuple[Where, ...], facts: Facts) -> bool:
    """Tell whether a place begins at the exact time that was said, where one was."""
    exact = [one.at for one in to if one.at is not None]
    return not exact or any(_starts_at(place, at, facts) for at in exact)


def _starts_at(place: Position, at: time, facts: Facts) -> bool:
    return place.slot_start == slot_at(at, facts.schedule.grid)


def _nearest(
    request: MoveTask, task: Task, to: tuple[Where, ...], calls: list[ToolCall], facts: Facts
) -> Position | None:
    """Return the place nearest to what was asked for that breaks no wish, or else the nearest that breaks one."""
    schedule, today, limits = facts.schedule, facts.today, request.limits
    declined = [_target(rejected.call) for rejected in facts.state.rejections]
    fitting = [
        place
        for place in _found(task, calls, facts)
        if not lies_in(place, limits.keep_free, schedule, today)
        and (not limits.allowed or any(lies_inside(facts, one, place) for one in limits.allowed))
        and (task.id, place.day, place.slot_start) not in declined
    ]
    kept = [place for place in fitting if not lies_in(place, facts.wishes.standing.keep_free, schedule, today)]
    return min(kept or fitting, key=lambda place: _distance(place, task, to, facts), default=None)


def _asked_days(task: Task, to: tuple[Where, ...], facts: Facts) -> set[int]:
    """Return the days asked for, of a weekday the one nearest to where the task lies; none when no day was named."""
    schedule, today, home = facts.schedule, facts.today, _home(task, facts)
    asked: set[int] = set()
    for place in to:
        days = days_of(place, schedule, today) if place.dated else ()
        if not place.weekdays or place.weeks or len(place.weekdays) > 2:
            asked |= set(days)
            continue
        coming = [day for day in days if schedule.date_of(day) >= today] or list(days)
        for weekday in place.weekdays:
            fitting = [day for day in coming if schedule.date_of(day).isoweekday() == weekday]
            asked |= {min(fitting, key=lambda day: (abs(day - home), day))} if fitting else set()
        asked |= {day for day in days if place.dates and schedule.date_of(day).isoweekday() not in place.weekdays}
    return asked


def _distance(place: Position, task: Task, to: tuple[Where, ...], facts: Facts) -> tuple[int, bool, int]:
    """Return how far a place is from what was asked for: in days, the later first, then in slots of the day."""
    schedule = facts.schedule
    days = _asked_days(task, to, facts) or {_home(task, facts)}
    asked = min(days, key=lambda day: (abs(day - place.day), day > place.day))
    wanted = {slot for one in to if one.timed for slot in slots_of(one, schedule.grid, touching=True)}
    off = min((abs(place.slot_start - slot) for slot in wanted), default=0)
    if not any(one.dated for one in to) and to[0].at is not None:
        return off, place.day < asked, abs(asked - place.day)
    nearest_home = abs(place.day - _home(task, facts)) if place.day in days else 0
    return abs(asked - place.day) * 1000 + nearest_home, place.day < asked, off


def _home(task: Task, facts: Facts) -> int:
    return task.position.day if task.position else 1


def _target(made: ToolCall) -> tuple[object, object, object]:
    return made.arguments.get("task_id"), made.arguments.get("day"), made.arguments.get("slot_start")


def propose_place(task: Task, day: int, slot: int, facts: Facts) -> Propose:
    """Propose a place for a task, and say which wish that stands it breaks."""
    last = min(slot + task.duration - 1, len(facts.schedule.grid))
    place = say_at(facts, Position(day=day, slot_start=slot, slot_end=last))
    name = "move" if task.status is Status.SUGGESTED else "place"
    said = facts.say.propose_move.format(title=say_task(facts, task), place=place)
    return Propose(
        call(name, task_id=task.id, day=day, slot_start=slot),
        said + _say_broken(Position(day=day, slot_start=slot, slot_end=last), facts),
    )


def _say_broken(place: Position, facts: Facts) -> str:
    """Return which wish that stands a place breaks, empty when it breaks none."""
    wishes = facts.wishes.standing.keep_free
    broken = [wish for wish in wishes if lies_in(place, (wish,), facts.schedule, facts.today)]
    return facts.say.breaks_wish.format(where=say_places(facts, broken)) if broken else ""
