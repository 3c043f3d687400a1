"""Routes: what a page must know before it shows anything, and a sample week for an empty account."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from dayloom.api.drafts.tasks import AddedTasks, added_json
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant, get_user
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.responses import problems
from dayloom.api.http.user import Scope, User
from dayloom.calendar_sync.calendar import put_calendar
from dayloom.calendar_sync.new_schedule import Week, first_whole_day
from dayloom.calendar_sync.task_list import add_list
from dayloom.calendars import sample_from, uids_in
from dayloom.runs.tenants import Tenant
from dayloom.stores.owner.calendar import Calendar
from state.schedule import GRIDS, FirstDay, GridName, Slot
from state.when import Locale

router = APIRouter(tags=["calendar"])

NOT_EMPTY: Final = ProblemKind(
    409, "not_empty", "There is a calendar or a task already", "Delete what is there first, or leave the sample be."
)


class ServedModel(BaseModel):
    """The model that answers unless a run asks for another one of `names`; `offline` when it is the built-in one."""

    name: str = Field(examples=["offline"])
    offline: bool
    names: list[str]


class OfferedGrid(BaseModel):
    """A grid of the day that a thread may be planned on, with its slots."""

    name: GridName
    slots: list[Slot]


class NextDays(BaseModel):
    """The days that a new thread plans unless somebody says else, and on which grid."""

    start: FirstDay
    days: int
    grid: GridName


class KeptThings(BaseModel):
    """How much is kept for the person: entries of the calendar, and open tasks. Both 0 is an empty account."""

    events: int
    tasks: int


class UserSettings(BaseModel):
    """What holds for whoever asks: who they are, what their token is good for, and what their days look like.

    `locale` is what the service speaks whatever the person writes; null means the language of each message.
    """

    version: str
    user: str = Field(examples=["local"])
    scopes: list[Scope]
    model: ServedModel
    timezone: str = Field(examples=["Europe/Berlin"])
    locale: Locale | None
    grids: list[OfferedGrid]
    next_days: NextDays
    kept: KeptThings
    private_addresses: bool = Field(description="Whether calendars in private networks may be read by their address.")


class SampleWeek(AddedTasks):
    """What the sample brought: entries of the calendar, tasks, and the week they are about."""

    start: FirstDay
    days: int
    timezone: str
    events: int
    calendar_version: int


@router.get("/settings", responses=problems())
async def settings(
    tenant: CurrentTenant, backend: CurrentBackend, user: Annotated[User, Depends(get_user)]
) -> UserSettings:
    """Return what a page must know at its start; how to sign in is at `/session`."""
    held, week = backend.settings, Week()
    calendar, items = await tenant.calendar.calendar_and_tasks()
    first = first_whole_day(held.now(), week.slots[0].start.hour)
    return UserSettings(
        version=version("dayloom"),
        user=user.id,
        scopes=[scope for scope in Scope if user.may(scope)],
        model=ServedModel(name=held.model, offline=held.offline, names=list(held.models)),
        timezone=held.timezone,
        locale=held.locale,
        grids=[OfferedGrid(name=name, slots=list(slots)) for name, slots in GRIDS.items()],
        next_days=NextDays(start=first, days=week.days, grid=week.grid),
        kept=KeptThings(events=_count(calendar), tasks=sum(item.ending is None for item in items)),
        private_addresses=held.private_addresses,
    )


@router.post("/sample", status_code=201, responses=problems(409, 412))
async def sample(tenant: CurrentTenant, backend: CurrentBackend) -> SampleWeek:
    """Fill an empty account with the sample: a student's week from the next Monday on (today, if it is one).

    Refused with 409 (`not_empty`) when there is a calendar or a task already: nothing of one's own is lost.
    """
    now, zone = backend.settings.now(), backend.settings.timezone
    week = sample_from(now.date(), zone)
    async with tenant.uploading:
        before = await _require_empty(tenant, week.calendar.data)
        number, _ = await put_calendar(tenant.calendar, week.calendar.data, zone, match={before.version})
        added = await add_list(tenant.calendar, week.tasks, now, timezone=zone)
    return SampleWeek(
        **dict(added_json(added)),
        start=week.start,
        days=week.days,
        timezone=zone,
        events=len(uids_in(week.calendar.data)),
        calendar_version=number,
    )


async def _require_empty(tenant: Tenant, sample: bytes) -> Calendar:
    """Return the calendar of an empty account; one whose sample stopped half-way has nothing else either."""
    calendar, items = await tenant.calendar.calendar_and_tasks()
    if items or calendar.entries or (calendar.text != sample and _count(calendar)):
        raise Problem(NOT_EMPTY, f"Kept already: entries of the calendar {_count(calendar)}, tasks {len(items)}.")
    return calendar


def _count(calendar: Calendar) -> int:
    in_file = uids_in(calendar.text) if calendar.text else frozenset[str]()
    return len(in_file | calendar.uids)
