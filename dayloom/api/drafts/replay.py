"""Route: a conversation as it happened."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Annotated, Any, Final, get_args

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, create_model

from dayloom.api.drafts.events import From
from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.week_view import WeekView, view_week
from dayloom.runs.tenants import Tenant
from dayloom.traces.feedback import Offer, offers
from graph.agent import Scene
from state.errors import UnknownStep, UnknownThread
from state.ids import ThreadId
from state.transcript import Said

router = APIRouter(tags=["threads"])


class Dated(BaseModel):
    """When something happened, and in which run; None for what the person did by hand.

    `index` counts the whole conversation from 0; `checkpoint_id` is the step that it was a part of.
    """

    index: int
    at: datetime
    run_id: str | None
    checkpoint_id: str


Most = Annotated[int | None, Query(ge=1, le=1000, description="How many to return at most; all when left out.")]
EntryIndex = Annotated[int, Path(ge=0, le=2**53, description="An entry of the replay.")]
_KINDS: Final = get_args(get_args(Said)[0])
_DATED: Final[Any] = Annotated[
    reduce(
        or_, [create_model(f"Told{kind.__name__}", __base__=(Dated, kind), __doc__=kind.__doc__) for kind in _KINDS]
    ),
    Field(discriminator="type"),
]
# Made when imported, as its entries are: each kind of the transcript, dated.
REPLAY: Final[Any] = create_model(
    "Replay",
    __doc__="Messages, calls, cards, answers, previews and endings, oldest first.",
    thread_id=str,
    entries=list[_DATED],
    total=(int, Field(description="How many entries the whole conversation has.")),
    offers=(
        list[Offer],
        Field(description="Reasons of rejected cards that may be remembered: POST …/feedback {card}."),
    ),
)


@router.get("/threads/{thread_id}/replay", response_model=REPLAY, responses=problems(404))
async def replay(thread: ThreadPath, tenant: CurrentTenant, start: From = 0, limit: Most = None) -> dict[str, Any]:
    """Tell the conversation in order, from the store alone: all of it, or `limit` entries from one on.

    What the days looked like at an entry is at `/replay/{index}/week`.
    """
    scenes = await _scenes(tenant, thread)
    told = [(scene, entry) for scene in scenes for entry in scene.entries]
    shown = islice(enumerate(told), start, None if limit is None else start + limit)
    return {
        "thread_id": thread,
        "entries": [_dated(index, scene, entry) for index, (scene, entry) in shown],
        "total": len(told),
        "offers": offers(scenes),
    }


async def _scenes(tenant: Tenant, thread: ThreadId) -> list[Scene]:
    """Return the steps of a conversation; one that was made and has not begun has none. Raises UnknownThread."""
    try:
        return [scene async for scene in tenant.agent.replay(thread)]
    except UnknownThread:
        await tenant.index.require(thread)
        return []


@router.get("/threads/{thread_id}/replay/{index}/week", responses=problems(404))
async def week(thread: ThreadPath, index: EntryIndex, tenant: CurrentTenant) -> WeekView:
    """Return the days as they were after an entry of the replay, as `GET /threads/{id}/week` has them."""
    scenes = [scene for scene in await _scenes(tenant, thread) for _ in scene.entries]
    scene = scenes[index] if index < len(scenes) else None
    state = await tenant.threads.state_at(thread, scene.checkpoint) if scene else None
    if scene is None or state is None:
        raise UnknownStep(f"the conversation on thread {thread!r} has no entry {index}")
    shown = view_week(state.schedule, scene.at, {one.task_id: one.reason for one in state.unplaced})
    return shown.model_copy(update={"version": state.preview_version, "state_version": state.schedule.version})


def _dated(index: int, scene: Scene, entry: Said) -> dict[str, Any]:
    step = {"run_id": scene.run, "checkpoint_id": scene.checkpoint}
    return {"index": index, "at": scene.at, **step, **entry.model_dump()}
