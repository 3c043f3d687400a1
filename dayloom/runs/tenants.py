"""Everything that belongs to one user, and nothing that does not."""

from __future__ import annotations

import copy
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from dayloom.stores.checkpoints import RedisCheckpointer
from dayloom.stores.connection import AsyncRedis
from dayloom.stores.previews import RedisPreviews
from dayloom.stores.terms import Terms
from dayloom.stores.threads import RedisThreads
from graph.agent import Agent
from graph.build import Graph, build

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


class Tenants:
    """Puts the parts of each user together."""

    def __init__(self, client: AsyncRedis, *, terms: Terms) -> None:
        self._client = client
        self._terms = terms
        self._graph = build()
        self._known: OrderedDict[str, Tenant] = OrderedDict()

    def of(self, user: str) -> Tenant:
        """Return the parts of this user."""
        tenant = self._known.pop(user, None) or self._made(user)
        self._known[user] = tenant
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return tenant

    def _made(self, user: str) -> Tenant:
        checkpointer = RedisCheckpointer(self._client, owner=user)
        graph = copy.copy(self._graph)
        graph.checkpointer = checkpointer
        threads = RedisThreads(checkpointer, terms=self._terms)
        previews = RedisPreviews(self._client, owner=user)
        return Tenant(user, checkpointer, threads, Agent(self._graph, threads), graph, previews)
