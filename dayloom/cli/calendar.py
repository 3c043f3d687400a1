"""`dayloom calendar`: the calendar that is kept for the person, and that threads without files of their own plan in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import httpx2

from dayloom.calendar_sync.calendar import export_calendar, import_calendar
from dayloom.calendars import File, join_calendars
from dayloom.cli.beginning import begin_thread
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.files import Request, check_output, write_whole
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, one_line, program
from dayloom.cli.week import week_view
from dayloom.stores.owner.calendar import LARGEST_CALENDAR
from state.errors import BadInput
from state.when import Locale

_PATIENCE: Final = 30.0
"""Seconds an address may take to answer."""


@report_errors
def import_(screen: Terminal, *, sources: Sequence[str], json: bool) -> ExitCode:
    """Replace the calendar that is kept by these files and addresses; what drafts have written into it stays."""
    text = join_calendars([_read(source) for source in sources])
    with open_session(screen) as session:
        store = session.parts.calendar
        found = session.run(import_calendar(store, text, session.settings.timezone))
    if json:
        write_json(screen, asdict(found))
        return ExitCode.DONE
    for line in found.left_out:
        screen.note(f"  {one_line(line)}", "dim")
    if found.unchanged:
        screen.tell(f"Nothing has changed, entries as before: {found.entries}.")
    else:
        screen.tell(f"Entries in your calendar now: {found.entries}; {found.new} new, {found.gone} gone.")
    screen.note(f"Threads without files of their own plan in it. Look at it: {program()} calendar show")
    return ExitCode.DONE


@report_errors
def show(screen: Terminal, *, request: Request, as_list: bool, json: bool) -> ExitCode:
    """Show the days that the next plan would begin with."""
    with open_session(screen) as session:
        schedule = begin_thread(session, request).schedule
        locale = session.settings.locale or Locale.EN
    if json:
        write_json(screen, {"schedule": schedule.model_dump(mode="json")})
        return ExitCode.DONE
    screen.show(week_view(schedule, locale, screen.out, as_list=as_list))
    return ExitCode.DONE


@report_errors
def export(screen: Terminal, *, out: Path) -> ExitCode:
    """Write the calendar that is kept, with everything drafts have written into it, as an .ics file."""
    check_output(out)
    with open_session(screen) as session:
        calendar = session.run(session.parts.calendar.calendar())
    write_whole(out, export_calendar(calendar))
    screen.tell(f"Written to {out}.")
    return ExitCode.DONE


def _read(source: str) -> File | Path:
    scheme, _, rest = source.partition("://")
    match scheme.lower():
        case "http" | "https":
            return _fetch(source)
        case "webcal":
            return _fetch(f"https://{rest}")
        case _:
            return Path(source)


def _fetch(url: str) -> File:
    """Return what an address answers; raises BadInput, which names no more of it than the host: the rest is secret."""
    host = httpx2.URL(url).host
    try:
        with httpx2.stream("GET", url, timeout=_PATIENCE, follow_redirects=True) as answer:
            if answer.status_code != httpx2.codes.OK:
                raise BadInput(f"{host}: answers with status {answer.status_code} and no calendar; check the address")
            return File(host, _read_limited(answer, host))
    except httpx2.HTTPError as error:
        raise BadInput(f"{host}: the calendar cannot be fetched ({error}); check the address and try again") from error


def _read_limited(answer: httpx2.Response, host: str) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST_CALENDAR:
            raise BadInput(f"{host}: the calendar is larger than {LARGEST_CALENDAR // 2**20} MB; export less of it")
    return bytes(body)
