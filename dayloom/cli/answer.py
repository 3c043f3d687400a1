"""`dayloom answer`: the answer to an open card or question, in a process of its own."""

from __future__ import annotations

from pathlib import Path

from dayloom.cli.card_edit import edit_from_words
from dayloom.cli.errors import report_errors
from dayloom.cli.feedback import note_offers
from dayloom.cli.files import check_output
from dayloom.cli.progress import Progress
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal
from dayloom.cli.turn import show_end
from graph.open_card import nothing_open
from state.errors import BadInput
from state.ids import ThreadId
from state.interrupt import Answer, AnswerType
from tools.answer_words import edit_answer


@report_errors
def answer(
    screen: Terminal,
    *,
    thread: str,
    approve: bool,
    approve_all: bool,
    reject: list[str] | None,
    reply: str | None,
    edit: list[str] | None,
    out: Path | None,
    as_list: bool,
    json: bool,
) -> ExitCode:
    """Answer the open card of a thread; a run that was cut off goes on instead, and may open another card."""
    given = _read_options(approve, approve_all, reject, reply)
    if (given is not None) + bool(edit) != 1:
        raise BadInput("Give exactly one of --approve, --approve-all, --reject, --reply and --edit.")
    check_output(out)
    with open_session(screen) as session:
        name = ThreadId(thread)
        progress = Progress(screen, session.state(name).locale, screen.err, final=False)
        turn = session.carry_on(name, progress)
        if turn is None:
            turn = session.resume(name, given or _edit(session, name, edit or []), progress)
        code = show_end(screen, turn, out, as_list=as_list)
        if given is not None and given.type is AnswerType.REJECT:
            note_offers(session, turn)
        return code


def _read_options(approve: bool, approve_all: bool, reject: list[str] | None, reply: str | None) -> Answer | None:
    """Return the one answer the options give; raises BadInput when they give several."""
    answers: list[Answer] = []
    if approve:
        answers.append(Answer(type=AnswerType.APPROVE))
    if approve_all:
        answers.append(Answer(type=AnswerType.APPROVE, scope="turn"))
    if reject is not None:
        answers.append(Answer(type=AnswerType.REJECT, message=" ".join(reject)))
    if reply is not None:
        answers.append(Answer(type=AnswerType.RESPOND, message=reply))
    if len(answers) > 1:
        raise BadInput("Give only one answer: --approve, --approve-all, --reject, --reply or --edit.")
    return answers[0] if answers else None


def _edit(session: Session, thread: ThreadId, fields: list[str]) -> Answer:
    state = session.state(thread)
    if state.interrupt is None:
        raise nothing_open(thread)
    if all("=" in field for field in fields):
        return edit_answer(state.interrupt, fields)
    return edit_from_words(state.interrupt, " ".join(fields), state)
