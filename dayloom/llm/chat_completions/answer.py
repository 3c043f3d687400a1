"""An answer as it streams in: put together piece by piece, complete or worth nothing."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from dayloom.llm.failure import bad_answer
from dayloom.llm.limits import Limits
from dayloom.llm.speak import Listener
from state.usage import Usage

WHOLE: Final = frozenset({"stop", "tool_calls", "function_call"})
"""Finish reasons of an answer that says all it meant to say."""


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Function(_Part):
    arguments: str | None = None


class _Call(_Part):
    function: _Function | None = None


class _Delta(_Part):
    content: str | None = None
    tool_calls: list[_Call] | None = None


class _Choice(_Part):
    index: int | None = 0
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Tokens(_Part):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(_Part):
    """What matters of one streamed chunk; the client itself checks none of it."""

    choices: list[_Choice] | None = None
    usage: _Tokens | None = None


class Answer:
    """Collects the chunks of one answer and lets a listener follow.

    The text is the arguments of the tool call where one was asked for and made, the content otherwise.
    """

    def __init__(self, listener: Listener, limits: Limits, *, tool_call: bool) -> None:
        self._listener = listener
        self._limit = limits.answer
        self._tool_call = tool_call
        self._content = Letters()
        self._arguments = Letters()
        self._finished: str | None = None
        self.usage = Usage()

    def take(self, chunk: object) -> None:
        """Add a chunk. Raises AttemptFailed when it is not one, or the answer grows too long."""
        part = _chunk(chunk)
        if part.usage is not None:
            self.usage = Usage(
                prompt_tokens=part.usage.prompt_tokens or 0, completion_tokens=part.usage.completion_tokens or 0
            )
        for choice in part.choices or []:
            if not choice.index:
                self._take(choice)

    def text(self) -> str:
        """Return the whole answer. Raises AttemptFailed when it was cut off, withheld or empty."""
        match self._finished:
            case None:
                raise bad_answer("its answer broke off")
            case "length":
                raise bad_answer("its answer was cut off for length")
            case "content_filter":
                raise bad_answer("its provider withheld the answer", again=False)
            case reason if reason not in WHOLE:
                raise bad_answer("its answer ended for an unknown reason")
            case _:
                text = self._arguments.text() or self._content.text()
        if not text.strip():
            raise bad_answer("its answer was empty")
        return text

    def _take(self, choice: _Choice) -> None:
        delta = choice.delta or _Delta()
        heard = self._content.add(delta.content or "")
        calls = delta.tool_calls or []
        called = self._arguments.add("".join(call.function.arguments or "" for call in calls if call.function))
        if self._content.length + self._arguments.length > self._limit:
            raise bad_answer(f"its answer was longer than {self._limit} characters")
        self._listener.hear(called if self._tool_call else heard)
        self._finished = choice.finish_reason or self._finished


class Letters:
    """Text that grows by pieces which may split a character.

    Some servers cut between the two halves (UTF-16 surrogates) of one; a half is held back until the other arrives, and
    replaced by U+FFFD when none does.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._half: str = ""
        self.length = 0

    def add(self, piece: str) -> str:
        """Return what can be read now: whole characters only."""
        text = self._half + piece
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = _joined(text[: len(text) - len(self._half)])
        self._pieces.append(whole)
        self.length += len(whole)
        return whole

    def text(self) -> str:
        """Return all of it."""
        return "".join(self._pieces) + _joined(self._half)


def _joined(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _chunk(chunk: object) -> _Chunk:
    try:
        return _Chunk.model_validate(chunk)
    except ValidationError:
        pass
    raise bad_answer("it sent something that is not a chat completion")
