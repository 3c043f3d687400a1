"""What a stream may carry."""

from __future__ import annotations

from enum import StrEnum


class StreamMode(StrEnum):
    """One kind of thing to be streamed; `messages` is `messages-tuple` with whole messages instead of pieces.

    `debug` is what `tasks` and `checkpoints` carry, each with when it was. `lifecycle` tells of graphs inside the
    graph, of which there are none.
    """

    VALUES = "values"
    UPDATES = "updates"
    MESSAGES = "messages"
    MESSAGES_TUPLE = "messages-tuple"
    CUSTOM = "custom"
    EVENTS = "events"
    TASKS = "tasks"
    CHECKPOINTS = "checkpoints"
    DEBUG = "debug"
    TOOLS = "tools"
    LIFECYCLE = "lifecycle"
