"""iCalendar components out of lines, each knowing its line; every complaint names file and line."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from icalendar import Component
from icalendar.cal.component_factory import ComponentFactory
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.parser.ical.calendar import CalendarIcalParser
from icalendar.timezone import tzp

from dayloom.calendars.component import title_of
from dayloom.calendars.lines import Line, lines_of
from dayloom.calendars.source import File, clean
from state.errors import BadInput

TIMES: Final = frozenset({"DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE"})
"""Properties that decide when something is; a broken one is refused, any other broken one is of no concern here."""
_NEEDED: Final = TIMES | {
    *("BEGIN", "END", "UID", "SUMMARY", "CATEGORIES", "STATUS", "TRANSP", "PRIORITY", "SEQUENCE", "COMPLETED"),
    *("PERCENT-COMPLETE", "ESTIMATED-DURATION", "X-DAYLOOM-CAN-EMBED", "X-DAYLOOM-DURATION", "X-DAYLOOM-ORDER"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"),
}
"""The properties that are read; descriptions and attendees, most of a file, would cost most of the time."""
_ZONE_RULE: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYDAY", "BYMONTHDAY", "WKST"})
_UNREADABLE: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, OverflowError)
_CURES: Final = {
    "RRULE": "write it as FREQ=WEEKLY;BYDAY=MO, or remove the line",
    "DURATION": "write it as PT1H30M",
}

_PARSING = threading.Lock()
"""icalendar keeps custom time zones in one table of the process, and two files may mean different ones by one name."""


@dataclass(frozen=True)
class Parsed:
    """The components of one calendar file; `line_of` gives the line on which one begins."""

    file: File
    calendars: list[Component]
    _lines: dict[int, int]

    @property
    def components(self) -> Iterator[Component]:
        """What stands directly in a calendar, in order."""
        for calendar in self.calendars:
            yield from calendar.subcomponents

    def where(self, component: Component) -> str:
        """Return file, line and title, as complaints begin."""
        return f"{self.file.name}, line {self._lines[id(component)]}, {title_of(component)!r}"


def parse(file: File) -> Parsed:
    """Return the components of an opened file, their times tied to real time zones."""
    lines = lines_of(file)
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
        tzp.use_default()
        parser = _Parser(file, lines)
        return Parsed(file, parser.parse(), parser.begun)


class _Parser(CalendarIcalParser):
    """icalendar's parser, which knows which line it is on and refuses instead of guessing."""

    def __init__(self, file: File, lines: list[Line]) -> None:
        needed = [line for line in lines if line.name is None or line.name in _NEEDED]
        super().__init__([*needed], ComponentFactory(), Component.types_factory)
        self._file = file
        self._zones = {line.partition(":")[2].strip() for line in needed if line.name == "TZID"}
        self._line = lines[0]
        self.begun: dict[int, int] = {}

    def initialize_parsing(self) -> None:
        super().initialize_parsing()
        self._content_lines_iterator = self._followed(list(self._content_lines))

    def _followed(self, lines: list[Any]) -> Iterator[Line]:
        for line in lines:
            self._line = line
            yield line

    def _refusal(self, fault: str, cure: str) -> BadInput:
        return BadInput(f"{self._file.name}, line {self._line.number}: {fault}; {cure}")

    def handle_line_parse_error(self, exception: Exception) -> None:
        text = clean(str(self._line), limit=60)
        raise self._refusal(
            f"{text!r} is not a NAME:value line", "join it to the line before with a blank, or remove it"
        ) from exception

    def handle_begin_component(self, vals: str) -> None:
        super().handle_begin_component(vals)
        self.begun[id(self.component)] = self._line.number

    def handle_end_component(self, vals: str) -> None:
        try:
            super().handle_end_component(vals)
        except _UNREADABLE as error:
            raise self._refusal(f"{vals} cannot be read ({error})", "export the calendar again") from error

    def handle_property(self, name: str, params: Any, vals: str, line: Any) -> None:
        if name in TIMES:
            self._check_zone(name, params)
        if name == "RRULE" and self.component is not None and self.component.name in {"STANDARD", "DAYLIGHT"}:
            self._check_zone_rule(vals)
        try:
            super().handle_property(name, params, vals, line)
        except _UNREADABLE as error:
            raise self._refusal(f"{name} cannot be read ({error})", "mend or remove the line") from error

    def handle_property_parse_error(self, exception: Exception, name: str, params: Any, val: str, line: Any) -> None:
        if name not in TIMES:
            # A broken GEO or URL says nothing about when; keep the event.
            super_errors = self.component.errors if self.component is not None else []
            super_errors.append((name, str(exception)))
            return
        cure = _CURES.get(name, "write it as 20261123T100000 or, for whole days, 20261123")
        raise self._refusal(f"{name} {clean(val, limit=60)!r} cannot be read", cure) from exception

    def _check_zone(self, name: str, params: Any) -> None:
        if str(params.get("VALUE", "")).upper() == "DATE":
            params.pop("TZID", None)
        tzid = params.get("TZID")
        if tzid is None or (isinstance(tzid, str) and (tzid in self._zones or _known(tzid))):
            return
        cure = "use a name such as Europe/Berlin, or add a VTIMEZONE of that name"
        raise self._refusal(f"{name} is in the unknown time zone {clean(str(tzid), limit=60)!r}", cure)

    def _check_zone_rule(self, rule: str) -> None:
        parts = {part.partition("=")[0] for part in rule.upper().split(";") if part}
        if "FREQ=YEARLY" not in rule.upper() or not parts <= _ZONE_RULE:
            raise self._refusal("a time zone may change by yearly rules only", "export the calendar again")


def _known(tzid: str) -> bool:
    try:
        return tzp.timezone(tzid) is not None
    except (OSError, ValueError):
        return False
