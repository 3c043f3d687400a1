"""What the routes stand on."""

from __future__ import annotations

from dataclasses import dataclass, field

from dayloom.api.http.authentication import Door
from dayloom.api.http.rate_limit import Rate
from dayloom.api.http.streams import Streams
from dayloom.runs.queue import Engine
from dayloom.runs.tenants import Tenants
from dayloom.settings import Settings
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.traces.metrics import Metrics
from dayloom.traces.redact import Redact


@dataclass(frozen=True)
class Backend:
    """Everything put together, as long as the store and the model are open."""

    settings: Settings
    client: AsyncRedis
    tenants: Tenants
    queue: Engine
    door: Door
    rate: Rate
    metrics: Metrics
    redact: Redact
    streams: Streams = field(default_factory=Streams)
