"""Questions about the draft: which read tool to call, and the answer in the person's words."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Final

from dayloom.offline.act import Act, Ask, Look, Reached, Unable, call
from dayloom.offline.facts import Facts
from dayloom.offline.grid import days_of, minutes_of, region, slots_of
from dayloom.offline.requests import Amount, WhatIsOn, WhatIsOpen, WhenFree, WhereIs, WhichDay
from dayloom.offline.whereabouts import Where
from dayloom.offline.wording import say_amount, say_at, say_choices, say_open, say_places, say_task, say_window
from state.schedule import Position, Source
from state.tool import ToolCall
from state.when import say_date, say_hours
from tools.occupancy import Board, CellState, board

MOST_DAYS: Final = 14
"""So many days are told one by one."""

MOST_READS: Final = 7
"""So many days are looked up one by one; for more the overview is read."""


def what_is_on(request: WhatIsOn, facts: Facts) -> Act:
    """Read the days asked for and tell what lies on them."""
    days = _days(request.where, facts)
    if not days:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    said = _say_entries(request, days, facts)
    if request.meetings:
        said += f"\n{facts.say.meetings_stay.format(where=say_places(facts, request.where))}"
    return look_up(_reads(days, facts), facts) or Reached(said)


def which_day(request: WhichDay, facts: Facts) -> Act:
    """Tell which of the days to come have most free time, or least."""
    schedule, who = facts.schedule, board(facts.schedule)
    coming = [day for day in range(1, schedule.window.days + 1) if schedule.date_of(day) >= facts.today]
    free = {day: sum(state is CellState.FREE for state in who.cells(day).values()) for day in coming}
    if not free:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    count = min(free.values()) if request.fullest else max(free.values())
    days = [day for day in coming if free[day] == count]
    told = facts.say.separator.join([*(_say_date(facts, day) for day in days[:3]), *(["…"] if len(days) > 3 else [])])
    sentence = facts.say.least_free if request.fullest else facts.say.most_free
    amount = say_amount(facts, Amount(minutes=count * minutes_of(schedule.grid[0])))
    return look_up([call("get_overview")], facts) or Reached(sentence.format(days=told, amount=amount))


def what_is_open(request: WhatIsOpen, facts: Facts) -> Act:
    """List the tasks that have no place."""
    listed = call("list_tasks", status="pending")
    return look_up([listed], facts) or Reached("\n".join(say_open(facts)) or facts.say.none_open)


def where_is(request: WhereIs, facts: Facts) -> Act:
    """Tell where a task or an event lies."""
    found = facts.find(request.name)
    if not found:
        return Unable(facts.say.not_found.format(name=request.name), "task_not_found")
    task, *others = found
    if others:
        return Ask(facts.say.which_one.format(name=request.name, choices=say_choices(facts, found)))
    places = facts.say.separator.join(say_at(facts, position) for position in task.slots)
    text = facts.say.is_at.format(title=say_task(facts, task), places=places)
    text = text if places else facts.say.has_no_place.format(title=say_task(facts, task))
    return look_up([call("get_task_info", task_id=task.id)], facts) or Reached(text)


def when_free(request: WhenFree, facts: Facts) -> Act:
    """Tell which stretches are free and long enough."""
    exact = any(place.at for place in request.where)
    days = _days(request.where, facts, first_only=exact)
    if not days:
        return Unable(facts.say.no_such_time.format(window=say_window(facts)), "outside_window")
    needed = _slots(request.amount, facts)
    if needed > len(facts.schedule.grid):
        return Reached(_say_none_free(request, facts))
    calls = _reads(days, facts)
    if request.amount is not None:
        limits = region(request.where[0], facts.schedule, facts.today, touching=False) if request.where else None
        calls = [call("find_free", duration=needed, **(limits or {}))]
    if look := look_up(calls, facts):
        return look
    return Reached(_say_whether_free(request, days, facts) if exact else _say_free(request, days, needed, facts))


def look_up(calls: list[ToolCall], facts: Facts) -> Look | None:
    """Return the reads of these that were not made yet, or None when all were."""
    missing = tuple(one for one in calls if not facts.has_called(one))
    return Look(missing) if missing else None


def _reads(days: tuple[int, ...], facts: Facts) -> list[ToolCall]:
    if len(days) > MOST_READS or len(days) == facts.schedule.window.days:
        return [call("get_overview")]
    return [call("query_range", day=day) for day in days]


def _days(where: tuple[Where, ...], facts: Facts, *, first_only: bool = True) -> tuple[int, ...]:
    """Return the days asked for; a weekday alone means its next occurrence when asked what is on."""
    if not where:
        return tuple(range(1, facts.schedule.window.days + 1))
    return tuple(sorted({day for place in where for day in _occurrences(place, facts, first_only=first_only)}))


def _occurrences(place: Where, facts: Facts, *, first_only: bool) -> tuple[int, ...]:
    days = days_of(place, facts.schedule, facts.today)
    if not first_only or not place.weekdays or place.weeks or len(place.weekdays) == 7:
        return days
    coming = [day for day in days if facts.schedule.date_of(day) >= facts.today] or list(days)
    first = {facts.schedule.date_of(day).isoweekday(): day for day in reversed(coming)}
    return tuple(sorted(first.values()))


def _say_entries(request: WhatIsOn, days: tuple[int, ...], facts: Facts) -> str:
    who = board(facts.schedule)
    lines: list[str] = []
    for day in days[:MOST_DAYS]:
        shown = [
            f"{_say_clock(facts, stay.position)} {stay.task.title}"
            for stay in who.on(day)
            if _is_asked_for(request.where, stay.position, facts)
            and (stay.task.source is Source.EVENT or not request.meetings)
        ]
        entries = facts.say.separator.join(shown) or facts.say.nothing_that_day
        lines.append(facts.say.day.format(day=_say_date(facts, day), entries=entries))
    return "\n".join([*lines, *_say_more(len(days), facts)])


def _is_asked_for(where: tuple[Where, ...], position: Position, facts: Facts) -> bool:
    touched = {slot for place in where for slot in slots_of(place, facts.schedule.grid, touching=True)}
    return not where or not touched.isdisjoint(range(position.slot_start, position.slot_end + 1))


def _say_free(request: WhenFree, days: tuple[int, ...], needed: int, facts: Facts) -> str:
    who = board(facts.schedule)
    lines: list[str] = []
    for day in days:
        runs = [run for run in _runs(who, day, request.where, facts) if run.length >= needed]
        if runs:
            clocks = facts.say.separator.join(_say_clock(facts, run) for run in runs)
            lines.append(f"- {facts.say.day.format(day=_say_date(facts, day), entries=clocks)}")
    if not lines:
        return _say_none_free(request, facts)
    head = facts.say.free.format(how=_say_length(request.amount, facts))
    return "\n".join([head, *lines[:MOST_DAYS], *_say_more(len(lines), facts)])


def _say_whether_free(request: WhenFree, days: tuple[int, ...], facts: Facts) -> str:
    """Return for each day whether an exact time is free, and what lies there when it is not."""
    who = board(facts.schedule)
    lines: list[str] = []
    for day in days:
        lying = [stay for stay in who.on(day) if _is_asked_for(request.where, stay.position, facts)]
        there = facts.say.separator.join(f"{_say_clock(facts, stay.position)} {stay.task.title}" for stay in lying)
        time = say_places(facts, (replace(place, weekdays=(), dates=(), ahead=(), weeks=()) for place in request.where))
        free = facts.say.is_taken.format(entries=there) if there else facts.say.is_free
        lines.append(facts.say.day.format(day=f"{_say_date(facts, day)} {time}", entries=free))
    return "\n".join(lines)


def _say_none_free(request: WhenFree, facts: Facts) -> str:
    return facts.say.nothing_free.format(how=_say_length(request.amount, facts))


def _runs(who: Board, day: int, where: tuple[Where, ...], facts: Facts) -> list[Position]:
    """Return the free stretches of a day within the clock times asked for."""
    asked = {
        slot
        for place in where or (Where(),)
        if day in days_of(place, facts.schedule, facts.today)
        for slot in slots_of(place, facts.schedule.grid, touching=False)
    }
    free = [slot for slot, state in who.cells(day).items() if state is CellState.FREE and slot in asked]
    return [Position(day=day, slot_start=first, slot_end=last) for first, last in who.unbroken(day, free)]


def _slots(amount: Amount | None, facts: Facts) -> int:
    if amount is None:
        return 1
    return amount.slots or max(1, ceil((amount.minutes or 1) / minutes_of(facts.schedule.grid[0])))


def _say_length(amount: Amount | None, facts: Facts) -> str:
    if amount is None:
        return ""
    say = facts.say
    return say.free_for.format(amount=say_amount(facts, amount))


def _say_more(count: int, facts: Facts) -> list[str]:
    return [facts.say.more.format(count=count - MOST_DAYS)] if count > MOST_DAYS else []


def _say_date(facts: Facts, day: int) -> str:
    return say_date(facts.schedule.date_of(day), facts.state.locale)


def _say_clock(facts: Facts, position: Position) -> str:
    return say_hours(*facts.schedule.span_of(position), facts.state.locale)
