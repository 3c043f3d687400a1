"""Route: which deadlines are not safe, and what would help."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.new_schedule import schedule_of
from state.desk import Desk
from state.ids import ThreadId
from state.schedule import Schedule
from tools.planners.risk import Cure, Risk, RiskKind, find_risks

router = APIRouter(tags=["calendar"])


class TaskRisk(BaseModel):
    """A task of the list whose deadline is not safe; `proven` tells that no plan could hold what cannot be held."""

    id: str
    title: str
    deadline: AwareDatetime
    kind: RiskKind
    reason: str
    proven: bool
    cures: list[Cure]

    @classmethod
    def of(cls, risk: Risk, schedule: Schedule) -> TaskRisk:
        """Return it with the id that the task has in the list."""
        told = risk.model_dump(exclude={"task_id"})
        return cls(id=schedule.by_id[risk.task_id].source_id, **told)


class TaskRisks(BaseModel):
    """Every deadline that is not safe, the worst first; of tasks due after the planned days nothing is said."""

    risks: list[TaskRisk]


@router.get("/tasks/risks", responses=problems(404))
async def risks(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    thread_id: Annotated[str, Query(min_length=1, max_length=200, description="A thread of yours.")] | None = None,
) -> TaskRisks:
    """Tell which deadlines are at risk as the draft of a thread stands, or on the next days before there is one."""
    now = backend.settings.now()
    if thread_id is None:
        schedule = (await schedule_of(tenant.calendar, now, addresses=backend.settings.address)).schedule
    else:
        schedule = (await tenant.drafts.newest(ThreadId(thread_id))).schedule
    found = await asyncio.to_thread(find_risks, Desk(schedule=schedule, now=now))
    return TaskRisks(risks=[TaskRisk.of(risk, schedule) for risk in found])
