"""A task to be placed as a person gave it; what its fields mean depends on the week it is planned into."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from state.schedule import Value


class TaskItem(Value):
    """A task with its fields as they were written; `added` and `number` tell its place in the list."""

    id: str
    added: datetime
    number: int
    fields: dict[str, Any]
