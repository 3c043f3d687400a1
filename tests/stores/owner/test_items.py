"""What every long-term memory promises, ours and LangGraph's own; and what ours promises beside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import chain
from string import ascii_lowercase
from typing import Any

import pytest
from langgraph.store.base import BaseStore, GetOp, IndexConfig, InvalidNamespaceError, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from dayloom.stores.owner import items
from dayloom.stores.owner.items import RedisStore
from dayloom.stores.owner.nearness import Index, load_index
from dayloom.stores.owner.relevance import relevance, terms
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, OwnerKeys
from dayloom.stores.redis.round_trips import send
from state.errors import BadInput, TooLarge

MEALS = ("users", "anna", "meals")


@pytest.fixture(params=["ours", "LangGraph's"])
async def store(request: pytest.FixtureRequest, redis: AsyncRedis) -> BaseStore:
    return InMemoryStore() if request.param == "LangGraph's" else RedisStore(redis)


def letters(texts: Sequence[str]) -> list[list[float]]:
    """An embedding for tests: how often each letter stands in a text."""
    return [[float(text.casefold().count(letter)) for letter in ascii_lowercase] for text in texts]


def index(**more: Any) -> IndexConfig:
    return IndexConfig(dims=26, embed=letters, **more)


@pytest.fixture(params=["ours", "LangGraph's"])
async def knowing(request: pytest.FixtureRequest, redis: AsyncRedis) -> BaseStore:
    """A store that knows the meaning of `text`."""
    config = index(fields=["text"])
    return InMemoryStore(index=config) if request.param == "LangGraph's" else RedisStore(redis, index=Index(config))


@pytest.fixture
def ours(redis: AsyncRedis) -> RedisStore:
    return RedisStore(redis)


async def keys(store: BaseStore, *prefix: str, **asked: Any) -> list[str]:
    return sorted(item.key for item in await store.asearch(prefix, **asked))


async def test_an_item_is_found_as_it_was_put_and_nowhere_else(store: BaseStore) -> None:
    value = {"text": "péché 红烧肉", "n": 1, "deep": {"list": [1, 2.5, None, True]}}
    await store.aput(MEALS, "one", value)

    item = await store.aget(MEALS, "one")

    assert item is not None
    assert (item.value, item.key, item.namespace) == (value, "one", MEALS)
    assert item.created_at <= item.updated_at
    assert item.created_at.tzinfo is not None
    assert await store.aget(MEALS, "two") is None
    assert await store.aget(("users", "anna"), "one") is None
    assert await store.aget((*MEALS, "x"), "one") is None


async def test_an_item_is_replaced_as_a_whole_and_forgotten_at_once(store: BaseStore) -> None:
    await store.aput(MEALS, "one", {"a": 1, "b": 2})
    await store.aput(MEALS, "one", {"a": 3})

    assert [item.value for item in await store.asearch(MEALS)] == [{"a": 3}]

    await store.adelete(MEALS, "one")
    await store.adelete(MEALS, "one")

    assert (await store.aget(MEALS, "one"), await store.asearch(MEALS)) == (None, [])


async def test_a_search_finds_what_lies_at_and_below_a_namespace(store: BaseStore) -> None:
    for namespace in [("a",), ("a", "b"), ("a", "b", "c"), ("ab",), ("b",), ("a", "\1"), ("é",)]:
        await store.aput(namespace, "/".join(namespace), {"at": 1})

    assert await keys(store, "a") == ["a", "a/\1", "a/b", "a/b/c"]
    assert await keys(store, "a", "b") == ["a/b", "a/b/c"]
    assert await keys(store, "é") == ["é"]
    assert await keys(store, "c") == []
    assert len(await keys(store)) == 7


async def test_pages_of_a_search_hold_every_item_once(store: BaseStore) -> None:
    for number in range(25):
        await store.aput(("n",), f"{number}", {"even": number % 2 == 0})

    pages = [await keys(store, "n", limit=10, offset=at) for at in (0, 10, 20, 30)]
    even = [await keys(store, "n", filter={"even": True}, limit=5, offset=at) for at in (0, 5, 10, 15)]

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert sorted(chain(*pages)) == sorted(f"{number}" for number in range(25))
    assert [len(page) for page in even] == [5, 5, 3, 0]
    assert set(chain(*even)) == {f"{number}" for number in range(0, 25, 2)}
    assert len(await store.asearch(("n",))) == 10


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "tea"}, ["b", "c"]),
        ({"kind": "tea", "cups": 2}, ["b"]),
        ({"cups": {"$eq": 2}}, ["b"]),
        ({"cups": {"$ne": 2}}, ["a", "c"]),
        ({"cups": {"$gt": 2}}, ["c"]),
        ({"cups": {"$gte": 2}}, ["b", "c"]),
        ({"cups": {"$lt": 2}}, ["a"]),
        ({"cups": {"$lte": 2}}, ["a", "b"]),
        ({"cups": {"$gt": 1, "$lt": 3}}, ["b"]),
        ({"from": {"land": "China"}}, ["b"]),
        ({"from": {"land": {"$ne": "China"}}}, ["c"]),
        ({"tags": ["hot", "green"]}, ["b"]),
        ({"tags": ["hot"]}, []),
        ({"nothing": None}, ["a", "b", "c"]),
        ({}, ["a", "b", "c"]),
    ],
)
async def test_a_filter_finds_what_fits(store: BaseStore, wanted: dict[str, Any], found: list[str]) -> None:
    await store.aput(("cups",), "a", {"kind": "coffee", "cups": 1})
    await store.aput(("cups",), "b", {"kind": "tea", "cups": 2, "from": {"land": "China"}, "tags": ["hot", "green"]})
    await store.aput(("cups",), "c", {"kind": "tea", "cups": 3, "from": {"land": "India"}, "tags": []})

    assert await keys(store, "cups", filter=wanted) == found


async def test_an_unknown_operator_is_refused(store: BaseStore) -> None:
    await store.aput(("n",), "a", {"n": 1})

    with pytest.raises(ValueError, match=r"\$near"):
        await store.asearch(("n",), filter={"n": {"$near": 1}})


async def test_namespaces_are_listed_by_their_beginning_end_and_depth(store: BaseStore) -> None:
    for namespace in [("a", "b", "c"), ("a", "b", "d"), ("a", "x", "c"), ("b", "b"), ("z",)]:
        await store.aput(namespace, "one", {"n": 1})
        await store.aput(namespace, "two", {"n": 2})

    async def listed(**asked: Any) -> list[str]:
        return ["/".join(each) for each in await store.alist_namespaces(**asked)]

    assert await listed() == ["a/b/c", "a/b/d", "a/x/c", "b/b", "z"]
    assert await listed(prefix=("a", "b")) == ["a/b/c", "a/b/d"]
    assert await listed(suffix=("c",)) == ["a/b/c", "a/x/c"]
    assert await listed(prefix=("a",), suffix=("b", "*")) == ["a/b/c", "a/b/d"]
    assert await listed(prefix=("*", "b")) == ["a/b/c", "a/b/d", "b/b"]
    assert await listed(max_depth=2) == ["a/b", "a/x", "b/b", "z"]
    assert await listed(max_depth=1, limit=1, offset=1) == ["b"]
    assert await listed(prefix=("a", "b", "c", "d")) == []


async def test_a_batch_answers_each_operation_in_its_place_as_it_was_before(store: BaseStore) -> None:
    await store.aput(("n",), "old", {"n": 1})

    answers = await store.abatch(
        [
            PutOp(("n",), "new", {"n": 2}),
            GetOp(("n",), "old"),
            SearchOp(("n",)),
            PutOp(("n",), "old", None),
            GetOp(("n",), "new"),
            PutOp(("n",), "new", {"n": 3}),
        ]
    )

    assert [answers[at] for at in (0, 3, 4, 5)] == [None] * 4
    assert getattr(answers[1], "value", None) == {"n": 1}
    assert [item.key for item in answers[2]] == ["old"]  # pyright: ignore
    assert [item.value for item in await store.asearch(("n",))] == [{"n": 3}]
    assert await store.abatch([]) == []


async def test_the_methods_that_wait_do_the_same_from_another_thread(store: BaseStore) -> None:
    def work() -> list[Any]:
        store.put(("t",), "one", {"n": 1})
        store.put(("t",), "two", {"n": 2})
        store.delete(("t",), "two")
        item = store.get(("t",), "one")
        return [item and item.value, len(store.search(("t",))), store.list_namespaces()]

    assert await asyncio.to_thread(work) == [{"n": 1}, 1, [("t",)]]


@pytest.mark.parametrize("namespace", [(), ("",), ("a.b",), ("langgraph",), ("a", "\0")])
async def test_a_namespace_that_could_be_taken_for_another_is_refused(store: BaseStore, namespace: Any) -> None:
    with pytest.raises(InvalidNamespaceError):
        await store.aput(namespace, "one", {"n": 1})


async def test_whoever_has_the_event_loop_is_told_to_await(ours: RedisStore) -> None:
    with pytest.raises(RuntimeError, match="await"):
        ours.get(("t",), "one")


async def test_an_item_keeps_when_it_was_made(ours: RedisStore) -> None:
    await ours.aput(MEALS, "one", {"n": 1})
    made = await ours.aget(MEALS, "one")
    await asyncio.sleep(0.003)
    await ours.aput(MEALS, "one", {"n": 2})
    changed = await ours.aget(MEALS, "one")

    assert made is not None
    assert changed is not None
    assert (changed.created_at, changed.updated_at > made.updated_at) == (made.created_at, True)


async def test_an_item_ends_when_nobody_has_read_it_for_as_long_as_it_was_given(ours: RedisStore) -> None:
    blink = 0.0001  # minutes: 6 ms
    await ours.aput(("t",), "kept", {"n": 1}, ttl=1)
    await ours.aput(("t",), "gone", {"n": 1}, ttl=blink)
    await ours.aput(("t",), "for good", {"n": 1}, ttl=blink)
    await ours.aput(("t",), "for good", {"n": 1})
    await ours.aput(("u",), "gone", {"n": 1}, ttl=blink)
    await asyncio.sleep(0.02)

    assert await ours.alist_namespaces() == [("t",)]
    assert await keys(ours, "t") == ["for good", "kept"]
    assert await ours.aget(("u",), "gone") is None
    await ours.aput(("u",), "gone", {"n": 2})
    assert await keys(ours, "u") == ["gone"]


@pytest.mark.parametrize("refresh", [True, False])
async def test_reading_prolongs_unless_asked_not_to(ours: RedisStore, redis: AsyncRedis, refresh: bool) -> None:
    await ours.aput(("t",), "one", {"n": 1}, ttl=1)
    key = OwnerKeys("local").of(KeyKind.ITEM_ENDS)

    async def ends() -> float:
        return float(await redis.zscore(key, "t\0\0one") or 0)

    reads: list[Callable[[], Any]] = [
        lambda: ours.aget(("t",), "one", refresh_ttl=refresh),
        lambda: ours.asearch(("t",), refresh_ttl=refresh),
        lambda: ours.asearch(("t",), filter={"n": 1}, refresh_ttl=refresh),
    ]
    for read in reads:
        await redis.zadd(key, {b"t\0\0one": 9e12})
        await read()
        assert (await ends() < 9e12) is refresh


async def test_no_namespace_leads_to_another_owner(redis: AsyncRedis) -> None:
    anna, bob = RedisStore(redis, owner="anna"), RedisStore(redis, owner="bob")
    await anna.aput(("notes",), "one", {"text": "secret"})

    assert await bob.aget(("notes",), "one") is None
    assert await bob.asearch((), query="secret") == []
    assert await bob.alist_namespaces() == []
    assert await redis.keys() == await redis.keys("dayloom:1:{anna}:*")


async def test_what_is_too_large_too_many_or_too_deep_is_refused_and_nothing_of_its_batch_kept(
    ours: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST_ITEMS", 2)
    monkeypatch.setattr(items, "LARGEST_STORE", 1_500_000)
    await ours.aput(("n",), "one", {"n": 1})

    with pytest.raises(TooLarge, match="1 MB"):
        await ours.aput(("n",), "two", {"text": "x" * 2**20})
    with pytest.raises(TooLarge, match="the most"):
        await ours.abatch([PutOp(("n",), key, {"n": 2}) for key in ("two", "three")])
    with pytest.raises(TooLarge, match="All items"):
        await ours.abatch([PutOp(("n",), key, {"text": "x" * 1_000_000}) for key in ("one", "two")])
    with pytest.raises(BadInput, match="16 labels"):
        await ours.aput(("n",) * 17, "two", {"n": 2})
    with pytest.raises(BadInput, match="512 characters"):
        await ours.aput(("n",), "x" * 513, {"n": 2})
    with pytest.raises(BadInput, match="above 0"):
        await ours.aput(("n",), "two", {"n": 2}, ttl=-1)

    assert [item.value for item in await ours.asearch(())] == [{"n": 1}]
    await ours.abatch([PutOp(("n",), "one", None), *(PutOp(("n",), key, {"n": 2}) for key in ("two", "three"))])
    await ours.aput(("n",), "two", {"text": "x" * 1_000_000})
    await ours.aput(("n",), "two", {"text": "y" * 1_000_000})
    assert await keys(ours) == ["three", "two"]


async def test_an_item_that_was_moved_to_another_owner_is_damage(redis: AsyncRedis) -> None:
    await RedisStore(redis, owner="anna").aput(("n",), "one", {"n": 1})
    for kind in (KeyKind.ITEMS, KeyKind.ITEM_INDEX, KeyKind.ITEM_TIMES):
        await redis.copy(OwnerKeys("anna").of(kind), OwnerKeys("bob").of(kind))

    with pytest.raises(Damaged):
        await RedisStore(redis, owner="bob").asearch(("n",))


async def test_who_has_read_ahead_finds_everything_with_no_trip_for_what_was_read(
    ours: RedisStore, redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "_AHEAD", 3)
    for number in range(3):
        await ours.aput(("n", "m"), f"{number}", {"n": number})
    some = ours.begin_with(("n",), await send(redis, ours.read_ahead(("n",))))
    await ours.adelete(("n", "m"), "0")
    await ours.aput(("n", "m"), "9", {"n": 9})
    none = ours.begin_with(("o",), await send(redis, ours.read_ahead(("o",))))
    await ours.aput(("o",), "one", {"n": 1})

    assert await keys(some, "n", query="n") == ["0", "1", "2", "9"]
    assert await keys(some, "n", "m", query="n") == ["1", "2", "9"]
    assert await keys(none, "o", query="n") == []


async def test_a_question_brings_what_fits_best_first_and_the_rest_behind(ours: RedisStore) -> None:
    await ours.aput(("n",), "tea", {"text": "Anna drinks green tea in the mornings"})
    await ours.aput(("n",), "run", {"text": "Anna goes running on Tuesdays"})
    await ours.aput(("n",), "zh", {"text": "安娜不喜欢早上学习"})
    await ours.aput(("n",), "hidden", {"text": "running running running"}, index=False)
    await ours.aput(("n",), "title", {"text": "nothing", "title": "Run, run"}, index=["title"])

    english = await ours.asearch(("n",), query="When does she run?")
    chinese = await ours.asearch(("n",), query="早上别安排学习")

    assert {item.key for item in english[:2]} == {"run", "title"}
    assert [item.score is None for item in english] == [False, False, True, True, True]
    assert (chinese[0].key, chinese[0].score is not None, chinese[1].score) == ("zh", True, None)


async def test_a_store_with_an_index_ranks_by_meaning_and_puts_what_has_none_behind(knowing: BaseStore) -> None:
    await knowing.aput(("n",), "near", {"text": "eat", "n": 1})
    await knowing.aput(("n",), "same", {"text": "tea", "n": 1})
    await knowing.aput(("n",), "far", {"text": "xyz", "n": 1})
    await knowing.aput(("n",), "half", {"text": "teaxyzxyz", "n": 2})
    await knowing.aput(("n",), "hidden", {"text": "tea", "n": 1}, index=False)
    await knowing.aput(("n",), "title", {"text": "xyz", "title": "at", "n": 1}, index=["title"])
    await knowing.aput(("n",), "many", {"text": "xyz", "titles": ["xyz", "tea"], "n": 2}, index=["titles[*]"])
    await knowing.aput(("o",), "other", {"text": "tea"})

    found = await knowing.asearch(("n",), query="Tea")
    scores = {item.key: item.score for item in found}

    assert {item.key for item in found[:3]} == {"near", "same", "many"}
    assert [item.key for item in found[3:]] == ["title", "half", "far", "hidden"]
    assert scores["near"] == scores["many"] == pytest.approx(1, abs=1e-6)
    assert scores["title"] == pytest.approx(2 / 6**0.5, abs=1e-6)
    assert (scores["far"], scores["hidden"]) == (pytest.approx(0), None)
    assert [item.key for item in await knowing.asearch(("n",), query="tea", filter={"n": 2})] == ["many", "half"]
    assert [item.key for item in await knowing.asearch(("n",), query="tea", limit=2, offset=3)] == ["title", "half"]
    assert {item.score for item in await knowing.asearch(("n",))} == {None}


async def test_a_vector_changes_and_goes_with_its_item(knowing: BaseStore) -> None:
    await knowing.abatch([PutOp(("n",), "one", {"text": "tea"}), PutOp(("n",), "two", {"text": "xyz"})])
    await knowing.abatch([PutOp(("n",), "one", {"text": "xyz"}), PutOp(("n",), "two", {"text": "tea"})])
    [first, second] = await knowing.asearch(("n",), query="tea")
    await knowing.adelete(("n",), "two")

    assert (first.key, second.key, second.score) == ("two", "one", pytest.approx(0))
    assert [item.key for item in await knowing.asearch(("n",), query="tea")] == ["one"]


async def test_what_was_kept_before_there_was_an_index_or_by_another_one_stays_and_comes_last(
    redis: AsyncRedis,
) -> None:
    def short(texts: Sequence[str]) -> list[list[float]]:
        return [vector[:2] for vector in letters(texts)]

    await RedisStore(redis).aput(("n",), "before", {"text": "tea"})
    await RedisStore(redis, index=Index({"embed": short})).aput(("n",), "other", {"text": "tea"})
    now = RedisStore(redis, index=Index(index()))
    await now.aput(("n",), "now", {"text": "xyz"})

    found = await now.asearch(("n",), query="tea")

    assert (found[0].key, {item.key for item in found[1:]}) == ("now", {"before", "other"})
    assert [item.score is None for item in found] == [False, True, True]
    assert len(await RedisStore(redis).asearch(("n",), query="tea")) == 3


async def test_an_index_that_makes_no_vectors_is_named(redis: AsyncRedis) -> None:
    wrong: list[tuple[Any, str]] = [
        ({**index(), "dims": 27}, "26 numbers, not 27"),
        ({"embed": lambda texts: [[float("nan")] for _ in texts]}, "without end"),  # pyright: ignore
    ]
    for config, told in wrong:
        with pytest.raises(BadInput, match=told):
            await RedisStore(redis, index=Index(config)).aput(("n",), "one", {"text": "tea"})
    with pytest.raises(BadInput, match="DAYLOOM_EMBED"):
        load_index("no.such.module:function")
    assert load_index(None) is None
    loaded = load_index(f"{__name__}:letters")
    assert loaded is not None
    assert await loaded.vectors(["tea"]) == await Index(index()).vectors(["tea"])
    assert await RedisStore(redis).asearch(()) == []


async def test_no_more_of_an_item_is_searched_than_is_bounded(ours: RedisStore, redis: AsyncRedis) -> None:
    everything = ",".join(["text"] * 20)

    with pytest.raises(BadInput, match="20 fields"):
        await ours.aput(("n",), "one", {"text": "x"}, index=[f"{{{everything},text}}"])
    with pytest.raises(BadInput, match="20 fields"):
        await ours.aput(("n",), "one", {"text": "x"}, index=["text"] * 21)
    with pytest.raises(TooLarge, match="searched"):
        await ours.aput(("n",), "one", {"text": "x" * 100_000}, index=[f"{{{everything}}}"])
    many = RedisStore(redis, index=Index(index()))
    with pytest.raises(TooLarge, match="100 at most"):
        await many.aput(("n",), "one", {"texts": ["x"] * 101}, index=["texts[*]"])
    assert await ours.asearch(()) == []


def test_rare_words_count_more_and_long_texts_less() -> None:
    texts = ["study early", "study late", "study late and late and very much else that nobody has asked for today"]

    rare = relevance("study early", texts)
    long = relevance("late", texts)

    assert rare[0] > rare[1] > 0
    assert long[1] > long[2] > 0 == long[0]
    assert relevance("anything", []) == []
    assert terms("早上学习 studies Running x1") == ["早上", "上学", "学习", "study", "run", "x1"]
