"""A person who keeps a list of tasks, and an agent that changes it after a card."""

from __future__ import annotations

from typing import Any

from durable import DONE, EXECUTE, FINAL, REPLY, WEEK, Person
from stage import NOW, ScriptedModel, a_call

from dayloom.calendar_sync.apply import CalendarCommits
from dayloom.calendar_sync.new_schedule import Week, schedule_of
from dayloom.calendar_sync.task_list import add_tasks
from dayloom.calendars import Row
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis
from graph.agent import Turn
from graph.build import build
from state.interrupt import Interrupt
from state.schedule import Schedule
from state.task_item import TaskItem


class Desk:
    """A person who keeps a list, and an agent that changes it."""

    def __init__(self, redis: AsyncRedis, **more: Any) -> None:
        self.person = Person(redis, **more)
        self.thread = self.person.thread
        self.store = RedisCalendar(redis)
        self.commits = CalendarCommits(self.person.threads, build(), self.store)

    async def began(self, *rows: dict[str, Any]) -> Schedule:
        """Begin a thread on the person's list."""
        if rows:
            await add_tasks(self.store, [Row("task", row) for row in rows], NOW, timezone="Europe/Berlin")
        found = await schedule_of(self.store, NOW, Week(start=WEEK.window.start, timezone="Europe/Berlin"))
        self.person.model = ScriptedModel([REPLY])
        self.person.seen = found.seen
        await self.person.say("Hello", found.schedule)
        return await self.schedule()

    async def asked(self, tool: str, **arguments: Any) -> Interrupt:
        """Ask for it; returns the card."""
        call = {"action": "confirm", "speak": "?", "tool_call": a_call(tool, **arguments)}
        self.person.model = ScriptedModel([EXECUTE, call, DONE, FINAL])
        card = (await self.person.say("Do it")).interrupt
        assert card is not None
        return card

    async def did(self, tool: str, **arguments: Any) -> Turn:
        """Ask for it and approve."""
        await self.asked(tool, **arguments)
        return await self.person.answer("approve")

    async def did_nothing(self, tool: str, **arguments: Any) -> str:
        """Let the agent try what is refused, or changes nothing; returns what it was told."""
        call = {"action": "confirm", "speak": "?", "tool_call": a_call(tool, **arguments)}
        self.person.model = ScriptedModel([EXECUTE, call, DONE, FINAL])
        assert (await self.person.say("Do it")).interrupt is None
        return str(self.person.model.prompts[2])

    async def renewed(self) -> Schedule:
        """Let another turn begin, which takes in what has changed."""
        self.person.model = ScriptedModel([REPLY])
        await self.person.say("Hello")
        return await self.schedule()

    async def schedule(self) -> Schedule:
        return (await self.person.agent.state(self.thread)).schedule

    async def items(self) -> tuple[TaskItem, ...]:
        return await self.store.tasks()
