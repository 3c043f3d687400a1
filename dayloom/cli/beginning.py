"""The schedule a thread begins with, or goes on with: from files, from what is kept for the person, or from both."""

from __future__ import annotations

from datetime import datetime

from dayloom.calendars import Loaded
from dayloom.cli.files import Beginning, Request, Stored, load_files, tell_left_out
from dayloom.cli.progress import Progress
from dayloom.cli.session import Session
from dayloom.cli.terminal import Terminal
from dayloom.stores.owner.calendar import version_of
from state.errors import BadInput, UnknownThread
from state.ids import ThreadId
from state.schedule import Schedule
from state.when import say_date


def begin_thread(session: Session, request: Request) -> Beginning:
    """Return what a new thread begins with; without files it follows the person's calendar and tasks from then on."""
    calendar, tasks = stored = session.run(session.parts.calendar.calendar_and_tasks())
    found = _load(session, request, None, stored)
    seen = None if request.has_files else version_of(calendar.version, [task.id for task in tasks])
    return Beginning(found.schedule, seen, found.left_out, found.notes)


def continue_thread(session: Session, thread: ThreadId, request: Request, progress: Progress) -> Beginning | None:
    """Return the schedule that replaces the thread's, None to keep it; a run that was cut off is finished first."""
    if not request.has_files:
        if request.has_week:
            raise BadInput(
                "--start, --days, --grid, --hours, --timezone, --max-hours-a-day, --buffer, --work-hours, --notice, "
                "--past and --span-pauses belong to files; give --calendar or --tasks too."
            )
        session.state(thread)
        session.carry_on(thread, progress)
        return None
    previous = _previous(session, thread, progress)
    if previous is None:
        return begin_thread(session, request)
    found = _load(session, request, previous, None)
    return Beginning(found.schedule, None, found.left_out, found.notes)


def _previous(session: Session, thread: ThreadId, progress: Progress) -> Schedule | None:
    session.carry_on(thread, progress)
    try:
        state = session.state(thread)
    except UnknownThread:
        return None
    if state.interrupt is not None:
        raise BadInput(f"A card is open on thread {thread}; answer it before you read files again.")
    return state.schedule


def _load(session: Session, request: Request, previous: Schedule | None, stored: Stored | None) -> Loaded:
    found = load_files(request, session.settings, previous, stored)
    tell_left_out(session.terminal, found, request)
    if request.start is not None:
        _tell_past(session.terminal, found.schedule, session.settings.in_zone(found.schedule.timezone).now())
    return found


def _tell_past(screen: Terminal, schedule: Schedule, now: datetime) -> None:
    """Say whether days that are past are planned, when some are."""
    window = schedule.window
    if window.start >= now.date():
        return
    if window.allow_past or (window.not_before is None and schedule.is_over(now)):
        screen.note(f"The plan begins on {say_date(window.start)}, as you say, although that is past.")
    else:
        screen.note(f"Nothing is placed on days that are past, from {say_date(window.start)} on; --past allows it.")
