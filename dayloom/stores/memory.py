"""What needs no server: for LangGraph's own dev server, which keeps everything in memory anyway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from state.calendar_commit import Act, Commit
from state.common import CommonState
from state.errors import ChildFailed, NoCalendar, NotSent
from state.ids import RunId, ThreadId
from state.memory import Recalled
from state.message import Delivery, Letter
from state.ports import Hold
from state.preview import Preview
from state.schedule import Schedule
from state.taken_in import TakenIn
from state.task_edit import TaskEdit


class MemoryPreviews:
    """Keeps the newest preview of each thread as long as the process lives."""

    def __init__(self) -> None:
        self._kept: dict[ThreadId, Preview] = {}

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Replace the preview unless a newer version is there."""
        kept = self._kept.get(thread)
        if kept is None or preview.version >= kept.version:
            self._kept[thread] = preview

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the preview, or None when there is none."""
        return self._kept.get(thread)


class NoMessenger:
    """Stands where nothing can be sent: whoever wants to is told so."""

    def under(self, hold: Hold) -> NoMessenger:
        """Return itself."""
        return self

    async def check(self, letter: Letter) -> None:
        """Raise NotSent."""
        raise NotSent("no message can be sent from here; run `dayloom serve`")

    async def send(self, key: str, thread: ThreadId, letter: Letter) -> tuple[Delivery, ...]:
        """Raise NotSent."""
        await self.check(letter)
        return ()


class NoDelegates:
    """Stands where a run cannot have others work for it."""

    async def report(self, key: str, goal: str, context: str, state: CommonState) -> str:
        """Raise ChildFailed."""
        raise ChildFailed("no work can be given away here; do it yourself")

    def child(self, key: str) -> tuple[ThreadId, RunId] | None:
        """Return None."""
        return None


class NoMemory:
    """Stands where nothing is remembered."""

    async def recall(self, words: str, now: datetime) -> tuple[Recalled, ...]:
        """Return nothing."""
        return ()


class NoCalendarStore:
    """Stands where drafts are kept and no calendar is: whoever wants to write into it is told so."""

    def under(self, hold: Hold) -> NoCalendarStore:
        """Return itself."""
        return self

    async def prepare(self, act: Act, thread: ThreadId, schedule: Schedule, key: str) -> Commit | None:
        """Raise NoCalendar, except for what changes the list: that lives on the thread then."""
        if act is Act.TASKS:
            return None
        raise NoCalendar("there is no calendar here that the draft could be written into; run `dayloom serve`")

    async def take_in(self, thread: ThreadId, schedule: Schedule, seen: str | None, now: datetime) -> TakenIn | None:
        """Return None: a schedule is as it was given."""
        return None

    async def commit(
        self, act: Act, thread: ThreadId, schedule: Schedule, key: str, edits: Sequence[TaskEdit] = ()
    ) -> None:
        """Raise NoCalendar as `prepare` does."""
        await self.prepare(act, thread, schedule, key)

    async def note_followed(self, thread: ThreadId, schedule: Schedule) -> None:
        """Do nothing: nothing was written."""
