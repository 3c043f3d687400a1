"""Routes: the user's long-term memory, as LangGraph's SDKs use it; every namespace lies below the user who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.responses import problems
from dayloom.memory.memory import NAMESPACE
from dayloom.stores.owner.items import DEEPEST, LONGEST
from state.errors import BadInput

router = APIRouter(tags=["store"])

_RESERVED: Final = "langgraph"
_LONGEST_QUERY: Final = 10_000


def _unreserved(namespace: list[str]) -> list[str]:
    if namespace[:1] == [_RESERVED]:
        raise ValueError(f"the first label of a namespace may not be {_RESERVED!r}")
    if tuple(namespace[:2]) == NAMESPACE:
        raise ValueError("what the agent remembers is changed at /memory; here it can only be read")
    return namespace


Label = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^.]+$")]
Labels = Annotated[list[Label], Field(max_length=DEEPEST, examples=[["notes"]])]
Namespace = Annotated[list[Label], Field(min_length=1, max_length=DEEPEST, examples=[["notes"]])]
NewNamespace = Annotated[Namespace, AfterValidator(_unreserved)]
Key = Annotated[str, Field(max_length=LONGEST, examples=["one"])]
Path = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Limit = Annotated[int, Field(ge=1, le=1000)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]


class ItemPut(BaseModel):
    """An item to keep: `ttl` is how many minutes after it was last read it is forgotten; `index` what is searched."""

    model_config = ConfigDict(extra="ignore")

    namespace: NewNamespace
    key: Key
    value: dict[str, Any] = Field(examples=[{"text": "Anna never works before ten."}])
    index: Literal[False] | Annotated[list[Path], Field(max_length=20)] | None = None
    ttl: Annotated[float, Field(gt=0, le=10_000_000)] | None = None


class ItemName(BaseModel):
    """Which item."""

    model_config = ConfigDict(extra="ignore")

    namespace: NewNamespace
    key: Key


class ItemSearch(BaseModel):
    """Which items: at and below a namespace, with fields that fit; a question puts what fits it best first."""

    model_config = ConfigDict(extra="ignore")

    namespace_prefix: Labels = []
    filter: dict[str, Any] | None = Field(default=None, examples=[{"kind": {"$ne": "old"}}])
    limit: Limit = 10
    offset: Offset = 0
    query: Annotated[str, Field(max_length=_LONGEST_QUERY)] | None = None
    refresh_ttl: bool | None = None


class NamespaceSearch(BaseModel):
    """Which namespaces: by how they begin and end (`*` is any label), cut at a depth."""

    model_config = ConfigDict(extra="ignore")

    prefix: Labels | None = None
    suffix: Labels | None = None
    max_depth: Annotated[int, Field(ge=1)] | None = None
    limit: Limit = 100
    offset: Offset = 0


class ItemJson(BaseModel):
    """An item as the SDK has it."""

    namespace: list[str]
    key: str
    value: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class FoundJson(ItemJson):
    """An item that was found; `score` says how well it fits the question, null when it has no word of it."""

    score: float | None


class ItemsJson(BaseModel):
    """What a search found."""

    items: list[FoundJson]


class NamespacesJson(BaseModel):
    """What a listing found."""

    namespaces: list[list[str]]


@router.put("/store/items", status_code=204, responses=problems())
async def put(given: ItemPut, tenant: CurrentTenant) -> None:
    """Keep an item, instead of the one that has its name."""
    await tenant.store.aput(tuple(given.namespace), given.key, given.value, given.index, ttl=given.ttl)


@router.get("/store/items", responses=problems())
async def get(
    tenant: CurrentTenant,
    key: Annotated[str, Query(max_length=LONGEST)],
    namespace: Annotated[str, Query(max_length=DEEPEST * (LONGEST + 1), description="Its labels, joined by dots.")],
    refresh_ttl: bool | None = None,
) -> ItemJson | None:
    """Return an item; null when there is none."""
    item = await tenant.store.aget(_labels(namespace), key, refresh_ttl=refresh_ttl)
    return item and ItemJson.model_validate(item.dict())


@router.delete("/store/items", status_code=204, responses=problems())
async def delete(given: ItemName, tenant: CurrentTenant) -> None:
    """Forget an item; one that is not there is forgotten already."""
    await tenant.store.adelete(tuple(given.namespace), given.key)


@router.post("/store/items/search", responses=problems())
async def search(given: ItemSearch, tenant: CurrentTenant) -> ItemsJson:
    """Find items."""
    found = await tenant.store.asearch(
        tuple(given.namespace_prefix),
        query=given.query,
        filter=given.filter,
        limit=given.limit,
        offset=given.offset,
        refresh_ttl=given.refresh_ttl,
    )
    return ItemsJson(items=[FoundJson.model_validate(item.dict()) for item in found])


@router.post("/store/namespaces", responses=problems())
async def namespaces(given: NamespaceSearch, tenant: CurrentTenant) -> NamespacesJson:
    """List the namespaces that hold an item."""
    found = await tenant.store.alist_namespaces(
        prefix=tuple(given.prefix or ()),
        suffix=tuple(given.suffix or ()),
        max_depth=given.max_depth,
        limit=given.limit,
        offset=given.offset,
    )
    return NamespacesJson(namespaces=[list(each) for each in found])


def _labels(namespace: str) -> tuple[str, ...]:
    labels = tuple(namespace.split("."))
    if not all(labels):
        raise BadInput("a namespace is written as its labels, none of them empty, with dots between them")
    return labels
