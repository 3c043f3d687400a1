"""What a step says beside its checkpoint, collected until the commit that makes it durable."""

from __future__ import annotations

from dataclasses import dataclass, field

from state.events import Event
from state.ids import ThreadId
from state.preview import Preview


@dataclass
class Staged:
    """Events and the preview of the step that is being worked on."""

    events: list[Event] = field(default_factory=list)
    preview: Preview | None = None

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
