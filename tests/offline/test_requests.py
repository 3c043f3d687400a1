"""What a language model would be shown of a long conversation: how it grows, and how much of it a cache can keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from stage import a_task, a_week, an_event

from dayloom.offline import OfflineModel
from prompts.prompt import prompt_for
from state.events import Emit
from state.prompt import ModelReply, Question

TURNS = 30
SAID = (
    "Plan my tasks, keep Friday evening free",
    "What is on Monday?",
    "Move all tasks of Tuesday to Thursday",
    "Spread my tasks evenly",
    "undo",
)


@dataclass
class Reading:
    """The offline model, with the text of what it would have been shown kept for each turn."""

    turn: int = 0
    shown: dict[int, list[str]] = field(default_factory=dict)

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Keep the prompt, and answer."""
        text = "".join(f"\n<{message.type}>\n{message.text}" for message in prompt_for(question).messages)
        self.shown.setdefault(self.turn, []).append(text)
        return await OfflineModel().reply(question, emit)


async def conversation(person: Callable[..., Any]) -> list[list[str]]:
    """Return what was shown in each of thirty turns, each with whatever cards it took approved."""
    model = Reading()
    events = [an_event(100 + n, (n + 1, 1, 2), title=f"Lecture {n}") for n in range(5)]
    somebody = person(a_week(*events, *(a_task(n, f"Essay {n}", category="history") for n in range(1, 13))), model)
    for model.turn in range(TURNS):
        turn = await somebody.say(SAID[model.turn % len(SAID)])
        while turn.interrupt is not None:
            turn = await somebody.answer("approve")
    return [model.shown[turn] for turn in range(TURNS)]


def cacheable(requests: list[str]) -> float:
    """Return how much of all requests but the first a provider has just read: their common beginning."""
    return sum(_shared(*pair) for pair in pairwise(requests)) / sum(map(len, requests[1:]))


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1), len(one))


async def test_a_long_conversation_stays_short_and_is_read_from_the_cache(person: Callable[..., Any]) -> None:
    turns = await conversation(person)
    largest = [max(map(len, requests)) for requests in turns]

    assert max(largest[-10:]) < 1.5 * largest[0]
    assert cacheable([text for requests in turns for text in requests]) > 0.8
