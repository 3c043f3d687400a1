"""What to do about events of the calendar: add, move, rename and cancel them, each after a card."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dayloom.offline.act import Act, Ask, Propose, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.grid import date_meant
from dayloom.offline.requests import AddEvent, ChangeEvent, ChangeTask, MoveTask, RemoveTask
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import say_choices, say_refusal, say_task
from state.schedule import Source, Task
from state.tool import ToolCall
from tools.events import is_series, occurrences


def add_event(request: AddEvent, facts: Facts) -> Act:
    """Put an event into the calendar."""
    start = _moment(request.on[0], facts, None)
    if start is None:
        return Ask(facts.say.event_when)
    minutes = request.amount.minutes if request.amount else None
    made = call("add_event", title=request.title, start=_iso(start), minutes=minutes)
    return _propose(made, facts.say.propose_event.format(title=request.title), facts)


def change_event(request: ChangeEvent, facts: Facts) -> Act:
    """Cancel the first, the last or the one at a time of the events of a day, or move it."""
    if done := _told(facts):
        return done
    day = date_meant(request.where[0], facts.schedule, facts.today)
    found = sorted(
        (
            (start, task)
            for task in _events(facts)
            for start, _ in occurrences(facts.schedule, task)
            if start.date() == day
        ),
        key=lambda one: (one[0], one[1].id),
    )
    at = request.where[0].at
    found = [one for one in found if at is None or one[0].time() == at]
    if not found:
        return Unable(facts.say.no_such_event, "task_not_found")
    if at is not None and len(found) > 1:
        return Ask(
            facts.say.which_one.format(name=f"{at:%H:%M}", choices=say_choices(facts, [task for _, task in found]))
        )
    start, task = found[request.which]
    on = _iso(start) if is_series(facts.schedule, task) else None
    if not request.minutes:
        return _propose(_cancel(task, on), facts.say.propose_cancel.format(title=say_task(facts, task)), facts)
    later = _iso(start + timedelta(minutes=request.minutes))
    return _change(task, facts, on=on, start=later)


def cancel_named(request: RemoveTask, facts: Facts) -> Act | None:
    """Cancel an event by its name; None when it names none, or a task of the draft."""
    task = _named(request.name, facts)
    if not isinstance(task, Task):
        return task
    found = _one(task, request.source, facts)
    if not isinstance(found, datetime):
        return found
    made = _cancel(task, _iso(found) if is_series(facts.schedule, task) else None)
    return _propose(made, facts.say.propose_cancel.format(title=say_task(facts, task)), facts)


def move_named(request: MoveTask, facts: Facts) -> Act | None:
    """Move an event by its name to a day, a time, or by so much."""
    task = _named(request.name, facts)
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
    minutes = request.amount.minutes if request.amount else None
    if not isinstance(task, Task):
        return task
    if request.due or request.priority or request.locked is not None or not (request.title or minutes):
        return None
    series = True if is_series(facts.schedule, task) else None
    return _change(task, facts, series=series, title=request.title or None, minutes=minutes)


def _named(name: str, facts: Facts) -> Task | Act | None:
    """Return the event of a name; None when tasks are meant."""
    if done := _told(facts):
        return done
    found = facts.find(name)
    if not found or any(task.source is not Source.EVENT for task in found):
        return None
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
    clock = where.at or (was.time() if was and not where.timed else None)
    return facts.schedule.moment(datetime.combine(day, clock)) if day and clock else None


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"


def _cancel(task: Task, on: str | None) -> ToolCall:
    meant = {"task_id": task.id, **({"on": on} if on else {})}
    return call("cancel_event", events=[meant])


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
