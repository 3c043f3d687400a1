"""Everything that belongs to one user, and nothing that does not."""

from __future__ import annotations

import asyncio
import copy
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from dayloom.calendar_sync.apply import CalendarCommits
from dayloom.calendar_sync.drafts import Drafts
from dayloom.calendar_sync.outdated import DraftCheck
from dayloom.calendar_sync.writer import SEEN, CalendarWriter
from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from dayloom.memory.memory import Memory
from dayloom.messages.messenger import RunMessenger
from dayloom.messages.post import Outward, PostOffice
from dayloom.messages.run_end import RunEnds
from dayloom.runs.children import ChildRuns
from dayloom.runs.observer import Export, Observer, export_nothing
from dayloom.runs.processor import Processor
from dayloom.runs.queue import Queue
from dayloom.runs.runs import Runs
from dayloom.runs.workspaces import WorkspaceLocks, unattended_threads
from dayloom.stores.checkpointer.saver import RedisCheckpointer
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.owner.items import RedisStore
from dayloom.stores.owner.nearness import Index
from dayloom.stores.owner.previews import RedisPreviews
from dayloom.stores.owner.told import RedisInbox
from dayloom.stores.owner.user_events import RedisUserEvents
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.pubsub import PubSub
from dayloom.stores.threads.durations import Durations
from dayloom.stores.threads.index import Search, ThreadIndex
from dayloom.stores.threads.store import RedisThreads
from graph.agent import Agent
from graph.build import Graph, build
from state.common import RunSettings
from state.context import Context
from state.errors import BadInput, StoreUnavailable, Unreadable
from state.ids import RunId, ThreadId
from state.memory import MemoryItem
from state.ports import Accepted
from state.run_status import RunStatus
from state.user_event import UserEventType

log = logging.getLogger(__name__)

MODE: Final = "mode"
MODELS: Final = "models"
"""What a request for a run is about: how hard it thinks, and the models that are asked in turn, for no others."""

_LOOKED_THROUGH: Final = 30
"""So many of the threads that changed last are looked through when the calendar has changed."""
REMEMBERED: Final = 1000
"""Users whose parts stay put together."""


@dataclass(frozen=True)
class Tenant:
    """One user's parts; every key they touch carries the user's name."""

    user: str
    checkpointer: RedisCheckpointer
    threads: RedisThreads
    agent: Agent
    graph: Graph
    previews: RedisPreviews
    runs: Runs
    index: ThreadIndex
    calendar: RedisCalendar
    commits: CalendarCommits
    """The way from a draft into the calendar, and back."""
    events: RedisUserEvents
    draft_check: DraftCheck
    store: RedisStore
    """The user's long-term memory, as other programs use it."""
    memory: Memory
    """What of it the agent is shown."""
    uploading: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while the user's calendar is read: one upload at a time, so that a user's many keep no other waiting."""

    @property
    def drafts(self) -> Drafts:
        """The drafts of the user's threads, in the user's own hands."""
        return Drafts(self.threads, self.graph, self.previews)

    async def tell_calendar_changed(self, *, calendar: bool) -> None:
        """Tell the user that calendar or tasks have changed, and which of the newest drafts no longer fit the calendar.

        What changed has changed: a store that fails meanwhile is logged.
        """
        try:
            await self.events.tell(UserEventType.CALENDAR_CHANGED, calendar=calendar)
            drafts = await self.index.search(Search()) if calendar else []
            for line in drafts[:_LOOKED_THROUGH]:
                preview = await self.previews.get(line.id)
                found = await self.draft_check.clashes(line.id, preview.schedule) if preview else ()
                if found:
                    clashes = [clash.model_dump() for clash in found]
                    await self.events.tell(UserEventType.DRAFT_OUTDATED, thread_id=line.id, clashes=clashes)
        except (Unreadable, StoreUnavailable, BadInput) as error:
            log.warning("nobody was told that a calendar has changed: %s", error)

    async def delete_thread(self, thread: ThreadId) -> None:
        """Cancel what is at work on a thread, and delete it; raises UnknownThread."""
        await self.index.require(thread)
        for run in await self.runs.list(thread, statuses=(RunStatus.PENDING, RunStatus.RUNNING), limit=1000):
            await self.runs.cancel(thread, run.id)
        await self.index.delete(thread)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What all users share; `deadline` is in seconds, `exclusive` as `Runs` has it, `addresses` as `CalendarWriter`."""

    client: AsyncRedis
    durations: Durations
    models: Models
    queue: Queue
    pubsub: PubSub
    observer: Observer
    clock: Callable[[], datetime]
    settings: RunSettings
    deadline: float
    exclusive: bool
    processor: Processor = field(default_factory=Processor)
    addresses: tuple[str, ...] = ()
    outward: Outward = field(default_factory=Outward)
    skills: tuple[MemoryItem, ...] = ()
    index: Index | None = None
    """What makes the long-term memory find by meaning."""
    export: Export = export_nothing
    children: int = 3
    """So many child runs of one run are at work at once."""


class Tenants:
    """Puts the parts of each user together."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._graph = build()
        self._known: OrderedDict[str, Tenant] = OrderedDict()

    def of(self, user: str) -> Tenant:
        """Return the parts of this user."""
        tenant = self._known.pop(user, None) or self._make(user)
        self._known[user] = tenant
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return tenant

    @property
    def outward(self) -> Outward:
        """The ways out that the operator has set up."""
        return self._shared.outward

    @property
    def pubsub(self) -> PubSub:
        """What wakes whoever waits; it is to be run as long as anybody does."""
        return self._shared.pubsub

    @property
    def models(self) -> Models:
        """Every model a run may ask for."""
        return self._shared.models

    async def revive(self) -> None:
        """Hand over every thread, of any user, that has work and nobody at it: after a crash, or a lost nudge."""
        for user, thread in await unattended_threads(self._shared.client):
            await self.of(user).runs.revive(thread)

    def _make(self, user: str) -> Tenant:
        async def tell_changed(*, calendar: bool) -> None:
            await self.of(user).tell_calendar_changed(calendar=calendar)

        shared = self._shared
        checkpointer = RedisCheckpointer(shared.client, owner=user)
        graph = copy.copy(self._graph)
        graph.checkpointer = checkpointer
        graph.store = store = RedisStore(shared.client, owner=user, index=shared.index)
        threads = RedisThreads(checkpointer, durations=shared.durations)
        previews = RedisPreviews(shared.client, owner=user)
        agent = Agent(graph, threads)
        calendar = RedisCalendar(shared.client, owner=user, changed=tell_changed)
        commits = CalendarCommits(threads, graph, calendar, shared.addresses)
        messenger = RunMessenger(PostOffice(user, shared.client, shared.outward, shared.clock))
        memory = Memory(store, calendar, shared.skills)
        ports = _Ports(
            shared=shared,
            previews=previews,
            writer=commits.writer,
            messenger=messenger,
            memory=memory,
            store=store,
            tenant=lambda: self.of(user),
        )
        runs = Runs(
            user=user,
            agent=agent,
            threads=threads,
            queue=shared.queue,
            pubsub=shared.pubsub,
            workspaces=WorkspaceLocks(shared.client, user, threads),
            contexts=ports.context,
            finish_commit=commits.finish_commit,
            observer=shared.observer,
            processor=shared.processor,
            deadline=shared.deadline,
            ends=RunEnds(RedisInbox(shared.client, user), shared.clock),
            exclusive=shared.exclusive,
            export=shared.export,
            read_ahead=(store.read_ahead(memory.namespace),),
        )
        index = ThreadIndex(checkpointer)
        events, check = RedisUserEvents(shared.client, owner=user), DraftCheck(calendar, shared.addresses)
        shown = (index, calendar, commits, events, check, store, memory)
        return Tenant(user, checkpointer, threads, agent, graph, previews, runs, *shown)


@dataclass(frozen=True, kw_only=True)
class _Ports:
    """What every run of a user is given."""

    shared: Shared
    previews: RedisPreviews
    writer: CalendarWriter
    messenger: RunMessenger
    memory: Memory
    store: RedisStore
    tenant: Callable[[], Tenant]

    def context(self, thread: ThreadId, run: RunId, asked: Accepted | None, ahead: Sequence[Any]) -> Context:
        """Return what a run may use: the model, mode and settings it was asked for, the memory as it was read ahead."""
        shared, about = self.shared, asked.about if asked else {}
        mode = Mode(name) if (name := about.get(MODE)) else None
        models, memory = shared.models, self.memory
        return Context(
            thread=thread,
            model=models.in_turn(about[MODELS], mode) if about.get(MODELS) else models.of(about.get("model"), mode),
            previews=self.previews,
            calendar=self.writer.begin_with(about.get(SEEN)),
            delegates=ChildRuns(
                lambda: self.tenant().runs,
                self.tenant().index,
                thread,
                run,
                about,
                shared.clock,
                asyncio.Semaphore(shared.children),
            ),
            messenger=self.messenger,
            memory=memory.reading(self.store.begin_with(memory.namespace, *ahead)) if ahead else memory,
            emit=partial(shared.observer.on_event, thread, run),
            clock=shared.clock,
            settings=asked.settings if asked else shared.settings,
        )
