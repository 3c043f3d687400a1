"""Laying tasks down: the change on a copy, judged, and told as done or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from state.change import changes
from state.desk import Desk
from state.schedule import Position, Schedule, Status
from state.tool import ToolReport
from state.violation import Violation, ViolationKind
from tools.load import load_objective, say_objective
from tools.places import lay, places, say_places
from tools.regions import Region
from tools.registry import Result
from tools.rules import immovable, unknown, violations
from tools.texts import say_changes, say_place, say_refusal, say_task

Wanted: TypeAlias = tuple[int, Position | None]
"""A task id and where the task shall lie; None means pending."""


def apply_changes(desk: Desk, wanted: Sequence[Wanted]) -> Result:
    """Lay movable tasks down where asked, or refuse all of it."""
    after = lay(desk.schedule, wanted)
    if wrong := broken_rules(desk, after):
        return refuse(desk, wrong, lines=_instead(desk, wanted))
    return report_change(desk, after)


def refuse(
    desk: Desk, wrong: Iterable[Violation], *, lines: Iterable[str] = (), data: dict[str, Any] | None = None
) -> Result:
    """Return the very same desk, and why; further lines help to mend the call."""
    found = tuple(wrong)
    text = "\n".join([say_refusal(found), *lines])
    return Result(desk, ToolReport(text=text, data=data or {}, violations=found))


def not_ready(schedule: Schedule, task_id: int, status: Status) -> Violation | None:
    """Return why a task cannot be changed by a tool that needs this status, or None when it can."""
    if wrong := untouchable(schedule, task_id):
        return wrong
    task = schedule.by_id[task_id]
    if task.status is status:
        return None
    told = f"{say_task(task)} has no place yet; use place."
    if task.position is not None:
        told = f"{say_task(task)} already lies at {say_place(schedule, task.position)}; use move."
    return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task_id, message=told)


def untouchable(schedule: Schedule, task_id: int) -> Violation | None:
    """Return why no tool may change this task, or None when one may."""
    task = schedule.by_id.get(task_id)
    return unknown(schedule, task_id) if task is None else immovable(task)


def broken_rules(desk: Desk, after: Schedule) -> tuple[Violation, ...]:
    """Return everything that makes this step inadmissible for what the person has allowed."""
    return violations(desk.schedule, after, scope=desk.order_scope, allow_reorder=desk.allow_reorder)


def report_change(desk: Desk, after: Schedule, *, data: dict[str, Any] | None = None) -> Result:
    """Return the desk with the new schedule, telling each change and the daily load before and after."""
    found = changes(desk.schedule, after)
    if not found:
        return Result(desk, ToolReport(text="Nothing to change: it lies there already.", data={"changes": []}))
    objective = load_objective(desk.schedule, after)
    text = "\n".join([f"Done, {len(found)} changed:", say_changes(found), say_objective(objective)])
    listed = [change.model_dump(mode="json") for change in found]
    report = ToolReport(text=text, data={"changes": listed, **(data or {})}, objectives=(objective,))
    return Result(desk.model_copy(update={"schedule": after}), report)


def _instead(desk: Desk, wanted: Sequence[Wanted]) -> list[str]:
    """Name the best places of a single task that could not be laid down; a day that was asked for comes first."""
    if len(wanted) != 1:
        return []
    task_id, asked = wanted[0]
    found = places(desk, desk.schedule.by_id[task_id], region=Region())
    if not found:
        return ["No other place in the window fits it as things are; move something away first."]
    same_day = [place for place in found if asked and place.position.day == asked.day]
    best = [*same_day[:2], *(place for place in found if place not in same_day)]
    return ["Places that fit:", *say_places(desk.schedule, best[:4])]
