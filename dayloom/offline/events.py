"""What to do about events of the calendar: add, move, rename and cancel them, each after a card."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dayloom.offline.act import Act, Ask, Propose, Reached, Unable, call
from dayloom.offline.answers import look_up
from dayloom.offline.facts import Facts
from dayloom.offline.grid import date_meant, lies_in
from dayloom.offline.requests import (
    AddEvent,
    ChangeEvent,
    ChangeTask,
    Invite,
    MeetingsWith,
    MoveTask,
    RemoveTask,
)
from dayloom.offline.task_names import person_of, takes_part
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import say_at, say_choices, say_refusal, say_task
from state.schedule import Source, Task
from state.tool import ToolCall
from tools.events import is_series, occurrences


def add_event(request: AddEvent, facts: Facts) -> Act:
    """Put an event into the calendar; when it begins is asked for."""
    start = _moment(request.on[0], facts, None) if len(request.on) == 1 else None
    if start is None:
        return Ask(facts.say.event_when)
    minutes = request.amount.minutes if request.amount else None
    made = call("add_event", title=request.title, start=_iso(start), minutes=minutes)
    return _propose(made, facts.say.propose_event.format(title=request.title), facts)


def change_event(request: ChangeEvent, facts: Facts) -> Act:
    """Cancel the first, the last, the one at a time or all of the events of a day or with somebody, or move one."""
    if done := _told(facts):
        return done
    found = _meant(request, facts)
    if not found:
        who = facts.say.no_event_with.format(name=request.person)
        return Unable(who if request.person else facts.say.no_such_event, "task_not_found")
    if request.which is None:
        cancelled = [_cancelled(task, start, facts) for start, task in found]
        titles = facts.say.separator.join(dict.fromkeys(say_task(facts, task) for _, task in found))
        return _propose(call("cancel_event", events=cancelled), facts.say.propose_cancel.format(title=titles), facts)
    at = request.where[0].at
    if at is not None and len(found) > 1:
        choices = say_choices(facts, [task for _, task in found])
        return Ask(facts.say.which_one.format(name=f"{at:%H:%M}", choices=choices))
    start, task = found[request.which]
    if not (request.minutes or request.to):
        return _propose(
            _cancel(task, start, facts), facts.say.propose_cancel.format(title=say_task(facts, task)), facts
        )
    later = _moment(request.to[0], facts, start) if request.to else start + timedelta(minutes=request.minutes)
    if later is None:
        return Ask(facts.say.event_when)
    return _change(task, facts, on=_iso(start) if is_series(facts.schedule, task) else None, start=_iso(later))


def invite(request: Invite, facts: Facts) -> Act:
    """Add people to an event; nobody is told, and the card says so."""
    task = _named(request.name, facts)
    if task is None:
        return Unable(facts.say.no_event_called.format(name=request.name), "task_not_found")
    if not isinstance(task, Task):
        return task
    people = task.event.attendees if task.event else ()
    new = [one for one in request.people if not takes_part(task, one)]
    if not new:
        names = facts.say.separator.join(request.people)
        return Reached(facts.say.takes_part.format(name=names, title=say_task(facts, task)))
    series = True if is_series(facts.schedule, task) else None
    return _change(task, facts, series=series, attendees=[*people, *new])


def meetings_with(request: MeetingsWith, facts: Facts) -> Act:
    """Tell the events with somebody, as far as they lie on the days that are asked for."""
    schedule, say = facts.schedule, facts.say
    found = [
        say.is_at.format(title=say_task(facts, task), places=say_at(facts, at))
        for task in _events(facts)
        if takes_part(task, request.person)
        for at in task.slots
        if not request.where or lies_in(at, request.where, schedule, facts.today)
    ]
    none = say.no_event_with.format(name=request.person)
    return look_up([call("list_tasks", person=request.person)], facts) or Reached("\n".join(found) or none)


def _meant(request: ChangeEvent, facts: Facts) -> list[tuple[datetime, Task]]:
    """Return the events that are meant with their starts, the earliest first."""
    schedule, where = facts.schedule, request.where
    day = date_meant(where[0], schedule, facts.today) if where and request.which is not None else None
    found = [
        (start, task)
        for task in _events(facts)
        if not request.person or takes_part(task, request.person)
        for start, _ in occurrences(schedule, task)
        if _lies_there(start, task, request, day, facts)
    ]
    return sorted(found, key=lambda one: (one[0], one[1].id))


def _lies_there(start: datetime, task: Task, request: ChangeEvent, day: date | None, facts: Facts) -> bool:
    """Tell whether an event begins on the day, and at the time, that is asked for; of all, whether it lies there."""
    if not request.where:
        return True
    if request.which is None:
        today = [at for at in task.slots if facts.schedule.span_of(at)[0] == start]
        return any(lies_in(at, request.where, facts.schedule, facts.today) for at in today)
    return start.date() == day and request.where[0].at in (None, start.time())


def cancel_named(request: RemoveTask, facts: Facts) -> Act | None:
    """Cancel an event by its name; None when it names none, or a task of the draft."""
    task = _named(request.name, facts, request.source)
    if not isinstance(task, Task):
        return task
    found = _one(task, request.source, facts)
    if not isinstance(found, datetime):
        return found
    return _propose(_cancel(task, found, facts), facts.say.propose_cancel.format(title=say_task(facts, task)), facts)


def move_named(request: MoveTask, facts: Facts) -> Act | None:
    """Move an event by its name to a day, a time, or by so much."""
    task = _named(request.name, facts, request.source)
    if not isinstance(task, Task):
        return task
    found = _one(task, request.source, facts)
    if not isinstance(found, datetime):
        return found
    if request.minutes or request.days:
        start: datetime | None = found + timedelta(days=request.days, minutes=request.minutes)
    else:
        to = next(iter(request.to), None) if len(request.to) < 2 else None
        start = _moment(to, facts, found) if to else None
    if start is None:
        return Ask(facts.say.event_when)
    return _change(task, facts, on=_iso(found) if is_series(facts.schedule, task) else None, start=_iso(start))


def change_named(request: ChangeTask, facts: Facts) -> Act | None:
    """Rename an event, or let it last longer or shorter."""
    task = _named(request.name, facts)
    if not isinstance(task, Task):
        return task
    minutes = request.amount.minutes if request.amount else None
    if request.minutes and (times := _times(task, facts)):
        minutes = int((times[0][1] - times[0][0]).total_seconds()) // 60 + request.minutes
    if request.due or request.priority or request.locked is not None or not (request.title or minutes):
        return None
    series = True if is_series(facts.schedule, task) else None
    return _change(task, facts, series=series, title=request.title or None, minutes=minutes)


def _named(name: str, facts: Facts, source: tuple[Where, ...] = ()) -> Task | Act | None:
    """Return the event of a name, of several the one that lies where it is said to; None when tasks are meant."""
    if facts.has_changed(name, "move_event", "cancel_event"):
        return Reached(facts.say.calendar_changed)
    found = facts.find(name)
    if not found and (who := person_of(name)):
        return Unable(facts.say.no_event_with.format(name=who), "task_not_found")
    if not found or any(task.source is not Source.EVENT for task in found):
        return None
    there = [task for task in found if any(lies_in(at, source, facts.schedule, facts.today) for at in task.slots)]
    found = tuple(there) or found
    if len(found) > 1:
        return Ask(facts.say.which_one.format(name=name, choices=say_choices(facts, found)))
    return next(iter(found))


def _told(facts: Facts) -> Act | None:
    """Return what came of a change of an event in this turn."""
    for exchange in reversed(facts.exchanges):
        if exchange.call.name in ("add_event", "move_event", "cancel_event"):
            return Reached(facts.say.calendar_changed) if exchange.done else None
    return None


def _times(task: Task, facts: Facts) -> list[tuple[datetime, datetime]]:
    return occurrences(facts.schedule, task)


def _events(facts: Facts) -> list[Task]:
    return [task for task in facts.schedule.tasks if task.source is Source.EVENT]


def _one(task: Task, source: tuple[Where, ...], facts: Facts) -> datetime | Act:
    """Return when the one begins that is meant of an event."""
    starts = [start for start, _ in _times(task, facts)]
    for there in source[:1]:
        day = date_meant(there, facts.schedule, facts.today) if there.dated else None
        starts = [start for start in starts if day in (None, start.date()) and there.at in (None, start.time())]
    if not starts:
        return Unable(facts.say.no_such_event, "elsewhere")
    if len(starts) > 1:
        return Ask(facts.say.which_of_series.format(title=say_task(facts, task)))
    return starts[0]


def _moment(where: Where, facts: Facts, was: datetime | None) -> datetime | None:
    """Return the moment that is meant; the day or the time of `was` holds where that is not said."""
    if where.since or where.until or where.start or where.end or len(where.weekdays) > 1:
        return None
    day: date | None = date_meant(where, facts.schedule, facts.today) if where.dated else was and was.date()
    if was and day and where == Where(weekdays=where.weekdays, at=where.at, start=where.start, end=where.end):
        week = timedelta(days=7)  # of two such weekdays the nearer one, as with tasks
        day += week if where.dated and abs(day + week - was.date()) < abs(day - was.date()) else timedelta()
    clock = where.at or (was.time() if was and not where.timed else None)
    return facts.schedule.moment(datetime.combine(day, clock)) if day and clock else None


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _cancel(task: Task, start: datetime, facts: Facts) -> ToolCall:
    return call("cancel_event", events=[_cancelled(task, start, facts)])


def _cancelled(task: Task, start: datetime, facts: Facts) -> dict[str, Any]:
    return {"task_id": task.id, **({"on": _iso(start)} if is_series(facts.schedule, task) else {})}


def _change(task: Task, facts: Facts, **said: Any) -> Act:
    made = call("move_event", task_id=task.id, **said)
    return _propose(made, facts.say.propose_event_change.format(title=say_task(facts, task)), facts)


def _propose(made: ToolCall, said: str, facts: Facts) -> Act:
    for exchange in facts.exchanges:
        if exchange.call == made and exchange.done:
            return Reached(facts.say.calendar_changed)
        if exchange.call == made and exchange.refused:
            return Unable(say_refusal(facts, exchange))
    return Propose(made, said)
