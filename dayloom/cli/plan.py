"""`dayloom plan`: one turn on real files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dayloom.cli.card_prompt import line_reader
from dayloom.cli.errors import report_errors
from dayloom.cli.files import Request, check_output, load_files, tell_left_out
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal
from dayloom.cli.turn import Cards, answer_cards, show_end
from dayloom.settings import Settings, read_settings
from dayloom.wiring import new_thread_id
from prompts.wording import locale_of
from state.errors import BadInput, UnknownThread
from state.ids import ThreadId
from state.schedule import Schedule
from state.when import say_date


@report_errors
def plan(
    screen: Terminal,
    message: str,
    *,
    request: Request,
    out: Path | None,
    yes: bool,
    no_input: bool,
    thread: str | None,
    json: bool,
) -> ExitCode:
    """Answer one message about the files, or about a thread as it stands."""
    if not message.strip():
        raise BadInput('There is no message; say what to plan, for instance "Plan my tasks".')
    if yes and no_input:
        raise BadInput("--yes and --no-input contradict each other; give one of them.")
    check_output(out)
    settings = read_settings()
    fresh = _load(screen, request, settings, None) if thread is None else None
    with open_session(screen, settings) as session:
        name = ThreadId(thread or new_thread_id())
        progress = Progress(screen, settings.locale or locale_of(message), screen.err, final=False)
        schedule = fresh or _schedule_of(session, name, request, progress)
        turn = session.turn(name, message, progress, schedule)
        cards = Cards.APPROVE if yes else Cards.ASK if screen.interactive and not no_input else Cards.STOP
        turn = answer_cards(session, turn, progress, cards, line_reader(screen))
        return show_end(screen, turn, out)


def _schedule_of(session: Session, thread: ThreadId, request: Request, progress: Progress) -> Schedule | None:
    """Return the schedule that replaces the thread's, None to keep it; a run that was cut off is finished first."""
    if not request.has_files:
        if request.has_week:
            raise BadInput(
                "--start, --days, --grid, --timezone, --past and --span-pauses belong to files; "
                "give --calendar or --tasks too."
            )
        session.state(thread)
        session.carry_on(thread, progress)
        return None
    previous = _previous(session, thread, progress)
    return _load(session.terminal, request, session.settings, previous)


def _previous(session: Session, thread: ThreadId, progress: Progress) -> Schedule | None:
    session.carry_on(thread, progress)
    try:
        state = session.state(thread)
    except UnknownThread:
        return None
    if state.interrupt is not None:
        raise BadInput(f"A card is open on thread {thread}; answer it before you read files again.")
    return state.schedule


def _load(screen: Terminal, request: Request, settings: Settings, previous: Schedule | None) -> Schedule:
    found = load_files(request, settings, previous)
    tell_left_out(screen, found)
    if request.start is not None:
        _tell_past(screen, found.schedule, settings.in_zone(found.schedule.timezone).now())
    return found.schedule


def _tell_past(screen: Terminal, schedule: Schedule, now: datetime) -> None:
    """Say whether days that are past are planned, when some are."""
    window = schedule.window
    if window.start >= now.date():
        return
    if window.allow_past or (window.not_before is None and schedule.is_over(now)):
        screen.note(f"The plan begins on {say_date(window.start)}, as you say, although that is past.")
    else:
        screen.note(f"Nothing is placed on days that are past, from {say_date(window.start)} on; --past allows it.")
