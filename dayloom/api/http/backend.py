"""What every route is served with: settings, store client, tenants, authentication, metrics."""

from __future__ import annotations

from dataclasses import dataclass, field

from dayloom.api.http.authentication import Authentication
from dayloom.api.http.open_streams import OpenStreams
from dayloom.api.http.rate_limit import TOO_MANY_GUESSES, WRONG_TOKENS, RateLimit
from dayloom.jobs.service import JobService
from dayloom.runs.tenants import Tenants
from dayloom.settings import Settings
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.traces.metrics import Metrics
from dayloom.traces.prices import Price, Prices
from dayloom.traces.redact import Redact


@dataclass(frozen=True)
class Backend:
    """Everything put together, as long as the store and the model are open; `prices` are those of models."""

    settings: Settings
    client: AsyncRedis
    jobs: JobService
    authentication: Authentication
    rate_limit: RateLimit
    metrics: Metrics
    redact: Redact
    prices: Prices = field(default_factory=dict[str, Price])
    guesses: RateLimit = field(default_factory=lambda: RateLimit(WRONG_TOKENS, TOO_MANY_GUESSES, "wrong tokens"))
    """Counts wrong tokens by the address they come from."""
    streams: OpenStreams = field(default_factory=OpenStreams)

    @property
    def tenants(self) -> Tenants:
        """The parts of each user."""
        return self.jobs.tenants
