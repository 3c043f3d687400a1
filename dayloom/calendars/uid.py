"""The UID under which a thread writes a task into a calendar: the same every time, so that writing again updates it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Final

from state.ids import ThreadId
from state.schedule import Schedule, Task

_DOMAIN: Final = "@dayloom"
_TASK: Final = 32
"""So many hexadecimal digits stand for a task, with which its UID begins."""
_THREAD: Final = 16
"""So many stand for the thread that wrote it, after a hyphen."""


def written_uid(source_id: str, thread: ThreadId) -> str:
    """Return the UID of a task that a thread has written into a calendar."""
    return f"{_digest(source_id)[:_TASK]}-{_digest(thread)[:_THREAD]}{_DOMAIN}"


def uid_before(source_id: str) -> str:
    """Return the UID that the task got, whichever thread wrote it, before entries belonged to a thread."""
    return f"{_digest(source_id)[:_TASK]}{_DOMAIN}"


def uids_of(schedule: Schedule, thread: ThreadId) -> dict[int, str]:
    """Return the UID of every task by its id; what cannot be told apart by its source is by its id."""
    shared = Counter(task.source_id for task in schedule.tasks)
    return {task.id: _uid(task, thread, alone=shared[task.source_id] == 1) for task in schedule.tasks}


def _uid(task: Task, thread: ThreadId, *, alone: bool) -> str:
    if task.source_id and alone:
        return written_uid(task.source_id, thread)
    return uid_before(f"{thread}/{task.id}")


class WrittenTasks:
    """The tasks that stand in a calendar because a thread, whichever, wrote them there."""

    def __init__(self, uids: Iterable[str]) -> None:
        """Take the UIDs of the calendar."""
        self._tasks = {uid[:_TASK] for uid in uids if uid.endswith(_DOMAIN)}

    def __contains__(self, source_id: str) -> bool:
        """Tell whether the task from this source is one of them."""
        return _digest(source_id)[:_TASK] in self._tasks


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
