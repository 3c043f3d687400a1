"""What the routes stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dayloom.api.streams import Streams
from dayloom.runs.jobs import Jobs
from dayloom.runs.tenants import Tenants
from dayloom.settings import Settings
from dayloom.stores.connection import AsyncRedis
from dayloom.traces.metrics import Metrics
from dayloom.traces.redact import Redact

if TYPE_CHECKING:
    from dayloom.api.door import Door
    from dayloom.api.rate import Rate


@dataclass(frozen=True)
class Backend:
    """Everything put together, as long as the store and the model are open."""

    settings: Settings
    client: AsyncRedis
    tenants: Tenants
    jobs: Jobs
    door: Door
    rate: Rate
    metrics: Metrics
    redact: Redact
    streams: Streams = field(default_factory=Streams)
