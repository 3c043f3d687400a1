"""How near texts are in meaning to a question: vectors of an embedding function, kept with the items they belong to."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from operator import mul
from pkgutil import resolve_name
from typing import Final, cast

from langchain_core.embeddings import Embeddings
from langgraph.store.base import IndexConfig, ensure_embeddings

from state.errors import BadInput

MOST_TEXTS: Final = 100
"""Texts of one item that have a vector each."""


class Index:
    """LangGraph's `index` option of a store: what makes a vector of a text, and which texts of an item have one."""

    def __init__(self, config: IndexConfig) -> None:
        self.embeddings: Embeddings = ensure_embeddings(config.get("embed"))
        self.fields = list(config.get("fields") or ["$"])
        self._dims = config.get("dims")

    async def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector of each text; raises BadInput when the function makes other ones than it was said to."""
        return [self._pack(vector) for vector in await self.embeddings.aembed_documents(list(texts))] if texts else []

    async def vector(self, question: str) -> bytes:
        """Return the vector of a question."""
        return self._pack(await self.embeddings.aembed_query(question))

    def _pack(self, vector: Sequence[float]) -> bytes:
        """Return a vector of length 1, of which a product with another one is how near they are."""
        if self._dims is not None and len(vector) != self._dims:
            raise BadInput(f"The embedding function makes vectors of {len(vector)} numbers, not {self._dims}.")
        if not math.isfinite(length := math.hypot(*vector) or 1.0):
            raise BadInput("The embedding function makes numbers without end.")
        return array("f", [number / length for number in vector]).tobytes()


def load_index(path: str | None) -> Index | None:
    """Return the index of a function that an import path such as `package.module:function` names; raises BadInput."""
    if path is None:
        return None
    try:
        return Index({"embed": resolve_name(path)})
    except Exception as error:
        raise BadInput(f"DAYLOOM_EMBED names {path!r}, which cannot be imported: {error}") from error


def nearness(question: bytes, vectors: Sequence[bytes]) -> float | None:
    """Return how near the nearest of these vectors is, at most 1; None when none can be compared."""
    wanted = _unpack(question)
    return max((sum(map(mul, wanted, _unpack(one))) for one in vectors if len(one) == len(question)), default=None)


def _unpack(packed: bytes) -> Sequence[float]:
    return cast(Sequence[float], memoryview(packed).cast("f"))
