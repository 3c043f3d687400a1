"""CommonState: the one schema the whole graph shares; its newest checkpoint is the only truth about a thread."""

# LangGraph ships its types in the source.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, TypedDict, cast

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.channels import EphemeralValue
from langgraph.graph.message import add_messages
from pydantic import ConfigDict, Field, TypeAdapter

from state.change import Change, Unplaced
from state.desk import Desk, OrderScope, Placement, Queue
from state.interrupt import Interrupt, Rejection
from state.memory import Recalled
from state.outcome import Outcome
from state.plan import Plan
from state.schedule import PERIODS12, Schedule, Value, Window
from state.task_edit import TaskChange
from state.tool import ToolCall
from state.transcript import Entry
from state.usage import Usage
from state.when import Locale

SCHEMA_VERSION: Final = 8

_MESSAGES: Final[TypeAdapter[list[AnyMessage]]] = TypeAdapter(list[AnyMessage])


def append_messages(left: list[Any], right: Any) -> list[AnyMessage]:
    """LangGraph's `add_messages`, on messages that may come out of the store as plain data."""
    return cast(list[AnyMessage], add_messages(cast(Any, _MESSAGES.validate_python(left)), right))


NO_SCHEDULE: Final = Schedule(window=Window(start=date(1970, 1, 1), days=1), grid=PERIODS12)
"""Stands for a schedule nobody has given yet; the first turn puts an empty week in its place."""


class Phase(StrEnum):
    """What the turn is doing; the routing table maps it to the next node."""

    PLANNING = "planning"
    EXECUTING = "executing"
    WAITING = "waiting"
    CHECKING = "checking"
    ENDING = "ending"
    DONE = "done"


class RunSettings(Value):
    """What whoever starts a run may set; the model is told of it that nobody watches (not `attended`), and no more.

    `allowed` are tools that may act outside the draft without asking, because the person said so when they gave the
    work away. `max_tokens` and `max_seconds` are further budgets of a turn; None means no limit. `notice` is how many
    minutes before its time a person has to know of a task. `single_call` makes the run one call of the model, with
    tools offered and none run.
    """

    max_rounds: Annotated[int, Field(ge=1, le=1000)] = 60
    max_corrections: Annotated[int, Field(ge=1, le=20)] = 3
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_seconds: Annotated[float, Field(gt=0)] | None = None
    always_execute: bool = False
    attended: bool = True
    order_scope: OrderScope = OrderScope.GROUP
    locale: Locale | None = None
    context_tokens: Annotated[int, Field(ge=1000)] = 24_000
    notice: Annotated[int, Field(ge=0, le=1440)] = 15
    allowed: tuple[str, ...] = ()
    single_call: bool = False


class Corrections(Value):
    """Refused replies in a row; only a round that made progress sets it back. `latest` is shown in the next prompt."""

    used: int = 0
    latest: str | None = None


class Approved(Value):
    """A confirmed call that waits to be run, exactly as it was shown; `edited` when the person changed fields.

    `by_policy` when no card was shown, because the person has allowed the tool beforehand.
    """

    call: ToolCall
    call_id: str
    state_version: int
    digest: str
    edited: bool = False
    by_policy: bool = False


class Delegated(Value):
    """A call that gives part of the work away; it waits, committed, until the child run it stands for has ended."""

    call: ToolCall
    call_id: str


class Baseline(Value):
    """The draft at the first execute round of a turn: what order and changes are compared with."""

    version: int
    placements: tuple[Placement, ...]


class CommonState(Value):
    """Everything a thread knows; plain data, replaced field by field.

    A turn begins with a new message and ends in deliver; `turn` counts turns, `rounds` the model calls of execute (and
    `plan_rounds` those of plan) in this turn. `answer` is the latest answer on a card, told to the model once.
    `unplaced` says why tasks of this turn could not be placed or moved; `last_changes` is the newest committed write of
    the thread; `list_changes` is what this turn has changed of the list of tasks; `by_hand` is what the person has
    moved themselves since the last turn. `calendar` is the version of the person's calendar and tasks that the schedule
    has taken in, None when it was given as it is. `task` is what a job says beside its words: must-haves, and what
    became of the attempt before. `delegated` waits for child runs. `memory` is what was recalled for this
    turn. `transcript` holds only what the last step added.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    schema_version: int = SCHEMA_VERSION
    messages: Annotated[list[AnyMessage], append_messages] = Field(default_factory=list[AnyMessage])
    schedule: Schedule = NO_SCHEDULE
    calendar: str | None = None
    queue: Queue = Queue()

    phase: Phase = Phase.DONE
    turn: int = 0
    locale: Locale = Locale.EN
    settings: RunSettings = RunSettings()
    started_at: datetime | None = None
    goal: str = ""
    task: str = ""
    memory: tuple[Recalled, ...] = ()
    plan: Plan | None = None
    allow_reorder: bool = False
    approve_all: bool = False

    rounds: int = 0
    plan_rounds: int = 0
    model_calls: int = 0
    usage: Usage = Usage()
    corrections: Corrections = Corrections()

    interrupt: Interrupt | None = None
    asked: int = 0
    approved: Approved | None = None
    delegated: tuple[Delegated, ...] = ()
    answer: str | None = None
    rejections: tuple[Rejection, ...] = ()

    baseline: Baseline | None = None
    ordered: tuple[Placement, ...] | None = None
    unplaced: tuple[Unplaced, ...] = ()
    last_changes: tuple[Change, ...] = ()
    list_changes: tuple[TaskChange, ...] = ()
    by_hand: tuple[Change, ...] = ()
    preview_version: int = 0
    outcome: Outcome | None = None
    transcript: Annotated[tuple[Entry, ...], EphemeralValue] = ()

    @property
    def desk(self) -> Desk:
        """What tools work on."""
        return Desk(
            schedule=self.schedule,
            queue=self.queue,
            allow_reorder=self.allow_reorder,
            order_scope=self.settings.order_scope,
            now=self.started_at,
            locale=self.locale,
            listed=self.calendar is not None,
        )

    @property
    def today(self) -> date:
        """The date on which the turn began, in the schedule's zone; the first day of a window planned although past."""
        window = self.schedule.window
        if self.started_at is None:
            return window.start
        today = self.started_at.astimezone(self.schedule.zone).date()
        return today if window.not_before is not None else min(today, window.start)

    @property
    def draft_changed(self) -> bool:
        """Tell whether this turn has changed the draft."""
        return self.baseline is not None and self.baseline.version != self.schedule.version


class Update(TypedDict, total=False):
    """Fields a node returns; a misspelt one is a type error."""

    messages: list[Any]
    schedule: Schedule
    calendar: str | None
    queue: Queue
    phase: Phase
    turn: int
    locale: Locale
    settings: RunSettings
    started_at: datetime | None
    goal: str
    task: str
    memory: tuple[Recalled, ...]
    plan: Plan | None
    allow_reorder: bool
    approve_all: bool
    rounds: int
    plan_rounds: int
    model_calls: int
    usage: Usage
    corrections: Corrections
    interrupt: Interrupt | None
    asked: int
    approved: Approved | None
    delegated: tuple[Delegated, ...]
    answer: str | None
    rejections: tuple[Rejection, ...]
    baseline: Baseline | None
    ordered: tuple[Placement, ...] | None
    unplaced: tuple[Unplaced, ...]
    last_changes: tuple[Change, ...]
    list_changes: tuple[TaskChange, ...]
    by_hand: tuple[Change, ...]
    preview_version: int
    outcome: Outcome | None
    transcript: tuple[Entry, ...]


def after(state: CommonState, update: Update) -> CommonState:
    """Return the state as it will be once the graph has taken the update over."""
    fields: dict[str, Any] = dict(update)
    if "messages" in fields:
        fields["messages"] = append_messages(state.messages, fields["messages"])
    return state.model_copy(update=fields)


ASIDE: Final = "dayloom_aside"
"""Marks, in `additional_kwargs`, what was asked and answered beside a card: no wish of the person's."""
CLOSED: Final = "dayloom_closed"
"""Marks, in `additional_kwargs` of a final message, that its loop is closed; the value is the loop in one line."""


def closed_line(message: AnyMessage) -> str | None:
    """Return the one line that stands for the loop this message closed, or None when it closed none."""
    return message.additional_kwargs.get(CLOSED)


def split_history(messages: list[AnyMessage]) -> tuple[list[AnyMessage], list[AnyMessage]]:
    """Return the archived messages, up to the last marker, and those of the current loop."""
    for index in range(len(messages) - 1, -1, -1):
        if closed_line(messages[index]) is not None:
            return messages[: index + 1], messages[index + 1 :]
    return [], list(messages)


def new_words(messages: list[AnyMessage]) -> list[str]:
    """Return what the person said since the last loop was closed, first words first."""
    return [message.text for message in split_history(messages)[1] if isinstance(message, HumanMessage)]
