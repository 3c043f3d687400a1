"""`dayloom task`: the list of tasks that is kept for the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from dayloom.calendar_sync.task_list import (
    Added,
    add_list,
    add_tasks,
    change_fields,
    change_item,
    join_item,
    split_item,
    with_ending,
    with_parts,
)
from dayloom.calendars import Row
from dayloom.calendars.source import open_file
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain, program
from state.errors import BadInput
from state.schedule import Ending
from state.task_item import TaskItem

_SHOWN: Final = (
    *("duration", "category", "earliest", "deadline", "weekdays", "time_range"),
    *("priority", "order", "locked", "part", "repeat"),
)
_DONE: Final = {Ending.DONE: "done", Ending.DROPPED: "dropped", None: "to be planned"}


@report_errors
def add(screen: Terminal, *, title: str | None, fields: Mapping[str, Any], file: Path | None, json: bool) -> ExitCode:
    """Put a task on the list, or those of a file."""
    if (title is None) == (file is None):
        raise BadInput('Give a title, such as "Essay" --length 2h, or --file with a list; not both.')
    with open_session(screen) as session:
        store, now, zone = session.parts.calendar, session.settings.now(), session.settings.timezone
        if file is not None:
            added = session.run(add_list(store, open_file(file), now, timezone=zone))
        else:
            given = {"title": title, **_written(fields)}
            if "duration" not in given:
                raise BadInput(f"How long does {title!r} take? Give --length, such as 2h or 45min.")
            added = session.run(add_tasks(store, [Row("task", given)], now, timezone=zone))
    return _tell_added(screen, added, json=json)


@report_errors
def list_(screen: Terminal, *, ended: bool, json: bool) -> ExitCode:
    """List the tasks that are to be planned, or all of them."""
    with open_session(screen) as session:
        items = [item for item in session.run(session.parts.calendar.tasks()) if ended or item.ending is None]
    if json:
        write_json(screen, {"tasks": [item.model_dump(mode="json") for item in items]})
        return ExitCode.DONE
    _show_all(screen, items)
    if not items:
        screen.note(f'There are no tasks. {program()} task add "Essay" --length 2h puts one on the list.')
    return ExitCode.DONE


@report_errors
def change(screen: Terminal, *, task: str, fields: Mapping[str, Any], json: bool) -> ExitCode:
    """Change fields of a task."""
    given = _written(fields)
    if not given:
        raise BadInput("Say what changes, such as --due Friday or --length 90min.")

    with open_session(screen) as session:
        now, zone = session.settings.now(), session.settings.timezone
        found, store = _find(session, task, part=True), session.parts.calendar
        items = session.run(change_fields(store, found.id, given, now, timezone=zone))
    if not json:
        _show_all(screen, items)
        return ExitCode.DONE
    first, *others = (item.model_dump(mode="json") for item in items)
    write_json(screen, {"task": first, **({"others": others} if others else {})})
    return ExitCode.DONE


@report_errors
def split(screen: Terminal, *, task: str, parts: int | None, at_most: int | None, json: bool) -> ExitCode:
    """Split a task into parts."""
    if (parts is None) == (at_most is None):
        raise BadInput("Say either --parts, such as 3, or --at-most, such as 60 minutes.")
    with open_session(screen) as session:
        now, zone = session.settings.now(), session.settings.timezone
        found, store = _find(session, task), session.parts.calendar
        items = session.run(split_item(store, found.id, now, timezone=zone, parts=parts, at_most=at_most))
    return _tell_added(screen, Added(items), json=json)


@report_errors
def join(screen: Terminal, *, task: str, json: bool) -> ExitCode:
    """Make one task again of the open parts of a task."""
    with open_session(screen) as session:
        now, zone = session.settings.now(), session.settings.timezone
        found = _find(session, task, part=True)
        items = session.run(join_item(session.parts.calendar, found.id, now, timezone=zone))
    return _tell_added(screen, Added(items), json=json)


@report_errors
def end(screen: Terminal, *, task: str, ending: str | None, took: int | None, json: bool) -> ExitCode:
    """Mark a task as done or dropped, or let it be planned again."""
    ended = Ending(ending) if ending else None
    return _change(screen, task, lambda item, now, zone: with_ending(item, ended, now, took), json=json)


def _change(
    screen: Terminal, task: str, change: Callable[[TaskItem, datetime, str], TaskItem], *, json: bool
) -> ExitCode:
    with open_session(screen) as session:
        now, zone = session.settings.now(), session.settings.timezone
        found = _find(session, task)
        item = session.run(change_item(session.parts.calendar, found.id, lambda item: change(item, now, zone)))
    if json:
        write_json(screen, {"task": item.model_dump(mode="json")})
    else:
        screen.show(plain(_describe(item)))
    return ExitCode.DONE


def _find(session: Session, task: str, *, part: bool = False) -> TaskItem:
    """Return the one task with this id, this title, or this part of a title; raises BadInput.

    With `part` any part of one task will do.
    """
    items = session.run(session.parts.calendar.tasks())
    titled = [(item, str(item.fields.get("title", "")).casefold()) for item in items]
    exact = [item for item, title in titled if task in {item.id, item.id.partition("-")[2]} or title == task.casefold()]
    found = exact or [item for item, title in titled if task.casefold() in title]
    if part and found and len({item.fields.get("parent") or item.id for item in found}) == 1:
        return found[0]
    if len(found) != 1:
        told = "; ".join(f"{item.id} {item.fields.get('title', '')}" for item in found or items)
        many = f"{len(found)} tasks are called {task!r}" if found else f"There is no task {task!r}"
        raise BadInput(f"{many}. Give an id: {told}" if told else f"{many}; the list is empty.")
    return found[0]


def _written(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said; a bare number is minutes, and `none` takes a field away."""
    given = {name: value for name, value in fields.items() if value is not None}
    length = given.get("duration")
    if isinstance(length, str) and length.strip().isdecimal():
        given["duration"] = f"{length.strip()}min"
    return {name: None if value == "none" else value for name, value in given.items()}


def _tell_added(screen: Terminal, added: Added, *, json: bool) -> ExitCode:
    if json:
        tasks = [item.model_dump(mode="json") for item in added.items]
        write_json(screen, {"tasks": tasks, "left_out": list(added.left_out), "notes": list(added.notes)})
        return ExitCode.DONE
    for line in (*added.left_out, *added.notes):
        screen.note(f"  {one_line(line)}", "dim")
    _show_all(screen, added.items)
    return ExitCode.DONE


def _show_all(screen: Terminal, items: Sequence[TaskItem]) -> None:
    """Show tasks, the parts of one under its title."""
    for parts in with_parts(items):
        if len(parts) > 1:
            open_ = sum(item.ending is None for item in parts)
            said = f"{parts[0].fields.get('title', '')}  {len(parts)} parts, {open_} to be planned"
            screen.show(plain(one_line(said)))
        for item in parts:
            screen.show(plain(f"{'  ' if len(parts) > 1 else ''}{_describe(item)}"))


def _describe(item: TaskItem) -> str:
    said = ", ".join(f"{name} {item.fields[name]}" for name in _SHOWN if item.fields.get(name) not in {None, ""})
    state = f" ({_DONE[item.ending]}{f', took {item.took} min' if item.took else ''})" if item.ending else ""
    return one_line(f"{item.id}  {item.fields.get('title', '')}{state}  {said}".rstrip())
