"""`dayloom show`: the schedule of a thread as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dayloom.cli.card import how_to_answer, pending_view
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.files import check_output, write_output
from dayloom.cli.labels import LABELS
from dayloom.cli.report import ExitCode, of_thread
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from dayloom.cli.week import week_view
from prompts.changes import say_outdated
from prompts.deliver import without_place
from prompts.limit_words import say_limits
from state.common import CommonState
from state.ids import ThreadId
from state.preview import Clash


@report_errors
def show(screen: Terminal, *, thread: str, as_list: bool, out: Path | None, json: bool) -> ExitCode:
    """Show the draft, the calendar around it, and what has no place."""
    check_output(out)
    with open_session(screen) as session:
        turn = session.last_turn(ThreadId(thread))
        outdated = session.outdated(turn)
    if json:
        clashes = {"outdated": [clash.model_dump() for clash in outdated]} if outdated else {}
        write_json(screen, {**of_thread(turn).json, **clashes})
    show_draft(screen, turn.state, as_list=as_list)
    note_outdated(screen, turn.state, outdated)
    if turn.interrupt is not None:
        locale = turn.state.locale
        screen.note(LABELS[locale].waiting, "yellow")
        screen.note("\n".join(how_to_answer(turn.interrupt, turn.thread, locale)))
    if out is not None:
        write_output(turn.state.schedule, turn.thread, out)
        screen.tell(LABELS[turn.state.locale].saved.format(path=out))
    return ExitCode.DONE


def note_outdated(screen: Terminal, state: CommonState, outdated: Sequence[Clash]) -> None:
    """Say that the draft no longer fits the calendar, and what to do; nothing when it does."""
    if outdated:
        screen.note(say_outdated(outdated, state.locale), "yellow")


def show_draft(screen: Terminal, state: CommonState, *, as_list: bool = False) -> None:
    """Show the week tables, what was said of these days, and the tasks without a place."""
    week = week_view(state.schedule, state.locale, screen.out, as_list=as_list)
    lines = [plain(f" {one_line(line)}", style="dim") for line in say_limits(state.schedule.limits, state.locale)]
    screen.show(week, *lines, pending_view(without_place(state), state.schedule, state.locale))
