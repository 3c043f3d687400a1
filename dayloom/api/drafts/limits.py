"""Routes: what the user has said of all their days, for good or on one thread."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from dayloom.api.http.content import JSON, parse_json, require_content_type, utf8_body
from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.etag import IfMatch, etag, parse_versions, require_if_match
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.limits import KeptLimits, change_limits, load_limits
from state.limits import Limits, unsaid_wishes
from state.preview import Preview
from tools.limits import SaidLimits

router = APIRouter(tags=["calendar"])

_SAID: Final[TypeAdapter[SaidLimits]] = TypeAdapter(SaidLimits)
_BODY: Final[dict[str, Any]] = {
    JSON: {"schema": _SAID.json_schema(), "example": {"hours": "09:00-24:00", "most_minutes": 300}}
}


class LimitsVersion(BaseModel):
    """What is said for good, and its version; `usual` are the wishes that plans keep to of what is not said."""

    version: int = Field(ge=0, examples=[3])
    limits: Limits
    usual: Limits


@router.get("/limits", responses=problems())
async def get(response: Response, tenant: CurrentTenant) -> LimitsVersion:
    """Return the hours, lengths and wishes that every plan keeps to."""
    return _answer(response, await load_limits(tenant.calendar))


@router.patch(
    "/limits", responses=problems(412, 415), openapi_extra={"requestBody": {"required": True, "content": _BODY}}
)
async def patch(request: Request, response: Response, tenant: CurrentTenant, if_match: IfMatch = None) -> LimitsVersion:
    """Say something for good, as `set_limits` does: what is not named stays, `clear` takes away.

    Threads keep to it from their next turn on.
    """
    require_content_type(request, JSON)
    said = parse_json(_SAID, await utf8_body(request))
    return _answer(response, await change_limits(tenant.calendar, said, match=parse_versions(if_match)))


@router.put("/limits", responses=problems(412))
async def put(response: Response, given: Limits, tenant: CurrentTenant, if_match: IfMatch = None) -> LimitsVersion:
    """Say all of it anew: what is not named is said no longer."""
    return _answer(response, await change_limits(tenant.calendar, given, match=parse_versions(if_match)))


@router.put("/threads/{thread_id}/limits", responses=problems(404, 409, 412, 428))
async def put_on_thread(
    thread: ThreadPath, given: Limits, tenant: CurrentTenant, response: Response, if_match: IfMatch = None
) -> Preview:
    """Say what holds in the draft of this thread only, before what is said for good; work stays where it lies.

    `warnings` name what lies outside of it now. `If-Match` is the version of the draft, as for moving entries.
    """
    match = require_if_match(if_match)
    await tenant.commits.finish_commit(thread)
    preview = await tenant.drafts.set_limits(thread, given, match=match)
    response.headers["ETag"] = etag(preview.version)
    return preview


def _answer(response: Response, kept: KeptLimits) -> LimitsVersion:
    response.headers["ETag"] = etag(kept.version)
    return LimitsVersion(version=kept.version, limits=kept.limits, usual=unsaid_wishes(kept.limits))
