"""Routes: the assistant, what it takes and gives, and its picture."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from dayloom.api.agent_server.assistant import ASSISTANT, assistant_schemas, require_assistant
from dayloom.api.agent_server.run_body import JsonObject
from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.responses import problems
from dayloom.stores.threads.index import contains
from state.ids import ASSISTANT_ID, GRAPH_ID

router = APIRouter(prefix="/assistants", tags=["assistants"], responses=problems(404))


class AssistantSearch(BaseModel):
    """Which assistants are wanted."""

    metadata: JsonObject = {}
    graph_id: str | None = None
    name: str | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    offset: Annotated[int, Field(ge=0)] = 0
    select: list[str] | None = None

    @property
    def results(self) -> list[dict[str, Any]]:
        """The assistants that are wanted."""
        named = self.graph_id in (None, GRAPH_ID) and (self.name or "").lower() in GRAPH_ID
        if not named or self.offset or not contains(ASSISTANT["metadata"], self.metadata):
            return []
        return [{name: value for name, value in ASSISTANT.items() if not self.select or name in self.select}]


Wanted = Annotated[AssistantSearch, Body(default_factory=AssistantSearch)]


@router.post("/search")
async def search(tenant: CurrentTenant, wanted: Wanted) -> list[dict[str, Any]]:
    """List the assistants that are wanted."""
    return wanted.results


@router.post("/count")
async def count(tenant: CurrentTenant, wanted: Wanted) -> int:
    """Count the assistants that are wanted."""
    return len(wanted.results)


@router.get("/{assistant_id}")
async def get(tenant: CurrentTenant, assistant_id: str) -> dict[str, Any]:
    """Return the assistant."""
    require_assistant(assistant_id)
    return ASSISTANT


@router.get("/{assistant_id}/schemas")
async def get_schemas(tenant: CurrentTenant, assistant_id: str) -> dict[str, Any]:
    """Return what the graph takes and gives."""
    require_assistant(assistant_id)
    return assistant_schemas()


@router.get("/{assistant_id}/graph")
async def get_graph(tenant: CurrentTenant, assistant_id: str) -> dict[str, Any]:
    """Return the nodes and edges."""
    require_assistant(assistant_id)
    return tenant.graph.get_graph().to_json()


@router.get("/{assistant_id}/subgraphs")
async def get_subgraphs(tenant: CurrentTenant, assistant_id: str) -> dict[str, Any]:
    """Return the graphs inside the graph: there are none."""
    require_assistant(assistant_id)
    return {}


@router.post("/{assistant_id}/versions")
async def versions(tenant: CurrentTenant, assistant_id: str) -> list[dict[str, Any]]:
    """Return every version of the assistant: this one."""
    require_assistant(assistant_id)
    return [{**ASSISTANT, "assistant_id": ASSISTANT_ID}]
