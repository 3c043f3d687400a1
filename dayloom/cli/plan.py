"""`dayloom plan`: one turn on real files."""

from __future__ import annotations

from pathlib import Path

from dayloom.cli.beginning import begin_thread, continue_thread
from dayloom.cli.card_prompt import line_reader
from dayloom.cli.errors import report_errors
from dayloom.cli.feedback import note_offers
from dayloom.cli.files import Request, check_output
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal
from dayloom.cli.turn import Cards, answer_cards, show_end
from dayloom.settings import read_settings
from dayloom.wiring import new_thread_id
from prompts.wording import locale_of
from state.errors import BadInput
from state.ids import ThreadId


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
    once: bool,
    as_list: bool,
    json: bool,
) -> ExitCode:
    """Answer one message about the files, or about a thread as it stands."""
    if not message.strip():
        raise BadInput('There is no message; say what to plan, for instance "Plan my tasks".')
    if yes and no_input:
        raise BadInput("--yes and --no-input contradict each other; give one of them.")
    check_output(out)
    settings = read_settings()
    with open_session(screen, settings) as session:
        name = ThreadId(thread or new_thread_id())
        progress = Progress(screen, settings.locale or locale_of(message), screen.err, final=False)
        beginning = continue_thread(session, name, request, progress) if thread else begin_thread(session, request)
        turn = session.turn(name, message, progress, beginning, single_call=once)
        cards = Cards.APPROVE if yes else Cards.ASK if screen.interactive and not no_input else Cards.STOP
        turn = answer_cards(session, turn, progress, cards, line_reader(screen))
        code = show_end(screen, turn, out, beginning, as_list=as_list)
        if cards is Cards.ASK:
            note_offers(session, turn)
        return code
