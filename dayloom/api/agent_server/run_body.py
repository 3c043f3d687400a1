"""What a request for a run may say: LangGraph's body for runs, checked field by field."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.calendar_sync.new_schedule import Week
from dayloom.llm.mode import Mode
from dayloom.runs.run import MultitaskStrategy
from dayloom.traces.feedback import FeedbackKey
from state.common import CommonState
from state.desk import OrderScope
from state.schedule import Schedule
from state.when import Locale

LONGEST_DELAY: Final = 366 * 86_400
"""Seconds that a run may be put off."""
MAX_NAME: Final = 200
"""Characters of a name that somebody else chose."""

NewId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$")]
"""How a thread may be called by whoever makes it."""
MOST_KEYS: Final = 50
Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f]+$")]


def _refuse_unsupported(value: Any) -> Any:
    if value in (None, [], "", 0):
        return None
    raise ValueError("this is not offered here; leave it out")


def _none_if_empty(value: Any) -> Any:
    return None if value in (None, [], "", 0) else value


def _as_one(value: Any) -> Any:
    """Take a list of one for what is in it, and what is empty for nothing."""
    if value in (None, [], "", {}):
        return None
    return cast(list[Any], value)[0] if isinstance(value, list) and len(cast(list[Any], value)) == 1 else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


JsonObject: TypeAlias = dict[str, Any]
"""A JSON object; text and numbers that cannot be kept were refused with the body."""
Unsupported = Annotated[None, BeforeValidator(_refuse_unsupported)]
"""What LangGraph's server takes and this one does not."""


Webhook = Annotated[str, StringConstraints(max_length=4_096, pattern=r"^https?://\S+$")]
"""The address somebody is called at when a run has ended."""
Nodes: TypeAlias = Annotated[Literal["*"] | list[Name] | None, BeforeValidator(_none_if_empty)]
"""Some nodes of the graph, or all."""
_NO_STOPS: Final = "a run stops at its cards and questions, and nowhere else"
WITHOUT_EFFECT: Final = {
    "interrupt_before": _NO_STOPS,
    "interrupt_after": _NO_STOPS,
}
"""What LangGraph's server does with these fields of a run's request, and this one does not."""


class RequestPart(BaseModel):
    """Part of a request; what is not known is passed over."""

    model_config = ConfigDict(frozen=True)


class TextBlock(RequestPart):
    """One text block of a message."""

    type: Literal["text"]
    text: str


class InputMessage(RequestPart):
    """One message; only a person's words are taken in."""

    role: str | None = None
    type: str | None = None
    id: Name | None = None
    tool_calls: list[Any] | None = None
    content: str | list[TextBlock | str] | None = ""

    @property
    def speaker(self) -> str:
        """The role, whichever way it was given."""
        return (self.role or self.type or "").lower()

    @property
    def is_human(self) -> bool:
        """Tell whether a person says it."""
        return self.speaker in ("user", "human")

    @property
    def is_agent(self) -> bool:
        """Tell whether the agent says it, in words."""
        return self.speaker in ("assistant", "ai") and not self.tool_calls

    @property
    def text(self) -> str:
        """The words alone."""
        blocks = self.content if isinstance(self.content, list) else [self.content or ""]
        return "\n".join(block if isinstance(block, str) else block.text for block in blocks)


def _as_message(value: Any) -> Any:
    """Return a message however it is written: as its words, with who says them, or whole."""
    if isinstance(value, str):
        return {"role": "user", "content": value}
    if isinstance(value, list) and len(cast(list[Any], value)) == 2:
        return dict(zip(("role", "content"), cast(list[Any], value), strict=True))
    return value


def _read_message(value: Any) -> Any:
    """Read a person's message closely, and of all others only who says it."""
    value = _as_message(value)
    if isinstance(value, dict):
        plain = cast(dict[str, Any], value)
        who = plain.get("role") or plain.get("type")
        if isinstance(who, str) and who.lower() not in ("user", "human"):
            return {"role": who}
    return value


Messages: TypeAlias = Annotated[list[Annotated[InputMessage, BeforeValidator(_as_message)]], BeforeValidator(_as_list)]
"""Messages by anybody."""


class Input(RequestPart):
    """What a turn is about: messages, the last of which are the person's, and perhaps a schedule."""

    messages: Annotated[list[Annotated[InputMessage, BeforeValidator(_read_message)]], BeforeValidator(_as_list)] = []
    schedule: Schedule | None = None

    @property
    def words(self) -> str:
        """What the person says: everything since anybody else spoke."""
        said: list[str] = []
        for message in reversed(self.messages):
            if not message.is_human:
                break
            said.append(message.text)
        return "\n".join(reversed(said)).strip()

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything; pages send an empty one beside a command."""
        return bool(self.words or self.schedule)

    def beside(self, state: CommonState) -> Input:
        """Return what of it is not in the state already."""
        known = {message.id for message in state.messages}
        new = [each for each in self.messages if each.id is None or each.id not in known]
        return Input(messages=new, schedule=None if self.schedule == state.schedule else self.schedule)

    @property
    def message_id(self) -> str | None:
        """What the person's page calls the last of these words."""
        return self.messages[-1].id if self.messages else None


class Configurable(RequestPart):
    """The settings of one run; what pages and frameworks put beside them is passed over.

    `week` says which days a new thread plans whose first run brings no schedule. The mode `call` is one call of the
    model, with tools offered and none run.
    """

    max_rounds: Annotated[StrictInt, Field(ge=1, le=1000)] | None = None
    always_execute: StrictBool | None = None
    model: Name | None = None
    mode: Mode | Literal["call"] | None = None
    order_scope: OrderScope | None = None
    locale: Locale | None = None
    workspace_id: Name | None = None
    week: Week | None = None


class Config(RequestPart):
    """The config of a run; tags and the recursion limit mean nothing here."""

    configurable: Configurable = Configurable()
    metadata: JsonObject = {}


class Command(RequestPart):
    """The answer to a card or question; going to the end declines it and ends the turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resume: Any = None
    update: Unsupported = None
    goto: Annotated[Literal["__end__"] | None, BeforeValidator(_as_one)] = None

    @property
    def answers(self) -> bool:
        """Tell whether it says anything to a card."""
        return self.resume is not None or self.goto is not None


class CheckpointConfig(RequestPart):
    """The step a run is to start from."""

    checkpoint_id: str | None = None


class RunCreate(RequestPart):
    """A request for a run."""

    assistant_id: str
    input: Input | None = None
    command: Command | None = None
    config: Config = Config()
    context: Configurable = Configurable()
    metadata: JsonObject = {}
    stream_mode: Annotated[list[StreamMode], BeforeValidator(_as_list)] = [StreamMode.VALUES]
    stream_subgraphs: bool = False
    stream_resumable: bool = False
    on_disconnect: Literal["cancel", "continue"] = "continue"
    on_completion: Literal["delete", "keep"] = "delete"
    if_not_exists: Literal["create", "reject"] = "reject"
    multitask_strategy: MultitaskStrategy = MultitaskStrategy.ENQUEUE
    durability: Literal["sync", "async", "exit"] | None = None
    checkpoint: CheckpointConfig | None = None
    checkpoint_id: str | None = None
    webhook: Annotated[Webhook | None, BeforeValidator(_none_if_empty)] = None
    interrupt_before: Nodes = None
    interrupt_after: Nodes = None
    after_seconds: Annotated[StrictInt, Field(ge=0, le=LONGEST_DELAY)] | None = None
    feedback_keys: Annotated[list[FeedbackKey], Field(max_length=MOST_KEYS)] | None = None

    @property
    def step(self) -> str | None:
        """The step the run is to start from, when one is named."""
        return self.checkpoint_id or (self.checkpoint.checkpoint_id if self.checkpoint else None)

    @property
    def notes(self) -> dict[str, str]:
        """What was asked for and has no effect, and what happens instead."""
        return {name: told for name, told in WITHOUT_EFFECT.items() if getattr(self, name)}
