"""A calendar as programs subscribe to it: it says how often to look again, and what it is called."""

from __future__ import annotations

from typing import Final

from dayloom.calendars.lines import lines_of
from dayloom.calendars.merge import NAME
from dayloom.calendars.source import File, open_file

EVERY: Final = "PT15M"
"""How often a program should look again."""
_INTERVALS: Final = {
    "REFRESH-INTERVAL": f"REFRESH-INTERVAL;VALUE=DURATION:{EVERY}",
    "X-PUBLISHED-TTL": f"X-PUBLISHED-TTL:{EVERY}",
}
_CALLED: Final = frozenset({"NAME", "X-WR-CALNAME"})


def as_subscription(text: bytes, name: str) -> bytes:
    """Return the calendar with its interval, under this name if it has none: programs would show its secret address."""
    lines = [line for line in lines_of(open_file(File(NAME, text))) if line.name not in _INTERVALS]
    head = list(_INTERVALS.values())
    if not any(line.name in _CALLED for line in lines):
        head += [f"NAME:{name}", f"X-WR-CALNAME:{name}"]
    written = [lines[0].raw, *(f"{line}\r\n".encode() for line in head), *(line.raw for line in lines[1:])]
    return b"".join(piece + b"\r\n" for each in written for piece in each.splitlines())
