"""The agent's doors to the world; adapters live in the product."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias

from pydantic import Field

from state.calendar_commit import Act, Commit
from state.common import CommonState, RunSettings, Update
from state.events import Emit, Event
from state.ids import RunId, ThreadId
from state.interrupt import MESSAGE_ID, Answer
from state.memory import Recalled
from state.message import Delivery, Letter
from state.preview import Preview
from state.prompt import ModelReply, Question
from state.run_status import RunStatus
from state.schedule import Schedule, Value
from state.taken_in import TakenIn
from state.task_edit import TaskEdit
from state.transcript import Told


class ChatModel(Protocol):
    """Answers what the agent asks."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
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


Hold: TypeAlias = Callable[[], Awaitable[None]]
"""Makes sure that a run may still commit; raises Stopped."""


class CalendarStore(Protocol):
    """The person's calendar and list of tasks, as far as a run may write into them, and what it wrote last.

    `key` names one operation of a thread: repeating it, as after a crash, changes nothing. All raise StoreUnavailable.
    """

    def under(self, hold: Hold) -> CalendarStore:
        """Return it for a run that must still have its thread when something is about to be written."""
        ...

    async def prepare(self, act: Act, thread: ThreadId, schedule: Schedule, key: str) -> Commit | None:
        """Return what the operation `key` would write, with the entries it replaces, or what it would take back.

        None when there is nothing. Raises NoCalendar, and CalendarChanged when something lies where it would write.
        """
        ...

    async def take_in(self, thread: ThreadId, schedule: Schedule, seen: str | None, now: datetime) -> TakenIn | None:
        """Return the schedule of a thread on the calendar and tasks of now, with its draft; None when nothing changed.

        `seen` is the version taken in last, None when the schedule was given as it is: it stays so, unless it is empty.
        """
        ...

    async def commit(
        self, act: Act, thread: ThreadId, schedule: Schedule, key: str, edits: Sequence[TaskEdit] = ()
    ) -> None:
        """Do one of these, all or nothing: write what the draft of `schedule` adds into the calendar (apply), make
        `edits` in the person's list, where its tasks stand there (tasks), or take the newest commit back (undo).

        Raises NoCalendar, NothingToApply, NothingToUndo, CalendarChanged and Stopped; nothing changes then. What is on
        its way when the run is cancelled may still arrive. Afterwards the thread has yet to follow: `note_followed`.
        """
        ...

    async def note_followed(self, thread: ThreadId, schedule: Schedule) -> None:
        """Note that the thread has followed, if `schedule`, which it has committed, is where the calendar is."""
        ...


class Messenger(Protocol):
    """Sends messages for a run: to its person, or by e-mail to somebody else."""

    def under(self, hold: Hold) -> Messenger:
        """Return it for a run that must still have its thread when something is about to be sent."""
        ...

    async def check(self, letter: Letter) -> None:
        """Raise NotSent or BadInput when a message could not go out to whom it is for."""
        ...

    async def send(self, key: str, thread: ThreadId, letter: Letter) -> tuple[Delivery, ...]:
        """Send a message, once per key, and return the evidence; raises as `check`, Stopped and StoreUnavailable."""
        ...


class Memory(Protocol):
    """What is remembered of the person, for the agent to read; nothing that a run comes across is written into it."""

    async def recall(self, words: str, now: datetime) -> tuple[Recalled, ...]:
        """Return what fits the person's words best, and what holds whatever they say. Raises StoreUnavailable."""
        ...


class Delegates(Protocol):
    """Has parts of a run's work done by child runs, each on a thread of its own."""

    async def report(self, key: str, goal: str, context: str, state: CommonState) -> str:
        """Return what the child of a call reports; the call `key` names finds the same child whenever it is repeated.

        Raises ChildFailed when it came to nothing, or may not be started.
        """
        ...

    def child(self, key: str) -> tuple[ThreadId, RunId] | None:
        """Return the thread and the run of the child that a call stands for, begun or not; None where none can be."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return now, aware."""
        ...


EXPIRED: Final = "expired"
"""Why a turn is broken off whose card nobody answered in time."""


class Accepted(Value):
    """What a run was asked to do: to answer a message, or to carry on with the `answer` to a card.

    `card` is the id of the card that is answered, None for whichever is open. `checkpoint` is the older step to go on
    from, with a message or with none. `task` is what a job says beside the message. `about` is plain JSON that
    belongs to whoever asked; the agent reads nothing of it but the `message_id`.
    """

    run: RunId
    at: datetime
    message: str = ""
    task: str = ""
    schedule: Schedule | None = None
    answer: Answer | None = None
    card: str | None = None
    checkpoint: str | None = None
    settings: RunSettings = RunSettings()
    about: dict[str, Any] = Field(default_factory=dict)

    @property
    def message_id(self) -> str | None:
        """What the person's page calls the message."""
        return self.about.get(MESSAGE_ID)


FIRST_STEP: Final = "00000000-0000-6000-8000-000000000000"
"""What the place before the first step of a thread is called, so that a run can go back there too."""

PutBack: TypeAlias = Callable[[CommonState | None, CommonState], Update]
"""Returns what of an older step (None before the first) is other now, knowing the newest."""


@dataclass(frozen=True)
class TranscriptStep:
    """What one step added to the conversation, or was said beside it: when, of which run, and at which checkpoint."""

    at: datetime
    run: RunId | None
    checkpoint: str
    entries: tuple[Told, ...]


class RunLock(Protocol):
    """One run's hold on its thread: nobody else can commit to it meanwhile.

    `saver` is LangGraph's checkpointer for this run; `previews` and `note` take what goes out with the next step.
    `run` is empty when a thread was opened for the run that is due and there is none. `stands` tells how this very
    run stands, None when it is new: somebody may repeat a request. `begun` tells that the run that is due was cut off.
    `act` is set by whoever holds the thread for a person's own change: its steps belong to no run.
    """

    run: RunId
    saver: Any
    previews: PreviewStore
    stands: RunStatus | None
    begun: bool
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
    def due(self) -> RunId | None:
        """The run that comes first: the one that was cut off, or the first that was accepted and has not begun."""
        ...

    @property
    def asked(self) -> Accepted | None:
        """What the run that is due was asked to do; None when it was begun without being accepted first."""
        ...

    @property
    def broken_off(self) -> str | None:
        """Why the turn on the newest step will not be finished (`cancelled`, …); None when it may go on."""
        ...

    def adopt(self) -> RunId:
        """Go on as the run that is due, and return its id."""
        ...

    def note(self, event: Event) -> str | None:
        """Take an event of the run; it is told at the latest with the next step.

        Returns what the message that it ends was called while it was said, in this run.
        """
        ...

    async def go_back(self, checkpoint: str, put_back: PutBack, *, anew: bool) -> CommonState | None:
        """Go on from an older step instead of the newest, and return its state as it was; None before the first one.

        `state` is then what `put_back` makes of it, and the next step comes after it; it closes the open card. With
        `anew` a step that only carries out what was decided before it counts as the one before. Raises UnknownStep.
        """
        ...

    async def renew(self) -> None:
        """Hold the thread for longer, if the run may still commit; raises Stopped."""
        ...

    async def claim(self, answer: Answer, card: str | None = None) -> None:
        """Take this answer for `card`, by default the one that is open, once and for all.

        Raises StaleAnswer when it is not open: another answer came first, or it has expired.
        """
        ...


class Threads(Protocol):
    """Keeps threads: one run at a time each, every step committed as a whole."""

    def open(self, thread: ThreadId, run: RunId | None) -> AbstractAsyncContextManager[RunLock]:
        """Hold a thread for one run, by default the one that is due; raises ThreadBusy, Damaged and StoreUnavailable.

        While it is held, a step that may not be committed raises Stopped.
        """
        ...

    async def accept(self, thread: ThreadId, accepted: Accepted, *, behind: bool = False) -> bool:
        """Keep a request until its run takes it up; False when it was accepted before.

        Raises ThreadBusy unless it may wait `behind` what is at work, and StaleAnswer when the card is not open.
        """
        ...

    async def state(self, thread: ThreadId) -> CommonState | None:
        """Return the thread as it stands; None when there is none."""
        ...

    async def transcript(self, thread: ThreadId) -> tuple[TranscriptStep, ...]:
        """Return the whole conversation, oldest first."""
        ...

    async def stop(self, thread: ThreadId, run: RunId | None, status: RunStatus, why: str) -> bool:
        """End a run, by default whichever is at work, or the open card; False when there is none: its end stands."""
        ...
