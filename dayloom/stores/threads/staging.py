"""Events and preview of a step, collected until the commit that makes them durable."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.keys import KeyKind
from dayloom.stores.redis.round_trips import Argument
from dayloom.stores.threads.value_cache import NumberedValues
from state.common import CommonState
from state.events import Event, EventType
from state.ids import RunId, ThreadId
from state.preview import Preview

PROGRESS: Final = frozenset(
    {
        EventType.RUN_STARTED,
        EventType.ROUND_STARTED,
        EventType.MODEL_COMPLETED,
        EventType.MODEL_RETRY,
        EventType.MESSAGE_DELTA,
        EventType.MESSAGE_RETRACTED,
        EventType.TOOL_STARTED,
    }
)
"""What may be told before its step is committed: a run that is carried on after a crash begins it, or takes it back."""


class Line(NamedTuple):
    """An event on its way into the log; `at` in milliseconds since 1970."""

    type: EventType
    data: dict[str, Any]
    at: int


@dataclass
class Staged:
    """Events and the preview of the step that is being worked on.

    Pieces of text that follow one another are told as one event; pieces nobody was told of yet are left out once the
    whole message is there, which says how much of it was told before.
    """

    events: list[Line] = field(default_factory=list)
    preview: Preview | None = None
    _speaking: str = ""
    _told: str = ""

    def note(self, event: Event) -> str | None:
        """Take an event; return what the message that it ends is called."""
        data = dict(event.data)
        if event.type is EventType.MESSAGE_DELTA:
            self._speaking = data["message"] = self._speaking or secrets.token_hex(4)
            if self.events and self.events[-1].type is EventType.MESSAGE_DELTA:
                data["text"] = self.events.pop().data["text"] + data["text"]
        elif event.type is EventType.MESSAGE_RETRACTED:
            self._retract()
            return None
        elif event.type is EventType.MESSAGE:
            self._drop_untold()
            if not data["text"].startswith(self._told):
                self._retract()
            data |= {"message": self._speaking or secrets.token_hex(4), "told": len(self._told)}
            self._speaking = self._told = ""
        self._add(event.type, data)
        return data["message"] if event.type is EventType.MESSAGE else None

    def retract_unfinished(self) -> None:
        """Take back the pieces that an earlier process told of a message and never finished."""
        self._add(EventType.MESSAGE_RETRACTED, {"message": ""})

    def take(self) -> list[Line]:
        """Return what there is to tell once the step is committed; it counts as told."""
        lines, self.events = self.events, []
        return self._to_lines(lines)

    def take_progress(self) -> list[Line]:
        """Return what may be told at once; it counts as told. What tells of an effect waits for the commit."""
        lines = [line for line in self.events if line.type in PROGRESS]
        self.events = [line for line in self.events if line.type not in PROGRESS]
        return self._to_lines(lines)

    def preview_fields(self, codec: Codec, after: CommonState, numbered: NumberedValues) -> list[Argument]:
        """Return the version and the fields of the preview; its schedule is that of the state, where that is stored."""
        preview = self.preview
        if preview is None:
            return []
        number = numbered.blobs.get("schedule") if preview.schedule is after.schedule else None
        schedule = preview.schedule if number is None else None
        value = codec.seal(KeyKind.PREVIEW, b"value", [preview.version, preview.state, schedule, preview.changes])
        words: list[Argument] = [preview.version, "version", preview.version, "value", value]
        return words if number is None else [*words, "blob", number]

    def _to_lines(self, lines: list[Line]) -> list[Line]:
        self._told += "".join(line.data["text"] for line in lines if line.type is EventType.MESSAGE_DELTA)
        return lines

    def _retract(self) -> None:
        """Take back what was said of a message; nothing is said about pieces that nobody was told of."""
        self._drop_untold()
        if self._told:
            self._add(EventType.MESSAGE_RETRACTED, {"message": self._speaking})
        self._speaking = self._told = ""

    def _drop_untold(self) -> None:
        self.events = [line for line in self.events if line.data.get("message") != self._speaking or not self._speaking]

    def _add(self, type: EventType, data: dict[str, Any]) -> None:
        self.events.append(Line(type, data, int(time.time() * 1000)))


def batch(codec: Codec, run: RunId, lines: Sequence[Line], keep: int, *, first: int | None) -> list[Argument]:
    """Return number of events, the events sealed, and how many are kept; empty when there are none.

    `first` is the index of the first one, None when only the server knows.
    """
    if not lines:
        return []
    return [len(lines), codec.seal(KeyKind.EVENTS, run.encode(), [first, [list(line) for line in lines]]), keep]


@dataclass(frozen=True)
class StagedPreviews:
    """The preview store of a run: a preview is staged here, and stored by the commit of the step it belongs to."""

    staged: Staged

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Stage a preview in place of the one that is staged."""
        self.staged.preview = preview

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the staged preview, if any."""
        return self.staged.preview
