"""What a run tells while it works: live progress for whoever watches. The transcript is the durable record."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import Field

from state.schedule import Value


class EventType(StrEnum):
    """Every event of a run; the last four end it."""

    RUN_CREATED = "run.created"
    RUN_STARTED = "run.started"
    MEMORY_LOADED = "memory.loaded"
    ROUND_STARTED = "round.started"
    MODEL_COMPLETED = "model.completed"
    MODEL_RETRY = "model.retry"
    MESSAGE_DELTA = "message.delta"
    MESSAGE_RETRACTED = "message.retracted"
    MESSAGE = "message"
    CORRECTION = "correction"
    PLAN_READY = "plan.ready"
    PLAN_AUTO_APPROVED = "plan.auto_approved"
    TOOL_STARTED = "tool.started"
    TOOL_COMPLETED = "tool.completed"
    TOOL_BLOCKED = "tool.blocked"
    INTERRUPT_OPENED = "interrupt.opened"
    INTERRUPT_RESOLVED = "interrupt.resolved"
    PREVIEW_UPDATED = "preview.updated"
    ORDER_GUARD_BASELINE = "order_guard.baseline"
    ORDER_GUARD_PASSED = "order_guard.passed"
    ORDER_GUARD_RESTORED = "order_guard.restored"
    ORDER_GUARD_CONFLICT = "order_guard.conflict"
    CONTEXT_COMPACTED = "context.compacted"
    RUN_CANCEL_REQUESTED = "run.cancel_requested"
    RUN_INTERRUPTED = "run.interrupted"
    RUN_COMPLETED = "run.completed"
    RUN_FAILED = "run.failed"
    RUN_CANCELLED = "run.cancelled"


class Event(Value):
    """One thing that happened; `data` is plain JSON and never holds an `internal_reason` or a secret."""

    type: EventType
    data: dict[str, Any] = Field(default_factory=dict)


Emit: TypeAlias = Callable[[Event], str | None]
"""Where a run's events go; must not block or fail. Returns the id of the message an event ends, where it is kept."""
