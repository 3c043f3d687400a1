"""What benchmarks of calendar assistants ask, in a conversation: looked up, shown on a card, done in the calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from calendar_requests import CANCEL, CHANGE, CREATE, FREE, PREFER, TEXT, search, spoken
from durable import DONE, EXECUTE, FINAL, Person
from langchain_core.messages import ToolMessage
from stage import MONDAY, NOW, ScriptedModel, a_call

from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.calendars import File, read_calendar
from dayloom.stores.redis.connection import AsyncRedis
from state.common import CommonState
from state.events import Emit
from state.prompt import ModelReply, Question
from state.schedule import Schedule

Act = Callable[[int], dict[str, Any]]
"""The call that does it, given the id that was found."""


class PerfectModel(ScriptedModel):
    """Looks things up, and goes on with what it has read."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        if callable(self.script[0]):
            self.script[0] = self.script[0](question.state)
        return await super().reply(question, emit)


def found(state: CommonState) -> dict[str, Any]:
    """What the last call has told."""
    last = next(one for one in reversed(state.messages) if isinstance(one, ToolMessage))
    return cast("dict[str, Any]", last.artifact)["data"]


def looking(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"action": "continue", "speak": "Looking.", "tool_call": a_call(tool, **arguments)}


def acting(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"action": "confirm", "speak": "So?", "tool_call": a_call(tool, **arguments)}


def change(find: dict[str, Any], which: int, act: Act) -> list[Any]:
    """Find an event as it was described, then change it."""
    return [looking("list_tasks", **find), lambda state: act(found(state)["tasks"][which]["id"])]


def cancelling(more: dict[str, Any]) -> Act:
    return lambda id_: acting("cancel_event", events=[{"task_id": id_, **more}])


def moving(said: dict[str, Any]) -> Act:
    return lambda id_: acting("move_event", task_id=id_, **said)


CHANGES: list[tuple[str, list[Any], str | None, str | None]] = [
    *((said, change(find, which, cancelling(more)), gone, None) for said, find, which, more, gone in CANCEL),
    *((said, [acting("add_event", **arguments)], None, new) for said, arguments, new in CREATE),
    *((said, change(find, which, moving(more)), "", new) for said, find, which, more, new in CHANGE),
]
SEARCHES = [
    *((said, search(arguments), where) for said, arguments, where in PREFER),
    *((said, {"duration": 4, "earliest": True, **arguments}, where) for said, arguments, where in FREE),
]


async def begun(redis: AsyncRedis, script: list[Any]) -> tuple[Person, Schedule]:
    """Somebody whose calendar is kept, and its week."""
    person = Person(redis)
    await put_calendar(person.book, TEXT.encode(), "Europe/Berlin")
    week = Week(start=MONDAY, grid="half-hours", timezone="Europe/Berlin")
    taken = await schedule_of(person.book, NOW, week)
    person.seen, person.model = taken.seen, PerfectModel([EXECUTE, *script, DONE, FINAL])
    return person, taken.schedule


def fits(expected: str | None, lines: set[str]) -> bool:
    """Tell whether one line, or none, is as expected; an empty text stands for any."""
    return len(lines) == (expected is not None) and all(line.startswith(expected or "") for line in lines)


@pytest.mark.parametrize(("said", "script", "gone", "new"), CHANGES, ids=[row[0] for row in CHANGES])
async def test_a_change_is_shown_and_done(
    redis: AsyncRedis, said: str, script: list[Any], gone: str | None, new: str | None
) -> None:
    person, before = await begun(redis, script)

    asked = await person.say(said, before)
    done = await person.answer("approve")
    text = export_calendar(await person.book.calendar())
    week = before.model_copy(update={"tasks": ()})
    stored = week.model_copy(update={"tasks": read_calendar([File("all.ics", text)], week).events})

    assert asked.interrupt is not None
    assert spoken(asked.state.schedule) == spoken(before)
    assert spoken(done.state.schedule) == spoken(stored)
    assert fits(gone, spoken(before) - spoken(stored))
    assert fits(new, spoken(stored) - spoken(before))


@pytest.mark.parametrize(("said", "arguments", "where"), SEARCHES, ids=[f"free: {row[0]}" for row in SEARCHES])
async def test_a_search_is_answered_without_a_card(
    redis: AsyncRedis, said: str, arguments: dict[str, Any], where: str
) -> None:
    person, week = await begun(redis, [looking("find_free", **{"limit": 1, **arguments})])
    seen: list[CommonState] = []
    person.model.script[2] = lambda state: (seen.append(state), DONE)[1]

    turn = await person.say(said, week)
    [place] = found(seen[0])["places"]

    assert turn.interrupt is None
    assert f"{week.start_of(place['day'], place['slot_start']):%a %H:%M}".startswith(where)
