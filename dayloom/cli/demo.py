"""`dayloom demo`: the sample week from the first message to the summary, with the built-in model."""

from __future__ import annotations

from dayloom.calendars import sample_week, schedule_from
from dayloom.cli.asking import asked_at
from dayloom.cli.conversing import Cards, closed, through_cards
from dayloom.cli.guard import guarded
from dayloom.cli.labels import LABELS
from dayloom.cli.loading import tell_left_out
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode
from dayloom.cli.session import session
from dayloom.cli.terminal import Terminal, plain
from dayloom.settings import OFFLINE, read_settings
from dayloom.wiring import new_thread_id
from state.when import Locale

MESSAGE = "Plan my tasks, keep Friday evening free"


@guarded
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
    tell_left_out(screen, found)
    screen.show(plain(f"{labels.person}: {MESSAGE}", "bold"))
    with session(screen, settings) as talk:
        progress = Progress(screen, Locale.EN, screen.err if json else screen.out, final=False)
        turn = talk.turn(new_thread_id(), MESSAGE, progress, found.schedule)
        turn = through_cards(talk, turn, progress, Cards.APPROVE, asked_at(screen))
        return closed(screen, turn, None)
