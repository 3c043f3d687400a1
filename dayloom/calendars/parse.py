"""iCalendar components out of lines, each read by itself: what cannot be read is left out by line, with a cure."""

from __future__ import annotations

import re
import threading
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from icalendar import Component, vText
from icalendar.cal.component_factory import ComponentFactory
from icalendar.error import GloballyUniqueTZIDGuessed
from icalendar.parser.ical.component import ComponentIcalParser
from icalendar.timezone import tzp

from dayloom.calendars.component import MAX_CATEGORY, make_up_uid, text_of, title_of
from dayloom.calendars.lines import MAX_LINE, Block, CalendarLines, Line, calendars_in, lines_of
from dayloom.calendars.people import text_value
from dayloom.calendars.reading import LeftOut, Reading, Reason
from dayloom.calendars.source import File, clean
from dayloom.calendars.value_types import locate
from dayloom.calendars.zone_names import zone_name
from state.errors import BadInput

DECISIVE: Final = frozenset({"DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID", "RRULE"})
"""Properties that decide when something is: without one of them the whole entry would stand at a wrong time."""
_ADDED: Final = frozenset({"RDATE", "EXDATE", "EXRULE"})
"""Lists of single times, of which those that can be read count."""
_MOMENTS: Final = frozenset({"RDATE", "EXDATE", "RECURRENCE-ID"})
"""Those that stand for a day: a time of day alone, or a length, says nothing."""
_NEEDED: Final = DECISIVE | _ADDED | {
    *("BEGIN", "END", "UID", "SUMMARY", "CATEGORIES", "STATUS", "TRANSP", "PRIORITY", "SEQUENCE", "COMPLETED"),
    *("DTSTAMP", "LAST-MODIFIED", "PERCENT-COMPLETE", "ESTIMATED-DURATION"),
    *("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT"),
    *("X-DAYLOOM-CAN-EMBED", "X-DAYLOOM-DURATION", "X-DAYLOOM-ORDER"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"),
}  # fmt: skip
"""The properties that are read; descriptions and attendees, most of a file, would cost most of the time."""
_READ: Final = frozenset({"VEVENT", "VTODO", "VTIMEZONE"})
_ZONE_PARTS: Final = frozenset({"STANDARD", "DAYLIGHT"})
_ANSWERS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
"""Methods of messages about an event of somebody else's, which are no entries themselves."""
_ZONE_RULE: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYDAY", "BYMONTHDAY", "WKST"})
_UNREADABLE: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, OverflowError)
_CURES: Final = {
    "RRULE": "write it as FREQ=WEEKLY;BYDAY=MO, or remove the line",
    "DURATION": "write it as PT1H30M",
}
_DATE_CURE: Final = "write it as 20261123T100000 or, for whole days, 20261123"
_WHEN: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?)?(Z?)")

_FACTORY: Final = ComponentFactory()
_PARSING = threading.Lock()
"""icalendar keeps custom time zones in one table of the process, and two files may mean different ones by one name."""


@dataclass(frozen=True)
class Entry:
    """A component that stands directly in a calendar; `where` names file, line and title, as complaints begin.

    `zone` is the one that the calendar names for times which have none, `calendar` what it calls itself. `block` is how
    the component is written, with what is not read for every entry of a file.
    """

    component: Component
    uid: str
    file: str
    where: str
    zone: tzinfo | None = None
    calendar: str = ""
    block: Block | None = None


@dataclass
class Parsed:
    """What one calendar file holds: its entries, what could not be read, and lines that were passed over."""

    name: str
    entries: list[Entry] = field(default_factory=list[Entry])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    notes: list[str] = field(default_factory=list[str])
    nameless: list[Line] = field(default_factory=list[Line])

    @property
    def rest(self) -> Reading:
        """What is to be told beside the entries."""
        return Reading(left_out=tuple(self.left_out), notes=(*self.notes, *self._say_passed_over()))

    def _say_passed_over(self) -> Iterator[str]:
        if self.nameless:
            line = self.nameless[0]
            more = f" (and {len(self.nameless) - 1} more)" if len(self.nameless) > 1 else ""
            said = clean(str(line), limit=60)
            yield f"{self.name}, line {line.number}: {said!r} is not a NAME:value line; passed over{more}"


def parse(file: File) -> Parsed:
    """Return the entries of an opened file, their times tied to real time zones; refuses what is no calendar."""
    parsed = Parsed(file.name)
    calendars = calendars_in(file, lines_of(file))
    with _PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore", GloballyUniqueTZIDGuessed)
        tzp.use_default()
        zones = frozenset(_read_zones(parsed, calendars))
        for calendar in calendars:
            _read_entries(parsed, calendar, zones)
    return parsed


def _read_zones(parsed: Parsed, calendars: Iterable[CalendarLines]) -> Iterator[str]:
    """Make the time zones of the file known; one that cannot be read matters only to the events that use it."""
    for calendar in calendars:
        for block in calendar.blocks:
            if block.name == "VTIMEZONE" and block.is_closed:
                with suppress(BadInput):
                    if _Parser(parsed, block, frozenset()).parse():
                        yield block.text("TZID")


def _read_entries(parsed: Parsed, calendar: CalendarLines, zones: frozenset[str]) -> None:
    method = calendar.text("METHOD").upper()
    name = zone_name(calendar.text("X-WR-TIMEZONE"))
    zone = tzp.timezone(name) if name else None
    called = clean(text_value(calendar.text("X-WR-CALNAME")), limit=MAX_CATEGORY)
    alike: Counter[str] = Counter()
    for block in calendar.blocks:
        if block.name == "VTIMEZONE":
            continue
        if block.name not in _READ or method in _ANSWERS:
            parsed.left_out.append(_leave_out(block, Reason.NOT_PLANNED, block.name))
            continue
        try:
            component = _component(parsed, block, zones)
        except BadInput as refused:
            parsed.left_out.append(_leave_out(block, Reason.UNREADABLE, str(refused)))
            continue
        uid = clean(text_of(component, "UID")) or make_up_uid(component, alike)
        where = f"{parsed.name}, line {block.lines[0].number}, {title_of(component)!r}"
        if method == "CANCEL":
            component["STATUS"] = vText("CANCELLED")
        entry = Entry(locate(component, zone), uid, parsed.name, where, zone, called, block)
        parsed.entries.append(entry)


def _component(parsed: Parsed, block: Block, zones: frozenset[str]) -> Component:
    if not block.is_closed:
        where = f"{parsed.name}, line {block.lines[0].number}"
        cure = f"add END:{block.name}, or export the calendar again (the file may be cut off)"
        raise BadInput(f"{where}: {block.name} begins here and never ends; {cure}")
    return _Parser(parsed, block, zones).parse()[0]


def _leave_out(block: Block, reason: Reason, detail: str) -> LeftOut:
    return LeftOut(clean(block.text("SUMMARY")) or "(no title)", clean(block.text("UID")), reason, detail)


class _Parser(ComponentIcalParser):
    """icalendar's parser for one component, which knows which line it is on and refuses instead of guessing."""

    def __init__(self, parsed: Parsed, block: Block, zones: frozenset[str]) -> None:
        super().__init__([*_needed_lines(parsed, block)], _FACTORY, Component.types_factory)
        self._parsed = parsed
        self._zones = zones
        self._line = block.lines[0]

    def initialize_parsing(self) -> None:
        super().initialize_parsing()
        self._content_lines_iterator = self._track(list(self._content_lines))

    def _track(self, lines: list[Any]) -> Iterator[Line]:
        for line in lines:
            self._line = line
            yield line

    def _refusal(self, fault: str, cure: str) -> BadInput:
        return BadInput(f"{self._parsed.name}, line {self._line.number}: {fault}; {cure}")

    def handle_line_parse_error(self, exception: Exception) -> None:
        if self._line.name not in DECISIVE:
            return
        text = clean(str(self._line), limit=60)
        raise self._refusal(f"{text!r} is not a NAME:value line", "mend or remove it") from exception

    def handle_end_component(self, vals: str) -> None:
        try:
            super().handle_end_component(vals)
        except _UNREADABLE as error:
            raise self._refusal(f"{vals} cannot be read ({error})", "export the calendar again") from error

    def handle_property(self, name: str, params: Any, vals: str, line: Any) -> None:
        if name in DECISIVE | _ADDED:
            self._add_time(name, params, vals, line)
        else:
            params.pop("VALUE", None)  # what is read of the others has one type, whatever the line says
            self._add(name, params, vals, line)

    def _add(self, name: str, params: Any, vals: str, line: Any) -> None:
        try:
            super().handle_property(name, params, vals, line)
        except _UNREADABLE as error:
            raise self._refusal(f"{name} cannot be read ({error})", "mend or remove the line") from error

    def _add_time(self, name: str, params: Any, vals: str, line: Any) -> None:
        if self._line.is_cut:
            raise self._refusal(f"goes on for more than {MAX_LINE} bytes", "shorten its text")
        whole_days = str(params.pop("VALUE", "")).upper() == "DATE"
        if name.endswith("RULE"):
            vals = ";".join(map(_tidy_part, filter(None, "".join(vals.split()).split(";"))))
            if vals:
                self._add(name, params, self._zone_rule(vals), line)
            return
        if name in DECISIVE and self.component is not None and name in self.component:
            raise self._refusal(f"{name} is there twice", "keep one")
        for value in vals.split(",") if name in _ADDED else [vals]:
            tidy = _tidy(value)
            if name in _MOMENTS and tidy and not _WHEN.fullmatch(tidy.partition("/")[0]):
                self.handle_property_parse_error(ValueError("no date"), name, params, tidy, line)
            elif tidy or name in DECISIVE:
                self._set_zone(name, params, whole_days or "T" not in tidy)
                self._add(name, params, tidy, line)

    def handle_property_parse_error(self, exception: Exception, name: str, params: Any, val: str, line: Any) -> None:
        if name not in DECISIVE | _ADDED:
            # A broken GEO or URL says nothing about when; keep the event.
            return
        refusal = self._refusal(f"{name} {clean(val, limit=60)!r} cannot be read", _CURES.get(name, _DATE_CURE))
        if name in DECISIVE:
            raise refusal from exception
        self._parsed.notes.append(f"{refusal}; passed over")

    def _set_zone(self, name: str, params: Any, whole_days: bool) -> None:
        """Put the name of a known zone in the place of the one that is written."""
        if whole_days:
            params.pop("TZID", None)
        tzid = params.get("TZID")
        if tzid is None or (isinstance(tzid, str) and tzid in self._zones):
            return
        known = zone_name(tzid if isinstance(tzid, str) else ", ".join(tzid))
        if known is None:
            cure = "use a name such as Europe/Berlin, or add a VTIMEZONE of that name"
            raise self._refusal(f"{name} is in the unknown time zone {clean(str(tzid), limit=60)!r}", cure)
        params["TZID"] = known

    def _zone_rule(self, rule: str) -> str:
        """Return the rule; a time zone's without the time of day that Lotus Notes repeats in it."""
        if self.component is None or self.component.name not in _ZONE_PARTS:
            return rule
        parts = [part for part in rule.upper().split(";") if part.partition("=")[0] in _ZONE_RULE]
        if "FREQ=YEARLY" not in parts:
            raise self._refusal("a time zone may change by yearly rules only", "export the calendar again")
        return ";".join(parts)


def _needed_lines(parsed: Parsed, block: Block) -> Iterator[Line]:
    """Yield the lines that are read; alarms and what else stands inside an entry have times of their own."""
    parts = _ZONE_PARTS if block.name == "VTIMEZONE" else frozenset[str]()
    inside: list[str] = []
    for line in block.lines:
        begins, ends = line.begins, line.ends
        if begins:
            inside.append(begins)
        elif ends in inside:
            del inside[inside.index(ends) + 1 :]
        if parts.issuperset(inside[1:]):
            if line.name is None:
                parsed.nameless.append(line)
            elif line.name in _NEEDED or (line.name == "ATTENDEE" and "DECLINED" in line.upper()):
                yield line
        if ends in inside:
            inside.pop()


def _tidy(value: str) -> str:
    """Return a time or length without blanks, dashes and colons; a date keeps no sign of UTC."""
    return "/".join(map(_plain, "".join(value.split()).upper().split("/")))


def _tidy_part(part: str) -> str:
    name, _, value = part.partition("=")
    return f"{name}={_tidy(value)}" if name.upper() == "UNTIL" else part


def _plain(when: str) -> str:
    found = _WHEN.fullmatch(when)
    if not found:
        return when
    year, month, day, hour, minute, second, utc = found.groups(default="")
    return f"{year}{month}{day}" + (f"T{hour}{minute}{second or '00'}{utc}" if hour else "")
