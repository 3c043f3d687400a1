"""FastAPI dependencies: the backend, and the tenant whose token a request carries.

Dependencies are coroutines even where nothing is awaited: FastAPI hands a plain function to a thread.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from dayloom.api.http.backend import Backend
from dayloom.api.http.user import User
from dayloom.runs.tenants import Tenant


async def get_backend(request: Request) -> Backend:
    """Return what the service stands on."""
    return request.app.state.backend


CurrentBackend = Annotated[Backend, Depends(get_backend)]


async def get_user(request: Request) -> User:
    """Return who asks."""
    return request.scope["dayloom.user"]


async def get_tenant(backend: CurrentBackend, user: Annotated[User, Depends(get_user)]) -> Tenant:
    """Return the parts of whoever asks."""
    return backend.tenants.of(user.id)


CurrentTenant = Annotated[Tenant, Depends(get_tenant)]
