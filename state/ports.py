"""The agent's doors to the world; adapters live in the product."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from state.booking import Act
from state.common import CommonState
from state.events import Emit, Event
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.preview import Preview
from state.prompt import ModelReply, Prompt
from state.schedule import Schedule, Value
from state.transcript import Entry


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


class Accepted(Value):
    """A message that was accepted for a run, and is kept until the run has taken it up."""

    run: RunId
    message: str
    schedule: Schedule | None = None
    at: datetime


@dataclass(frozen=True)
class Told:
    """What one step added to the conversation: when, in which run, and at which checkpoint."""

    at: datetime
    run: RunId | None
    checkpoint: str
    entries: tuple[Entry, ...]


class Session(Protocol):
    """One run's hold on its thread: nobody else can commit to it meanwhile.

    `saver` is LangGraph's checkpointer for this run; `previews` and `note` take what goes out with the next step.
    `done` tells that this very run has ended before: somebody repeats a request. `act` is set by whoever holds the
    thread for a person's own change: its steps belong to no run.
    """

    saver: Any
    previews: PreviewStore
    done: bool
    act: Act | None

    @property
    def state(self) -> CommonState | None:
        """The thread as last committed; None when it is new."""
        ...

    @property
    def waiting(self) -> tuple[str, ...]:
        """LangGraph's ids of the interrupts that wait on the newest step."""
        ...

    @property
    def stored_answer(self) -> Answer | None:
        """The answer that was taken for the open card and not acted on yet, as after a crash."""
        ...

    @property
    def unread(self) -> Sequence[Accepted]:
        """Messages that were accepted and not taken up yet, oldest first."""
        ...

    @property
    def broken_off(self) -> str | None:
        """Why the turn on the newest step will not be finished (`cancelled`, …); None when it may go on."""
        ...

    def adopt(self) -> RunId:
        """Go on as the run that was cut off on this thread, and return its id."""
        ...

    def note(self, event: Event) -> None:
        """Take an event of the run; it becomes durable with the next step."""
        ...

    async def claim(self, answer: Answer) -> None:
        """Take this answer for the open card, once and for all.

        Raises StaleAnswer when another answer came first or the card has expired.
        """
        ...


class Threads(Protocol):
    """Keeps threads: one run at a time each, every step committed as a whole."""

    def open(self, thread: ThreadId, run: RunId) -> AbstractAsyncContextManager[Session]:
        """Hold a thread for one run; raises ThreadBusy, Damaged and StoreUnavailable.

        While it is held, a step that may not be committed raises Stopped.
        """
        ...

    async def accept(self, thread: ThreadId, accepted: Accepted) -> bool:
        """Keep a message until its run takes it up; False when this run's message was accepted before."""
        ...

    async def state(self, thread: ThreadId) -> CommonState | None:
        """Return the thread as it stands; None when there is none."""
        ...

    async def told(self, thread: ThreadId) -> tuple[Told, ...]:
        """Return the whole conversation, oldest first."""
        ...

    async def cancel(self, thread: ThreadId) -> bool:
        """Cancel the thread's run or open card; False when there is none, so that its end stands."""
        ...
