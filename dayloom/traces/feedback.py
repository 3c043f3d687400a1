"""What a person says of a run: kept in the transcript beside what it judges, and learned from."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Protocol, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from dayloom.memory.feedback import Learned, learn
from dayloom.memory.memory import Memory
from dayloom.stores.threads.store import RedisThreads
from dayloom.traces.about import AboutAnswer
from dayloom.traces.trace import Span, Traced, trace_of
from state.errors import BadInput, MovedOn, TooLarge, UnknownStep
from state.ids import RunId
from state.interrupt import AnswerType
from state.ports import TranscriptStep
from state.transcript import Answered, Feedback, FeedbackKind, Told

FeedbackKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
LONGEST: Final = 2_000
MOST: Final = 100
"""So much is said of one run at most."""
_ATTEMPTS: Final = 20
_MIDDLE: Final = 0.5
_BLAMES: Final = re.compile("dislike|down|negative|unhelpful|wrong|bad", re.IGNORECASE)
"""What a key is called whose high score is blame, as `thumbs_down` or `user_disliked`."""

_REMEMBER: Final = re.compile(
    r"(please |ok(ay)?,? |yes,? )?remember (that|this|it)( please)?|(好的?，?)?(请|就)?记住(这个|这点|这一点|它|吧)?",
    re.IGNORECASE,
)


def as_one_line(text: str) -> str:
    """Return a text as one line of words, without what a terminal or a model could take for anything else."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _clean(text: Any) -> Any:
    return as_one_line(text) if isinstance(text, str) else text


class FeedbackNew(BaseModel):
    """What was right or wrong: `seq` names a span of the trace, none the run as a whole.

    Say `kind`; or `score` (0 to 1) or `stars` (1 to 5), where the middle is neither praise nor blame; or `card`, a card
    that was rejected, whose reason is then the correction unless `text` says another. A correction, and praise with a
    rule in its text, is remembered; what the run had loaded counts for more after praise and for less after blame.
    With `extract` false nothing is learned. Said twice in a row, it counts once.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"kind": "correction", "text": "No study before 10:00"}, {"stars": 5}, {"card": "a1b2"}]
        },
    )

    kind: FeedbackKind | None = None
    text: Annotated[
        str,
        BeforeValidator(_clean),
        StringConstraints(max_length=LONGEST),
        Field(validation_alias=AliasChoices("text", "comment")),
    ] = ""
    seq: Annotated[int, Field(ge=0)] | None = None
    card: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    score: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    extract: bool = True

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.kind is None and self.card is None and self.points is None:
            raise ValueError("say kind, score, stars or card")
        if self.kind is FeedbackKind.CORRECTION and not (self.text or self.card):
            raise ValueError("a correction says what would have been right")
        return self

    @property
    def points(self) -> float | None:
        """The score from 0 to 1, however it was given."""
        return (self.stars - 1) / 4 if self.stars is not None else self.score

    def judgement(self, key: str | None) -> FeedbackKind:
        """Return what is meant by it under the key of a page."""
        if self.kind is not None or self.points is None:
            return self.kind or FeedbackKind.CORRECTION
        good = 1 - self.points if key and _BLAMES.search(key) else self.points
        if good == _MIDDLE:
            return FeedbackKind.NEUTRAL
        return FeedbackKind.POSITIVE if good > _MIDDLE else FeedbackKind.NEGATIVE


class Offer(BaseModel):
    """Why the person has rejected a card, which they may want to be remembered: feedback that names it does that."""

    run_id: str
    card: str
    text: str


class Spoken(Protocol):
    """What was said at once in a run: a step of a transcript, or a scene of a replay."""

    @property
    def run(self) -> RunId | None:
        """The run, when it was in one."""
        ...

    @property
    def entries(self) -> Sequence[Told]:
        """What was said."""
        ...


def offers(steps: Iterable[Spoken]) -> list[Offer]:
    """Return the reasons given for rejected cards that no feedback has named since, oldest first."""
    entries = [(step.run, entry) for step in steps for entry in step.entries]
    settled = {entry.card for _, entry in entries if isinstance(entry, Feedback)}
    return [
        Offer(run_id=run, card=entry.interrupt_id, text=text)
        for run, entry in entries
        if run and isinstance(entry, Answered) and entry.interrupt_id not in settled and (text := _why(entry))
    ]


def says_remember(words: str) -> bool:
    """Tell whether somebody takes up what was offered to be remembered."""
    return _REMEMBER.fullmatch(words.strip(" .!。！")) is not None


def _why(answered: Answered) -> str:
    """Return the reason of a rejection, nothing for another answer."""
    words = as_one_line(answered.answer.message)[:LONGEST]
    return words if answered.answer.type is AnswerType.REJECT and not says_remember(words) else ""


@dataclass(frozen=True)
class Given:
    """Feedback as it is kept, and what was learned of it."""

    kept: Feedback
    learned: Learned


async def give_feedback(
    threads: RedisThreads, memory: Memory, run: Traced, said: FeedbackNew, now: datetime, *, key: str | None = None
) -> Given:
    """Keep what is said of a run, whoever is at work on its thread, and learn from it.

    Repeated, as when a reply was lost, it is kept and counts once. Raises UnknownRun, UnknownStep, BadInput, TooLarge.
    """
    for _ in range(_ATTEMPTS):
        steps = await threads.transcript(run.thread)
        new = _feedback(steps, run, said, key)
        before = [
            entry for step in steps if step.run == run.id for entry in step.entries if isinstance(entry, Feedback)
        ]
        kept = next((each for each in reversed(before) if _place(each) == _place(new)), None)
        if kept is None or kept.model_copy(update={"id": new.id}) != new:
            if len(before) >= MOST:
                raise TooLarge(f"{MOST} things were said of run {run.id}, and these are the most.")
            if not await threads.append(run.thread, run.id, new, steps):
                continue
            kept = new
        return Given(kept, await learn(memory, kept, run.thread, run.id, steps, now=now))
    raise MovedOn("The thread is being written to all the time; try again.")


def _feedback(steps: Sequence[TranscriptStep], run: Traced, said: FeedbackNew, key: str | None) -> Feedback:
    """Return what is to be kept; raises UnknownStep for a span or a card that the run has not, and BadInput."""
    spans = trace_of(steps, run, {}).spans
    text, span = said.text, said.seq
    if said.card is not None:
        span, reason = _rejection(steps, spans, run, said.card)
        text = text or reason
        if not text:
            raise BadInput("text: the card was rejected without a reason; say what would have been right")
    if span is not None and span not in {each.seq for each in spans}:
        raise UnknownStep(f"run {run.id} has no span {span}")
    return Feedback(
        id=secrets.token_hex(4),
        kind=said.judgement(key),
        text=text,
        span=span,
        card=said.card,
        key=key,
        score=said.points,
        extract=said.extract,
    )


def _rejection(steps: Sequence[TranscriptStep], spans: Sequence[Span], run: Traced, card: str) -> tuple[int, str]:
    """Return the span of the answer that rejected a card in this run, and the reason it gave; raises UnknownStep."""
    for step in steps:
        for entry in step.entries if step.run == run.id else ():
            if isinstance(entry, Answered) and entry.interrupt_id == card and entry.answer.type is AnswerType.REJECT:
                answers = ((span.seq, span.about) for span in spans)
                return next(
                    seq for seq, about in answers if isinstance(about, AboutAnswer) and about.interrupt_id == card
                ), _why(entry)
    raise UnknownStep(f"run {run.id} has rejected no card {card!r}")


def _place(said: Feedback) -> tuple[int | None, str | None]:
    """Return what it is said of: a later word on the same stands beside the earlier one."""
    return said.span, said.key
