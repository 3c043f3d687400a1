"""Calendars as two programs that others wrote read them."""

from __future__ import annotations

from io import StringIO
from typing import Any

import httpx
import vobject
from ical.calendar_stream import IcsCalendarStream


def events_in(answer: httpx.Response) -> dict[str, tuple[str | None, Any]]:
    """Return title, status and start of what both readers find."""
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    one, other = _by_ical(answer.text), _by_vobject(answer.text)
    assert one == other
    return one


def _by_ical(text: str) -> dict[str, tuple[str | None, Any]]:
    events = IcsCalendarStream.calendar_from_ics(text).events
    return {each.summary or "": (each.status.value if each.status else None, each.start) for each in events}


def _by_vobject(text: str) -> dict[str, tuple[str | None, Any]]:
    events: Any = vobject.readOne(StringIO(text)).contents.get("vevent", ())
    return {
        each.summary.value: (each.status.value if "status" in each.contents else None, each.dtstart.value)
        for each in events
    }
