"""Names of time zones as calendar programs write them, brought to one that the time zone database knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_OFFSET: Final = re.compile(r"\(?(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2}):?(\d{2})?)?\)?", re.IGNORECASE)
"""`GMT+0100`, `UTC-5`, and what stands first in the names that Exchange shows: `(UTC+01:00) Amsterdam, Berlin`."""
_MICROSOFT: Final = "tzone://microsoft/"
_PLACES: Final = re.compile(r"\s*[,/&]\s*|\s+and\s+")
_FIXED: Final = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""


def zone_name(written: str) -> str | None:
    """Return the name by which icalendar finds the zone; None when no zone is meant by it for certain."""
    return next((name for name in _readings(written.strip().strip('"')) if _known(name)), None)


def _known(name: str) -> bool:
    try:
        return tzp.timezone(name) is not None
    except (OSError, ValueError):
        return False


def _readings(written: str) -> Iterator[str]:
    yield written
    plain = written.lower().removeprefix(_MICROSOFT)
    yield _spellings().get(plain, "")
    parts = plain.split("/")
    yield from (_spellings().get("/".join(parts[at:]), "") for at in range(1, len(parts)))
    yield from _read_offset(written)
    named = _OFFSET.sub("", plain, count=1) if plain.startswith("(") else plain
    yield _spellings().get(re.sub(r"\(.*\)", "", named).strip().replace(" time", " standard time"), "")
    yield _cities().get(plain, "")


def _read_offset(written: str) -> Iterator[str]:
    """Yield what an offset and the places behind it mean: the zone of a place at that offset, else the offset."""
    found = _OFFSET.match(written)
    if not found:
        return
    sign, hours, minutes = found.groups(default="0")
    away = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    places = written[found.end() :].strip()
    yield from (name for place in _PLACES.split(places.lower()) if (name := _at(place, away)))
    if not places and abs(away) < timedelta(hours=15):
        yield _fixed_zone(f"{sign if sign in '+-' else '+'}{int(hours):02}{int(minutes):02}")


def _at(place: str, away: timedelta) -> str | None:
    name = _cities().get(place)
    offsets = {ZoneInfo(name).utcoffset(datetime(2026, month, 1)) for month in (1, 7)} if name else set()
    return name if away in offsets else None


def _fixed_zone(offset: str) -> str:
    """Make a zone without summer time known to icalendar, and return its name."""
    name = f"UTC{offset}"
    zone = Timezone.from_ical(_FIXED.format(name=name, offset=offset))
    tzp.cache_timezone_component(zone)
    return name


@cache
def _spellings() -> dict[str, str]:
    """Zones of the database and of Windows by their names in lower case."""
    windows = {name.lower(): olson for name, olson in WINDOWS_TO_OLSON.items()}
    return {"coordinated universal time": "UTC", **windows, **{name.lower(): name for name in available_timezones()}}


@cache
def _cities() -> dict[str, str]:
    """Zones by their city alone, where only one has it."""
    found: dict[str, set[str]] = {}
    for name in available_timezones():
        region, _, city = name.rpartition("/")
        if region and not region.startswith(("Etc", "posix", "right", "SystemV")):
            found.setdefault(city.replace("_", " ").lower(), set()).add(name)
    return {city: next(iter(names)) for city, names in found.items() if len(names) == 1}
