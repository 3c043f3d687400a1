"""Publishing the draft while the run is still working."""

from __future__ import annotations

import logging

from state.change import changes
from state.common import CommonState, Update, after
from state.context import Context
from state.desk import without_draft
from state.errors import StoreUnavailable
from state.events import Event, EventType
from state.preview import Preview, PreviewState
from state.transcript import Previewed

log = logging.getLogger(__name__)


async def publish_preview(state: CommonState, context: Context, kind: PreviewState) -> Update:
    """Publish the draft of `state`; a store that fails is logged and never stops the run."""
    update: Update = {"preview_version": state.preview_version + 1}
    preview = await show_preview(after(state, update), context, kind)
    if preview is None:
        return {}
    entry = Previewed(version=preview.version, state=kind, changes=preview.changes)
    return {**update, "transcript": (entry,)}


async def show_preview(state: CommonState, context: Context, kind: PreviewState) -> Preview | None:
    """Put the draft of `state` where it is looked at, under the version it has; None when the store fails."""
    changed = changes(without_draft(state.schedule), state.schedule)
    preview = Preview(version=state.preview_version, state=kind, schedule=state.schedule, changes=changed)
    try:
        await context.previews.put(context.thread, preview)
    except StoreUnavailable as down:
        log.warning("the preview was not written: %s", down)
        return None
    context.emit(Event(type=EventType.PREVIEW_UPDATED, data={"version": preview.version, "state": kind.value}))
    return preview
