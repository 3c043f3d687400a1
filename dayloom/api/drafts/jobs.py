"""Routes: the user's jobs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.background import BackgroundTask

from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import JobPath, OptionalIdempotencyKey
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.responses import problems
from dayloom.jobs.examples import ExampleName, make_job
from dayloom.jobs.jobs import Jobs
from dayloom.jobs.process.agents import agent_of
from dayloom.jobs.process.folders import JobFolder
from dayloom.jobs.process.registry import Worker, workers_of
from dayloom.llm.mode import Mode
from dayloom.runs.tenants import Tenant
from state.errors import KeyReused, MovedOn
from state.interrupt import Answer
from state.job import (
    Comment,
    Job,
    JobKind,
    JobStatus,
    Line,
    LogEntry,
    Output,
    Priority,
    Program,
    ReportKind,
    Text,
    following,
)
from state.schedule import Title

router = APIRouter(tags=["jobs"])

_MOST_LINES: Final = 1_000
NO_COMMANDS: Final = ProblemKind(
    403,
    "no_commands",
    "Commands are not taken here",
    "Name an `agent` that the operator has set up; DAYLOOM_JOB_COMMANDS allows any command.",
)


NO_FILE: Final = ProblemKind(
    404, "no_file", "There is no such file", "Look at the outputs of the job; a file lies where its program ran."
)
_FILE: Final = "application/octet-stream"
_PIECE: Final = 65_536

OutputPath = Annotated[int, Path(alias="number", ge=1, le=1_000_000, description="Which of the outputs, from 1.")]


class JobCreate(BaseModel):
    """A new job; `every` (`Sunday 18:00`, `hour`, or a crontab line) makes it a supervision.

    Without `due` and `every` it waits until it is started by hand. With a `reviewer` its result is put before them. An
    `example` fills in what is not said. `allow` are tools that may act outside the draft without a question, `models`
    those that are asked in turn, `mode` how hard they think; `source` is the address of a calendar that is read first.
    A `program` carries it out instead of the agent itself: one that the operator has set up, by the name of its
    `agent`, or a `command` where these are allowed. After `dry_run` its first attempt only tells what would be started.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Plan my week", "every": "Sunday 18:00"}]},
    )

    title: Title | None = None
    example: ExampleName | None = None
    description: Text = ""
    every: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    timezone: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    due: AwareDatetime | None = None
    until: AwareDatetime | None = None
    watched: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    priority: Priority = 5
    must_haves: Annotated[list[Line], Field(max_length=50)] = []
    reviewer: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    models: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=5)] = []
    mode: Mode | None = None
    allow: Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=20)] = []
    source: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    report: ReportKind = ReportKind.WORDS
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    program: Program | None = None
    dry_run: bool = False


class JobJson(Job):
    """A job as it stands, and what it may become next.

    `missing` are those of its `must_haves` that its newest results do not say that they have.
    """

    next: list[JobStatus]
    missing: tuple[Line, ...] = ()
    log: list[LogEntry] | None = None

    @classmethod
    def of(cls, job: Job, log: tuple[LogEntry, ...] | None = None) -> JobJson:
        """Return what is told of a job."""
        attempts = [attempt.model_copy(update={"token": None}) for attempt in job.attempts]
        legal = list(following(job.status, job.kind))
        return cls(
            **{**dict(job), "attempts": attempts},
            next=legal,
            missing=job.unmet,
            log=None if log is None else list(log),
        )


class JobList(BaseModel):
    """Jobs, oldest first."""

    jobs: list[JobJson]


class Workers(BaseModel):
    """Programs that carry out jobs, or have."""

    workers: list[Worker]


class JobLog(BaseModel):
    """Lines of a job's log, oldest first; `next_offset` is where the next ones begin."""

    lines: list[LogEntry]
    next_offset: int


class JobOutputs(BaseModel):
    """What the attempts of a job have handed in, oldest first."""

    outputs: list[Output]


class Review(BaseModel):
    """What the reviewer says: accepted, or sent back with a remark that the next attempt is told."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": "accept"}]})

    decision: Literal["accept", "send_back"]
    remark: Annotated[str, Field(max_length=2_000)] = ""


class JobAnswer(BaseModel):
    """The answer to the question a job is blocked on: in words, or as its card is answered."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"message": "yes"}]})

    message: Annotated[str, Field(max_length=10_000)] = ""
    answer: Answer | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if bool(self.message.strip()) == (self.answer is not None):
            raise ValueError("give either message or answer")
        return self


class NewComment(BaseModel):
    """A remark on a job."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "Anna is away until Monday."}]})

    text: Line


class Comments(BaseModel):
    """The remarks on a job, oldest first."""

    comments: list[Comment]


@router.post("/jobs", status_code=201, responses=problems(409, 413))
async def create(
    given: JobCreate, tenant: CurrentTenant, backend: CurrentBackend, key: OptionalIdempotencyKey = None
) -> JobJson:
    """Add a job; with a key that was used before, return the job it made."""
    settings = backend.settings
    if given.program is not None:
        _check_program(given.program, backend)
    job = _new_job(given, settings.now(), given.timezone or settings.timezone, key)
    jobs = _jobs(backend, tenant)
    try:
        return JobJson.of(await jobs.add(job))
    except MovedOn as known:
        kept = await jobs.store.get(job.id)
        if (kept.title, kept.description) != (job.title, job.description):
            raise KeyReused("this Idempotency-Key was used for another job; take a new one") from known
        return JobJson.of(kept)


@router.get("/jobs", responses=problems())
async def list_(
    tenant: CurrentTenant, backend: CurrentBackend, status: JobStatus | None = None, kind: JobKind | None = None
) -> JobList:
    """List the jobs, or those that stand so, or are of this kind."""
    found = await _jobs(backend, tenant).store.all()
    return JobList(jobs=[JobJson.of(job) for job in found if status in (None, job.status) and kind in (None, job.kind)])


@router.get("/workers", responses=problems())
async def workers(tenant: CurrentTenant, backend: CurrentBackend) -> Workers:
    """List the programs that carry out jobs, or have: those at work first, then the newest."""
    return Workers(workers=workers_of(await _jobs(backend, tenant).store.all()))


@router.get("/jobs/{job_id}", responses=problems(404))
async def get(
    job_id: JobPath, tenant: CurrentTenant, backend: CurrentBackend, expand: Literal["all"] | None = None
) -> JobJson:
    """Return a job, with `expand=all` its log too."""
    store = _jobs(backend, tenant).store
    job = await store.get(job_id)
    return JobJson.of(job, await store.log(job_id) if expand else None)


@router.get("/jobs/{job_id}/log", responses=problems(404))
async def log(
    job_id: JobPath,
    tenant: CurrentTenant,
    backend: CurrentBackend,
    start: Annotated[int, Query(alias="from", ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 100,
) -> JobLog:
    """Return lines of a job's log."""
    store = _jobs(backend, tenant).store
    await store.get(job_id)
    lines = await store.log(job_id, start, limit)
    return JobLog(lines=list(lines), next_offset=start + len(lines))


@router.get("/jobs/{job_id}/outputs", responses=problems(404))
async def outputs(job_id: JobPath, tenant: CurrentTenant, backend: CurrentBackend) -> JobOutputs:
    """Return what was handed in."""
    return JobOutputs(outputs=list((await _jobs(backend, tenant).store.get(job_id)).outputs))


@router.get(
    "/jobs/{job_id}/outputs/{number}/file",
    response_class=Response,
    responses={**problems(404), 200: {"content": {_FILE: {}}}},
)
async def output_file(job_id: JobPath, number: OutputPath, tenant: CurrentTenant, backend: CurrentBackend) -> Response:
    """Return a file that was handed in, to be kept by whoever asks."""
    outputs = (await _jobs(backend, tenant).store.get(job_id)).outputs
    path = outputs[number - 1].path if number <= len(outputs) else None
    folder = JobFolder.of(backend.jobs.processes.workplace.data_dir, tenant.user, job_id)
    file = folder.open_file(path) if path else None
    if path is None or file is None:
        raise Problem(NO_FILE, f"Output {number} of job {job_id} is no file on this machine.")
    name = quote(PurePath(path).name, safe="")
    return StreamingResponse(
        iter(partial(file.read, _PIECE), b""),
        media_type=_FILE,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
        background=BackgroundTask(file.close),
    )


@router.post("/jobs/{job_id}/run", status_code=202, responses=problems(404, 409))
async def run(job_id: JobPath, tenant: CurrentTenant, backend: CurrentBackend, *, dry_run: bool = False) -> JobJson:
    """Start a job that waits or is blocked now; with `dry_run` its attempt only tells what would be started."""
    return JobJson.of(await _jobs(backend, tenant).run(job_id, dry=dry_run))


@router.post("/jobs/{job_id}/cancel", responses=problems(404, 409))
async def cancel(job_id: JobPath, tenant: CurrentTenant, backend: CurrentBackend) -> JobJson:
    """Call a job off; what is under way is stopped."""
    return JobJson.of(await _jobs(backend, tenant).cancel(job_id))


@router.post("/jobs/{job_id}/review", responses=problems(404, 409))
async def review(job_id: JobPath, given: Review, tenant: CurrentTenant, backend: CurrentBackend) -> JobJson:
    """Accept what was handed in, or send it back."""
    jobs = _jobs(backend, tenant)
    if given.decision == "accept":
        return JobJson.of(await jobs.accept(job_id))
    return JobJson.of(await jobs.send_back(job_id, given.remark))


@router.post("/jobs/{job_id}/answer", status_code=202, responses=problems(404, 409))
async def answer(job_id: JobPath, given: JobAnswer, tenant: CurrentTenant, backend: CurrentBackend) -> JobJson:
    """Answer the question a job is blocked on; it goes on then."""
    return JobJson.of(await _jobs(backend, tenant).answer(job_id, given.message, given.answer))


@router.post("/jobs/{job_id}/comments", status_code=201, responses=problems(404, 409))
async def comment(job_id: JobPath, given: NewComment, tenant: CurrentTenant, backend: CurrentBackend) -> Comments:
    """Add a remark, and return all of them."""
    return Comments(comments=list((await _jobs(backend, tenant).comment(job_id, given.text)).comments))


@router.delete("/jobs/{job_id}", status_code=204, responses=problems(404, 409))
async def delete(job_id: JobPath, tenant: CurrentTenant, backend: CurrentBackend) -> None:
    """Forget a job with its log; one that is under way is to be cancelled first."""
    await _jobs(backend, tenant).delete(job_id)


def _jobs(backend: Backend, tenant: Tenant) -> Jobs:
    return backend.jobs.of(tenant.user)


def _check_program(program: Program, backend: Backend) -> None:
    """Raise Problem for a command where none may be sent, and BadInput for an agent that there is none of."""
    if program.command and not backend.settings.job_commands:
        raise Problem(
            NO_COMMANDS, "Any command could do all that this service may, so its operator has to allow them first."
        )
    agent_of(backend.jobs.processes.workplace.agents, program)


def _new_job(given: JobCreate, now: datetime, timezone: str, key: str | None) -> Job:
    id = hashlib.sha256(key.encode()).hexdigest()[:12] if key else secrets.token_hex(6)
    said = given.model_dump(exclude={"timezone", "example"}, exclude_unset=True)
    return make_job(id, now, timezone, given.example, said)
