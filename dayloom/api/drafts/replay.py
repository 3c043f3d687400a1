"""Route: a conversation as it happened."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, get_args

from fastapi import APIRouter
from pydantic import BaseModel, Field, create_model

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.traces.feedback import Offer, offers
from state.transcript import Said

router = APIRouter(tags=["threads"])


class Dated(BaseModel):
    """When something happened, and in which run; None for what the person did by hand."""

    at: datetime
    run_id: str | None


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
    offers=(
        list[Offer],
        Field(description="Reasons of rejected cards that may be remembered: POST …/feedback {card}."),
    ),
)


@router.get("/threads/{thread_id}/replay", response_model=REPLAY, responses=problems(404))
async def replay(thread: ThreadPath, tenant: CurrentTenant) -> dict[str, Any]:
    """Tell the conversation in order, from the store alone."""
    entries = [
        {"at": scene.at, "run_id": scene.run, **entry.model_dump()}
        async for scene in tenant.agent.replay(thread)
        for entry in scene.entries
    ]
    return {"thread_id": thread, "entries": entries, "offers": offers(await tenant.threads.transcript(thread))}
