"""LangGraph's long-term memory on plain Redis commands and Lua: one owner's items, and nothing that is anybody else's.

A batch is read and then written in one transaction; what is written, all or nothing. A search with a question is ranked
by words (`relevance`), or by meaning where the store has an `index` (`nearness`), matches first, and one without by
namespace and key.
"""

from __future__ import annotations

import asyncio
import copy
import json
import math
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from langchain_core.embeddings import Embeddings
from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    get_text_at_path,
    tokenize_path,
    validate_op_namespace,
)

from dayloom.stores.owner import item_lua as scripts
from dayloom.stores.owner.item_filter import Namespace, fits, select_namespaces
from dayloom.stores.owner.nearness import MOST_TEXTS, Index, nearness
from dayloom.stores.owner.relevance import relevance
from dayloom.stores.redis.codec import Codec
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import Argument, Command, send_repeatedly, transact
from dayloom.stores.redis.serializer import DataSerializer
from state.errors import BadInput, TooLarge

MOST_ITEMS: Final = 10_000
LARGEST_ITEM: Final = 2**20
"""Bytes of one item."""
LARGEST_STORE: Final = 32 * 2**20
"""Bytes of all items of an owner; a search may have to read them all."""
DEEPEST: Final = 16
"""Labels of a namespace."""
LONGEST: Final = 512
"""Characters of a label, or of a key."""
MOST_PATHS: Final = 20
"""Fields of an item that are searched, when they are named."""
_PAGE: Final = 500
_PAGE_BYTES: Final = 4 * 2**20
_AHEAD: Final = 200
_AHEAD_BYTES: Final = 64 * 2**10
"""So much is read ahead, by whoever may not need it."""
_MINUTE: Final = 60_000


@dataclass(frozen=True)
class _Found:
    """An item as it lies there; `index` says which of its texts are searched, as `PutOp` has it; with their vectors."""

    item: Item
    index: Any
    lives: int
    vectors: Sequence[bytes] = ()


class RedisStore(BaseStore):
    """Keeps the items of one owner; raises StoreUnavailable, Damaged, TooLarge and BadInput.

    Its namespaces begin below the owner: none leads out of it. The methods that wait are for other threads than that of
    the event loop in which the store was made, or awaited first.
    """

    supports_ttl = True
    __slots__ = ("_ahead", "_client", "_codec", "_index", "_loop")

    def __init__(self, client: AsyncRedis, *, owner: str = LOCAL_OWNER, index: Index | None = None) -> None:
        self._client = client
        self._index = index
        self._codec = Codec(OwnerKeys(owner), DataSerializer())
        self._loop = _running_loop()
        self._ahead: tuple[Namespace, Any] | None = None

    @property
    def embeddings(self) -> Embeddings | None:
        """What makes vectors of texts, None where a question ranks by words."""
        return self._index and self._index.embeddings

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do as `abatch` does, from another thread than that of the event loop."""
        if self._loop is None or self._loop is _running_loop():
            raise RuntimeError("only threads beside the event loop of the store may wait for it; await abatch, aget, …")
        return asyncio.run_coroutine_threadsafe(self.abatch(ops), self._loop).result()

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Return what each operation finds, as it was before the batch; what the batch puts is kept all or nothing."""
        self._loop = self._loop or _running_loop()
        given = list(ops)
        for op in given:
            _check(op)
        found = {at: await self._search(op) for at, op in enumerate(given) if isinstance(op, SearchOp)}
        puts = {(op.namespace, op.key): op for op in given if isinstance(op, PutOp)}
        found |= await self._transact(
            {at: op for at, op in enumerate(given) if isinstance(op, GetOp)},
            {at: op for at, op in enumerate(given) if isinstance(op, ListNamespacesOp)},
            [(op, await self._vectors(op)) for op in puts.values()],
        )
        return [found.get(at) for at in range(len(given))]

    async def _transact(
        self,
        gets: Mapping[int, GetOp],
        listings: Mapping[int, ListNamespacesOp],
        puts: Sequence[tuple[PutOp, list[bytes]]],
    ) -> dict[int, Result]:
        """Read, and then write, in one round trip."""
        commands: list[Command] = []
        if gets:
            fields = [_field(op.namespace, op.key) for op in gets.values()]
            used = [_field(op.namespace, op.key) for op in gets.values() if op.refresh_ttl]
            commands.append(scripts.READ.on(self._codec.keys, {"fields": fields, "used": used}))
        if listings:
            commands.append(scripts.NAMESPACES.on(self._codec.keys, {}))
        if puts:
            commands.append(self._put(puts))
        replies: Iterator[Any] = iter(await transact(self._client, *commands) if commands else [])
        found: dict[int, Result] = {}
        if gets:
            items = [self._open(*each) for each in next(replies)]
            found |= {at: each and each.item for at, each in zip(gets, items, strict=True)}
        if listings:
            names = [tuple(name.decode().split("\0")) if name else () for name in next(replies)]
            found |= {at: select_namespaces(names, op) for at, op in listings.items()}
        if puts:
            _refuse(next(replies))
        return found

    async def _vectors(self, op: PutOp) -> list[bytes]:
        """Return the vectors of what is searched of an item; raises TooLarge and BadInput."""
        if op.value is None or op.index is False:
            return []
        paths = op.index or (self._index.fields if self._index else [])
        texts = [text for path in paths for text in get_text_at_path(op.value, path)]
        if sum(map(len, texts)) > LARGEST_ITEM:
            raise TooLarge(f"More than {LARGEST_ITEM // 2**20} MB of the item {op.key!r:.80} would be searched.")
        if self._index is None:
            return []
        if len(texts) > MOST_TEXTS:
            raise TooLarge(f"{len(texts)} texts of the item {op.key!r:.80} would be searched, {MOST_TEXTS} at most.")
        return await self._index.vectors(texts)

    def _put(self, puts: Iterable[tuple[PutOp, list[bytes]]]) -> Command:
        lists: dict[str, list[Argument]] = {name: [] for name in sorted(scripts.CHANGE.lists)}
        for op, vectors in puts:
            field, value = _field(op.namespace, op.key), dict(op.value or {})
            size = len(self._codec.serde.dumps_typed(value)[1])
            if size > LARGEST_ITEM:
                raise TooLarge(f"The item {op.key!r:.80} is larger than {LARGEST_ITEM // 2**20} MB; keep less in one.")
            gone, kept = op.value is None, [value, op.index, *([vectors] if vectors else [])]
            lists["fields"].append(field)
            lists["values"].append(b"" if gone else self._codec.seal(KeyKind.ITEMS, field, kept))
            lists["lives"].append(0 if op.ttl is None else max(1, round(op.ttl * _MINUTE)))
            lists["sizes"].append(0 if gone else size + sum(map(len, vectors)))
        return scripts.CHANGE.on(self._codec.keys, {"most": MOST_ITEMS, "largest": LARGEST_STORE, **lists})

    async def _search(self, op: SearchOp) -> list[SearchItem]:
        ranked = bool(op.query)
        if ranked or op.filter:
            found = [each async for each in self._scan(op.namespace_prefix) if fits(each.item.value, op.filter or {})]
            scores = await self._scores(op.query, found) if op.query else [None] * len(found)
            order = sorted(range(len(found)), key=lambda at: _rank(scores[at]))
            page = [(found[at], scores[at]) for at in order[op.offset : op.offset + op.limit]]
        else:
            page = [(each, None) async for each in self._scan(op.namespace_prefix, op.offset, op.limit)]
        used = [_field(each.item.namespace, each.item.key) for each, _ in page if each.lives]
        if op.refresh_ttl and used:
            await self._send(scripts.READ.on(self._codec.keys, {"fields": (), "used": used}))
        return [_search_item(each.item, score) for each, score in page]

    async def _scores(self, question: str, found: Sequence[_Found]) -> list[float | None]:
        """Return how well each item fits a question: by meaning where the store has an index, or else by words."""
        # In a thread: an owner may have so much that all others would wait for it.
        if self._index is None:
            return await asyncio.to_thread(_by_words, question, found)
        return await asyncio.to_thread(_by_meaning, await self._index.vector(question), found)

    def read_ahead(self, prefix: Namespace) -> Command:
        """Return the command that reads the first items at and below a namespace, to be sent along with others."""
        return self._page(prefix, most=_AHEAD, bytes_=_AHEAD_BYTES)

    def begin_with(self, prefix: Namespace, page: Any) -> RedisStore:
        """Return the store for a reader who has read ahead: its searches at this namespace begin with that reply."""
        store = copy.copy(self)
        store._ahead = (prefix, page)
        return store

    async def _scan(self, prefix: Namespace, skip: int = 0, most: int | None = None) -> AsyncIterator[_Found]:
        """Yield what lies at and below a namespace, page by page."""
        ahead, after = self._ahead if skip == 0 else None, b""
        while most is None or most > 0:
            if ahead is not None and ahead[0] == prefix:
                page, more = ahead[1][0][:most], ahead[1][1]
            else:
                page, more = await self._send(self._page(prefix, after, skip, min(_PAGE, most or _PAGE)))
            for each in page:
                if (found := self._open(*each)) is not None:
                    yield found
            if not more or not page:
                return
            ahead, after, skip, most = None, page[-1][0], 0, None if most is None else most - len(page)

    def _page(
        self, prefix: Namespace, after: bytes = b"", skip: int = 0, most: int = _PAGE, bytes_: int = _PAGE_BYTES
    ) -> Command:
        begins = b"".join(label.encode() + b"\0" for label in prefix)
        first, last = (b"[" + begins, b"(" + begins[:-1] + b"\1") if prefix else (b"-", b"+")
        first = b"(" + after if after else first
        range_ = {"first": first, "last": last, "skip": skip, "most": most, "bytes": bytes_}
        return scripts.SCAN.on(self._codec.keys, range_)

    async def _send(self, command: Command) -> Any:
        return await send_repeatedly(self._client, command)

    def _open(self, field: bytes, stored: bytes | None, times: bytes | None) -> _Found | None:
        if stored is None:
            return None
        value, index, *vectors = self._codec.open(KeyKind.ITEMS, field, stored)
        namespace, _, key = field.partition(b"\0\0")
        made, changed, lives, _ = map(int, (times or b"0 0 0 0").split())
        labels = tuple(namespace.decode().split("\0")) if namespace else ()
        item = Item(
            value=value, key=key.decode(), namespace=labels, created_at=_moment(made), updated_at=_moment(changed)
        )
        return _Found(item, index, lives, vectors[0] if vectors else ())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _check(op: Op) -> None:
    """Raise InvalidNamespaceError, BadInput or TooLarge for what no store should keep, or be asked for."""
    validate_op_namespace(op)
    if isinstance(op, PutOp):
        if len(op.namespace) > DEEPEST:
            raise BadInput(f"A namespace has {DEEPEST} labels at most, not {len(op.namespace)}.")
        for name in (*op.namespace, op.key):
            if len(name) > LONGEST:
                raise BadInput(f"A label or a key has {LONGEST} characters at most; {name[:40]!r}… has {len(name)}.")
        paths = list(op.index or ())
        if len(paths) + sum(path.count(",") for path in paths) > MOST_PATHS:
            raise BadInput(f"{MOST_PATHS} fields of an item at most are searched.")
        for path in paths:
            tokenize_path(path)
        if op.ttl is not None and not op.ttl > 0:
            raise BadInput(f"An item lives for a number of minutes above 0, not {op.ttl}.")


def _by_words(question: str, found: Sequence[_Found]) -> list[float | None]:
    return [score or None for score in relevance(question, [_text(each) for each in found])]


def _by_meaning(question: bytes, found: Sequence[_Found]) -> list[float | None]:
    return [nearness(question, each.vectors) for each in found]


def _rank(score: float | None) -> float:
    return math.inf if score is None else -score


def _refuse(reply: bytes) -> None:
    if reply == b"many":
        raise TooLarge(f"There are {MOST_ITEMS} items, and these are the most; delete some first.")
    if reply == b"large":
        raise TooLarge(f"All items together are larger than {LARGEST_STORE // 2**20} MB; delete some first.")


def _field(namespace: Sequence[str], key: str) -> bytes:
    return "\0".join((*namespace, "", key)).encode() if namespace else f"\0\0{key}".encode()


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _text(found: _Found) -> str:
    """Return what of an item is searched: nothing, the texts at its paths, or all of it."""
    if found.index is False:
        return ""
    if not found.index:
        return json.dumps(found.item.value, ensure_ascii=False, default=str)
    paths = [tokenize_path(path) for path in cast(list[str], found.index)]
    return "\n".join(text for path in paths for text in get_text_at_path(found.item.value, path))


def _search_item(item: Item, score: float | None) -> SearchItem:
    return SearchItem(
        namespace=item.namespace,
        key=item.key,
        value=item.value,
        created_at=item.created_at,
        updated_at=item.updated_at,
        score=score,
    )
