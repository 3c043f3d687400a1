"""What needs no server: for LangGraph's own dev server, which keeps everything in memory anyway."""

from __future__ import annotations

from state.ids import ThreadId
from state.preview import Preview


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
