"""What a child process does: apply a draft, or take it back, by hand or by the agent, through a bad line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from durable import DONE, FINAL, Person

from dayloom.calendar_sync.apply import CalendarCommits
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.store import RedisThreads
from graph.build import build
from state.events import Emit
from state.ids import ThreadId
from state.prompt import ModelReply, Purpose, Question


def commits_on(client: AsyncRedis) -> CalendarCommits:
    """Return what applies drafts of the local user."""
    threads = RedisThreads(RedisCheckpointer(client), durations=Durations(watch=60))
    return CalendarCommits(threads, build(), RedisCalendar(client))


def commit(*, url: str, thread: str, key: str, act: str, version: int) -> None:
    """Apply or undo once."""
    asyncio.run(_commit(url, ThreadId(thread), key, act, version))


@dataclass(frozen=True)
class Finishing:
    """A model that finds everything done."""

    async def reply(self, question: Question, emit: Emit) -> ModelReply:
        """Say so."""
        return ModelReply(text=FINAL if question.purpose is Purpose.DELIVER else json.dumps(DONE), model="finishing")


def approve(*, url: str, thread: str, name: str) -> None:
    """Approve the open card, and carry on to the end of the turn."""
    asyncio.run(approved(url, ThreadId(thread), name))


async def approved(url: str, thread: ThreadId, name: str) -> None:
    """Approve it, as a run of this name."""
    async with connect(url) as client:
        person = Person(client, thread=thread, name=name)
        person.model = Finishing()
        await person.answer("approve")


async def _commit(url: str, thread: ThreadId, key: str, act: str, version: int) -> None:
    async with connect(url) as client:
        commits = commits_on(client)
        await (commits.apply if act == "apply" else commits.undo)(thread, key=key, version=version)
