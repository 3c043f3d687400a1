"""`dayloom demo`: the sample week from the first message to the summary, with the built-in model."""

from __future__ import annotations

from dayloom.calendars import sample_week, schedule_from
from dayloom.cli.card_prompt import line_reader
from dayloom.cli.errors import report_errors
from dayloom.cli.files import Beginning, Request, tell_left_out
from dayloom.cli.labels import LABELS
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, plain
from dayloom.cli.turn import Cards, answer_cards, show_end
from dayloom.settings import OFFLINE, read_settings
from dayloom.wiring import new_thread_id
from state.when import Locale

MESSAGE = "Plan my tasks, keep Friday evening free"


@report_errors
def demo(screen: Terminal, *, json: bool) -> ExitCode:
    """Plan the sample week on a new thread; the card is answered automatically, and that is said."""
    sample = sample_week()
    found = schedule_from(
        [sample.calendar],
        [sample.tasks],
        start=sample.start,
        days=sample.days,
        timezone=sample.timezone,
        allow_past=True,
    )
    settings = read_settings().model_copy(update={"model": OFFLINE, "timezone": sample.timezone, "locale": Locale.EN})
    labels = LABELS[Locale.EN]
    screen.tell(labels.offline, "dim")
    tell_left_out(screen, found, Request(verbose=True))
    screen.show(plain(f"{labels.person}: {MESSAGE}", "bold"))
    with open_session(screen, settings) as session:
        progress = Progress(screen, Locale.EN, screen.err if json else screen.out, final=False)
        turn = session.turn(new_thread_id(), MESSAGE, progress, Beginning(found.schedule))
        turn = answer_cards(session, turn, progress, Cards.APPROVE, line_reader(screen))
        return show_end(screen, turn)
