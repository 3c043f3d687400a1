"""The trace of a run: what its lines of the transcript tell, as spans with times, tokens and costs.

Nothing is stored for it. A span's parents are what led to it, so that the spans are a graph with one root, the run: a
call of the model follows from the call before it and from what ran since; a tool from the call that asked for it, or
from the answer that approved it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime

from dayloom.traces.about import (
    MOST_ITEMS,
    About,
    AboutAnswer,
    AboutCard,
    AboutChild,
    AboutConclusion,
    AboutCorrection,
    AboutFeedback,
    AboutMemory,
    AboutModel,
    AboutNode,
    AboutRun,
    AboutTool,
    Loaded,
    SpanKind,
    bounded,
)
from dayloom.traces.prices import Prices
from dayloom.traces.titles import title_of
from prompts.wording import locale_of
from state.ids import RunId, ThreadId
from state.job import job_of
from state.memory import Recalled
from state.outcome import OutcomeStatus
from state.ports import TranscriptStep
from state.run_status import RunStatus
from state.schedule import Value
from state.transcript import (
    Answered,
    Card,
    Corrected,
    Ended,
    Feedback,
    GivenAway,
    MemoryRead,
    Message,
    ModelCalled,
    ModelFailed,
    NodeRan,
    Told,
    ToolRan,
)
from state.usage import FailedTry, Usage
from state.when import Locale

ROOT: Final = 1


class SpanStatus(StrEnum):
    """How what a span tells of came out."""

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"
    """A tool that declined what it was asked, or a reply of the model that was no use."""
    WAITING = "waiting"
    """A card that nobody has answered yet."""
    RUNNING = "running"
    CANCELLED = "cancelled"
    """Stopped before it was done, or a card that nobody will answer any more."""
    EXHAUSTED = "exhausted"
    """Ended because its budget was used up."""


class Span(Value):
    """One thing a run did, or that was done to it.

    `seq` counts from 1 in the order of the transcript; `parents` are the numbers of what it follows from. `title` is
    what it is called in the person's language. `ended` and `seconds` are None as long as it lasts, or where nobody
    noted it. `cost` is None where no price is known. `child` is the trace of a run that part of the work was given to.
    """

    seq: int
    kind: SpanKind
    name: str
    title: str
    node: str | None = None
    parents: tuple[int, ...] = ()
    begun: AwareDatetime
    ended: AwareDatetime | None = None
    seconds: float | None = None
    status: SpanStatus = SpanStatus.OK
    usage: Usage = Usage()
    cost: float | None = None
    about: About
    child: Trace | None = None


class Totals(Value):
    """The sums over the spans, those of child runs too; `unpriced` are the models whose tokens are not in `cost`."""

    model_calls: int = 0
    tool_calls: int = 0
    corrections: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    unpriced: tuple[str, ...] = ()

    def plus(self, other: Totals) -> Totals:
        """Return the sum."""
        costs = [each for each in (self.cost, other.cost) if each is not None]
        return Totals(
            model_calls=self.model_calls + other.model_calls,
            tool_calls=self.tool_calls + other.tool_calls,
            corrections=self.corrections + other.corrections,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=sum(costs) if costs else None,
            unpriced=tuple(dict.fromkeys((*self.unpriced, *other.unpriced))),
        )


class Trace(Value):
    """What happened in one run, as far as it has come; `outcome` is how its turn ended, when it did."""

    thread_id: str
    run_id: str
    status: RunStatus
    outcome: OutcomeStatus | None
    totals: Totals
    spans: tuple[Span, ...]


Span.model_rebuild()

Children = Mapping[RunId, Trace]
"""The traces of the runs that a run has given work to."""


@dataclass(frozen=True)
class Traced:
    """The run that a trace is of: since when it was asked for, how it stands, and which attempt of a job it is.

    `waits` tells that a card is open on its thread, which is the newest one.
    """

    thread: ThreadId
    id: RunId
    status: RunStatus
    asked: datetime
    attempt: int | None = None
    waits: bool = False


_STATUS: Final[Mapping[RunStatus, SpanStatus]] = {
    RunStatus.PENDING: SpanStatus.RUNNING,
    RunStatus.RUNNING: SpanStatus.RUNNING,
    RunStatus.INTERRUPTED: SpanStatus.WAITING,
    RunStatus.ERROR: SpanStatus.ERROR,
    RunStatus.TIMEOUT: SpanStatus.ERROR,
    RunStatus.CANCELLED: SpanStatus.CANCELLED,
}


def given_away(steps: Sequence[TranscriptStep], run: RunId) -> Iterator[GivenAway]:
    """Yield what a run has given to child runs."""
    for step in steps:
        if step.run == run:
            yield from (entry for entry in step.entries if isinstance(entry, GivenAway))


def trace_of(steps: Sequence[TranscriptStep], run: Traced, prices: Prices, children: Children | None = None) -> Trace:
    """Return the trace of a run, from the whole transcript of its thread and the traces of its child runs."""
    own = [step for step in steps if step.run == run.id]
    said = _said(own)
    locale = locale_of(said or _said(steps))
    weaver = _Weaver(run, prices, children or {}, _Cards.of(steps), locale)
    for step in own:
        weaver.add(step)
    done = [step for step in own if not isinstance(step.entries[0], Feedback)]
    ended = done[-1].at if done and run.status.final else None
    root = Span(
        seq=ROOT,
        kind=SpanKind.RUN,
        name=run.id,
        title=title_of(SpanKind.RUN, run.id, locale),
        begun=run.asked,
        ended=ended,
        seconds=_seconds(run.asked, ended) if ended else None,
        status=weaver.status,
        about=AboutRun(said=bounded(said), job=job_of(run.thread), attempt=run.attempt),
    )
    spans = (root, *weaver.spans)
    return Trace(
        thread_id=run.thread,
        run_id=run.id,
        status=run.status,
        outcome=weaver.outcome,
        totals=_totals(spans),
        spans=spans,
    )


@dataclass(frozen=True)
class _Cards:
    """When each card of a thread was shown, and when and how it was answered."""

    shown: dict[str, datetime]
    answered: Mapping[str, tuple[datetime, Answered]]

    @classmethod
    def of(cls, steps: Sequence[TranscriptStep]) -> _Cards:
        """Read a transcript."""
        entries = [(entry, step.at) for step in steps for entry in step.entries]
        return cls(
            {entry.interrupt_id: at for entry, at in entries if isinstance(entry, Card)},
            {entry.interrupt_id: (at, entry) for entry, at in entries if isinstance(entry, Answered)},
        )


@dataclass
class _Weaver:
    """Turns entries into spans, one after the other.

    `call` is the last call of the model, `since` what ran after it and leads to the next; `asked` are the spans of the
    child runs by the call that asked for them.
    """

    run: Traced
    prices: Prices
    children: Children
    cards: _Cards
    locale: Locale
    spans: list[Span] = field(default_factory=list[Span])
    call: int | None = None
    since: tuple[int, ...] = ()
    asked: dict[str, int] = field(default_factory=dict[str, int])
    outcome: OutcomeStatus | None = None
    tries: tuple[FailedTry, ...] = ()

    @property
    def status(self) -> SpanStatus:
        """How the run came out: one that stopped at a card came out as the card did."""
        if self.outcome is OutcomeStatus.EXHAUSTED:
            return SpanStatus.EXHAUSTED
        cards = [span.status for span in self.spans if span.kind is SpanKind.CARD]
        if self.run.status is RunStatus.INTERRUPTED and cards:
            return cards[-1]
        return _STATUS.get(self.run.status, SpanStatus.OK)

    def add(self, step: TranscriptStep) -> None:
        """Add the spans of one step; its node comes first, because all else in it is that node's doing."""
        ran = next((entry for entry in step.entries if isinstance(entry, NodeRan)), None)
        node = ran.node if ran else None
        if ran:
            self._put(AboutNode(), ran.node, ran.begun, node=node, parents=(ROOT,), seconds=ran.seconds)
        for entry in step.entries:
            self._add(entry, step.at, node)

    def _add(self, entry: Told, at: datetime, node: str | None) -> None:
        match entry:
            case ModelFailed():
                self.tries = entry.tries
            case ModelCalled():
                self._model(entry, node)
            case Message(role="agent"):
                self._note_words(entry.text)
            case MemoryRead():
                self._memory(entry, node)
            case GivenAway():
                self._child(entry, at, node)
            case ToolRan():
                self._tool(entry, at, node)
            case Corrected():
                about = AboutCorrection(complaint=bounded(entry.complaint))
                self._put(about, "correction", at, node=node, ended=at, status=SpanStatus.REFUSED)
            case Card():
                self._card(entry, at, node)
            case Answered():
                self._answer(entry, at, node)
            case Ended():
                self._conclude(entry, at, node)
            case Feedback():
                self._judge(entry, at)
            case _:
                return

    def _memory(self, read: MemoryRead, node: str | None) -> None:
        """Add what was recalled, which the first call of the model builds on."""
        about = AboutMemory(items=tuple(map(_loaded, read.items)))
        seq = self._put(about, "memory", read.begun, parents=(ROOT,), node=node, seconds=read.seconds)
        self.since = (*self.since, seq)

    def _model(self, called: ModelCalled, node: str | None) -> None:
        name = called.model or (self.tries[-1].model if self.tries else "model")
        price = self.prices.get(called.model)
        about = AboutModel(
            purpose=called.purpose,
            asked=self.tries[0].model if self.tries else name,
            served=called.served,
            tries=self.tries,
            shape=called.shape,
            finish=called.finish,
            first=called.first,
            code=called.code,
            calls=tuple(
                call.model_copy(update={"arguments": bounded(call.arguments)}) for call in called.calls[:MOST_ITEMS]
            ),
        )
        self.call = self._put(
            about,
            name,
            called.begun,
            title=title_of(SpanKind.MODEL, called.purpose, self.locale),
            node=node,
            parents=self._leading(),
            seconds=called.seconds,
            status=SpanStatus.ERROR if called.code else SpanStatus.OK,
            usage=called.usage,
            cost=price.of(called.usage) if price else None,
        )
        self.since, self.tries = (), ()

    def _note_words(self, text: str) -> None:
        """Let a call of the model that was just made show what it said to the person."""
        if self.spans and isinstance(about := self.spans[-1].about, AboutModel):
            said = about.model_copy(update={"said": bounded(text)})
            self.spans[-1] = self.spans[-1].model_copy(update={"about": said})

    def _child(self, given: GivenAway, at: datetime, node: str | None) -> None:
        child = self.children.get(given.run)
        about = AboutChild(call_id=given.call_id, goal=bounded(given.goal), thread_id=given.thread, run_id=given.run)
        seconds = child.spans[0].seconds if child else None
        status = child.spans[0].status if child else SpanStatus.REFUSED if self.run.status.final else SpanStatus.RUNNING
        self.asked[given.call_id] = self._put(
            about, given.run, at, node=node, seconds=seconds, status=status, child=child
        )

    def _tool(self, ran: ToolRan, at: datetime, node: str | None) -> None:
        asked = self.asked.get(ran.call_id)
        seq = self._put(
            AboutTool(
                call_id=ran.call_id,
                arguments=bounded(ran.arguments),
                result=bounded(ran.text),
                changes=ran.changes[:MOST_ITEMS],
                list_changes=ran.list_changes[:MOST_ITEMS],
            ),
            ran.name,
            ran.begun or at,
            node=node,
            parents=(asked,) if asked else None if self.call else self.since,
            seconds=ran.seconds if ran.begun else None,
            status=SpanStatus.REFUSED if ran.refused else SpanStatus.OK,
        )
        self.since = (*self.since, seq)

    def _card(self, card: Card, at: datetime, node: str | None) -> None:
        """Add a card: it waits until somebody answers it, be it in a later run, or until it is closed."""
        answered = self.cards.answered.get(card.interrupt_id)
        newest = next(reversed(self.cards.shown))
        left = SpanStatus.WAITING if self.run.waits and card.interrupt_id == newest else SpanStatus.CANCELLED
        self._put(
            _about_card(card, answered[1] if answered else None),
            "card",
            at,
            node=node,
            seconds=_seconds(at, answered[0]) if answered else None,
            status=SpanStatus.OK if answered else left,
        )

    def _answer(self, answered: Answered, at: datetime, node: str | None) -> None:
        """Add an answer: what it answers waited from the moment the card was shown until now."""
        shown, answer = self.cards.shown.get(answered.interrupt_id), answered.answer
        about = AboutAnswer(
            interrupt_id=answered.interrupt_id,
            type=answer.type,
            message=bounded(answer.message),
            edited=answer.edited_action,
        )
        waited = _seconds(shown, at) if shown else None
        seq = self._put(about, answer.type.value, shown or at, node=node, parents=(ROOT,), seconds=waited)
        self.since = (*self.since, seq)

    def _conclude(self, ended: Ended, at: datetime, node: str | None) -> None:
        self.outcome, outcome = ended.outcome.status, ended.outcome
        about = AboutConclusion(outcome=outcome.status, code=outcome.code, message=bounded(outcome.message))
        self._put(about, self.outcome.value, at, node=node, ended=at, parents=self._leading())

    def _judge(self, said: Feedback, at: datetime) -> None:
        about = AboutFeedback(
            id=said.id,
            judgement=said.kind,
            text=bounded(said.text),
            card=said.card,
            key=said.key,
            score=said.score,
        )
        self._put(about, said.kind.value, at, parents=(said.span or ROOT,), ended=at)

    def _leading(self) -> tuple[int, ...]:
        """Return the last call of the model and what ran since, or the run itself."""
        return (*((self.call,) if self.call else ()), *self.since) or (ROOT,)

    def _put(
        self,
        about: About,
        name: str,
        begun: datetime,
        *,
        parents: tuple[int, ...] | None = None,
        **more: Any,
    ) -> int:
        seq, kind = ROOT + 1 + len(self.spans), SpanKind(about.kind)
        if (seconds := more.get("seconds")) is not None:
            more["ended"] = begun + timedelta(seconds=seconds)
        more.setdefault("title", title_of(kind, name, self.locale))
        parents = parents or ((self.call,) if self.call else (ROOT,))
        self.spans.append(Span(seq=seq, kind=kind, name=name, begun=begun, parents=parents, about=about, **more))
        return seq


def _totals(spans: Sequence[Span]) -> Totals:
    calls = [span for span in spans if span.kind is SpanKind.MODEL]
    costs = [span.cost for span in calls if span.cost is not None]
    used = [span for span in calls if span.usage != Usage()]
    totals = Totals(
        model_calls=len(calls),
        tool_calls=sum(span.kind is SpanKind.TOOL for span in spans),
        corrections=sum(span.kind is SpanKind.CORRECTION for span in spans),
        prompt_tokens=sum(span.usage.prompt_tokens for span in spans),
        completion_tokens=sum(span.usage.completion_tokens for span in spans),
        cost=sum(costs) if costs else None,
        unpriced=tuple(dict.fromkeys(span.name for span in used if span.cost is None)),
    )
    for span in spans:
        totals = totals.plus(span.child.totals) if span.child else totals
    return totals


def _loaded(recalled: Recalled) -> Loaded:
    """Return which item was loaded, where it came from, and why."""
    item = recalled.item
    return Loaded(
        id=item.id,
        kind=item.kind,
        rule=bounded(item.rule),
        origin=item.origin,
        confidence=item.confidence,
        why=recalled.why,
        fits=recalled.fits,
    )


def _about_card(card: Card, answered: Answered | None) -> AboutCard:
    """Return what a card said; cards of long ago may lack what newer ones have."""
    requests, ours = card.payload.get("action_requests") or [{}], card.payload.get("dayloom") or {}
    return AboutCard(
        interrupt_id=card.interrupt_id,
        asks=ours.get("kind"),
        description=bounded(str(requests[0].get("description", ""))),
        changes=tuple(ours.get("changes", ())[:MOST_ITEMS]),
        answer=answered.answer.type if answered else None,
    )


def _said(steps: Sequence[TranscriptStep]) -> str:
    """Return the first words of the person in these steps."""
    words = (entry for step in steps for entry in step.entries if isinstance(entry, Message))
    return next((entry.text for entry in words if entry.role == "person"), "")


def _seconds(begun: datetime, ended: datetime) -> float:
    return round(max(timedelta(), ended - begun).total_seconds(), 3)
