"""What a conversation is, in memory and without any machinery: messages, one card at a time, a schedule of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Expected = tuple[str, ...]
"""Everything the person may be told."""


@dataclass(frozen=True)
class OpenCard:
    """A card, or a question when it is about nothing."""

    id: str
    wish: tuple[str, ...] = ()


@dataclass
class Conversation:
    """The reference: what was said, answered and placed, and which card is open."""

    tasks: Iterable[int]
    turn: int = 0
    card: OpenCard | None = None
    said: list[str] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    days: dict[int, int] = field(default_factory=dict)
    version: int = 0
    void: bool = False
    """Tells that the last card was cancelled, and nothing was said since."""

    def wish(self, task: int, day: int) -> str:
        """Return the message that asks to place a pending task, or to take a placed one out."""
        return f"unplace {task}" if task in self.days else f"place {task} {day}"

    def say(self, text: str) -> Expected:
        """Take a message in; while a card is open it answers it."""
        if self.card is not None:
            decision = "reject" if self.card.wish else "respond"
            return self.answer(self.card.id, decision, text)
        self.turn, self.void = self.turn + 1, False
        self.said.append(text)
        words = tuple(text.partition(" #")[0].split())
        if words[0] == "chat":
            return ("success",)
        self.card = OpenCard(f"{self.turn}-1", () if words[0] == "ask" else words)
        return ("interrupted",)

    def answer(self, card: str, decision: str, text: str) -> Expected:
        """Take an answer: one of those the open card allows, for that card."""
        if self.card is None:
            late = "StaleAnswer" if self.void else "NothingToAnswer"
            return (late, f"again{late}")
        if card != self.card.id:
            return ("StaleAnswer",)
        if decision not in (("approve", "reject") if self.card.wish else ("respond",)):
            return ("NotAllowed", "againNotAllowed")
        self.answers.append((card, decision))
        if decision == "approve":
            self._apply(self.card.wish)
        self.card = None
        return ("success", "againNothingToAnswer", "againStaleAnswer")

    def cancel(self) -> bool:
        """Cancel the open card, if any."""
        was_open, self.card = self.card is not None, None
        self.void = self.void or was_open
        return was_open

    def seen(self) -> dict[str, Any]:
        """Return what anybody can see."""
        return {"said": self.said, "answers": self.answers, "days": self.days, "version": self.version}

    def _apply(self, wish: tuple[str, ...]) -> None:
        task = int(wish[1])
        if wish[0] == "place":
            self.days[task] = int(wish[2])
        else:
            del self.days[task]
        self.version += 1
