"""Routes: what is remembered of the user, for them to look into, add to, change, forget and take away."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import ItemPath
from dayloom.api.http.responses import problems
from state.memory import Confidence, Line, MemoryItem, Name, Rule

router = APIRouter(tags=["memory"])

Condition = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Evidence = Annotated[tuple[Line, ...], Field(max_length=20)]


class MemoryNew(BaseModel):
    """A rule, in which case it holds, and why that is known."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rule": "Never before ten"}]})

    rule: Rule
    condition: Condition = ""
    evidence: Evidence = ()
    confidence: Confidence = 0.8


class MemoryUpdate(BaseModel):
    """What of it changes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"confidence": 0.9}]})

    rule: Rule | None = None
    condition: Condition | None = None
    evidence: Evidence | None = None
    confidence: Confidence | None = None

    @model_validator(mode="after")
    def _check_any(self) -> Self:
        if not self.said:
            raise ValueError("nothing changes")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """What is said."""
        return {name: value for name in self.model_fields_set if (value := getattr(self, name)) is not None}


class MemoryPromotion(BaseModel):
    """What the skill is called."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "late-mornings"}]})

    name: Name


class MemoryList(BaseModel):
    """Everything that is remembered, oldest first, and the skills from files."""

    items: list[MemoryItem]


@router.get("/memory", responses=problems())
async def list_(tenant: CurrentTenant) -> MemoryList:
    """Return everything that is remembered, with where it came from."""
    return MemoryList(items=list(await tenant.memory.all()))


@router.post("/memory", status_code=201, responses=problems(409))
async def add(given: MemoryNew, tenant: CurrentTenant, backend: CurrentBackend) -> MemoryItem:
    """Remember something; a rule that binds plans, such as never before ten, is a limit for good from now on."""
    return await tenant.memory.add(backend.settings.now(), **given.model_dump())


@router.get("/memory/{item_id}", responses=problems(404))
async def get(item_id: ItemPath, tenant: CurrentTenant) -> MemoryItem:
    """Return one thing that is remembered."""
    return await tenant.memory.get(item_id)


@router.patch("/memory/{item_id}", responses=problems(404, 409))
async def patch(item_id: ItemPath, given: MemoryUpdate, tenant: CurrentTenant, backend: CurrentBackend) -> MemoryItem:
    """Change what is remembered."""
    return await tenant.memory.change(item_id, backend.settings.now(), **given.said)


@router.post("/memory/{item_id}/promote", responses=problems(404, 409))
async def promote(
    item_id: ItemPath, given: MemoryPromotion, tenant: CurrentTenant, backend: CurrentBackend
) -> MemoryItem:
    """Make a skill of an experience that has proved well."""
    return await tenant.memory.promote(item_id, backend.settings.now(), given.name)


@router.delete("/memory/{item_id}", status_code=204, responses=problems(404, 409))
async def delete(item_id: ItemPath, tenant: CurrentTenant) -> None:
    """Forget something, with the limits that came of it."""
    await tenant.memory.delete(item_id)
