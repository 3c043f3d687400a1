"""What a stream may send of a run: an event at its place, with data that may still have to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from dayloom.api.agent_server.stream_mode import StreamMode


class Cursor(NamedTuple):
    """A place in a stream: the number of an event, and which of its frames."""

    event: int
    part: int

    def __str__(self) -> str:
        return f"{self.event}-{self.part}"


START: Final = Cursor(-1, -1)
"""Before everything."""


@dataclass(frozen=True)
class StateAt:
    """The values after a step, to be read when a frame is sent; with `interrupts` also what the step waits for."""

    checkpoint: str | None
    interrupts: bool = False


@dataclass(frozen=True)
class StateBefore:
    """The values a run's first step began with, unless it took a message in; to be read when a frame is sent."""

    checkpoint: str


@dataclass(frozen=True)
class StateChanges:
    """What a step has changed, to be read when a frame is sent."""

    checkpoint: str


@dataclass(frozen=True)
class CheckpointAt:
    """Where a step stands among the others, to be read when a frame is sent."""

    checkpoint: str


@dataclass(frozen=True)
class InterruptsAt:
    """What a step waits for, to be read when a frame is sent."""

    checkpoint: str


@dataclass(frozen=True)
class AnsweredAt:
    """What was waited for before a step, to be read when a frame is sent."""

    checkpoint: str


@dataclass(frozen=True)
class StepEvent:
    """A step, or a task, as `tasks` and `checkpoints` have it, to be read when a frame is sent; `dated` as in `debug`.

    It is about the step `checkpoint` and the task that comes after it. With `before` it is about the step before and
    the task that made this one, and nothing when no task did: a message was taken in. `error` is how a task failed.
    """

    type: Literal["checkpoint", "task", "task_result"]
    checkpoint: str
    before: bool = False
    dated: bool = False
    error: str | None = None


@dataclass(frozen=True)
class StreamEvent:
    """An event that a stream may send: `mode` None is for everybody, `data` may still have to be read."""

    at: Cursor
    mode: StreamMode | None
    name: str
    data: Any
