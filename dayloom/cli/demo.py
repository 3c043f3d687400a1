"""`dayloom demo`: the sample week from the first message to the summary, with the built-in model."""

from __future__ import annotations

from dayloom.calendars import sample_week, schedule_from
from dayloom.cli.card_prompt import line_reader
from dayloom.cli.errors import report_errors
from dayloom.cli.files import Beginning, Request, tell_left_out
from dayloom.cli.labels import LABELS
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode, of_turn
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, plain
from dayloom.cli.turn import Cards, answer_cards, show_end, show_words
from dayloom.settings import OFFLINE, read_settings
from dayloom.wiring import new_thread_id
from graph.agent import Turn
from state.ids import ThreadId
from state.when import Locale

MESSAGES = (
    "Plan my tasks, keep Friday evening free",
    "Add a task: read chapter 6, 2 hours, due 27 November 2026",
    "Split Problem sheet 6 into 3 parts",
    "Vocabulary unit 7 is done",
    "Is anything at risk?",
)
"""What a person says in the demonstration, one after the other."""


@report_errors
def demo(screen: Terminal, *, json: bool) -> ExitCode:
    """Plan the sample week on a new thread and work on its list; cards are answered automatically, and that is said."""
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
    screen.tell(LABELS[Locale.EN].offline, "dim")
    tell_left_out(screen, found, Request(verbose=True))
    messages = MESSAGES[:1] if json else MESSAGES  # one object: the plan
    with open_session(screen, settings) as session:
        progress = Progress(screen, Locale.EN, screen.err if json else screen.out, final=False)
        thread, beginning = new_thread_id(), Beginning(found.schedule)
        for message in messages[:-1]:
            turn = _play(session, thread, message, progress, beginning)
            show_words(screen, of_turn(turn), with_week=beginning is not None)
            beginning = None
        return show_end(screen, _play(session, thread, messages[-1], progress, beginning))


def _play(session: Session, thread: ThreadId, message: str, progress: Progress, beginning: Beginning | None) -> Turn:
    screen = session.terminal
    screen.show(plain(f"{progress.labels.person}: {message}", "bold"))
    turn = session.turn(thread, message, progress, beginning)
    return answer_cards(session, turn, progress, Cards.APPROVE_ALL, line_reader(screen))
