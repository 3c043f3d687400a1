"""Why a write was refused: values, never exceptions, so that a batch can report each item."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from state.limits import LimitName
from state.schedule import Value


class ViolationKind(StrEnum):
    """Every rule of the schedule a write can break; `defect` is the tool's own, and breaks none."""

    OUT_OF_RANGE = "out_of_range"
    WRONG_STATUS = "wrong_status"
    LOCKED = "locked"
    OVERLAP = "overlap"
    HOST_TAKEN = "host_taken"
    STRADDLES_HOST = "straddles_host"
    OUTSIDE_WINDOW = "outside_window"
    DEADLINE = "deadline"
    NOT_ALLOWED_DAY = "not_allowed_day"
    LIMIT = "limit"
    ORDER = "order"
    DURATION = "duration"
    PAUSE = "pause"
    INFEASIBLE = "infeasible"
    DEFECT = "defect"


class Violation(Value):
    """One broken rule: which task, which rule, and a sentence with names and clock times that says how to mend it.

    `limit` is what the person has said of all their days, where it is that which is broken.
    """

    kind: ViolationKind
    task_id: int | None = None
    message: str
    other_task_id: int | None = None
    limit: LimitName | None = Field(default=None, exclude_if=lambda limit: limit is None)
