"""Routes: the user's calendar, in and out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.content import ICALENDAR, require_content_type, utf8_body
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.etag import IfMatch, IfNoneMatch, etag, not_modified, parse_versions
from dayloom.api.http.responses import problems
from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.jobs.source import read_source

router = APIRouter(tags=["calendar"])

_EXAMPLE: Final = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:dentist-1
DTSTAMP:20261101T090000Z
DTSTART:20261124T083000Z
DTEND:20261124T091500Z
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""
_TEXT: Final[dict[str, Any]] = {ICALENDAR: {"schema": {"type": "string"}, "example": _EXAMPLE}}


class CalendarVersion(BaseModel):
    """Which version of the calendar this is; it grows with every change.

    `left_out` names what of the file cannot be read, by line and with a cure; everything else counts.
    """

    version: int = Field(ge=0, examples=[3])
    left_out: list[str] = Field(default=[], examples=[["calendar.ics, line 4: DTSTART 'SOON' cannot be read; …"]])


class CalendarAddress(BaseModel):
    """Where a calendar is: https://, http:// or webcal://, often with a secret in it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://example.org/ann.ics"}]})

    url: Annotated[str, Field(min_length=1, max_length=2_000)]


class ImportedCalendar(CalendarVersion):
    """What was read: its entries, how many of them are new or have gone, and whether it is as it was before."""

    host: str = Field(examples=["example.org"])
    entries: int
    new: int
    gone: int
    unchanged: bool


@router.put(
    "/calendar",
    responses=problems(412, 415),
    openapi_extra={"requestBody": {"required": True, "content": _TEXT}},
)
async def put(
    request: Request, response: Response, tenant: CurrentTenant, backend: CurrentBackend, if_match: IfMatch = None
) -> CalendarVersion:
    """Replace the calendar with an iCalendar file.

    What drafts have written into it stays, but for entries that the file itself has. The same file again changes
    nothing. What was applied before cannot be undone any more.
    """
    require_content_type(request, ICALENDAR)
    text = await utf8_body(request)
    async with tenant.uploading:
        version, left_out = await put_calendar(
            tenant.calendar, text, backend.settings.timezone, match=parse_versions(if_match)
        )
    response.headers["ETag"] = etag(version)
    return CalendarVersion(version=version, left_out=left_out)


@router.post("/calendar/import", responses=problems(409))
async def import_(asked: CalendarAddress, tenant: CurrentTenant, backend: CurrentBackend) -> ImportedCalendar:
    """Replace the calendar by that at an address, as `PUT /calendar` does, once: the address is not kept.

    The server itself fetches it, so addresses in private networks are refused unless DAYLOOM_PRIVATE_ADDRESSES is set.
    To have it read again and again, make the job `calendar-address` (`POST /jobs`).
    """
    settings = backend.settings
    host, found = await read_source(tenant, asked.url, settings.timezone, private=settings.private_addresses)
    return ImportedCalendar(host=host, **asdict(found))


@router.get(
    "/calendar.ics",
    response_class=Response,
    responses={**problems(), 200: {"description": "The calendar", "content": _TEXT}, 304: {"description": "As known"}},
)
async def get(tenant: CurrentTenant, if_none_match: IfNoneMatch = None) -> Response:
    """Return the calendar as it was given, with what was applied to it."""
    calendar = await tenant.calendar.calendar()
    headers = {"ETag": etag(calendar.version), "Cache-Control": "private, no-cache"}
    if not_modified(if_none_match, calendar.version):
        return Response(status_code=304, headers=headers)
    return Response(export_calendar(calendar), media_type=ICALENDAR, headers=headers)
