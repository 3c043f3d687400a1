"""One day told in a line, or slot by slot: load, entries, free times."""

from __future__ import annotations

from typing import Any

from state.schedule import Position, Schedule, Status
from state.when import say_hours
from tools.occupancy import Board, CellState, Stay
from tools.texts import say_clock, say_slots, say_span_clock, say_task


def say_load(schedule: Schedule, load: tuple[int, ...], day: int) -> str:
    """Return the load of a day, and the cap when there is one."""
    cap = "" if schedule.window.daily_cap is None else f" of {schedule.window.daily_cap}"
    return f"load {load[day - 1]}{cap}"


def say_busy(who: Board, day: int) -> str:
    """Return what lies on a day, first entry first, each with clock time and slots."""
    entries = [f"{say_stretch(who, stay.position)} {_say_stay(who, stay)}" for stay in who.on(day)]
    return f"; {', '.join(entries)}" if entries else ""


def say_free(who: Board, day: int) -> str:
    """Return the free times of a day, each with clock time and slots."""
    runs = [f"{say_clock(who.schedule, *run)} [{say_slots(*run)}]" for run in who.free_runs(day)]
    return f"; free {', '.join(runs)}" if runs else "; nothing free"


def say_stretch(who: Board, position: Position) -> str:
    """Return clock time and slots of a position on a day that has been named."""
    return f"{say_span_clock(who.schedule, position)} [{say_slots(position.slot_start, position.slot_end)}]"


def say_cell(who: Board, day: int, slot: int, state: CellState) -> str:
    """Return what one slot is, with clock time and whoever lies there or near."""
    here = Position(day=day, slot_start=slot, slot_end=slot)
    stays = [_say_there(who, stay) for stay in who.on(day) if stay.position.overlaps(here)]
    why = " and ".join(stays)
    if not stays and state is CellState.BLOCKED:
        why = f"buffer of {', '.join(say_task(stay.task) for stay in who.near(here))}"
    return f"- {say_clock(who.schedule, slot, slot)} slot {slot}: {state}{f', {why}' if why else ''}"


def say_between(who: Board, day: int, slot: int) -> list[str]:
    """Return what lies between a slot and the next one and touches neither, with its own times."""
    stays = [stay for stay in who.on(day) if not stay.position.length and stay.position.slot_end == slot]
    return [f"- {say_stretch(who, stay.position)}: {_say_stay(who, stay)}" for stay in stays]


def day_data(who: Board, day: int, load: int) -> dict[str, Any]:
    """Return one day as plain data: date, load, entries and free runs."""
    entries = [
        {
            "task_id": stay.task.id,
            "title": stay.task.title,
            "status": stay.task.status.value,
            "slot_start": stay.position.slot_start,
            "slot_end": stay.position.slot_end,
            "start": start.isoformat(),
            "end": end.isoformat(),
        }
        for stay in who.on(day)
        for start, end in [who.schedule.span_of(stay.position)]
    ]
    free = [{"slot_start": first, "slot_end": last} for first, last in who.free_runs(day)]
    return {"day": day, "date": f"{who.schedule.date_of(day)}", "load": load, "entries": entries, "free": free}


def _say_there(who: Board, stay: Stay) -> str:
    """Name an entry in a cell, with its own times where they are not those of its slots."""
    start, end = who.schedule.span_of(stay.position)
    slots = who.schedule.span_of(stay.position.model_copy(update={"start": None, "end": None}))
    own = "" if (start, end) == slots else f" {say_hours(start, end)}"
    return f"{_say_stay(who, stay)}{own}"


def _say_stay(who: Board, stay: Stay) -> str:
    task = stay.task
    if task.host is not None:
        return f"{say_task(task)} inside event {task.host.task_id}"
    if stay.hosts:
        guests = who.guests.get(stay.link, ())
        return f"{say_task(task)}, hosts {say_task(guests[0])}" if guests else f"{say_task(task)}, may host a task"
    return f"{say_task(task)}{', locked' if task.locked and task.status is not Status.EXISTING else ''}"
