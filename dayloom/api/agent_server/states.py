"""Routes: a thread's state, now and at every step before."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, ValidationError

from dayloom.api.agent_server.dependencies import CurrentStepCache
from dayloom.api.agent_server.new_messages import NewMessages
from dayloom.api.agent_server.run_body import CheckpointConfig, JsonObject, Messages
from dayloom.api.agent_server.snapshots import (
    StateField,
    checkpoint_id,
    load_history,
    load_snapshot,
    select_fields,
    thread_state_json,
)
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.json_response import JsonResponse
from dayloom.api.http.problem import wrong_fields
from dayloom.api.http.problem_kind import INVALID, NOT_FOUND, Problem
from dayloom.api.http.responses import problems
from dayloom.runs.tenants import Tenant
from dayloom.stores.threads.status import ThreadStatus
from state.errors import ThreadBusy
from state.ids import ThreadId
from state.ports import FIRST_STEP
from state.schedule import Schedule

router = APIRouter(prefix="/threads/{thread_id}", tags=["threads"], responses=problems(404, 409))

Limit = Annotated[int, Field(ge=1, le=1000)]
Select = Annotated[list[StateField] | None, Query()]


class CheckpointAddress(BaseModel):
    """A step as LangGraph's configs name it."""

    configurable: CheckpointConfig


class StateRequest(BaseModel):
    """The step whose state is wanted."""

    checkpoint: CheckpointConfig
    subgraphs: bool = False
    select: list[StateField] = []


class NewValues(BaseModel):
    """What to put into a state: another placing of the schedule, or words at the end of the conversation."""

    schedule: Schedule | None = None
    messages: Messages = []


class StateUpdate(BaseModel):
    """What to put into the state, and on which step; `as_node` means nothing here."""

    values: Any = None
    checkpoint: CheckpointConfig | None = None
    checkpoint_id: str | None = None
    as_node: str | None = None

    @property
    def step(self) -> str | None:
        """The step to build on, when one is named."""
        return self.checkpoint_id or (self.checkpoint.checkpoint_id if self.checkpoint else None)

    @property
    def new(self) -> NewValues:
        """The values to be put; raises a problem for any others."""
        given = cast(dict[str, Any], self.values or {})
        if not isinstance(self.values, dict | None) or given.keys() - NewValues.model_fields.keys():
            raise Problem(INVALID, "values: only `schedule` and `messages` can be put; other values are the agent's")
        if len(given) > 1:
            raise Problem(INVALID, "values: put `schedule` and `messages` one after the other")
        try:
            return NewValues.model_validate(given)
        except ValidationError as error:
            raise wrong_fields(error.errors()) from error


class HistoryRequest(BaseModel):
    """Which steps are wanted, newest first: those before a step, or one alone, with this metadata."""

    limit: Limit = 1
    before: str | CheckpointAddress | CheckpointConfig | None = None
    metadata: JsonObject = {}
    checkpoint: CheckpointConfig | None = None
    select: list[StateField] = []

    @property
    def before_step(self) -> str | None:
        """The step before which to begin."""
        match self.before:
            case str() | None:
                return self.before
            case CheckpointConfig():
                return self.before.checkpoint_id
            case CheckpointAddress():
                return self.before.configurable.checkpoint_id


@router.get("/state", response_model=dict[str, Any])
async def get_state(
    tenant: CurrentTenant, steps: CurrentStepCache, thread_id: str, subgraphs: bool = False, select: Select = None
) -> Response:
    """Return the newest state."""
    line = await tenant.index.get(ThreadId(thread_id))
    return JsonResponse(select_fields(await steps.thread_state(tenant, line), select or ()))


@router.post("/state")
async def post_state(
    tenant: CurrentTenant, backend: CurrentBackend, thread_id: str, update: StateUpdate
) -> dict[str, Any]:
    """Do by hand what a person may: place the entries of the draft as a schedule has them, or append messages."""
    thread = ThreadId(thread_id)
    newest = await _load_newest(tenant, thread)
    if (await tenant.index.get(thread)).status is ThreadStatus.BUSY:
        raise ThreadBusy(f"a run is at work on thread {thread!r}; wait for its end, or cancel it")
    if update.step not in (None, newest["checkpoint_id"]):
        raise Problem(INVALID, "checkpoint: only the newest step can be built on; copy the thread from there first")
    new = update.new
    if new.schedule is not None:
        await tenant.drafts.replace(thread, new.schedule)
    if new.messages:
        await NewMessages(tenant, backend.settings, thread, new.messages).append()
    return {"checkpoint": (await _load_newest(tenant, thread))["checkpoint"]}


@router.post("/state/checkpoint")
async def get_state_at(tenant: CurrentTenant, thread_id: str, wanted: StateRequest) -> dict[str, Any]:
    """Return the state at a step."""
    found = await _load_at(tenant, ThreadId(thread_id), wanted.checkpoint.checkpoint_id)
    return select_fields(found, wanted.select)


@router.get("/state/{checkpoint_id}")
async def get_state_by_id(
    tenant: CurrentTenant, thread_id: str, checkpoint_id: str, subgraphs: bool = False, select: Select = None
) -> dict[str, Any]:
    """Return the state at a step."""
    return select_fields(await _load_at(tenant, ThreadId(thread_id), checkpoint_id), select or ())


@router.get("/history")
async def get_history(
    tenant: CurrentTenant, thread_id: str, limit: Annotated[int, Query(ge=1, le=1000)] = 1, before: str | None = None
) -> list[dict[str, Any]]:
    """Return the steps of a thread, newest first."""
    return await _load_history_json(tenant, ThreadId(thread_id), HistoryRequest(limit=limit, before=before))


@router.post("/history")
async def post_history(tenant: CurrentTenant, thread_id: str, wanted: HistoryRequest) -> list[dict[str, Any]]:
    """Return the steps of a thread that are wanted, newest first."""
    return await _load_history_json(tenant, ThreadId(thread_id), wanted)


async def _load_newest(tenant: Tenant, thread: ThreadId) -> dict[str, Any]:
    line = await tenant.index.get(thread)
    return thread_state_json(thread, await load_snapshot(tenant, thread), line.details)


async def _load_at(tenant: Tenant, thread: ThreadId, checkpoint: str | None) -> dict[str, Any]:
    newest = await _load_newest(tenant, thread)
    if checkpoint in (None, newest["checkpoint_id"]):
        return newest
    found = await load_snapshot(tenant, thread, checkpoint)
    if not found.values and checkpoint != FIRST_STEP:
        raise Problem(NOT_FOUND, f"there is no step {checkpoint!r} on thread {thread!r}")
    return thread_state_json(thread, found)


async def _load_history_json(tenant: Tenant, thread: ThreadId, wanted: HistoryRequest) -> list[dict[str, Any]]:
    line = await tenant.index.get(thread)
    if wanted.checkpoint is not None and wanted.checkpoint.checkpoint_id is not None:
        found = [await load_snapshot(tenant, thread, wanted.checkpoint.checkpoint_id)]
    else:
        steps = load_history(tenant, thread, limit=wanted.limit, before=wanted.before_step, filter=wanted.metadata)
        found = [each async for each in steps]
    newest = line.details.checkpoint
    shown = [
        thread_state_json(thread, each, line.details if checkpoint_id(each.config) == newest else None)
        for each in found
        if each.values
    ]
    return [select_fields(each, wanted.select) for each in shown]
