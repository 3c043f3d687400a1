"""Route: what a person says of a run, or of a step of it; a correction is remembered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import RunPath, ThreadPath
from dayloom.api.http.responses import problems
from dayloom.traces.feedback import FeedbackKey, FeedbackNew, give_feedback
from dayloom.traces.trace import Traced
from state.memory import MemoryItem
from state.transcript import Feedback

router = APIRouter(tags=["runs"])


class Learned(BaseModel):
    """What was kept, what is remembered because of it, and what counts for more or less now."""

    feedback: Feedback
    learned: MemoryItem | None
    judged: list[MemoryItem]


@router.post("/threads/{thread_id}/runs/{run_id}/feedback", responses=problems(404, 409, 413))
async def give(
    thread: ThreadPath,
    run: RunPath,
    said: FeedbackNew,
    tenant: CurrentTenant,
    backend: CurrentBackend,
    *,
    key: Annotated[FeedbackKey | None, Query(description="What a page calls it, as in `feedback_keys`.")] = None,
) -> Learned:
    """Say what was right or wrong about a run, or a span of it."""
    found = await tenant.runs.get(thread, run)
    traced = Traced(thread, found.id, found.status, found.asked.at)
    given = await give_feedback(tenant.threads, tenant.memory, traced, said, backend.settings.now(), key=key)
    return Learned(feedback=given.kept, learned=given.learned.learned, judged=list(given.learned.judged))
