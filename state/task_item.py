"""A task to be placed as a person gave it; what its fields mean depends on the week it is planned into."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from state.schedule import Ending, Value


class TaskItem(Value):
    """A task with its fields as they were written; `added` and `number` tell its place in the list.

    `ending` says how it left what is to be planned, at `ended`; `took` are the minutes it really took, where said.
    """

    id: str
    added: datetime
    number: int
    fields: dict[str, Any]
    ending: Ending | None = None
    ended: datetime | None = None
    took: int | None = None


class ItemChange(Value):
    """One task of a user's list before and after, None where there was or is none."""

    id: str
    before: TaskItem | None = None
    after: TaskItem | None = None
