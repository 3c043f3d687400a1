"""Who asks: the user of a request, and the parts that are the user's own.

Dependencies are coroutines even where nothing is awaited: FastAPI hands a plain function to a thread.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from dayloom.api.http.backend import Backend
from dayloom.api.http.user import User
from dayloom.runs.tenants import Tenant


async def backend(request: Request) -> Backend:
    """Return what the service stands on."""
    return request.app.state.backend


async def user(request: Request) -> User:
    """Return who asks."""
    return request.scope["dayloom.user"]


async def tenant(house: Annotated[Backend, Depends(backend)], who: Annotated[User, Depends(user)]) -> Tenant:
    """Return the parts of whoever asks."""
    return house.tenants.of(who.id)


House = Annotated[Backend, Depends(backend)]
Mine = Annotated[Tenant, Depends(tenant)]
