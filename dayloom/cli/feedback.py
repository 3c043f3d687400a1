"""What a person says of a run: `dayloom trace RUN --good`, and in a chat "remember that" after a card was declined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.labels import LABELS, Labels
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, program
from dayloom.cli.trace import find_run
from dayloom.memory.feedback import Learned
from dayloom.traces import feedback
from dayloom.traces.feedback import FeedbackNew, Given, Offer
from dayloom.traces.read import traced
from graph.agent import Turn
from state.errors import BadInput
from state.ids import RunId, ThreadId
from state.when import Locale


@report_errors
def give_feedback(
    screen: Terminal, *, name: str, said: Mapping[str, Any], about: Mapping[str, Any], json: bool
) -> ExitCode:
    """Say what was right or wrong about a run, the newest one when a thread is named, or about a span of it."""
    new = _read(said, about)
    with open_session(screen) as session:
        thread, run = session.run(find_run(session, name))
        given = session.run(_give(session, thread, run, new))
        labels = LABELS[session.settings.locale or Locale.EN]
    if json:
        write_json(screen, {"feedback": given.kept.model_dump(mode="json"), **_learned(given.learned)})
        return ExitCode.DONE
    _show_learned(screen, given.learned, labels)
    return ExitCode.DONE


def load_offers(session: Session, thread: ThreadId) -> list[Offer]:
    """Return why the person has declined cards of a thread, as far as nothing was made of it; oldest first."""
    return feedback.offers(session.run(session.parts.threads.transcript(thread)))


def note_offers(session: Session, turn: Turn) -> None:
    """Tell how the reason can be remembered that was given for declining a card in this run."""
    for offer in load_offers(session, turn.thread):
        if offer.run_id == turn.run:
            how = LABELS[turn.state.locale].how_to_remember
            session.terminal.note(how.format(program=program(), run=turn.run, card=offer.card), "dim")


def take_up(session: Session, thread: ThreadId, offer: Offer, labels: Labels) -> None:
    """Remember why a card was declined, and say so."""
    given = session.run(_give(session, thread, RunId(offer.run_id), FeedbackNew(card=offer.card)))
    _show_learned(session.terminal, given.learned, labels)


async def _give(session: Session, thread: ThreadId, run: RunId, said: FeedbackNew) -> Given:
    parts, found = session.parts, await session.parts.runs.get(thread, run)
    about = traced(thread, found.asked, found.status)
    return await feedback.give_feedback(parts.threads, parts.memory, about, said, session.settings.now())


def _read(said: Mapping[str, Any], about: Mapping[str, Any]) -> FeedbackNew:
    """Return the one thing that is said, from what the options give; raises BadInput."""
    [(what, given), *others] = [(what, given) for what, given in said.items() if given is not None]
    if others or (what == "correction" and about["text"]):
        raise BadInput(
            "Give exactly one of --good, --bad, --correct and --remember; --why goes with all but --correct."
        )
    meant = {"card": given} if what == "card" else {"kind": what}
    text = given if what == "correction" else about["text"] or ""
    try:
        return FeedbackNew.model_validate({**about, **meant, "text": text})
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BadInput(f"{'.'.join(map(str, wrong['loc'])) or 'feedback'}: {wrong['msg']}") from error


def _learned(learned: Learned) -> dict[str, Any]:
    return {
        "learned": learned.learned.model_dump(mode="json") if learned.learned else None,
        "judged": [item.model_dump(mode="json") for item in learned.judged],
    }


def _show_learned(screen: Terminal, learned: Learned, labels: Labels) -> None:
    """Tell what was learned of feedback."""
    if (item := learned.learned) is not None:
        screen.tell(one_line(labels.remembered.format(rule=item.rule, program=program(), id=item.id)))
    for item in learned.judged:
        screen.tell(one_line(labels.judged.format(rule=item.name or item.rule, confidence=item.confidence)))
    if learned == Learned():
        screen.tell(labels.noted)
