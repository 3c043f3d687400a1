"""The user's list of tasks to be placed: checked when they come in, kept as they were written."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from dayloom.calendars import MAX_ROWS, Row, empty_week, read_listed
from dayloom.stores.owner.calendar import RedisCalendar
from state.calendar_commit import Receipt
from state.errors import BadInput, KeyReused
from state.schedule import PERIODS12
from state.task_item import TaskItem

LARGEST_NUMBER: Final = 2**53


async def add_tasks(
    store: RedisCalendar, rows: Sequence[Row], now: datetime, *, timezone: str, key: str | None = None
) -> tuple[TaskItem, ...]:
    """Add tasks, all or none, and return them with their ids; a key that was used before returns what it added then.

    Raises BadInput with everything that is wrong, KeyReused and TooLarge.
    """
    if not rows or len(rows) > MAX_ROWS:
        raise BadInput(f"give at least one task and at most {MAX_ROWS}")
    week = empty_week(PERIODS12, timezone, start=now.date(), days=7)
    read_listed(rows, week)
    fields = [dict(_plain(row)) for row in rows]
    added = now.astimezone(UTC)
    items = [
        TaskItem(id=f"task-{secrets.token_hex(5)}", added=added, number=number, fields=each)
        for number, each in enumerate(fields, 1)
    ]
    request = hashlib.sha256(repr(fields).encode("utf-8", "replace")).hexdigest()
    receipt = Receipt(request=request, answer={"tasks": [item.model_dump(mode="json") for item in items]})
    kept = await store.add(items, key=key, receipt=receipt)
    if kept.request != request:
        raise KeyReused("this Idempotency-Key was used for another request; take a new one")
    return tuple(TaskItem.model_validate(each) for each in kept.answer["tasks"])


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
