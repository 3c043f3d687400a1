"""The user's list of tasks to be placed: checked when they come in, kept as they were written."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from dayloom.calendar_sync.calendar import ATTEMPTS
from dayloom.calendars import MAX_ROWS, File, Reading, Row, Sheet, empty_week, read_listed, understand
from dayloom.stores.owner.calendar import RedisCalendar
from state.blocks import block_lengths, part_minutes
from state.calendar_commit import Receipt
from state.errors import BadInput, KeyReused, MovedOn, UnknownTask
from state.schedule import LISTED, PERIODS12, Ending, Schedule, Task, Value
from state.task_item import ItemChange, TaskItem

LARGEST_NUMBER: Final = 2**53
_SHOWN: Final = 10


@dataclass(frozen=True)
class Added:
    """The tasks that were added, what of a list was not, with where it stands and a cure, and how the list was read."""

    items: tuple[TaskItem, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class ReadRow(Value):
    """A row of a list as it would be kept, and what it says: `minutes` is the work of one of `times`.

    What says no length is taken as one slot.
    """

    where: str
    task: dict[str, Any]
    minutes: int
    times: int
    earliest: datetime | None
    deadline: datetime | None


def read_list(source: File | Sequence[Row], now: datetime, *, timezone: str) -> tuple[list[ReadRow], Reading]:
    """Return the tasks of a list as they would be added, what is left out, and how it was read; keeps nothing.

    Raises BadInput for a file that is no list of tasks.
    """
    week = _week(now, timezone)
    rows, reading = understand(source if isinstance(source, File) else Sheet("tasks", tuple(source)), week, now)
    return [_read_row(row, read_listed([row], week).tasks, week) for row in rows], reading


def _read_row(row: Row, tasks: Sequence[Task], week: Schedule) -> ReadRow:
    first, length = tasks[0], week.slot_minutes
    minutes = [task.minutes or task.duration * length for task in tasks]
    repeats = first.repeat is not None
    return ReadRow(
        where=row.where,
        task={"duration": 1, **dict(_plain(row))},
        minutes=minutes[0] if repeats else sum(minutes),
        times=len(tasks) if repeats else 1,
        earliest=min((task.earliest for task in tasks if task.earliest), default=None),
        deadline=max((task.deadline for task in tasks if task.deadline), default=None),
    )


async def add_list(store: RedisCalendar, file: File, now: datetime, *, timezone: str, key: str | None = None) -> Added:
    """Add the tasks of a list as somebody wrote it; what cannot be read or is done already is left out and told.

    Raises BadInput when nothing is left, KeyReused and TooLarge.
    """
    rows, reading = understand(file, _week(now, timezone), now)
    left_out = tuple(left.detail or str(left) for left in reading.left_out)
    if not rows:
        raise BadInput("\n".join(left_out[:_SHOWN]) or f"{file.name}: holds no tasks")
    items = await _add(store, rows, now, timezone, key=key, request=hashlib.sha256(file.data).hexdigest())
    return Added(items, left_out, reading.notes)


async def add_tasks(
    store: RedisCalendar, rows: Sequence[Row], now: datetime, *, timezone: str, key: str | None = None
) -> Added:
    """Add tasks, all or none, and tell how they were read; a key that was used before tells what it added then.

    Raises BadInput with everything that is wrong, KeyReused and TooLarge.
    """
    if not rows or len(rows) > MAX_ROWS:
        raise BadInput(f"give at least one task and at most {MAX_ROWS}")
    week = _week(now, timezone)
    kept, reading = understand(Sheet("tasks", tuple(rows)), week, now)
    if wrong := [left.detail for left in reading.left_out]:
        raise BadInput("\n".join(wrong[:_SHOWN]))
    request = hashlib.sha256(repr([dict(_plain(row)) for row in rows]).encode("utf-8", "replace")).hexdigest()
    return Added(await _add(store, kept, now, timezone, key=key, request=request), notes=reading.notes)


def _week(now: datetime, timezone: str) -> Schedule:
    return empty_week(PERIODS12, timezone, start=now.date(), days=7)


async def _add(
    store: RedisCalendar, rows: Sequence[Row], now: datetime, timezone: str, *, key: str | None, request: str
) -> tuple[TaskItem, ...]:
    added, week = now.astimezone(UTC), _week(now, timezone)
    given = ((f"{LISTED}{secrets.token_hex(5)}", dict(_plain(row))) for row in rows)
    fields = [part for id_, said in given for part in _in_parts(id_, said, week)]
    items = [TaskItem(id=id_, added=added, number=number, fields=each) for number, (id_, each) in enumerate(fields, 1)]
    receipt = Receipt(request=request, answer={"tasks": [item.model_dump(mode="json") for item in items]})
    kept = await store.add(items, key=key, receipt=receipt)
    if kept.request != request:
        raise KeyReused("this Idempotency-Key was used for another request; take a new one")
    return tuple(TaskItem.model_validate(each) for each in kept.answer["tasks"])


def _in_parts(id_: str, fields: dict[str, Any], week: Schedule) -> list[tuple[str, dict[str, Any]]]:
    """Return a task under its name, in blocks where it has those."""
    parts = read_listed([Row(id_, fields, id_)], week).tasks
    if fields.get("repeat") or len(parts) < 2:
        return [(id_, fields)]
    whole = {name: value for name, value in fields.items() if name not in {"min_block", "max_block"}}
    return [(part.source_id, {**whole, "duration": _length(part), "parent": id_, "part": part.part}) for part in parts]


def _length(task: Task) -> str | int:
    return f"{task.minutes}min" if task.minutes else task.duration


async def change_item(store: RedisCalendar, id_: str, change: Callable[[TaskItem], TaskItem]) -> TaskItem:
    """Change one task of the list and return it as it is now; raises UnknownTask, and what `change` raises."""
    for _ in range(ATTEMPTS):
        calendar, items = await store.calendar_and_tasks()
        before = find_item(items, id_)
        after = change(before)
        try:
            if after != before:
                await store.change_tasks([ItemChange(id=id_, before=before, after=after)], before=calendar)
        except MovedOn:
            continue
        return after
    raise MovedOn("The list of tasks is being changed all the time; try again.")


async def change_fields(
    store: RedisCalendar, id_: str, fields: Mapping[str, Any], now: datetime, *, timezone: str
) -> tuple[TaskItem, ...]:
    """Change fields of a task of the list and return it, in parts if blocks were said that it is longer than.

    What else changes with it follows: further parts, and the other open parts of which the same is said.
    Raises UnknownTask, and BadInput with everything that is wrong.
    """

    def change(items: Sequence[TaskItem]) -> list[ItemChange]:
        before, week = find_item(items, id_), _week(now, timezone)
        after = with_fields(before, fields, now, timezone=timezone)
        if fields.get("max_block") and "part" in before.fields:
            raise BadInput(f"{id_} is a part already; join it first")
        parts = _in_parts(id_, after.fields, week) if fields.keys() & _SPLITS else [(id_, after.fields)]
        whole = {name: value for name, value in fields.items() if name not in _OF_ONE_PART}
        mates = [(one, with_fields(one, whole, now, timezone=timezone)) for one in _other_parts(items, before) if whole]
        return [
            *(_named(before if name == id_ else None, after, name, said) for name, said in parts),
            *(ItemChange(id=one.id, before=one, after=changed) for one, changed in mates),
        ]

    return await _change_items(store, change)


_SPLITS: Final = frozenset({"duration", "min_block", "max_block"})
"""The fields of a task that may split it."""
_OF_ONE_PART: Final = _SPLITS | {"locked"}
"""What is said of one part of a task; all else is said of the whole."""


def _other_parts(items: Iterable[TaskItem], part: TaskItem) -> list[TaskItem]:
    """Return the open parts of the same task, which its person sees as one; times that it comes again are none."""
    of = [item for item in items if item.id != part.id and item.ending is None and "part" in part.fields]
    return [item for item in of if item.fields.get("parent") == part.fields["parent"] and "period" not in item.fields]


def _named(before: TaskItem | None, like: TaskItem, id_: str, fields: dict[str, Any]) -> ItemChange:
    return ItemChange(id=id_, before=before, after=like.model_copy(update={"id": id_, "fields": fields}))


async def split_item(
    store: RedisCalendar, id_: str, now: datetime, *, timezone: str, parts: int | None, at_most: int | None = None
) -> tuple[TaskItem, ...]:
    """Split a task of the list into parts, of at most so many minutes each, and return them.

    Raises UnknownTask, and BadInput when it cannot be split so.
    """

    def change(items: Sequence[TaskItem]) -> list[ItemChange]:
        whole, week = find_item(items, id_), _week(now, timezone)
        if whole.ending or whole.fields.get("parent") or whole.fields.get("repeat"):
            raise BadInput(f"{id_} is over, repeats, or is a part already; join it first")
        [task] = read_listed([as_row(whole)], week).tasks
        most = max(1, at_most // week.slot_minutes) if at_most else None
        lengths = block_lengths(task.duration, parts, 1, most)
        if lengths is None:
            raise BadInput(f"{id_} takes {task.duration} slots and cannot be split so; choose other parts")
        return [
            _part_change(whole, _length(task.model_copy(update={"duration": slots, "minutes": minutes})), number)
            for number, (slots, minutes) in enumerate(
                zip(lengths, part_minutes(week, task, lengths), strict=True), start=1
            )
        ]

    return await _change_items(store, change)


def _part_change(whole: TaskItem, length: str | int, number: int) -> ItemChange:
    fields = {**whole.fields, "duration": length, "parent": whole.id, "part": number}
    return (
        _named(whole, whole, whole.id, fields) if number == 1 else _named(None, whole, f"{whole.id}~{number}", fields)
    )


async def join_item(store: RedisCalendar, id_: str, now: datetime, *, timezone: str) -> tuple[TaskItem, ...]:
    """Make one task of the open parts of a task of the list and return it; what is done stays so.

    Raises UnknownTask, and BadInput when there are no two.
    """

    def change(items: Sequence[TaskItem]) -> list[ItemChange]:
        parent = find_item(items, id_).fields.get("parent")
        every = [item for item in items if parent and item.fields.get("parent") == parent]
        open_ = sorted((item for item in every if item.ending is None), key=lambda item: item.fields["part"])
        if len(open_) < 2 or open_[0].fields.get("repeat"):
            raise BadInput(f"{id_} has no other open part; nothing is joined")
        tasks = [task for item in open_ for task in read_listed([as_row(item)], _week(now, timezone)).tasks]
        known = [task.minutes for task in tasks if task.minutes is not None]
        minutes = sum(known) if len(known) == len(tasks) else None
        fields = {**open_[0].fields, "duration": f"{minutes}min" if minutes else sum(task.duration for task in tasks)}
        if len(open_) == len(every) and open_[0].id == parent:
            fields = {name: value for name, value in fields.items() if name not in {"parent", "part"}}
        whole = ItemChange(id=open_[0].id, before=open_[0], after=open_[0].model_copy(update={"fields": fields}))
        return [whole, *(ItemChange(id=item.id, before=item) for item in open_[1:])]

    return await _change_items(store, change)


async def _change_items(
    store: RedisCalendar, change: Callable[[Sequence[TaskItem]], list[ItemChange]]
) -> tuple[TaskItem, ...]:
    for _ in range(ATTEMPTS):
        calendar, items = await store.calendar_and_tasks()
        changes = change(items)
        try:
            if differing := [one for one in changes if one.before != one.after]:
                await store.change_tasks(differing, before=calendar)
        except MovedOn:
            continue
        return tuple(one.after for one in changes if one.after)
    raise MovedOn("The list of tasks is being changed all the time; try again.")


def with_parts(items: Iterable[TaskItem]) -> list[tuple[TaskItem, ...]]:
    """Return each task with what stands apart in the list and is one task to its person, first part first."""
    wholes: dict[str, list[TaskItem]] = {}
    for item in items:
        wholes.setdefault(item.fields.get("parent") or item.id, []).append(item)
    return [tuple(sorted(parts, key=lambda one: one.fields.get("part") or 0)) for parts in wholes.values()]


def find_item(items: Iterable[TaskItem], id_: str) -> TaskItem:
    """Return one task of a list; raises UnknownTask."""
    found = next((item for item in items if item.id == id_), None)
    if found is None:
        raise UnknownTask(f"there is no task {id_!r}")
    return found


def with_fields(item: TaskItem, fields: Mapping[str, Any], now: datetime, *, timezone: str) -> TaskItem:
    """Return a task with these fields changed, None taking one away; raises BadInput with everything that is wrong."""
    whole = {**item.fields, **fields}
    row = Row(item.id, {name: value for name, value in whole.items() if value is not None})
    kept, reading = understand(Sheet("tasks", (row,)), _week(now, timezone), now)
    if wrong := [left.detail for left in reading.left_out]:
        raise BadInput("\n".join(wrong[:_SHOWN]))
    return item.model_copy(update={"fields": dict(_plain(kept[0]))})


def with_ending(item: TaskItem, ending: Ending | None, now: datetime, took: int | None = None) -> TaskItem:
    """Return a task as done, dropped, or to be planned again; one that has ended so already stays as it is."""
    if item.ending is ending and took in (None, item.took):
        return item
    return item.model_copy(update={"ending": ending, "ended": now.astimezone(UTC) if ending else None, "took": took})


def as_row(task: TaskItem) -> Row:
    """Return a stored task as the row it was read from."""
    return Row(str(task.fields.get("title", task.id)), task.fields, task.id)


def _plain(row: Row) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a row as plain data that fits the store."""
    for name, value in row.cells.items():
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            raise BadInput(f"{row.where}: {name} is too large a number; write a smaller one")
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            raise BadInput(f"{row.where}: {name} holds half a character; write it again")
        if value is not None and value != "":
            yield name, value.isoformat() if isinstance(value, date) else value
