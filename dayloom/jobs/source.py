"""A calendar at an address, read into the person's own; it is named by no more than its host: the rest is secret."""

from __future__ import annotations

import asyncio
import re
from typing import Final

import httpx2

from dayloom.calendar_sync.calendar import Imported, import_calendar
from dayloom.calendars import uids_in
from dayloom.messages.address import find_target
from dayloom.runs.tenants import Tenant
from dayloom.stores.owner.calendar import LARGEST_CALENDAR
from state.errors import BadInput

_PATIENCE: Final = 30.0
"""Seconds an address may take to say anything."""
_LONGEST: Final = 60.0
"""Seconds the whole calendar may take to arrive, from however many addresses."""
_MOST_HOPS: Final = 5
_STAMP: Final = re.compile(rb"^DTSTAMP[^\r\n]*\r?\n", re.MULTILINE)
"""When a program has written an entry; many write it anew at every request."""


async def read_source(tenant: Tenant, url: str, timezone: str, *, private: bool) -> tuple[str, Imported]:
    """Replace the calendar by that at an address, and return its host and what changed.

    What drafts have written into it stays. Raises BadInput for an address that cannot be read, or lies in a `private`
    network and may not be.
    """
    host, text = await _fetch(re.sub(r"^webcals?://", "https://", url.strip()), private=private)
    async with tenant.uploading:
        before = await tenant.calendar.calendar()
        if _STAMP.sub(b"", text) == _STAMP.sub(b"", before.text):
            return host, Imported(before.version, len(uids_in(before.text)), unchanged=True)
        return host, await import_calendar(tenant.calendar, text, timezone)


async def _fetch(url: str, *, private: bool) -> tuple[str, bytes]:
    """Return the host of an address and what it answers; every address on the way may be called."""
    host = ""
    try:
        async with asyncio.timeout(_LONGEST), httpx2.AsyncClient(timeout=_PATIENCE) as client:
            for _ in range(_MOST_HOPS):
                host = httpx2.URL(url).host
                target = await find_target(url, private=private)
                asked = {"headers": target.headers, "extensions": target.extensions}
                async with client.stream("GET", target.url, **asked) as answer:
                    if answer.has_redirect_location:
                        url = str(httpx2.URL(url).join(answer.headers["location"]))
                        continue
                    if answer.status_code != httpx2.codes.OK:
                        raise BadInput(f"{host}: answers with status {answer.status_code} and no calendar")
                    return host, await _read_limited(answer, host)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise BadInput(f"{host}: the calendar cannot be fetched ({type(error).__name__}); check the address") from error
    raise BadInput(f"{host}: leads from one address to the next; give the last of them")


async def _read_limited(answer: httpx2.Response, host: str) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LARGEST_CALENDAR:
            raise BadInput(f"{host}: the calendar is larger than {LARGEST_CALENDAR // 2**20} MB; export less of it")
    return bytes(body)
