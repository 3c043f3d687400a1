"""The words for the person, shown while the model is still writing."""

from __future__ import annotations

from typing import Any, Final, cast

import jiter

from dayloom.llm.thoughts import ThoughtFilter
from state.decision import DECISION, ResponseFormat
from state.events import Emit, Event, EventType

GROWTH: Final = 64
"""A buffer is read again once it has grown by this fraction of its size, so that reading stays linear in all."""


class Speech:
    """What the person has been shown of one answer."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.shown = ""

    def say(self, piece: str) -> None:
        """Show a further piece."""
        if piece:
            self.shown += piece
            self._emit(Event(type=EventType.MESSAGE_DELTA, data={"text": piece}))

    def say_up_to(self, text: str) -> None:
        """Show what `text` has more than was shown; text that is not a continuation is left for `settle`."""
        if text.startswith(self.shown):
            self.say(text[len(self.shown) :])

    def settle(self, text: str) -> None:
        """Make what was shown equal to the final text."""
        if not text.startswith(self.shown):
            self.retract()
        self.say_up_to(text)

    def retract(self) -> None:
        """Take back whatever was shown."""
        if self.shown:
            self.shown = ""
            self._emit(Event(type=EventType.MESSAGE_RETRACTED))


class PlainText:
    """All of the answer is for the person."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    def hear(self, piece: str) -> None:
        """Show the piece; what is said begins with no space, though a thought before it may end with one."""
        self._speech.say(piece if self._speech.shown else piece.lstrip())

    def forget(self) -> None:
        """Take the pieces back."""
        self._speech.retract()

    def end(self, text: str) -> None:
        """Show what is missing."""
        self._speech.settle(text)


class SpokenField:
    """Only the `speak` field of a JSON answer is for the person."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._json = bytearray()
        self._read = 0
        self._over = False

    def hear(self, piece: str) -> None:
        """Show how far `speak` has come; whole characters only."""
        if self._over:
            return
        if not self._json:
            piece = piece[piece.find("{") :] if "{" in piece else ""
        self._json += piece.encode()
        if len(self._json) - self._read > len(self._json) // GROWTH:
            self._look()

    def forget(self) -> None:
        """Take back what was shown, and wait for the JSON to begin."""
        self._json.clear()
        self._read, self._over = 0, False
        self._speech.retract()

    def end(self, text: str) -> None:
        """Show the final `speak`; without one, what was shown stays for whoever refuses the answer to retract."""
        speak = _speak(_parse(text.encode()))
        if speak is not None:
            self._speech.settle(speak)

    def _look(self) -> None:
        self._read = len(self._json)
        value = _parse(bytes(self._json), partial=True)
        self._over = value is None or ("speak" in value and next(reversed(value)) != "speak")
        speak = _speak(value)
        if speak is not None:
            self._speech.say_up_to(speak)


def listener_for(wanted: ResponseFormat | None, speech: Speech, *, thinking: bool = False) -> ThoughtFilter:
    """Return what shows an answer to the person: all that is said, or only what a decision speaks.

    `thinking` tells that the answer begins with a thought whose opening tag is not sent.
    """
    return ThoughtFilter(PlainText(speech) if wanted is None else SpokenField(speech), thinking=thinking)


def _parse(data: bytes, *, partial: bool = False) -> dict[str, Any] | None:
    try:
        value: Any = jiter.from_json(data, cache_mode="keys", partial_mode="trailing-strings" if partial else "off")
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    return cast("dict[str, Any]", fields[DECISION]) if isinstance(fields.get(DECISION), dict) else fields


def _speak(value: dict[str, Any] | None) -> str | None:
    speak = value.get("speak") if value is not None else None
    return speak if isinstance(speak, str) else None
