"""Routes: the user's tasks to be placed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from dayloom.api.http.content import (
    CSV,
    ICALENDAR,
    JSON,
    MARKDOWN,
    TEXT,
    YAML,
    parse_json,
    require_content_type,
    utf8_body,
)
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import OptionalIdempotencyKey, TaskPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.task_list import (
    Added,
    ReadRow,
    add_list,
    add_tasks,
    change_fields,
    change_item,
    find_item,
    join_item,
    read_list,
    split_item,
    with_ending,
    with_parts,
)
from dayloom.calendars import MAX_ROWS, File, Reason, Row, WrittenTasks
from dayloom.runs.tenants import Tenant
from state.blocks import MOST_PARTS
from state.schedule import Ending
from state.task_item import TaskItem

router = APIRouter(tags=["calendar"])

_WORDS: Final = 500


class TaskFields(BaseModel):
    """What may be said of a task beside its title and duration."""

    model_config = ConfigDict(extra="forbid")

    category: Annotated[str, Field(max_length=_WORDS)] | None = None
    order: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    earliest: Annotated[str, Field(max_length=40)] | None = None
    deadline: Annotated[str, Field(max_length=40)] | None = None
    weekdays: (
        Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(max_length=7)]
        | Annotated[str, Field(max_length=100)]
        | None
    ) = None
    time_range: Annotated[str, Field(max_length=20)] | None = None
    priority: Annotated[int, Field(ge=1, le=9)] | None = None
    locked: bool | None = None
    repeat: Annotated[str, Field(max_length=100, examples=["3 a week, not on following days"])] | None = None
    min_block: Annotated[str, Field(max_length=20)] | None = None
    max_block: Annotated[str, Field(max_length=20)] | None = None


class ChangedTask(TaskFields):
    """Fields of a task that change; null takes one away, what is not given stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deadline": "2026-12-04"}]})

    title: Annotated[str, Field(min_length=1, max_length=_WORDS)] | None = None
    duration: Annotated[int, Field(ge=1, le=500)] | Annotated[str, Field(max_length=20)] | None = None


class NewTask(TaskFields):
    """A task to be placed; `duration` in slots (2) or as a time (90min, 1h30), dates as 2026-11-27 or with a time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Essay", "duration": 2, "category": "history", "deadline": "2026-11-27", "priority": 2}
            ]
        },
    )

    title: Annotated[str, Field(min_length=1, max_length=_WORDS)]
    duration: Annotated[int, Field(ge=1, le=500)] | Annotated[str, Field(max_length=20)]


class DoneTask(BaseModel):
    """What is said of a task that is done: the minutes it really took."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"took": 50}]})

    took: Annotated[int, Field(ge=1, le=100_000)] | None = None


class Parts(BaseModel):
    """How a task is split: into so many parts, or into parts of at most so many minutes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"parts": 2}]})

    parts: Annotated[int, Field(ge=2, le=MOST_PARTS)] | None = None
    at_most: Annotated[int, Field(ge=1, le=24 * 60)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.parts is None) == (self.at_most is None):
            raise ValueError("say either parts or at_most")
        return self


class ListedTask(BaseModel):
    """A task of the list with its fields as given; `in_calendar` when an applied draft has brought it there.

    `ending` says that it was done or dropped, at `ended`; `took` are the minutes it really took, where that was said.
    Parts of one task have the id of the whole as `parent`.
    """

    id: str
    added: datetime
    in_calendar: bool
    parent: str | None = None
    ending: Ending | None = None
    ended: datetime | None = None
    took: int | None = None
    task: dict[str, Any] = Field(examples=[{"title": "Essay", "duration": 2}])


class SplitTask(BaseModel):
    """A task that is planned in parts, as its person sees it: one, with the ids of its parts; `open` are not over."""

    id: str
    title: str
    parts: list[str]
    open: int


class TaskList(BaseModel):
    """Tasks in the order in which they came, parts of one task side by side and told in `split` too."""

    tasks: list[ListedTask]
    split: list[SplitTask] = Field(
        default=[], examples=[[{"id": "t1", "title": "Essay", "parts": ["t1", "t1~2"], "open": 2}]]
    )


class NotRead(BaseModel):
    """A row that would not be added: why, and where it stands with a cure."""

    title: str
    reason: Reason
    detail: str = Field(examples=["tasks.txt, line 4: deadline 'someday' is not a date; write 2026-11-27"])


class ReadTasks(BaseModel):
    """How a list would be read: the tasks in it, each with the line it stands on, and what would be left out."""

    tasks: list[ReadRow]
    left_out: list[NotRead]
    notes: list[str] = Field(examples=[["Essay: deadline 'Friday' read as Fri 27 Nov 2026"]])


class AddedTasks(TaskList):
    """The tasks that were added; `left_out` names the rows of a list that were not, `notes` tell how it was read."""

    left_out: list[str] = Field(default=[], examples=[["tasks.csv, row 4: duration '1.5' may be hours or slots; …"]])
    notes: list[str] = Field(default=[], examples=[["Essay: deadline 'Friday' read as Fri 27 Nov 2026"]])


_MANY: Final[TypeAdapter[list[NewTask]]] = TypeAdapter(
    Annotated[list[NewTask], Field(min_length=1, max_length=MAX_ROWS)]
)
_TASKS_ICS: Final = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTODO
UID:essay-1
DTSTAMP:20261101T090000Z
DUE:20261127T170000Z
ESTIMATED-DURATION:PT2H
SUMMARY:Essay
END:VTODO
END:VCALENDAR
"""
_BODY: Final[dict[str, Any]] = {
    JSON: {"schema": {"type": "array", "items": NewTask.model_json_schema(), "minItems": 1, "maxItems": MAX_ROWS}},
    CSV: {"schema": {"type": "string"}, "example": "title,duration,deadline\nEssay,2,2026-11-27\n"},
    YAML: {"schema": {"type": "string"}, "example": "- title: Essay\n  duration: 2\n"},
    MARKDOWN: {"schema": {"type": "string"}, "example": "- [ ] Essay (2h) due Friday\n"},
    TEXT: {"schema": {"type": "string"}, "example": "Essay, 2h\n"},
    ICALENDAR: {"schema": {"type": "string"}, "example": _TASKS_ICS},
}
_ENDS: Final = {CSV: "csv", YAML: "yaml", MARKDOWN: "md", TEXT: "txt", ICALENDAR: "ics"}
_KEPT_BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": _BODY}}


@router.post(
    "/tasks",
    status_code=201,
    responses=problems(409, 415),
    openapi_extra=_KEPT_BODY,
)
async def add(
    request: Request, tenant: CurrentTenant, backend: CurrentBackend, key: OptionalIdempotencyKey = None
) -> AddedTasks:
    """Add tasks: all or none of JSON; of a list (CSV, YAML, Markdown, plain lines, to-dos) all that can be read."""
    kind, body = require_content_type(request, JSON, *_ENDS), await utf8_body(request)
    settings = backend.settings
    here = {"timezone": settings.timezone, "key": key}
    if kind == JSON:
        added = await add_tasks(tenant.calendar, _rows(body), settings.now(), **here)
    else:
        added = await add_list(tenant.calendar, File(f"tasks.{_ENDS[kind]}", body), settings.now(), **here)
    return added_json(added)


@router.post("/tasks/read", responses=problems(415), openapi_extra=_KEPT_BODY)
async def read(request: Request, backend: CurrentBackend) -> ReadTasks:
    """Tell how a list would be read, in whatever form `POST /tasks` takes, and keep nothing.

    Each `task` can be sent to `POST /tasks` as it is, or corrected.
    """
    kind, body = require_content_type(request, JSON, *_ENDS), await utf8_body(request)
    settings = backend.settings
    source = _rows(body) if kind == JSON else File(f"tasks.{_ENDS[kind]}", body)
    tasks, reading = await asyncio.to_thread(read_list, source, settings.now(), timezone=settings.timezone)
    left = [NotRead(title=one.title, reason=one.reason, detail=one.detail) for one in reading.left_out]
    return ReadTasks(tasks=tasks, left_out=left, notes=list(reading.notes))


@router.get("/tasks", responses=problems())
async def get(tenant: CurrentTenant, *, ended: bool = False) -> TaskList:
    """Return the tasks to be placed, with `ended=true` those that were done or dropped too."""
    calendar, items = await tenant.calendar.calendar_and_tasks()
    return _list([item for item in items if ended or item.ending is None], WrittenTasks(calendar.uids))


@router.get("/tasks/{task_id}", responses=problems(404))
async def get_one(task_id: TaskPath, tenant: CurrentTenant) -> ListedTask:
    """Return one task of the list, also one that was done or dropped."""
    calendar, items = await tenant.calendar.calendar_and_tasks()
    return _listed(find_item(items, task_id), WrittenTasks(calendar.uids))


@router.patch("/tasks/{task_id}", responses=problems(404, 409))
async def patch(task_id: TaskPath, given: ChangedTask, tenant: CurrentTenant, backend: CurrentBackend) -> ListedTask:
    """Change fields of a task; threads take it in at their next turn. One longer than its `max_block` is split.

    What is said of one part is said of all that are open, but for `duration` and `locked`.
    """
    fields, settings = given.model_dump(exclude_unset=True), backend.settings
    items = await change_fields(tenant.calendar, task_id, fields, settings.now(), timezone=settings.timezone)
    return _listed(items[0], WrittenTasks((await tenant.calendar.calendar()).uids))


@router.post("/tasks/{task_id}/done", responses=problems(404, 409))
async def done(
    task_id: TaskPath, tenant: CurrentTenant, backend: CurrentBackend, given: DoneTask | None = None
) -> ListedTask:
    """Mark a task as done: it is not planned any more, and kept with what it took. What is in the calendar stays."""
    took, now = given.took if given else None, backend.settings.now()
    return await _changed(task_id, tenant, lambda item: with_ending(item, Ending.DONE, now, took))


@router.post("/tasks/{task_id}/drop", responses=problems(404, 409))
async def drop(task_id: TaskPath, tenant: CurrentTenant, backend: CurrentBackend) -> ListedTask:
    """Mark a task as one that will not be done; unlike DELETE it can be taken back."""
    now = backend.settings.now()
    return await _changed(task_id, tenant, lambda item: with_ending(item, Ending.DROPPED, now))


@router.post("/tasks/{task_id}/reopen", responses=problems(404, 409))
async def reopen(task_id: TaskPath, tenant: CurrentTenant, backend: CurrentBackend) -> ListedTask:
    """Let a task that was done or dropped be planned again."""
    now = backend.settings.now()
    return await _changed(task_id, tenant, lambda item: with_ending(item, None, now))


@router.post("/tasks/{task_id}/split", responses=problems(404, 409))
async def split(task_id: TaskPath, given: Parts, tenant: CurrentTenant, backend: CurrentBackend) -> TaskList:
    """Plan a task in parts that keep their order, and return them."""
    settings = backend.settings
    said = {"parts": given.parts, "at_most": given.at_most, "timezone": settings.timezone}
    return await _listed_parts(tenant, await split_item(tenant.calendar, task_id, settings.now(), **said))


@router.post("/tasks/{task_id}/join", responses=problems(404, 409))
async def join(task_id: TaskPath, tenant: CurrentTenant, backend: CurrentBackend) -> TaskList:
    """Make one task again of the open parts of a task, and return it."""
    settings = backend.settings
    joined = await join_item(tenant.calendar, task_id, settings.now(), timezone=settings.timezone)
    return await _listed_parts(tenant, joined)


@router.delete("/tasks/{task_id}", status_code=204, responses=problems(404))
async def delete(task_id: TaskPath, tenant: CurrentTenant) -> None:
    """Take a task off the list, and out of every thread at its next turn that has not written it into the calendar."""
    await tenant.calendar.remove(task_id)


def _rows(body: bytes) -> list[Row]:
    tasks = parse_json(_MANY, body)
    return [Row(f"task {number}", task.model_dump(exclude_none=True)) for number, task in enumerate(tasks, 1)]


def added_json(added: Added) -> AddedTasks:
    """Return what is told of tasks that were added."""
    listed = _list(added.items, WrittenTasks(()))
    return AddedTasks(tasks=listed.tasks, left_out=list(added.left_out), notes=list(added.notes))


async def _changed(task_id: str, tenant: Tenant, change: Callable[[TaskItem], TaskItem]) -> ListedTask:
    item = await change_item(tenant.calendar, task_id, change)
    calendar = await tenant.calendar.calendar()
    return _listed(item, WrittenTasks(calendar.uids))


async def _listed_parts(tenant: Tenant, items: Sequence[TaskItem]) -> TaskList:
    return _list(items, WrittenTasks((await tenant.calendar.calendar()).uids))


def _list(items: Sequence[TaskItem], written: WrittenTasks) -> TaskList:
    wholes = with_parts(items)
    split = [_split(parts) for parts in wholes if len(parts) > 1]
    return TaskList(tasks=[_listed(item, written) for parts in wholes for item in parts], split=split)


def _split(parts: Sequence[TaskItem]) -> SplitTask:
    return SplitTask(
        id=parts[0].fields.get("parent") or parts[0].id,
        title=str(parts[0].fields.get("title", "")),
        parts=[item.id for item in parts],
        open=sum(item.ending is None for item in parts),
    )


def _listed(item: TaskItem, written: WrittenTasks) -> ListedTask:
    more = item.model_dump(include={"ending", "ended", "took"}) | {"parent": item.fields.get("parent")}
    return ListedTask(id=item.id, added=item.added, in_calendar=item.id in written, task=item.fields, **more)
