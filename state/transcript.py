"""What happened in a conversation, as replay tells it: messages, cards, answers, previews, endings, in order."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AwareDatetime, Field

from state.calendar_commit import Act
from state.change import Change
from state.ids import RunId, ThreadId
from state.interrupt import Answer
from state.memory import Recalled
from state.outcome import Outcome
from state.preview import PreviewState
from state.schedule import Value
from state.task_edit import TaskChange
from state.tool import ToolCall
from state.usage import FailedTry, Usage


class Message(Value):
    """Something the person or the agent said."""

    type: Literal["message"] = "message"
    role: Literal["person", "agent"]
    text: str


class NodeRan(Value):
    """A node of the graph that was at work; the other entries of its step are its doing."""

    type: Literal["node"] = "node"
    node: str
    begun: AwareDatetime
    seconds: float


class ModelCalled(Value):
    """A call of a model: for what, which one answered, and what it took; `code` says why none did.

    What it was shown follows from the step that the thread stood at before. `first` is after how many seconds its
    first words came; `usage` includes the requests that came to nothing. `served` is what its server calls the model
    that answered, `shape` the way in which a decision was asked for, `finish` why the answer ended where it did.
    `calls` are those that it proposed where none was to be run.
    """

    type: Literal["model"] = "model"
    purpose: str
    model: str = ""
    usage: Usage = Usage()
    begun: AwareDatetime
    first: float | None = None
    seconds: float
    code: str | None = None
    served: str | None = None
    shape: str | None = None
    finish: str | None = None
    calls: tuple[ToolCall, ...] = ()


class MemoryRead(Value):
    """What was recalled for a turn, and why; it was sought for what the person had said."""

    type: Literal["memory"] = "memory"
    items: tuple[Recalled, ...]
    begun: AwareDatetime
    seconds: float


class GivenAway(Value):
    """A call that gives part of the work to a child run, which is known from here on: its thread, and its id."""

    type: Literal["given_away"] = "given_away"
    call_id: str
    goal: str
    thread: ThreadId
    run: RunId


class ToolRan(Value):
    """A tool call and what it told the model; it has taken `seconds` from `begun` on, where that was noted.

    `changes` are those of places in the draft or the calendar, `list_changes` those of tasks and events themselves.
    """

    type: Literal["tool"] = "tool"
    call_id: str
    name: str
    arguments: dict[str, Any]
    text: str
    refused: bool = False
    begun: AwareDatetime | None = None
    seconds: float = 0.0
    changes: tuple[Change, ...] = ()
    list_changes: tuple[TaskChange, ...] = ()


class Corrected(Value):
    """A reply of the model that was refused, and why."""

    type: Literal["correction"] = "correction"
    complaint: str


class ModelFailed(Value):
    """Requests to models that came to nothing before one answered, or the turn ended, in the order they were made."""

    type: Literal["model_failed"] = "model_failed"
    tries: tuple[FailedTry, ...]


class Card(Value):
    """A card or question as it was shown."""

    type: Literal["card"] = "card"
    interrupt_id: str
    payload: dict[str, Any]


class Answered(Value):
    """A person's answer to a card or question."""

    type: Literal["answer"] = "answer"
    interrupt_id: str
    answer: Answer


class Previewed(Value):
    """A draft that was published."""

    type: Literal["preview"] = "preview"
    version: int
    state: PreviewState
    changes: tuple[Change, ...]


class ByHand(Value):
    """What the person did to the draft themselves."""

    type: Literal["by_hand"] = "by_hand"
    act: Act
    changes: tuple[Change, ...]


class WentBack(Value):
    """The person went on from an older step: what came after it is on a branch that is left."""

    type: Literal["went_back"] = "went_back"
    checkpoint: str


class Ended(Value):
    """How a run ended."""

    type: Literal["outcome"] = "outcome"
    outcome: Outcome


class FeedbackKind(StrEnum):
    """Praise, blame, neither, or what would have been right."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    CORRECTION = "correction"


class Feedback(Value):
    """What the person said of a run afterwards, or of the `span` of its trace; no step of the run has made it.

    `card` is the rejected card whose reason it repeats, `key` and `score` are what a page of LangGraph's calls it and
    how it counts. Nothing is learned of it without `extract`.
    """

    type: Literal["feedback"] = "feedback"
    id: str
    kind: FeedbackKind
    text: str = ""
    span: int | None = None
    card: str | None = None
    key: str | None = None
    score: float | None = None
    extract: bool = True


_Shown: TypeAlias = (
    Message | ToolRan | Corrected | ModelFailed | Card | Answered | Previewed | ByHand | WentBack | Ended
)
TRACED: Final = (NodeRan, ModelCalled, MemoryRead, GivenAway)
"""What a trace tells and a replay does not."""
_OfStep: TypeAlias = _Shown | NodeRan | ModelCalled | MemoryRead | GivenAway
Said: TypeAlias = Annotated[_Shown | Feedback, Field(discriminator="type")]
"""What a replay tells."""
Entry: TypeAlias = Annotated[_OfStep, Field(discriminator="type")]
"""What a step of a run adds."""
Told: TypeAlias = Annotated[_OfStep | Feedback, Field(discriminator="type")]
"""What a transcript holds, and a trace tells."""
