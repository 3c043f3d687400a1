"""Route: the tools the agent has."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dayloom.api.http.responses import problems
from state.tool import Effect
from tools import TOOLBOX

router = APIRouter(tags=["tools"])


class CataloguedTool(BaseModel):
    """A tool: what it touches, what it takes (JSON schema), and what a person may change on its card."""

    name: str = Field(examples=["place"])
    summary: str
    effect: Effect
    parameters: dict[str, Any]
    editable: list[str] = Field(examples=[["day", "slot_start"]])
    always_confirm: bool


class Catalogue(BaseModel):
    """Every tool, in the order the model reads them."""

    tools: list[CataloguedTool]


@router.get("/tools", responses=problems())
async def catalogue() -> Catalogue:
    """Return every tool the agent has."""
    return Catalogue(
        tools=[
            CataloguedTool(
                name=tool.name,
                summary=tool.summary,
                effect=tool.effect,
                parameters=tool.spec.parameters,
                editable=list(tool.editable),
                always_confirm=tool.always_confirm,
            )
            for tool in TOOLBOX
        ]
    )
