"""Puts together what the web service stands on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from dayloom.api.http.authentication import make_authentication
from dayloom.api.http.backend import Backend
from dayloom.api.http.rate_limit import RateLimit
from dayloom.runs.observer import Observers
from dayloom.settings import Settings
from dayloom.traces.metrics import Metrics
from dayloom.traces.redact import redactor
from dayloom.traces.run_log import RunLog
from dayloom.traces.spans import Spans
from dayloom.wiring import opened_models, opened_store
from dayloom.working import at_work


@asynccontextmanager
async def backend(settings: Settings) -> AsyncGenerator[Backend]:
    """Open the store, the model and everything the routes stand on.

    Raises as `dayloom.wiring.wired` does, and BadInput when the service would be open to strangers.
    """
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(opened_models(settings))
        client = await stack.enter_async_context(opened_store(settings))
        authentication = await make_authentication(settings, client)
        metrics = Metrics()
        observers = Observers(
            (metrics, RunLog(), Spans(settings.model, provider="dayloom" if settings.offline else "openai"))
        )
        tenants, queue = await stack.enter_async_context(at_work(settings, client, models, observers))
        yield Backend(
            settings=settings,
            client=client,
            tenants=tenants,
            queue=queue,
            authentication=authentication,
            rate_limit=RateLimit(settings.rate_limit),
            metrics=metrics,
            redact=redactor(settings.secrets()),
        )
