"""The UID under which a task is written into a calendar: the same every time, so that importing again updates it."""

from __future__ import annotations

import hashlib

from state.schedule import Task


def written_uid(task: Task) -> str:
    """Return the UID of a placed task in a written calendar."""
    return uid_of(task.source_id)


def uid_of(source_id: str) -> str:
    """Return the UID for a task from this source."""
    digest = hashlib.sha256(source_id.encode("utf-8", "replace")).hexdigest()
    return f"{digest[:32]}@dayloom"
