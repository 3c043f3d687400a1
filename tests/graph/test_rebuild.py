"""What a model was shown can be rebuilt from the record, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from durable import CONFIRM, DONE, EXECUTE, FINAL, LOOK, REPLY, WEEK, Person
from stage import a_call

from dayloom.stores.redis.connection import AsyncRedis
from graph.build import build
from graph.rebuild import rebuild_questions
from prompts.prompt import prompt_for
from state.context import Context
from state.prompt import Prompt

START: Final = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TICKS: Final = count()
DENTIST: Final = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VEVENT
UID:dentist
DTSTART:20261124T090000Z
DTEND:20261124T100000Z
SUMMARY:Dentist
END:VEVENT
END:VCALENDAR
"""
SCRIPT: Final = [
    *(EXECUTE, LOOK, "no decision", LOOK, CONFIRM, DONE, FINAL),
    *(REPLY,),
    *(
        EXECUTE,
        {"action": "confirm", "speak": "Shall I?", "tool_call": a_call("place", task_id=2, day=3, slot_start=3)},
    ),
    *({"action": "ask_user", "speak": "Then which day?"}, DONE, FINAL),
]


def shown(prompt: Prompt) -> list[Any]:
    """Return all of a prompt but the ids of its messages, which no model sees."""
    texts = [(message.type, message.content, getattr(message, "tool_calls", None)) for message in prompt.messages]
    return [*texts, prompt.format, [tool.model_dump_json() for tool in prompt.tools]]


class InTime(Person):
    """A person for whom a minute passes whenever the agent looks at the clock."""

    @property
    def context(self) -> Context:
        return replace(super().context, clock=lambda: START + timedelta(seconds=61 * next(TICKS)))


async def test_every_prompt_of_a_conversation_is_rebuilt_byte_for_byte(redis: AsyncRedis) -> None:
    person = InTime(redis, list(SCRIPT))
    await person.say("Place my essay", WEEK)
    await person.answer("approve")
    await person.say("When is algebra?")
    await person.say("And my report")
    await person.answer("reject", message="not then")
    await person.answer("respond", message="Friday")
    steps = await person.threads.transcript(person.thread)
    rebuilt = [asked async for asked in rebuild_questions(build(person.threads.checkpointer), person.thread, steps)]

    assert [shown(prompt_for(question)) for _, question in rebuilt] == [shown(each) for each in person.model.prompts]
    assert len(rebuilt) == len(SCRIPT)


async def test_what_came_into_the_calendar_meanwhile_is_in_the_rebuilt_prompt(redis: AsyncRedis) -> None:
    person = InTime(redis, [REPLY, REPLY])
    await person.say("Hello")
    await person.book.put(DENTIST, before=await person.book.calendar())
    await person.say("And now?")
    steps = await person.threads.transcript(person.thread)
    rebuilt = [asked async for asked in rebuild_questions(build(person.threads.checkpointer), person.thread, steps)]

    assert [shown(prompt_for(question)) for _, question in rebuilt] == [shown(each) for each in person.model.prompts]
    assert "Dentist" in str(shown(person.model.prompts[-1]))
