"""Measure what a model is sent: tokens of requests, what a provider can cache of them, and growth over thirty turns.

Run `python -m bench.prompts` for tables, with `--json` for one JSON object. Tokens are counted as OpenAI's newer models
count (o200k). The conversation is held by the real graph over the sample week; `offline` decides, and what a language
model would have been shown is counted. Cacheable is what a request has in common with an earlier one, from its start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from os.path import commonprefix
from pathlib import Path
from typing import Any, Final

import bpe_openai

from bench.table import table
from dayloom.calendars import sample_week, schedule_from
from dayloom.llm.chat_completions.shape import Rung, shape_parameters
from dayloom.offline import OfflineModel
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.memory import MemoryPreviews, NoCalendarStore, NoDelegates, NoMemory, NoMessenger
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent
from graph.build import build
from prompts.prompt import prompt_for
from state.common import RunSettings
from state.context import Context
from state.events import Emit
from state.ids import RunId, ThreadId
from state.ports import Accepted
from state.prompt import ModelReply, Prompt, Purpose, Question
from state.schedule import Schedule

THREAD: Final = ThreadId("prompts")
TURNS: Final = 30
SAID: Final = (
    "Plan my tasks, keep Friday evening free",
    "What do I have on Tuesday?",
    "Spread my tasks evenly over the week",
    "What is on Thursday?",
    "Move everything from Monday to Wednesday",
)
ENCODING: Final = bpe_openai.get_encoding("o200k_base")


@dataclass(frozen=True)
class Request:
    """One request: for what, its tokens, those of the schema beside it, and those that were sent before."""

    turn: int
    purpose: str
    messages: int
    schema: int
    cacheable: int


@dataclass
class Recorder:
    """The offline model, and what a language model would have been shown in its place."""

    requests: list[Request] = field(default_factory=list)
    turn: int = 0
    _sent: list[str] = field(default_factory=list)
    _offline: OfflineModel = field(default_factory=OfflineModel)

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Count the request, and decide."""
        prompt = prompt_for(question)
        text = as_text(prompt)
        shared = max((len(commonprefix([text, earlier])) for earlier in self._sent), default=0)  # noqa: RUF071 no paths
        self._sent.append(text)
        counted = Request(
            self.turn, question.purpose.value, message_tokens(prompt), schema_tokens(prompt), tokens(text[:shared])
        )
        self.requests.append(counted)
        return await self._offline.reply(question, emit)


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    return len(ENCODING.encode(text))


def message_tokens(prompt: Prompt) -> int:
    """Count the tokens of a request's messages, with the four that frame each."""
    return sum(tokens(message.text) + 4 for message in prompt.messages)


def schema_tokens(prompt: Prompt, rung: Rung = Rung.JSON_SCHEMA) -> int:
    """Count the tokens that the shape of the answer takes where a server writes it into the prompt, as JSON."""
    if prompt.format is None:
        return 0
    return tokens(json.dumps(shape_parameters(rung, prompt.format, prompt.tools)))


def as_text(prompt: Prompt) -> str:
    """Return the messages one after another, as a cache compares them."""
    return "\n".join(f"{message.type}: {message.text}" for message in prompt.messages)


def the_sample_week() -> Schedule:
    """Return the week that comes with the package."""
    sample = sample_week()
    given: dict[str, Any] = {"start": sample.start, "days": sample.days, "timezone": "Europe/Berlin"}
    return schedule_from([sample.calendar], [sample.tasks], **given).schedule


async def converse(url: str, turns: int) -> Sequence[Request]:
    """Hold a conversation of so many turns on the store at an address, and return what was asked for."""
    week, model = the_sample_week(), Recorder()
    noon = week.start_of(1, 1)
    settings = RunSettings(always_execute=True, attended=False)
    async with connect(url) as client:
        agent = Agent(build(), RedisThreads(RedisCheckpointer(client)))
        context = Context(
            thread=THREAD,
            model=model,
            previews=MemoryPreviews(),
            calendar=NoCalendarStore(),
            memory=NoMemory(),
            messenger=NoMessenger(),
            delegates=NoDelegates(),
            emit=lambda _: None,
            clock=lambda: noon,
            settings=settings,
        )
        for turn in range(turns):
            model.turn = turn + 1
            said = Accepted(
                run=RunId(f"run-{turn}"), message=SAID[turn % len(SAID)], schedule=None if turn else week, at=noon
            )
            await agent.accept(THREAD, said, behind=True)
            while await agent.carry_on(THREAD, lambda _run, _asked: context) is not None:
                pass
    return model.requests


def share(requests: Sequence[Request]) -> float:
    """Return how much of these requests can come from a cache, in per cent, but for the one that begins it all."""
    requests = [each for each in requests if each.cacheable]
    return round(100 * sum(each.cacheable for each in requests) / sum(each.messages for each in requests), 1)


def summary(requests: Sequence[Request]) -> dict[str, Any]:
    """Return the figures worth watching."""
    first, last = requests[0], [each for each in requests if each.turn == TURNS]
    return {
        "first request": first.messages + first.schema,
        "largest request": max(each.messages + each.schema for each in requests),
        "largest schema": max(each.schema for each in requests),
        "cacheable in the first turn, %": share([each for each in requests if each.turn == 1]),
        "cacheable in all turns, %": share(requests),
        f"growth over {TURNS} turns": next(each.messages for each in last if each.purpose == Purpose.PLAN)
        - first.messages,
    }


async def measure() -> Sequence[Request]:
    """Hold the conversation on a store of its own."""
    with tempfile.TemporaryDirectory(prefix="prompts") as folder:
        async with embedded(Path(folder)) as url:
            return await converse(url, TURNS)


def main() -> None:
    """Hold the conversation and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.prompts", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    given = parser.parse_args()
    requests = asyncio.run(measure())
    found = summary(requests)
    if given.json:
        print(json.dumps({**found, "requests": [asdict(each) for each in requests]}))
        return
    shown = [each for each in requests if each.turn in {1, 10, 20, TURNS}]
    print(table(("prompts", "tokens"), list(found.items())), end="\n\n")
    head = ("turn", "asked for", "messages", "schema", "cacheable")
    print(table(head, [(each.turn, each.purpose, each.messages, each.schema, each.cacheable) for each in shown]))


if __name__ == "__main__":
    main()
