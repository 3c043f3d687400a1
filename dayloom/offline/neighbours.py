"""What to do about a task that is to lie before or after another entry."""

from __future__ import annotations

from dayloom.offline.act import Act, Ask, Look, Propose, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.moves import one_task, propose_place
from dayloom.offline.requests import MoveBeside
from dayloom.offline.wording import say_at, say_choices, say_refusal, say_task
from state.schedule import Position, Task
from state.tool import ToolCall

_MOST_PLACES = 100


def move_beside(request: MoveBeside, facts: Facts) -> Act:
    """Move a task to the nearest place before or after another; an order may break, which the card says."""
    task = one_task(request.name, facts)
    if not isinstance(task, Task):
        return task
    if facts.last_done("place", "move", task_id=task.id):
        return Reached()
    if refused := facts.last_refusal("place", "move", task_id=task.id):
        return Unable(say_refusal(facts, refused))
    at = _position_of(request.other, task, facts)
    if not isinstance(at, Position):
        return at
    if task.position and _lies_so(task.position, at, before=request.before):
        place = say_at(facts, task.position)
        return Reached(facts.say.already_there.format(title=say_task(facts, task), place=place))
    return _propose(request, task, at, facts)


def _propose(request: MoveBeside, task: Task, at: Position, facts: Facts) -> Propose | Look | Unable:
    """Propose the nearest place, on that day if there is one; where the order allows none, one against it."""
    for look in (_find(task, at.day), _find(task, None), _find(task, at.day, in_order=False)):
        if not facts.has_called(look):
            return Look((look,))
        fitting = [place for place in _found(look, task, facts) if _lies_so(place, at, before=request.before)]
        if fitting:
            nearest = max if request.before else min
            place = nearest(fitting, key=lambda place: (place.day, place.slot_start))
            return propose_place(task, place.day, place.slot_start, facts)
    where = facts.say.before_it if request.before else facts.say.after_it
    said = facts.say.no_place.format(title=say_task(facts, task), where=where.format(name=request.other))
    return Unable(said + facts.say.stop, "no_place")


def _find(task: Task, day: int | None, *, in_order: bool = True) -> ToolCall:
    return call(
        "find_free",
        duration=task.duration,
        task_id=task.id if in_order else None,
        days=[day] if day else None,
        limit=_MOST_PLACES,
    )


def _found(look: ToolCall, task: Task, facts: Facts) -> list[Position]:
    return [
        Position(day=one["day"], slot_start=one["slot_start"], slot_end=one["slot_start"] + task.duration - 1)
        for exchange in facts.exchanges
        if exchange.call == look
        for one in exchange.data.get("places", ())
    ]


def _position_of(name: str, task: Task, facts: Facts) -> Position | Ask | Unable:
    """Return where the other one lies; of one that lies there several times the time nearest to the task."""
    found = [one for one in facts.find(name) if one.id != task.id]
    if not found:
        return Unable(facts.say.not_found.format(name=name), "task_not_found")
    if len(found) > 1:
        return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, found)))
    (other,) = found
    if not other.slots:
        return Unable(facts.say.not_placed.format(title=say_task(facts, other)), "task_not_placed")
    home = task.position.day if task.position else 1
    return min(other.slots, key=lambda at: (abs(at.day - home), at.day, at.slot_start))


def _lies_so(place: Position, at: Position, *, before: bool) -> bool:
    """Tell whether a place lies wholly before a position, or wholly after it."""
    if before:
        return (place.day, place.slot_end) < (at.day, at.slot_start)
    return (place.day, place.slot_start) > (at.day, at.slot_end)
