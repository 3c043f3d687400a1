"""What a request for a completion may say: OpenAI's body, as far as it means something here.

Parameters that only tune a model (temperature, seed, max_tokens, …) are passed over; those that promise another kind of
answer are refused.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dayloom.api.agent_server.run_body import Name
from dayloom.llm.mode import Mode

MODEL: Final = "dayloom"
_MODES: Final = {
    "none": Mode.FAST,
    "minimal": Mode.FAST,
    "low": Mode.FAST,
    "medium": Mode.THINKING,
    "high": Mode.DEEP,
    "xhigh": Mode.DEEP,
}


class _RequestPart(BaseModel):
    model_config = ConfigDict(frozen=True)


class FileData(_RequestPart):
    """A file inside a message: its name, and what it holds as a data URL or in base64."""

    filename: str = ""
    file_data: str = ""


class Part(_RequestPart):
    """One part of a message: text, a file, or something that cannot be read here."""

    type: str
    text: str = ""
    file: FileData | None = None

    @property
    def is_text(self) -> bool:
        """Tell whether it is words."""
        return self.type in ("text", "refusal")


class ChatMessage(_RequestPart):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """The words alone."""
        if not isinstance(self.content, list):
            return (self.content or "").strip()
        return "\n".join(part.text for part in self.content if part.is_text).strip()

    @property
    def attached(self) -> list[Part]:
        """What is no words."""
        return [part for part in self.content if not part.is_text] if isinstance(self.content, list) else []


class Metadata(_RequestPart):
    """What a client may say about a completion; the rest is passed over."""

    thread_id: Name | None = None


class StreamOptions(_RequestPart):
    """How a completion is streamed."""

    include_usage: bool = False


class JsonSchema(_RequestPart):
    """A schema that an answer is to fit."""

    json_schema: dict[str, Any] = Field(default={}, alias="schema")


class ResponseFormat(_RequestPart):
    """How the answer is to be written: text, or one JSON object."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchema = JsonSchema()


class CompletionRequest(_RequestPart):
    """A request for a completion; `user` tells a client's own users apart."""

    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    metadata: Metadata | None = None
    user: str = ""
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    n: Literal[1] | None = None
    response_format: ResponseFormat | None = None
    tool_choice: Any = None
    audio: None = None

    @field_validator("tool_choice")
    @classmethod
    def _no_tools(cls, value: Any) -> Any:
        if value not in (None, "none", "auto"):
            raise ValueError("tools of the client are not called here; leave it out")
        return value

    @field_validator("messages")
    @classmethod
    def _person_last(cls, value: list[ChatMessage]) -> list[ChatMessage]:
        if value[-1].role != "user" or not (value[-1].text or value[-1].attached):
            raise ValueError("the last message must be the user's, with words")
        return value

    @property
    def words(self) -> str:
        """What the person says now."""
        return self.messages[-1].text

    @property
    def format(self) -> ResponseFormat:
        """How the answer is to be written."""
        return self.response_format or ResponseFormat()

    @property
    def mode(self) -> Mode | None:
        """How hard the run thinks; None when the client does not say."""
        return _MODES[self.reasoning_effort] if self.reasoning_effort else None
