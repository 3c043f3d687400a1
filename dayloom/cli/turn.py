"""A turn carried through its cards, and how its end is shown."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from dayloom.cli.card import card_view, how_to_answer, pending_view, say_arguments
from dayloom.cli.card_prompt import Ask, answer_from_person
from dayloom.cli.errors import write_json
from dayloom.cli.files import Beginning, write_output
from dayloom.cli.labels import LABELS
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode, Report, of_turn
from dayloom.cli.session import Session
from dayloom.cli.terminal import Terminal, plain, program
from dayloom.cli.week import week_view
from dayloom.traces.about import SpanKind
from dayloom.traces.titles import title_of
from graph.agent import Turn
from prompts.deliver import without_place
from state.errors import NotAllowed, Refused
from state.interrupt import Answer, AnswerType, Interrupt
from tools import TOOLBOX


class Cards(Enum):
    """What happens with a card that opens; only `APPROVE_ALL` covers what acts outside of the draft."""

    ASK = auto()
    APPROVE = auto()
    APPROVE_ALL = auto()
    STOP = auto()


def answer_cards(session: Session, turn: Turn, progress: Progress, cards: Cards, ask: Ask) -> Turn:
    """Answer card after card until the turn ends, or one has to stay open."""
    while (asked := turn.interrupt) is not None:
        progress.locale = turn.state.locale
        try:
            answer = _answer(session, turn, progress, cards, ask)
        except NotAllowed as wrong:
            session.terminal.note(str(wrong), "red")
            continue
        if answer is None:
            return turn
        turn = _hand_on(session, turn, asked, answer, progress)
    return turn


def _answer(session: Session, turn: Turn, progress: Progress, cards: Cards, ask: Ask) -> Answer | str | None:
    asked = turn.interrupt
    assert asked is not None, "a turn that waits has a card"
    if AnswerType.APPROVE in asked.allowed and _is_approved(asked, cards):
        session.terminal.show(card_view(asked, progress.locale))
        session.terminal.tell(progress.labels.approved_for_you, "green")
        return Answer(type=AnswerType.APPROVE)
    if cards is not Cards.ASK:
        return None
    try:
        return answer_from_person(session.terminal, asked, turn.state, ask)
    except EOFError:
        return None


def _is_approved(asked: Interrupt, cards: Cards) -> bool:
    return cards is Cards.APPROVE_ALL or (cards is Cards.APPROVE and not _acts_outside(asked))


def _acts_outside(asked: Interrupt) -> bool:
    return asked.call is not None and TOOLBOX[asked.call.name].always_confirm


def _hand_on(session: Session, turn: Turn, asked: Interrupt, answer: Answer | str, progress: Progress) -> Turn:
    """Hand the answer on, or the words; what is refused leaves the card open, to be asked again."""
    try:
        if isinstance(answer, str):
            return session.turn(turn.thread, answer, progress)
        return session.resume(turn.thread, answer, progress, asked.id)
    except Refused as wrong:
        session.terminal.note(str(wrong), "red")
        return session.last_turn(turn.thread)


def show_end(
    terminal: Terminal,
    turn: Turn,
    out: Path | None = None,
    beginning: Beginning | None = None,
    *,
    as_list: bool = False,
) -> ExitCode:
    """Show how a run ended, or the card it waits at; write the file; return the exit code."""
    report = of_turn(turn)
    locale, labels = turn.state.locale, LABELS[turn.state.locale]
    if terminal.json:
        write_json(terminal, report.json | (beginning.json if beginning else {}))
    elif turn.interrupt is not None:
        terminal.show(card_view(turn.interrupt, locale))
        terminal.tell("\n".join(how_to_answer(turn.interrupt, turn.thread, locale)))
    else:
        show_words(terminal, report, with_week=True, as_list=as_list)
    if turn.interrupt is not None:
        terminal.note(labels.waiting, "yellow")
    elif out is not None:
        write_output(turn.state.schedule, turn.thread, out)
        terminal.tell(labels.saved.format(path=out))
    terminal.tell(labels.where.format(program=program(), thread=turn.thread), "dim")
    return report.exit_code


def show_words(terminal: Terminal, report: Report, *, with_week: bool, as_list: bool = False) -> None:
    """Show what a turn said in the end, after its week where that is wanted."""
    if with_week:
        show_changes(terminal, report, as_list=as_list)
    outcome, locale = report.turn.state.outcome, report.turn.state.locale
    terminal.show(plain(outcome.message if outcome else ""))
    for call in outcome.proposed if outcome else ():
        said = title_of(SpanKind.TOOL, call.name, locale)
        terminal.show(plain(f"{LABELS[locale].would}: {said} ({say_arguments(call.arguments)})"))


def show_changes(terminal: Terminal, report: Report, *, as_list: bool = False) -> None:
    """Show the week and what has no place, when this turn has changed the draft and no card is open."""
    state = report.turn.state
    if report.changes and report.turn.interrupt is None:
        terminal.show(week_view(state.schedule, state.locale, terminal.out, as_list=as_list))
        terminal.show(pending_view(without_place(state), state.schedule, state.locale))
