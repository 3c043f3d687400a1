"""Route: what a person says of a run, or of a step of it; a correction is remembered."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import RunPath, ThreadPath
from dayloom.api.http.responses import problems
from dayloom.memory.feedback import Feedback, learn
from dayloom.traces.trace import Traced, trace_of
from state.errors import UnknownStep
from state.memory import MemoryItem

router = APIRouter(tags=["runs"])


class FeedbackNew(BaseModel):
    """What was right or wrong: `seq` names a span of the trace, none the run as a whole.

    A correction, and praise with a rule in its text, is remembered unless `extract` is false; what the run had
    loaded counts for more after praise and for less after blame.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "correction", "text": "No study before 10:00"}]}
    )

    kind: Literal["positive", "negative", "correction"]
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] = ""
    seq: Annotated[int, Field(ge=0)] | None = None
    extract: bool = True

    @model_validator(mode="after")
    def _check_text(self) -> Self:
        if self.kind == "correction" and not self.text:
            raise ValueError("a correction says what would have been right")
        return self


class Learned(BaseModel):
    """What is remembered because of it, and what counts for more or less now."""

    learned: MemoryItem | None
    judged: list[MemoryItem]


@router.post("/threads/{thread_id}/runs/{run_id}/feedback", responses=problems(404, 409))
async def give(
    thread: ThreadPath, run: RunPath, given: FeedbackNew, tenant: CurrentTenant, backend: CurrentBackend
) -> Learned:
    """Say what was right or wrong about a run, or a span of it."""
    found = await tenant.runs.get(thread, run)
    steps = [step for step in await tenant.threads.transcript(thread) if step.run == found.id]
    spans = trace_of(steps, Traced(thread, found.id, found.status, found.asked.at), backend.prices).spans
    if given.seq is not None and given.seq not in {span.seq for span in spans}:
        raise UnknownStep(f"run {run} has no span {given.seq}")
    said = Feedback(kind=given.kind, text=given.text if given.extract else "", run=run, span=given.seq)
    learned, judged = await learn(tenant.memory, said, steps, backend.settings.now())
    return Learned(learned=learned, judged=list(judged))
