"""Routes: crons, which are supervisions that ask the assistant the same again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import uuid4

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from dayloom.api.agent_server.assistant import require_assistant
from dayloom.api.agent_server.run_body import RunCreate, Webhook
from dayloom.api.agent_server.run_request import RunRequest
from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import CronPath, ThreadPath
from dayloom.api.http.responses import problems
from dayloom.jobs.jobs import Jobs
from dayloom.jobs.service import new_job
from dayloom.runs.tenants import Tenant
from state.errors import UnknownJob
from state.ids import ASSISTANT_ID, ThreadId
from state.job import Cron, Job, job_thread

router = APIRouter(tags=["crons"])

_ASKED: Final = ("input", "config", "context", "webhook")
"""What a cron asks of each run."""
Schedule = Annotated[str, Field(min_length=1, max_length=200, examples=["0 18 * * SUN"])]
Zone = Annotated[str, Field(min_length=1, max_length=64)]


class CronCreate(RunCreate):
    """A request for a run, again and again: at every time the five-field crontab expression names, in UTC or a zone."""

    schedule: Schedule
    timezone: Zone | None = None
    end_time: AwareDatetime | None = None
    enabled: bool = True
    on_run_completed: Literal["delete", "keep"] | None = None


class CronUpdate(BaseModel):
    """What of a cron changes; `end_time` null lets it go on for ever."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [{"enabled": False}]})

    schedule: Schedule | None = None
    timezone: Zone | None = None
    end_time: AwareDatetime | None = None
    enabled: bool | None = None
    input: dict[str, Any] | None = None
    config: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    webhook: Webhook | None = None


class CronSearch(BaseModel):
    """Which crons: of an assistant, of a thread, with this metadata."""

    model_config = ConfigDict(extra="ignore")

    assistant_id: str | None = None
    thread_id: str | None = None
    enabled: bool | None = None
    metadata: dict[str, Any] = {}
    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    offset: Annotated[int, Field(ge=0)] = 0
    sort_by: Literal[
        "cron_id", "created_at", "updated_at", "next_run_date", "end_time", "assistant_id", "thread_id"
    ] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"
    select: list[str] | None = None


class CronJson(BaseModel):
    """A cron as the SDK has it."""

    cron_id: str
    assistant_id: str
    thread_id: str | None
    on_run_completed: Literal["delete", "keep"] | None
    end_time: datetime | None
    schedule: str
    timezone: str | None
    created_at: datetime
    updated_at: datetime
    payload: dict[str, Any]
    user_id: str | None
    next_run_date: datetime | None
    metadata: dict[str, Any]
    enabled: bool

    @classmethod
    def of(cls, job: Job, user: str) -> CronJson:
        """Return what is told of a cron."""
        assert isinstance(job.recurrence, Cron), "a cron has a crontab expression"
        return cls(
            cron_id=job.id,
            assistant_id=ASSISTANT_ID,
            thread_id=None if job.thread == job_thread(job.id) else job.thread,
            on_run_completed=job.payload.get("on_run_completed"),
            end_time=job.until,
            schedule=job.recurrence.expression,
            timezone=job.recurrence.timezone,
            created_at=job.created,
            updated_at=job.updated,
            payload=job.payload,
            user_id=user,
            next_run_date=job.due,
            metadata=job.metadata,
            enabled=job.enabled,
        )


@router.post("/runs/crons", responses=problems(404, 409, 413))
async def create(given: CronCreate, tenant: CurrentTenant, backend: CurrentBackend) -> CronJson:
    """Ask the assistant the same again and again, on a thread of the cron's own."""
    return await _create(given, tenant, backend, None)


@router.post("/threads/{thread_id}/runs/crons", responses=problems(404, 409, 413))
async def create_for_thread(
    thread_id: ThreadPath, given: CronCreate, tenant: CurrentTenant, backend: CurrentBackend
) -> CronJson:
    """Ask the assistant the same again and again, on this thread."""
    await tenant.index.require(thread_id)
    return await _create(given, tenant, backend, thread_id)


@router.post("/runs/crons/search", responses=problems())
async def search(given: CronSearch, tenant: CurrentTenant, backend: CurrentBackend) -> list[dict[str, Any]]:
    """List the crons that fit."""
    found = [each.model_dump(mode="json") for each in await _fitting(given, tenant, backend)]
    found.sort(key=lambda each: str(each[given.sort_by]), reverse=given.sort_order == "desc")
    page = found[given.offset : given.offset + given.limit]
    return [{name: each[name] for name in given.select if name in each} for each in page] if given.select else page


@router.post("/runs/crons/count", responses=problems())
async def count(given: CronSearch, tenant: CurrentTenant, backend: CurrentBackend) -> int:
    """Count the crons that fit."""
    return len(await _fitting(given, tenant, backend))


@router.patch("/runs/crons/{cron_id}", responses=problems(404, 409))
async def update(cron_id: CronPath, given: CronUpdate, tenant: CurrentTenant, backend: CurrentBackend) -> CronJson:
    """Change when a cron is due, or what it asks."""
    jobs = backend.jobs.of(tenant.user)
    job = await _require(jobs, cron_id)
    assert isinstance(job.recurrence, Cron), "it was looked for"
    changed: dict[str, Any] = {}
    if given.schedule is not None or given.timezone is not None:
        expression, zone = given.schedule or job.recurrence.expression, given.timezone or job.recurrence.timezone
        changed["recurrence"] = Cron(expression=expression, timezone=zone)
    if "end_time" in given.model_fields_set:
        changed["until"] = given.end_time
    if given.enabled is not None:
        changed["enabled"] = given.enabled
    if given.metadata is not None:
        changed["metadata"] = given.metadata
    said = {name: value for name in _ASKED if (value := getattr(given, name)) is not None}
    if said:
        changed["payload"] = {**job.payload, **said}
        body = RunCreate.model_validate(changed["payload"])
        changed["request"] = await RunRequest(tenant, backend.settings, job.thread, body).as_template()
    return CronJson.of(await jobs.reschedule(cron_id, **changed), tenant.user)


@router.delete("/runs/crons/{cron_id}", responses=problems(404, 409))
async def delete(cron_id: CronPath, tenant: CurrentTenant, backend: CurrentBackend) -> dict[str, Any]:
    """Forget a cron; a run of it that is under way goes on."""
    jobs = backend.jobs.of(tenant.user)
    await _require(jobs, cron_id)
    await jobs.delete(cron_id, under_way=True)
    return {}


async def _create(given: CronCreate, tenant: Tenant, backend: Backend, thread: ThreadId | None) -> CronJson:
    id, now = str(uuid4()), backend.settings.now()
    request = await RunRequest(tenant, backend.settings, thread or job_thread(id), given).as_template()
    payload = given.model_dump(mode="json", include={"assistant_id", "on_run_completed", *_ASKED})
    job = new_job(
        id,
        now,
        title=request.message[:80],
        recurrence=Cron(expression=given.schedule, timezone=given.timezone or "UTC"),
        until=given.end_time,
        enabled=given.enabled,
        request=request,
        payload=payload,
        metadata=given.metadata,
        thread=thread or job_thread(id),
    )
    return CronJson.of(await backend.jobs.of(tenant.user).add(job), tenant.user)


async def _fitting(given: CronSearch, tenant: Tenant, backend: Backend) -> list[CronJson]:
    if given.assistant_id is not None:
        require_assistant(given.assistant_id)
    jobs = [job for job in await backend.jobs.of(tenant.user).store.all() if _is_cron(job)]
    crons = [CronJson.of(job, tenant.user) for job in jobs]
    return [
        cron
        for cron in crons
        if given.thread_id in (None, cron.thread_id)
        and given.enabled in (None, cron.enabled)
        and given.metadata.items() <= cron.metadata.items()
    ]


async def _require(jobs: Jobs, id: str) -> Job:
    job = await jobs.store.get(id)
    if not _is_cron(job):
        raise UnknownJob(f"there is no cron {id!r}")
    return job


def _is_cron(job: Job) -> bool:
    return isinstance(job.recurrence, Cron) and job.request is not None
