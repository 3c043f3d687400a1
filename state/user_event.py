"""What a person is told outside any run: that their calendar has changed, how their jobs stand, what has come."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from state.schedule import Value


class UserEventType(StrEnum):
    """What has happened; `trimmed` stands for older events that are kept no longer."""

    CALENDAR_CHANGED = "calendar.changed"
    DRAFT_OUTDATED = "draft.outdated"
    JOB_ADDED = "job.added"
    JOB_STARTED = "job.started"
    JOB_REVIEW = "job.review"
    JOB_BLOCKED = "job.blocked"
    JOB_ENDED = "job.ended"
    MESSAGE_RECEIVED = "message.received"
    TRIMMED = "trimmed"


class UserEvent(Value):
    """One of a user's events; their numbers are 1, 2, 3 … without holes."""

    number: int
    type: UserEventType
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    at: AwareDatetime
