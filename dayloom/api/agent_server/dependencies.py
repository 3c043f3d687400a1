"""FastAPI dependency: the steps this process remembers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from dayloom.api.agent_server.step_cache import StepCache


async def get_step_cache(request: Request) -> StepCache:
    """Return the steps this process remembers."""
    return request.app.state.steps


CurrentStepCache = Annotated[StepCache, Depends(get_step_cache)]
