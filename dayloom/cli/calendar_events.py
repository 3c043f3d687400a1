"""`dayloom calendar add|move|cancel`: events of the calendar that is kept for the person, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from dayloom.calendar_sync.events import EventBook, EventRequest, EventSeen
from dayloom.calendars.due import read_span
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from prompts.changes import say_edit
from state.errors import BadInput
from state.when import Locale, say_moment

_TIMES: Final = ("start", "end", "on", "until")
_BEFORE: Final = timedelta(days=31)
_DAYS: Final = 366


@report_errors
def add(screen: Terminal, *, fields: Mapping[str, Any], json: bool) -> ExitCode:
    """Put an event into the calendar."""
    with open_session(screen) as session:
        return _change(session, "add_event", None, fields, json=json)


@report_errors
def move(screen: Terminal, *, event: str, fields: Mapping[str, Any], json: bool) -> ExitCode:
    """Change an event of the calendar."""
    with open_session(screen) as session:
        return _change(session, "move_event", _find(session, event, fields), fields, json=json)


@report_errors
def cancel(screen: Terminal, *, event: str, fields: Mapping[str, Any], json: bool) -> ExitCode:
    """Cancel an event of the calendar."""
    with open_session(screen) as session:
        return _change(session, "cancel_event", _find(session, event, fields), fields, json=json)


def _change(
    session: Session,
    tool: Literal["add_event", "move_event", "cancel_event"],
    uid: str | None,
    fields: Mapping[str, Any],
    *,
    json: bool,
) -> ExitCode:
    asked = EventRequest(tool, _read(session, fields), session.settings.now().date(), uid)
    changed = session.run(_book(session).change(asked))
    if json:
        write_json(session.terminal, changed.model_dump(mode="json"))
    else:
        session.terminal.show(plain(one_line(say_edit(changed.change, session.settings.locale or Locale.EN))))
    return ExitCode.DONE


def _book(session: Session) -> EventBook:
    return EventBook(session.parts.calendar, session.settings.timezone, session.settings.address)


def _find(session: Session, event: str, fields: Mapping[str, Any]) -> str:
    """Return the UID of the one event with this UID, title, or part of a title; raises BadInput."""
    today, on = session.settings.now().date(), _read(session, fields).get("on")
    start, days = (date.fromisoformat(on[:10]), 1) if on else (today - _BEFORE, _DAYS)
    events = session.run(_book(session).events(start, days))
    wanted = event.casefold()
    exact = [one for one in events if event == one.id or wanted == one.title.casefold()]
    found = exact or [one for one in events if wanted in one.title.casefold()]
    ahead = [one for one in found if one.times[-1].end.date() >= today]
    if len(ahead or found) != 1:
        told = "; ".join(_describe(one) for one in (ahead or found)[:5])
        raise BadInput(
            f"{len(ahead or found)} events are called {event!r}. Give an id: {told}"
            if found
            else f"There is no event {event!r}; see dayloom calendar show."
        )
    return (ahead or found)[0].id


def _describe(event: EventSeen) -> str:
    return f"{event.id} {event.title} ({say_moment(event.times[0].start)})"


def _read(session: Session, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said, times as ISO text; raises BadInput for one that is none."""
    given = {name: value for name, value in fields.items() if value is not None and value != ()}
    return {name: _moment(session, value) if name in _TIMES else value for name, value in given.items()}


def _moment(session: Session, said: str) -> str:
    found = read_span(said, session.settings.now().date())
    if found is None:
        raise BadInput(f"{said!r} is no date or time; write 2026-11-27T12:00, Friday 12:00 or tomorrow.")
    when = found.first
    return when.replace(tzinfo=None).isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()
