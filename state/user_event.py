"""What a person is told outside any run: that their calendar has changed, and what that means for their drafts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from state.schedule import Value


class UserEventType(StrEnum):
    """What has happened; `trimmed` stands for older events that are kept no longer."""

    CALENDAR_CHANGED = "calendar.changed"
    DRAFT_OUTDATED = "draft.outdated"
    TRIMMED = "trimmed"


class UserEvent(Value):
    """One of a user's events; their numbers are 1, 2, 3 … without holes."""

    number: int
    type: UserEventType
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    at: AwareDatetime
