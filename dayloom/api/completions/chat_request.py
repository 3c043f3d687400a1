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


class TextPart(_RequestPart):
    """One part of a message; only text can be read."""

    type: Literal["text", "refusal"]
    text: str = ""


class ChatMessage(_RequestPart):
    """One message of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The words alone."""
        parts = self.content if isinstance(self.content, list) else [TextPart(type="text", text=self.content or "")]
        return "\n".join(part.text for part in parts).strip()


class Metadata(_RequestPart):
    """What a client may say about a completion; the rest is passed over."""

    thread_id: Name | None = None


class StreamOptions(_RequestPart):
    """How a completion is streamed."""

    include_usage: bool = False


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
    response_format: dict[str, Any] | None = None
    tool_choice: Any = None
    audio: None = None

    @field_validator("response_format")
    @classmethod
    def _text_only(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value is not None and value.get("type") != "text":
            raise ValueError("only text can be answered; leave it out")
        return value

    @field_validator("tool_choice")
    @classmethod
    def _no_tools(cls, value: Any) -> Any:
        if value not in (None, "none", "auto"):
            raise ValueError("tools of the client are not called here; leave it out")
        return value

    @field_validator("messages")
    @classmethod
    def _person_last(cls, value: list[ChatMessage]) -> list[ChatMessage]:
        if value[-1].role != "user" or not value[-1].text:
            raise ValueError("the last message must be the user's, with words")
        return value

    @property
    def words(self) -> str:
        """What the person says now."""
        return self.messages[-1].text

    @property
    def mode(self) -> Mode | None:
        """How hard the run thinks; None when the client does not say."""
        return _MODES[self.reasoning_effort] if self.reasoning_effort else None
