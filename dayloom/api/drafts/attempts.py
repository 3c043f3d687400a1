"""Routes: what the program of an attempt writes back, with the token of this attempt and no other."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dayloom.api.drafts.jobs import JobJson
from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import JobPath
from dayloom.api.http.responses import problems
from dayloom.jobs.process.write_back import WriteBack
from dayloom.runs.tenants import Tenant
from state.job import Actor, Job, JobStatus, Line, LogEntry, OutputKind, Text, following

router = APIRouter(prefix="/jobs/{job_id}/attempts/{number}", tags=["attempts of jobs"])

AttemptPath = Annotated[int, Path(alias="number", ge=1, le=1_000_000, description="The attempt your token is of.")]


class AttemptJson(JobJson):
    """A job as its worker sees it: what it may be brought to by the attempt, what is to be done, and what beside it."""

    task: str
    notes: str


class NewOutput(BaseModel):
    """A result: text, or a file in the job's folder, named from the folder the program was started in."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"summary": "The summary of the week", "text": "Quiet."}]}
    )

    kind: OutputKind = OutputKind.OTHER
    summary: Line
    text: Text = ""
    path: Annotated[str, Field(min_length=1, max_length=1_000)] | None = None

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not self.text.strip() and self.path is None:
            raise ValueError("an output has a text or a path")
        return self


class NewStatus(BaseModel):
    """What the job is to become when the program has ended: `review`, `failed`, `blocked`; and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"status": "review"}]})

    status: JobStatus
    reason: Annotated[str, Field(max_length=2_000)] = ""


class Words(BaseModel):
    """A comment, or a line of the log."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Half of it is read."}]})

    text: Line


@router.get("", responses=problems(404, 409))
async def get(
    job_id: JobPath,
    number: AttemptPath,
    tenant: CurrentTenant,
    backend: CurrentBackend,
    expand: Literal["all"] | None = None,
) -> AttemptJson:
    """Return the job, with `expand=all` its log too."""
    back = _write_back(backend, tenant, job_id, number)
    job = await back.look()
    return _shown(backend, job, list(await back.jobs.store.log(job_id)) if expand else None)


@router.post("/outputs", status_code=201, responses=problems(404, 409))
async def add_output(
    job_id: JobPath, number: AttemptPath, given: NewOutput, tenant: CurrentTenant, backend: CurrentBackend
) -> AttemptJson:
    """Hand in a result."""
    back = _write_back(backend, tenant, job_id, number)
    return _shown(backend, await back.hand_in(given.kind, given.summary, given.text, given.path))


@router.post("/status", responses=problems(404, 409))
async def set_status(
    job_id: JobPath, number: AttemptPath, given: NewStatus, tenant: CurrentTenant, backend: CurrentBackend
) -> AttemptJson:
    """Say what is to become of the job when the program has ended; nothing more is taken afterwards."""
    return _shown(backend, await _write_back(backend, tenant, job_id, number).conclude(given.status, given.reason))


@router.post("/comments", status_code=201, responses=problems(404, 409))
async def comment(
    job_id: JobPath, number: AttemptPath, given: Words, tenant: CurrentTenant, backend: CurrentBackend
) -> AttemptJson:
    """Add a comment for whoever reads the job."""
    return _shown(backend, await _write_back(backend, tenant, job_id, number).comment(given.text))


@router.post("/log", status_code=201, responses=problems(404, 409))
async def log(
    job_id: JobPath, number: AttemptPath, given: Words, tenant: CurrentTenant, backend: CurrentBackend
) -> AttemptJson:
    """Add a line to the log."""
    return _shown(backend, await _write_back(backend, tenant, job_id, number).log(given.text))


def _write_back(backend: Backend, tenant: Tenant, job: str, number: int) -> WriteBack:
    workplace = backend.jobs.processes.workplace
    return WriteBack(backend.jobs.of(tenant.user), job, number, workplace.data_dir)


def _shown(backend: Backend, job: Job, log: list[LogEntry] | None = None) -> AttemptJson:
    shown = JobJson.of(job, None if log is None else tuple(log))
    prompt = backend.jobs.processes.workplace.prompt
    legal = list(following(JobStatus.WORKING, job.kind, Actor.WORKER))
    return AttemptJson(**{**dict(shown), "next": legal, "log": log}, task=prompt.words(job), notes=prompt.notes(job))
