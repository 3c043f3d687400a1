"""What the spans of a trace show besides time and cost: one shape for each kind, and all of it bounded."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias, cast

from pydantic import Field

from state.change import Change
from state.ids import RunId, ThreadId
from state.interrupt import AnswerType, InterruptKind
from state.memory import MemoryKind, Origin, Why
from state.outcome import OutcomeStatus
from state.schedule import Value
from state.task_edit import TaskChange
from state.tool import ToolCall
from state.transcript import FeedbackKind
from state.usage import FailedTry

MOST_TEXT: Final = 2_000
"""Characters of a text that are shown."""
MOST_ITEMS: Final = 100
"""Items of a list that are shown."""


class SpanKind(StrEnum):
    """What a span tells of."""

    RUN = "run"
    NODE = "node"
    MEMORY = "memory"
    MODEL = "model"
    TOOL = "tool"
    CHILD = "child"
    CORRECTION = "correction"
    CARD = "card"
    ANSWER = "answer"
    CONCLUSION = "conclusion"
    FEEDBACK = "feedback"


class AboutRun(Value):
    """What the person said; the job and the number of the attempt that the run is, for one that is."""

    kind: Literal["run"] = "run"
    said: str = ""
    job: str | None = None
    attempt: int | None = None


class AboutNode(Value):
    """A node has no more to show than what it did, which follows it."""

    kind: Literal["node"] = "node"


class Loaded(Value):
    """An item of memory that was loaded: what it says, where it came from, and why it was loaded."""

    id: str
    kind: MemoryKind
    rule: str
    origin: Origin
    confidence: float
    why: Why
    fits: float


class AboutMemory(Value):
    """What was recalled."""

    kind: Literal["memory"] = "memory"
    items: tuple[Loaded, ...]


class AboutModel(Value):
    """A call of a model: for what, and what came of it.

    `asked` is the model that was asked first, `served` what its server calls the one that answered, `tries` the
    requests that came to nothing before. `shape` is how a decision was asked for, `finish` why the answer ended, and
    `first` after how many seconds its first words came. `said` are its words to the person; `calls` were proposed and
    not run.
    """

    kind: Literal["model"] = "model"
    purpose: str
    asked: str
    served: str | None = None
    tries: tuple[FailedTry, ...] = ()
    shape: str | None = None
    finish: str | None = None
    first: float | None = None
    code: str | None = None
    said: str = ""
    calls: tuple[ToolCall, ...] = ()


class AboutTool(Value):
    """A tool call: what it was given, what it told the model, and what it changed."""

    kind: Literal["tool"] = "tool"
    call_id: str
    arguments: dict[str, Any]
    result: str
    changes: tuple[Change, ...] = ()
    list_changes: tuple[TaskChange, ...] = ()


class AboutChild(Value):
    """Work that was given to a run of its own."""

    kind: Literal["child"] = "child"
    call_id: str
    goal: str
    thread_id: ThreadId
    run_id: RunId


class AboutCorrection(Value):
    """Why a reply of the model was refused."""

    kind: Literal["correction"] = "correction"
    complaint: str


class AboutCard(Value):
    """A card or question as it was shown, and how it was answered, when it was."""

    kind: Literal["card"] = "card"
    interrupt_id: str
    asks: InterruptKind | None
    description: str
    changes: tuple[Change, ...] = ()
    answer: AnswerType | None = None


class AboutAnswer(Value):
    """What a person answered."""

    kind: Literal["answer"] = "answer"
    interrupt_id: str
    type: AnswerType
    message: str = ""
    edited: ToolCall | None = None


class AboutConclusion(Value):
    """How a run ended, and what its person was told."""

    kind: Literal["conclusion"] = "conclusion"
    outcome: OutcomeStatus
    code: str | None = None
    message: str = ""


class AboutFeedback(Value):
    """What the person said of the run, or of the span it follows from, as `state.transcript.Feedback` has it."""

    kind: Literal["feedback"] = "feedback"
    id: str
    judgement: FeedbackKind
    text: str = ""
    card: str | None = None
    key: str | None = None
    score: float | None = None


_Any: TypeAlias = (
    AboutRun
    | AboutNode
    | AboutMemory
    | AboutModel
    | AboutTool
    | AboutChild
    | AboutCorrection
    | AboutCard
    | AboutAnswer
    | AboutConclusion
    | AboutFeedback
)
About: TypeAlias = Annotated[_Any, Field(discriminator="kind")]
"""What a span shows."""


def bounded(value: Any) -> Any:
    """Return a JSON value with long texts and long lists cut short."""
    match value:
        case str():
            return value if len(value) <= MOST_TEXT else f"{value[: MOST_TEXT - 1]}…"
        case list() | tuple():
            return [bounded(each) for each in list(cast("list[Any]", value))[:MOST_ITEMS]]
        case Mapping():
            fields = list(cast("Mapping[str, Any]", value).items())[:MOST_ITEMS]
            return {name[:MOST_TEXT]: bounded(each) for name, each in fields}
        case _:
            return value
