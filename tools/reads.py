"""Looking at the draft: nothing here changes anything, and every time is told with weekday, date and clock."""

from __future__ import annotations

from collections import Counter
from functools import partial
from operator import attrgetter
from typing import Any, Final, Self

from pydantic import Field, model_validator

from state.change import with_times
from state.desk import Desk, OrderScope
from state.order import ordered_groups
from state.schedule import EventInfo, Schedule, Source, Status, Task
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from state.when import say_span
from tools.ahead import coming_up
from tools.applying import refuse
from tools.days import day_data, say_between, say_busy, say_cell, say_free, say_load
from tools.edits import One
from tools.load import LOAD, daily_load, day_load, unevenness
from tools.occupancy import board
from tools.places import Place, places, say_places
from tools.regions import DayNumber, Days, Region, SlotOfDay, TaskFilter, TaskId, Weekdays
from tools.registry import Arguments, Nothing, Result, Toolbox
from tools.rules import unknown
from tools.texts import (
    say_clock,
    say_day,
    say_entry,
    say_facts,
    say_length,
    say_place,
    say_slots,
    say_task,
    short_title,
)

reads = Toolbox()

_NOWHERE: Final = EventInfo()
_ENDED: Final = 10
"""So many of the newest tasks that were done or dropped are listed."""


class Stretch(Arguments):
    """A day, or part of it."""

    day: DayNumber = Field(description="Day of the window, 1 is its first day")
    slot_start: SlotOfDay | None = Field(default=None, description="First slot to show; the whole day when left out")
    slot_end: SlotOfDay | None = Field(default=None, description="Last slot to show, inclusive")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.slot_start and self.slot_end and self.slot_end < self.slot_start:
            raise ValueError(f"slot_end {self.slot_end} is before slot_start {self.slot_start}")
        return self


class Wish(Region):
    """What kind of place is looked for; with task_id, the limits and the order of that task count too."""

    duration: SlotOfDay = Field(description="Slots needed")
    task_id: TaskId | None = None
    embed: bool | None = Field(default=None, description="true: only inside events that may host; false: never there")
    inside: tuple[Region, ...] = Field(default=(), description="Wholly in one of these, each with bounds of its own")
    avoid: tuple[Region, ...] = Field(default=(), description="Touching none of these")
    prefer: tuple[Region, ...] = Field(default=(), description="Liked most comes first, instead of best")
    weights: tuple[int, ...] = Field(default=(), description="How much each of prefer is liked a slot; usually 1")
    calendars: tuple[str, ...] = Field(default=(), description="Only events of these calendars count")
    earliest: bool = Field(default=False, description="Earliest first instead of best first")
    limit: int = Field(default=10, ge=1, le=100, description="Most places to list")

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        if self.weights and len(self.weights) != len(self.prefer):
            raise ValueError(f"{len(self.weights)} weights do not fit {len(self.prefer)} parts in prefer")
        return self


class Ahead(Arguments):
    """How far to look ahead."""

    limit: int = Field(default=5, ge=1, le=50, description="Most entries to list")


class Listing(Arguments):
    """Which entries are listed; all of them when nothing is given."""

    status: Status | None = None
    category: str | None = Field(default=None, description="Exact category, upper or lower case")
    title: str | None = Field(default=None, description="Part of the title, upper or lower case")
    days: Days | None = Field(default=None, description="Where the entry lies now")
    weekdays: Weekdays | None = Field(default=None, description="1 is Monday, 7 is Sunday")
    person: str | None = Field(default=None, description="Part of the name or address of who takes part")
    calendar: str | None = Field(default=None, description="Exact name, upper or lower case")


@reads.add(Effect.READ)
def get_overview(desk: Desk, args: Nothing) -> Result:
    """Show the whole window: each day with load, entries and free times; pending tasks; limits; load figures."""
    schedule = desk.schedule
    who, load = board(schedule), daily_load(schedule)
    days = range(1, schedule.window.days + 1)
    pending = [f"- {say_entry(schedule, task)}" for task in schedule.pending]
    lines = [
        *_frame(schedule),
        _order(desk),
        *_calendars(schedule),
        *(
            f"{say_day(schedule, day)}: {say_load(schedule, load, day)}{say_busy(who, day)}{say_free(who, day)}"
            for day in days
        ),
        *(["Pending:", *pending] if pending else ["Pending: none."]),
        _figures(schedule, load),
    ]
    data: dict[str, Any] = {
        "days": [day_data(who, day, load[day - 1]) for day in days],
        "pending": [task.model_dump(mode="json") for task in schedule.pending],
        "load": list(load),
        "unevenness": unevenness(day_load(schedule)),
        "version": schedule.version,
    }
    return _to_result(desk, lines, data)


@reads.add(Effect.READ)
def query_range(desk: Desk, args: Stretch) -> Result:
    """Show a day, or part of it, slot by slot: free, blocked, host_free, host_taken or past."""
    schedule = desk.schedule
    slots = len(schedule.grid)
    first, last = args.slot_start or 1, min(args.slot_end or slots, slots)
    if args.day > schedule.window.days or first > slots:
        return refuse(desk, [_no_such(schedule, args.day)])
    who = board(schedule)
    cells = who.cells(args.day)
    lines = [
        f"{say_day(schedule, args.day)}, {say_clock(schedule, first, last)}:",
        *(say_between(who, args.day, 0) if first == 1 else ()),
        *(
            line
            for slot in range(first, last + 1)
            for line in [say_cell(who, args.day, slot, cells[slot]), *say_between(who, args.day, slot)]
        ),
    ]
    shown = [
        {"slot": slot, "state": cells[slot].value, "time": say_clock(schedule, slot, slot)}
        for slot in range(first, last + 1)
    ]
    return _to_result(desk, lines, {"day": args.day, "date": f"{schedule.date_of(args.day)}", "cells": shown})


@reads.add(Effect.READ)
def find_free(desk: Desk, args: Wish) -> Result:
    """List places for a duration, best first; give task_id to respect the limits and the order of that task."""
    schedule = desk.schedule
    if args.task_id is not None and args.task_id not in schedule.by_id:
        return refuse(desk, [unknown(schedule, args.task_id)])
    if (last := max(_days_named(args), default=0)) > schedule.window.days:
        return refuse(desk, [_no_such(schedule, last)])
    if strange := _unknown_calendars(schedule, args):
        return refuse(desk, [strange])
    task, desk_of = _sought(schedule, args), _of_calendars(desk, args)
    found = [one for one in places(desk_of, task, region=args, embed=args.embed) if _is_wanted(schedule, args, one)]
    if args.earliest:
        found.sort(key=attrgetter("start"))
    if args.prefer:
        found.sort(key=lambda one: -_liking(schedule, args, one))
    whom = say_length(args.duration)
    whom += f" of {say_task(task)}" if args.task_id else ""
    rank = "liked most" if args.prefer else "earliest" if args.earliest else "best"
    best = found[: args.limit]
    lines = [
        f"{len(found)} places fit {whom}, {len(best)} {rank} first:",
        *_say_found(schedule, args, best),
    ]
    if not found:
        lines = [f"No place fits {whom} there.", *_why_not(desk_of.schedule, task, args)]
    data = [{"day": one.position.day, "slot_start": one.position.slot_start, "score": one.score} for one in best]
    return _to_result(desk, lines, {"places": data, "total": len(found)})


@reads.add(Effect.READ)
def list_tasks(desk: Desk, args: Listing) -> Result:
    """List entries, events too, by title, category, status, person, calendar; those of days in order of time."""
    wanted, schedule = TaskFilter(**args.model_dump(exclude={"person", "calendar"})), desk.schedule
    named = [task for task in schedule.tasks if wanted.describes(schedule, task) and _takes_part(args, task)]
    found = [_on_days(schedule, args, task) for task in named]
    if args.days or args.weekdays or args.person:
        found.sort(key=partial(_when, schedule))
    lines = [f"{len(found)} entries:" if found else "No entry matches; leave a filter out, or see get_overview."]
    lines += [f"- {say_entry(desk.schedule, task)}" for task in found]
    lines += [
        f"- {say_task(one.task)}, {one.ending}" for one in desk.schedule.ended[-_ENDED:] if _names(args, one.task)
    ]
    return _to_result(desk, lines, {"tasks": [task.model_dump(mode="json") for task in found]})


def _takes_part(args: Listing, task: Task) -> bool:
    """Tell whether an entry has the person and the calendar that are asked for."""
    info = task.event or _NOWHERE
    someone = args.person is None or any(args.person.casefold() in one.casefold() for one in info.people)
    return someone and (args.calendar is None or args.calendar.casefold() == info.calendar.casefold())


def _on_days(schedule: Schedule, args: Listing, task: Task) -> Task:
    """Return an entry with the times on the days that are asked for alone."""
    if args.days is None and args.weekdays is None:
        return task
    region = Region(days=args.days, weekdays=args.weekdays)
    return task.model_copy(update={"slots": tuple(at for at in task.slots if region.has_day(schedule, at.day))})


def _when(schedule: Schedule, task: Task) -> tuple[bool, float]:
    return not task.slots, min((schedule.span_of(at)[0].timestamp() for at in task.slots), default=0)


def _names(args: Listing, task: Task) -> bool:
    """Tell whether a task that has ended is asked for: by nothing, or by title and category alone."""
    if args.status or args.days or args.weekdays or args.person or args.calendar:
        return False
    same = args.category is None or args.category.casefold() == task.category.casefold()
    return same and (args.title or "").casefold() in task.title.casefold()


@reads.add(Effect.READ)
def get_task_info(desk: Desk, args: One) -> Result:
    """Show one entry with its places, its links and its limits."""
    schedule = desk.schedule
    task = schedule.by_id.get(args.task_id)
    if task is None:
        return refuse(desk, [unknown(schedule, args.task_id)])
    times = [f"- {say_place(schedule, position)}" for position in task.slots] or ["- no place"]
    lines = [
        f"{say_task(task)}, {task.status}: {', '.join(say_facts(schedule, task))}",
        *times,
        *_links(schedule, task),
    ]
    where = [at.model_dump(mode="json") for position in task.slots if (at := with_times(schedule, position))]
    return _to_result(desk, lines, {"task": task.model_dump(mode="json"), "places": where})


@reads.add(Effect.READ)
def next_up(desk: Desk, args: Ahead) -> Result:
    """Show what is on now and comes next, events too, and what without a place is due first."""
    schedule = desk.schedule
    coming = coming_up(schedule, desk.now or schedule.start_of(1, 1), args.limit)
    lines = [
        f"- {'now' if one.running else 'next'}: {say_span(one.start, one.end)} {say_task(one.task)}" for one in coming
    ]
    due = min((task for task in schedule.pending if task.deadline), key=_deadline, default=None)
    lines = lines or ["Nothing more lies on these days."]
    lines += [f"Without a place, and due first: {say_entry(schedule, due)}"] if due else []
    return _to_result(desk, lines, {"entries": [one.data for one in coming]})


def _deadline(task: Task) -> float:
    assert task.deadline is not None, "only what is due is compared"
    return task.deadline.timestamp()


def _to_result(desk: Desk, lines: list[str], data: dict[str, Any]) -> Result:
    return Result(desk, ToolReport(text="\n".join(lines), data=data))


def _frame(schedule: Schedule) -> list[str]:
    window, slots = schedule.window, len(schedule.grid)
    cap = "no limit of task slots a day" if window.daily_cap is None else f"at most {window.daily_cap} task slots a day"
    clock = ", ".join(f"{slot.slot}={slot.start:%H:%M}-{slot.end:%H:%M}" for slot in schedule.grid)
    return [
        f"{say_day(schedule, 1)} to {say_day(schedule, window.days)}, time zone {schedule.timezone}.",
        f"Slots of each day: {clock}.",
        f"Limits: {cap}; buffer of {window.buffer} free {say_length(window.buffer).split()[1]} around entries; "
        f"{slots} slots a day.",
    ]


def _order(desk: Desk) -> str:
    if desk.allow_reorder:
        return "Order: the person said that it does not matter."
    if desk.order_scope is OrderScope.ALL:
        return "Order: all tasks keep the order of their ids."
    groups = [
        f"{_name(group[0][0])}: {_sequence(group)}"
        for group in ordered_groups(desk.schedule.tasks, desk.order_scope)
        if sum(map(len, group)) > 1
    ]
    return f"Order to keep, by task id: {'; '.join(groups)}." if groups else "Order: no task depends on another."


def _name(first: Task) -> str:
    if first.order is None and first.parent is not None:
        return f"parts of {short_title(first)}"
    return first.category or "no category"


def _sequence(group: list[list[Task]]) -> str:
    """Return `3 < 4, 5 < 9`: tasks of one rank are free among each other."""
    return " < ".join(", ".join(str(task.id) for task in rank) for rank in group)


def _calendars(schedule: Schedule) -> list[str]:
    """Return which calendars the events come from; nothing when none has a name."""
    known = Counter(task.event.calendar for task in schedule.events if task.event and task.event.calendar)
    return [f"Calendars: {', '.join(f'{name} ({count} events)' for name, count in known.items())}."] if known else []


def _figures(schedule: Schedule, load: tuple[int, ...]) -> str:
    uneven = unevenness(day_load(schedule))
    days = " ".join(str(slots) for slots in load)
    return f"Task slots by day: {days}; total {sum(load)}; {LOAD} {uneven}, smaller is more even."


def _days_named(args: Wish) -> set[int]:
    return {day for region in (args, *args.inside, *args.avoid, *args.prefer) for day in region.days or ()}


def _unknown_calendars(schedule: Schedule, args: Wish) -> Violation | None:
    known = {task.event.calendar for task in schedule.events if task.event and task.event.calendar}
    strange = [name for name in args.calendars if name.casefold() not in {one.casefold() for one in known}]
    if not strange:
        return None
    told = (
        f"there is no calendar {', '.join(strange)}; calendars with a name are: {', '.join(sorted(known)) or 'none'}."
    )
    return Violation(kind=ViolationKind.OUT_OF_RANGE, message=told)


def _of_calendars(desk: Desk, args: Wish) -> Desk:
    """Return the desk with the events of some calendars alone, tasks and drafts beside them."""
    if not args.calendars:
        return desk
    named = {name.casefold() for name in args.calendars}
    hosts = {task.host.task_id for task in desk.schedule.tasks if task.host}
    kept = [
        task
        for task in desk.schedule.tasks
        if task.source is not Source.EVENT or task.id in hosts or (task.event or _NOWHERE).calendar.casefold() in named
    ]
    return desk.model_copy(update={"schedule": desk.schedule.model_copy(update={"tasks": tuple(kept)})})


def _liking(schedule: Schedule, args: Wish, place: Place) -> int:
    """Return how much a place is liked, slot by slot."""
    return sum(
        weight
        for region, weight in zip(args.prefer, args.weights or (1,) * len(args.prefer), strict=True)
        if region.has_day(schedule, place.position.day)
        for slot in range(place.position.slot_start, place.position.slot_end + 1)
        if region.has_slot(slot)
    )


def _say_found(schedule: Schedule, args: Wish, best: list[Place]) -> list[str]:
    lines = say_places(schedule, best)
    if not args.prefer:
        return lines
    return [f"{line}, liked {_liking(schedule, args, one)}" for line, one in zip(lines, best, strict=True)]


def _is_wanted(schedule: Schedule, args: Wish, place: Place) -> bool:
    inside = not args.inside or any(region.covers(schedule, place.position) for region in args.inside)
    return inside and not any(region.touches(schedule, place.position) for region in args.avoid)


def _sought(schedule: Schedule, args: Wish) -> Task:
    if args.task_id is not None:
        return schedule.by_id[args.task_id].model_copy(update={"duration": args.duration})
    nobody = max(schedule.by_id, default=0) + 1
    return Task(id=nobody, title="Any work", duration=args.duration)


def _why_not(schedule: Schedule, task: Task, args: Wish) -> list[str]:
    who, region = board(schedule, without={task.id}), args
    runs = [
        (last - first + 1, -day, -first)
        for day in range(1, schedule.window.days + 1)
        if region.has_day(schedule, day) and (not args.inside or any(one.has_day(schedule, day) for one in args.inside))
        for first, last in who.free_runs(day)
    ]
    facts = [", ".join(say_facts(schedule, task))] if args.task_id else []
    if not runs:
        return ["Nothing at all is free there.", *facts]
    length, day, first = max(runs)
    where = f"{say_day(schedule, -day)} {say_clock(schedule, -first, length - first - 1)}"
    return [f"The longest free time on those days is {where}, {say_slots(-first, length - first - 1)}.", *facts]


def _links(schedule: Schedule, task: Task) -> list[str]:
    lines: list[str] = []
    if task.host is not None:
        lines.append(f"Inside {say_task(schedule.by_id[task.host.task_id])}.")
    guests = [say_task(one) for one in schedule.tasks if one.host is not None and one.host.task_id == task.id]
    if guests:
        lines.append(f"Holds {', '.join(guests)}.")
    if task.source is Source.EVENT:
        lines.append("In the calendar; only move_event and cancel_event change it.")
    elif task.status is Status.EXISTING:
        lines.append("In the calendar; cannot be changed.")
    return lines


def _no_such(schedule: Schedule, day: int) -> Violation:
    days, slots = schedule.window.days, len(schedule.grid)
    if day > days:
        told = f"there is no day {day}; the window has days 1-{days}, the last is {say_day(schedule, days)}."
        return Violation(kind=ViolationKind.OUTSIDE_WINDOW, message=told)
    last = say_clock(schedule, slots, slots)
    told = f"a day has slots 1-{slots}, the last is {last}."
    return Violation(kind=ViolationKind.OUT_OF_RANGE, message=told)
