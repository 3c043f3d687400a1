"""What is on at a moment, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from state.schedule import Schedule, Task


@dataclass(frozen=True)
class Coming:
    """An entry that is not over yet; `running` tells that it has begun."""

    task: Task
    start: datetime
    end: datetime
    running: bool

    @property
    def data(self) -> dict[str, Any]:
        """The entry as plain data."""
        span = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        return {"task_id": self.task.id, "title": self.task.title, "running": self.running, **span}


def coming_up(schedule: Schedule, now: datetime, limit: int) -> list[Coming]:
    """Return the entries that are not over at a moment, events too, in the order of the clock."""
    return list(islice(_not_over(schedule, now), limit))


def _not_over(schedule: Schedule, now: datetime) -> Iterator[Coming]:
    spans = [(*schedule.span_of(at), task) for task in schedule.tasks for at in task.slots]
    for start, end, task in sorted(spans, key=lambda one: (one[0].timestamp(), one[1].timestamp(), one[2].id)):
        if end.timestamp() > now.timestamp():
            yield Coming(task, start, end, start.timestamp() <= now.timestamp())
