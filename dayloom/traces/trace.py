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

from pydantic import AwareDatetime, Field

from dayloom.traces.prices import Prices
from state.ids import RunId, ThreadId
from state.memory import Recalled
from state.ports import TranscriptStep
from state.run_status import RunStatus
from state.schedule import Value
from state.transcript import (
    Answered,
    Card,
    Corrected,
    Ended,
    Feedback,
    MemoryRead,
    ModelCalled,
    ModelFailed,
    NodeRan,
    Previewed,
    Told,
    ToolRan,
)
from state.usage import Usage

ROOT: Final = 1


class SpanKind(StrEnum):
    """What a span tells of."""

    RUN = "run"
    NODE = "node"
    MEMORY = "memory"
    MODEL = "model"
    TOOL = "tool"
    CORRECTION = "correction"
    CARD = "card"
    ANSWER = "answer"
    CONCLUSION = "conclusion"
    FEEDBACK = "feedback"


class SpanStatus(StrEnum):
    """How what a span tells of came out."""

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"
    """A tool that declined what it was asked, or a reply of the model that was no use."""
    WAITING = "waiting"
    """A card that nobody has answered yet."""
    RUNNING = "running"


class Span(Value):
    """One thing a run did, or that was done to it.

    `seq` counts from 1 in the order of the transcript; `parents` are the numbers of what it follows from. `seconds` is
    None as long as it lasts, or where nobody noted it. `cost` is None where no price is known.
    """

    seq: int
    kind: SpanKind
    name: str
    node: str | None = None
    parents: tuple[int, ...] = ()
    begun: AwareDatetime
    seconds: float | None = None
    status: SpanStatus = SpanStatus.OK
    usage: Usage = Usage()
    cost: float | None = None
    about: dict[str, Any] = Field(default_factory=dict)


class Totals(Value):
    """The sums over the spans; `unpriced` are the models whose tokens are not in `cost`."""

    model_calls: int
    tool_calls: int
    corrections: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    unpriced: tuple[str, ...]


class Trace(Value):
    """What happened in one run, as far as it has come; `outcome` is how its turn ended, when it did."""

    thread_id: str
    run_id: str
    status: RunStatus
    outcome: str | None
    totals: Totals
    spans: tuple[Span, ...]


def trace_of(steps: Sequence[TranscriptStep], run: Traced, prices: Prices) -> Trace:
    """Return the trace of a run, from the whole transcript of its thread."""
    weaver = _Weaver(prices, {card: at for step in steps for card, at in _cards(step)})
    own = [step for step in steps if step.run == run.id]
    for step in own:
        weaver.add(step)
    done = [step for step in own if not isinstance(step.entries[0], Feedback)]
    ended = done[-1].at if done and run.status.final else None
    root = Span(
        seq=ROOT,
        kind=SpanKind.RUN,
        name=run.id,
        begun=run.asked,
        seconds=_seconds(run.asked, ended) if ended else None,
        status=_STATUS.get(run.status, SpanStatus.OK),
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
class Traced:
    """The run that a trace is of: since when it was asked for, and how it stands."""

    thread: ThreadId
    id: RunId
    status: RunStatus
    asked: datetime


_STATUS: Final[Mapping[RunStatus, SpanStatus]] = {
    RunStatus.PENDING: SpanStatus.RUNNING,
    RunStatus.RUNNING: SpanStatus.RUNNING,
    RunStatus.INTERRUPTED: SpanStatus.WAITING,
    RunStatus.ERROR: SpanStatus.ERROR,
    RunStatus.TIMEOUT: SpanStatus.ERROR,
    RunStatus.CANCELLED: SpanStatus.ERROR,
}


@dataclass
class _Weaver:
    """Turns entries into spans, one after the other.

    `shown` tells when each card of the thread was opened; `call` is the last call of the model, `since` what ran after
    it and leads to the next.
    """

    prices: Prices
    shown: Mapping[str, datetime]
    spans: list[Span] = field(default_factory=list[Span])
    call: int | None = None
    since: list[int] = field(default_factory=list[int])
    outcome: str | None = None
    tries: tuple[dict[str, str], ...] = ()

    def add(self, step: TranscriptStep) -> None:
        """Add the spans of one step; its node comes first, because all else in it is that node's doing."""
        ran = next((entry for entry in step.entries if isinstance(entry, NodeRan)), None)
        node = ran.node if ran else None
        if ran:
            self._put(SpanKind.NODE, ran.node, ran.begun, node=node, parents=(ROOT,), seconds=ran.seconds)
        for entry in step.entries:
            self._add(entry, step.at, node)

    def _add(self, entry: Told, at: datetime, node: str | None) -> None:
        match entry:
            case ModelFailed():
                self.tries = tuple(each.model_dump() for each in entry.tries)
            case ModelCalled():
                self._model(entry, node)
            case MemoryRead():
                self._memory(entry, node)
            case ToolRan():
                self._tool(entry, at, node)
            case Previewed() if self.spans and self.spans[-1].kind is SpanKind.TOOL:
                last = self.spans[-1]
                changes = [change.model_dump(mode="json") for change in entry.changes]
                self.spans[-1] = last.model_copy(update={"about": {**last.about, "changes": changes}})
            case Corrected():
                about = {"complaint": entry.complaint}
                refused = SpanStatus.REFUSED
                self._put(SpanKind.CORRECTION, "correction", at, node=node, status=refused, about=about)
            case Card():
                about = {"interrupt_id": entry.interrupt_id, **entry.payload}
                self._put(SpanKind.CARD, "card", at, node=node, status=SpanStatus.WAITING, about=about)
            case Answered():
                self._answer(entry, at, node)
            case Ended():
                self.outcome = entry.outcome.status.value
                about = entry.outcome.model_dump(mode="json")
                parents = self._leading()
                self._put(SpanKind.CONCLUSION, self.outcome, at, node=node, parents=parents, about=about)
            case Feedback():
                about = entry.model_dump(mode="json", exclude_none=True, exclude={"type", "kind", "span"})
                self._put(SpanKind.FEEDBACK, entry.kind.value, at, parents=(entry.span or ROOT,), about=about)
            case _:
                return

    def _memory(self, read: MemoryRead, node: str | None) -> None:
        """Add what was recalled, which the first call of the model builds on."""
        about = {"items": [_say_recalled(each) for each in read.items]}
        parents, seconds = (ROOT,), read.seconds
        self.since.append(
            self._put(SpanKind.MEMORY, "memory", read.begun, parents=parents, node=node, seconds=seconds, about=about)
        )

    def _model(self, called: ModelCalled, node: str | None) -> None:
        price = self.prices.get(called.model)
        about = {"purpose": called.purpose, "first": called.first, "tries": list(self.tries), "code": called.code}
        self.call = self._put(
            SpanKind.MODEL,
            called.model or (self.tries[-1]["model"] if self.tries else "model"),
            called.begun,
            node=node,
            parents=self._leading(),
            seconds=called.seconds,
            status=SpanStatus.ERROR if called.code else SpanStatus.OK,
            usage=called.usage,
            cost=price.of(called.usage) if price else None,
            about={name: value for name, value in about.items() if value not in (None, [])},
        )
        self.since, self.tries = [], ()

    def _tool(self, ran: ToolRan, at: datetime, node: str | None) -> None:
        status = SpanStatus.REFUSED if ran.refused else SpanStatus.OK
        about = {"call_id": ran.call_id, "arguments": ran.arguments, "result": ran.text}
        place = {"node": node, "status": status, "about": about}
        seconds = ran.seconds if ran.begun else None
        parents = None if self.call else tuple(self.since)
        self.since.append(
            self._put(SpanKind.TOOL, ran.name, ran.begun or at, parents=parents, seconds=seconds, **place)
        )

    def _answer(self, answered: Answered, at: datetime, node: str | None) -> None:
        """Add an answer: what it answers waited from the moment the card was shown until now."""
        shown = self.shown.get(answered.interrupt_id)
        about = {"interrupt_id": answered.interrupt_id, **answered.answer.model_dump(mode="json", exclude_none=True)}
        waited = _seconds(shown, at) if shown else None
        type = answered.answer.type.value
        self.since.append(
            self._put(SpanKind.ANSWER, type, shown or at, node=node, parents=(ROOT,), seconds=waited, about=about)
        )

    def _leading(self) -> tuple[int, ...]:
        """Return the last call of the model and what ran since, or the run itself."""
        return (*((self.call,) if self.call else ()), *self.since) or (ROOT,)

    def _put(
        self, kind: SpanKind, name: str, begun: datetime, *, parents: tuple[int, ...] | None = None, **about: Any
    ) -> int:
        seq = ROOT + 1 + len(self.spans)
        parents = parents or ((self.call,) if self.call else (ROOT,))
        self.spans.append(Span(seq=seq, kind=kind, name=name, begun=begun, parents=parents, **about))
        return seq


def _totals(spans: Sequence[Span]) -> Totals:
    calls = [span for span in spans if span.kind is SpanKind.MODEL]
    costs = [span.cost for span in calls if span.cost is not None]
    used = [span for span in calls if span.usage != Usage()]
    return Totals(
        model_calls=len(calls),
        tool_calls=sum(span.kind is SpanKind.TOOL for span in spans),
        corrections=sum(span.kind is SpanKind.CORRECTION for span in spans),
        prompt_tokens=sum(span.usage.prompt_tokens for span in spans),
        completion_tokens=sum(span.usage.completion_tokens for span in spans),
        cost=sum(costs) if costs else None,
        unpriced=tuple(dict.fromkeys(span.name for span in used if span.cost is None)),
    )


def _say_recalled(recalled: Recalled) -> dict[str, Any]:
    """Return which item was loaded, where it came from, and why."""
    item = recalled.item
    about = {"id": item.id, "kind": item.kind.value, "rule": item.rule, "origin": item.origin.value}
    return {**about, "confidence": item.confidence, "why": recalled.why.value, "fits": recalled.fits}


def _cards(step: TranscriptStep) -> Iterator[tuple[str, datetime]]:
    for entry in step.entries:
        if isinstance(entry, Card):
            yield entry.interrupt_id, step.at


def _seconds(begun: datetime, ended: datetime) -> float:
    return round(max(timedelta(), ended - begun).total_seconds(), 3)
