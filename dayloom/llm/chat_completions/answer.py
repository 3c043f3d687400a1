"""An answer as it streams in: put together piece by piece, complete or worth nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel, ValidationError

from dayloom.llm.calls import DecisionReader, native_call
from dayloom.llm.chat_completions.finish import OTHER_WORDS, judge_finish
from dayloom.llm.failure import Remedy, bad_answer
from dayloom.llm.limits import Limits
from dayloom.llm.listener import Listener
from dayloom.llm.repair import decision_text
from dayloom.llm.thoughts import without_thoughts
from state.prompt import Prompt
from state.usage import Usage


class _Function(BaseModel):
    name: str | None = None
    arguments: Any = None


class _Call(BaseModel):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Delta(BaseModel):
    """A piece of a message, or the whole of one: servers that ignore `stream` send it so."""

    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: str | None = None
    tool_calls: list[_Call] | None = None
    function_call: _Function | None = None


class _Choice(BaseModel):
    index: int | None = 0
    delta: _Delta | None = None
    message: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(BaseModel):
    """What matters of one streamed chunk; the client itself checks none of it."""

    choices: list[_Choice] | None = None
    usage: Any = None
    model: Any = None


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
        whole = _join_surrogates(text[: len(text) - len(self._half)])
        self._pieces.append(whole)
        self.length += len(whole)
        return whole

    def text(self) -> str:
        """Return all of it."""
        return "".join(self._pieces) + _join_surrogates(self._half)


MOST_OF_A_NAME: Final = 200
"""Characters that are kept of what a server calls a model."""


@dataclass
class _Called:
    """A tool call as it grows."""

    id: str | None
    name: str | None = None
    arguments: Letters = field(default_factory=Letters)
    whole: Any = None


class Answer:
    """Collects the chunks of one answer to a prompt and lets a listener follow.

    What is listened to are the content and the arguments of the decision, where it was asked for as a tool call.
    """

    def __init__(self, prompt: Prompt, listener: Listener, limits: Limits) -> None:
        self._prompt = prompt
        self._listener = listener
        self._limit = limits.answer
        self._content = Letters()
        self._thoughts = Letters()
        self._refusal = Letters()
        self._calls: dict[int, _Called] = {}
        self.finished: str | None = None
        """Why it ended, as its server says."""
        self.served: str | None = None
        """What its server calls the model that gives it."""
        self.ended = False
        """Whether the server said that nothing follows."""
        self.usage = Usage()

    def take(self, chunk: object) -> None:
        """Add a chunk. Raises AttemptFailed when it is not one, or the answer grows too long."""
        part = _chunk(chunk)
        if isinstance(part.usage, dict):
            self.usage = _usage(cast("dict[str, Any]", part.usage))
        if isinstance(part.model, str) and part.model:
            self.served = part.model[:MOST_OF_A_NAME]
        for choice in part.choices or []:
            if not choice.index:
                self._take(choice.delta or choice.message or _Delta())
                self.finished = choice.finish_reason or self.finished

    @property
    def begun(self) -> bool:
        """Tell whether a first word of it, thought or said, is there."""
        return bool(self._content.length or self._thoughts.length or self._calls)

    def text(self) -> str:
        """Return the whole answer: what is said, or the decision as JSON.

        Raises AttemptFailed when it was cut off, withheld, refused or empty.
        """
        judge_finish(self.finished, ended=self.ended)
        if refusal := self._refusal.text().strip():
            raise bad_answer(f"it refused to answer: {refusal[:200]}", remedy=Remedy.NOTHING, advice=OTHER_WORDS)
        content, thoughts = self._content.text(), self._thoughts.text()
        if not (content.strip() or thoughts.strip() or self._calls):
            raise bad_answer("its answer was empty")
        return self._final_words(content) if self._prompt.format is None else self._decision(content, thoughts)

    def _final_words(self, content: str) -> str:
        said = without_thoughts(content)
        if not said:
            raise bad_answer("it thought and said nothing", remedy=Remedy.NOTHING, advice=OTHER_WORDS)
        return said

    def _decision(self, content: str, thoughts: str) -> str:
        sure = self.finished is not None
        if self._calls:
            return decision_text(self._calls_as_text(content), self._prompt, sure=sure)
        if content.strip() or not thoughts.lstrip().startswith("{"):
            return decision_text(content, self._prompt, sure=sure)
        return decision_text(thoughts, self._prompt, sure=sure)  # some servers take all of a constrained answer for one

    def _calls_as_text(self, content: str) -> str:
        """Return the calls as text: the decision that one of them is, or what all of them amount to."""
        reader = DecisionReader.of(self._prompt)
        for call in self._calls.values():
            if call.name in {None, reader.decision}:
                return call.arguments.text() if call.whole is None else json.dumps(call.whole)
        calls = [native_call(call.name or "", call.whole or call.arguments.text()) for call in self._calls.values()]
        said = without_thoughts(content)
        return json.dumps(reader.of_calls(calls, {} if "{" in said else {"speak": said}), ensure_ascii=False)

    def _take(self, delta: _Delta) -> None:
        self._thoughts.add(_text(delta.reasoning_content or delta.reasoning))
        self._refusal.add(delta.refusal or "")
        content, thoughts = _split(delta.content)
        self._thoughts.add(thoughts)
        self._listener.hear(self._content.add(content))
        for call in _pieces(delta):
            self._listener.hear(self._add(call))
        grown = [self._content, self._thoughts, *(call.arguments for call in self._calls.values())]
        if sum(letters.length for letters in grown) > self._limit:
            raise bad_answer(f"its answer was longer than {self._limit} characters", remedy=Remedy.FEW_WORDS)

    def _add(self, piece: _Call) -> str:
        """Add a piece of a call, and return what is new of a decision in it."""
        function = piece.function or _Function()
        call = self._call(piece, function.name)
        call.name = call.name or function.name
        if isinstance(function.arguments, str):
            new = call.arguments.add(function.arguments)
        else:
            new, call.whole = "", function.arguments or call.whole
        wanted = self._prompt.format
        return new if wanted is not None and call.name in {None, wanted.name} else ""

    def _call(self, piece: _Call, name: str | None) -> _Called:
        """Return the call a piece belongs to; some servers give no index, or the same to all calls."""
        last = next(reversed(self._calls), -1)
        at = piece.index if piece.index is not None else (last + 1 if name or last < 0 else last)
        known = self._calls.get(at)
        if known is not None and piece.id and known.id and piece.id != known.id:
            at, known = last + 1, None
        return known or self._calls.setdefault(at, _Called(piece.id))


def _pieces(delta: _Delta) -> Iterable[_Call]:
    yield from delta.tool_calls or []
    if delta.function_call is not None and not delta.tool_calls:  # llama-cpp-python sends every piece in both
        yield _Call(index=0, function=delta.function_call)


def _split(content: Any) -> tuple[str, str]:
    """Return what is said and what is thought in content that may come as parts."""
    parts: list[Any] = cast("list[Any]", content) if isinstance(content, list) else [content]
    said = [part for part in parts if not _is_thought(part)]
    return "".join(map(_text, said)), "".join(_text(part) for part in parts if _is_thought(part))


def _is_thought(part: Any) -> bool:
    return isinstance(part, dict) and cast("dict[str, Any]", part).get("type") in {"thinking", "reasoning"}


def _text(value: Any) -> str:
    """Return the text in a part, which may hold parts itself."""
    match value:
        case str():
            return value
        case list():
            return "".join(map(_text, cast("list[Any]", value)))
        case {"text": inner} | {"thinking": inner} | {"content": inner}:
            return _text(inner)
        case _:
            return ""


def _usage(counted: dict[str, Any]) -> Usage:
    return Usage(prompt_tokens=_count(counted, "prompt_tokens"), completion_tokens=_count(counted, "completion_tokens"))


def _count(counted: dict[str, Any], name: str) -> int:
    value = counted.get(name)
    return int(value) if isinstance(value, int | float) and value > 0 else 0


def _join_surrogates(text: str) -> str:
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _chunk(chunk: object) -> _Chunk:
    try:
        return _Chunk.model_validate(chunk)
    except ValidationError:
        pass
    raise bad_answer("it sent something that is not a chat completion")
