"""What the routes stand on."""

from __future__ import annotations

from dataclasses import dataclass

from dayloom.api.door import Door
from dayloom.runs.jobs import Jobs
from dayloom.runs.tenants import Tenants
from dayloom.settings import Settings
from dayloom.stores.connection import AsyncRedis


@dataclass(frozen=True)
class Backend:
    """Everything put together, as long as the store and the model are open."""

    settings: Settings
    client: AsyncRedis
    tenants: Tenants
    jobs: Jobs
    door: Door
