"""What a step says beside its checkpoint, collected until the commit that makes it durable."""

from __future__ import annotations

from dataclasses import dataclass, field

from dayloom.stores.keys import Kind
from dayloom.stores.records import Pages
from dayloom.stores.shelf import Laid
from dayloom.stores.trips import Word
from state.common import CommonState
from state.events import Event
from state.ids import RunId, ThreadId
from state.preview import Preview


@dataclass
class Staged:
    """Events and the preview of the step that is being worked on."""

    events: list[Event] = field(default_factory=list)
    preview: Preview | None = None

    def batch(self, pages: Pages, run: RunId) -> list[Word]:
        """Return the events as one sealed batch and their number; empty when there are none."""
        if not self.events:
            return []
        plain = [[event.type, event.data] for event in self.events]
        return [pages.sealed(Kind.EVENTS, run.encode(), plain), len(self.events)]

    def shown(self, pages: Pages, after: CommonState, laid: Laid) -> list[Word]:
        """Return the version and the fields of the preview; its schedule is that of the state, where that is stored."""
        preview = self.preview
        if preview is None:
            return []
        number = laid.blobs.get("schedule") if preview.schedule is after.schedule else None
        schedule = preview.schedule if number is None else None
        value = pages.sealed(Kind.PREVIEW, b"value", [preview.version, preview.state, schedule, preview.changes])
        words: list[Word] = [preview.version, "version", preview.version, "value", value]
        return words if number is None else [*words, "blob", number]

    def clear(self) -> None:
        """Forget everything: it was committed."""
        self.events.clear()
        self.preview = None


@dataclass(frozen=True)
class StagedPreviews:
    """The preview store of a run: what is put becomes visible together with the step it belongs to."""

    staged: Staged

    async def put(self, thread: ThreadId, preview: Preview) -> None:
        """Stage a preview."""
        self.staged.preview = preview

    async def get(self, thread: ThreadId) -> Preview | None:
        """Return the staged preview, if any."""
        return self.staged.preview
