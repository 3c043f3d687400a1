"""`dayloom next`: what is on now, and what comes next."""

from __future__ import annotations

from dayloom.cli.beginning import begin_thread
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.files import Request
from dayloom.cli.labels import LABELS
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from state.ids import ThreadId
from state.schedule import Schedule
from state.when import Locale, say_span
from tools.ahead import coming_up


@report_errors
def next_(screen: Terminal, *, thread: str | None, limit: int, json: bool) -> ExitCode:
    """Show it from the newest thread with its draft, or from the calendar that is kept."""
    with open_session(screen) as session:
        schedule = _schedule(session, thread)
        locale, now = session.settings.locale or Locale.EN, session.settings.now()
    coming = coming_up(schedule, now, limit)
    if json:
        write_json(screen, {"entries": [one.data for one in coming]})
        return ExitCode.DONE
    labels = LABELS[locale]
    for one in coming:
        word = labels.now if one.running else labels.next
        screen.show(plain(f"{word} {say_span(one.start, one.end, locale)}  {one_line(one.task.title)}"))
    if not coming:
        screen.note(labels.nothing_next)
    return ExitCode.DONE


def _schedule(session: Session, thread: str | None) -> Schedule:
    if thread is not None:
        return session.state(ThreadId(thread)).schedule
    now = session.settings.now()
    begun = (state.schedule for _, state in session.threads() if state is not None)
    newest = next((schedule for schedule in begun if not schedule.is_over(now)), None)
    return newest or begin_thread(session, Request()).schedule
