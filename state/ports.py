"""The agent's doors to the world; adapters live in the product."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from state.events import Emit
from state.ids import ThreadId
from state.preview import Preview
from state.prompt import ModelReply, Prompt


class ChatModel(Protocol):
    """Answers prompts."""

    async def reply(self, prompt: Prompt, emit: Emit) -> ModelReply:
        """Return the whole answer, having emitted it piece by piece as `message.delta` (`speak` only, when JSON).

        Raises ModelUnavailable after bounded retries and fallbacks; pieces of a failed try are retracted.
        """
        ...


class PreviewStore(Protocol):
    """Keeps the newest schedule preview of each thread."""

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Replace the preview; an older version never replaces a newer one. Raises StoreUnavailable."""
        ...

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the preview, or None when there is none. Raises StoreUnavailable."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return now, aware."""
        ...
