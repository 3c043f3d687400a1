"""Long-term memory through the official SDK: bounded, and each user's below the user; `test_reference` compares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from api import javascript
from langgraph_sdk import get_client
from langgraph_sdk.errors import LangGraphError
from serving import Serving

HUGE = {"text": "x" * 2**20}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    tokens: dict[str, Any] = {"DAYLOOM_API_TOKENS": "ann:token-of-ann,bob:token-of-bob", "DAYLOOM_RATE_LIMIT": "0"}
    with Serving(tmp_path_factory.mktemp("store") / "home", **tokens) as serving:
        yield serving


async def test_each_user_has_a_namespace_that_no_request_leaves(server: Serving) -> None:
    ann, bob = (get_client(url=server.url, api_key=f"token-of-{user}").store for user in ("ann", "bob"))
    await ann.put_item(["notes"], "one", {"text": "Ann never works before ten"})
    await ann.put_item(["notes"], "two", {"text": "Ann likes tea"})

    asked: Any = await ann.search_items(["notes"], query="When does she work?")

    assert [item["key"] for item in asked["items"]] == ["one", "two"]
    assert asked["items"][0]["score"] > 0
    for prefix in ([], ["notes"], ["ann"], ["dayloom"], ["*"], ["..", "ann"], ["{ann}"], ["%7Bann%7D:items"]):
        if not any("." in label for label in prefix):
            assert (await bob.search_items(prefix))["items"] == []
    assert await bob.get_item(["notes"], "one") is None
    assert (await bob.list_namespaces())["namespaces"] == []
    await bob.delete_item(["notes"], "one")
    assert await ann.get_item(["notes"], "one") is not None


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("PUT", "/store/items", {"namespace": ["n"], "key": "k", "value": HUGE}, 413, "1000000 bytes"),
        ("PUT", "/store/items", {"namespace": ["n"] * 17, "key": "k", "value": {}}, 422, "16 items"),
        ("PUT", "/store/items", {"namespace": ["a.b"], "key": "k", "value": {}}, 422, "namespace"),
        ("PUT", "/store/items", {"namespace": ["n"], "key": "k" * 513, "value": {}}, 422, "512 characters"),
        ("PUT", "/store/items", {"namespace": ["n"], "key": "k", "value": {}, "ttl": -1}, 422, "greater than 0"),
        ("PUT", "/store/items", {"namespace": ["n"], "key": "k", "value": {}, "index": ["a[x"]}, 204, ""),
        ("PUT", "/store/items", {"namespace": ["n"], "key": "k", "value": [1]}, 422, "dictionary"),
        ("PUT", "/store/items", {"namespace": ["memory", "dayloom"], "key": "k", "value": {}}, 422, "at /memory"),
        ("DELETE", "/store/items", {"namespace": ["memory", "dayloom"], "key": "k"}, 422, "at /memory"),
        ("PUT", "/store/items", {"namespace": ["memory", "mine"], "key": "k", "value": {}}, 204, ""),
        ("POST", "/store/items/search", {"namespace_prefix": [], "filter": {"a": {"$near": 1}}}, 422, "$near"),
        ("POST", "/store/items/search", {"namespace_prefix": [], "query": "a"}, 200, ""),
        ("POST", "/store/items/search", {"namespace_prefix": [], "limit": 1001}, 422, "1000"),
        ("GET", "/store/items?namespace=a..b&key=k", None, 422, "none of them empty"),
    ],
)
def test_what_goes_too_far_is_refused_and_says_how_far_is_allowed(
    server: Serving, method: str, path: str, body: Any, status: int, said: str
) -> None:
    with server.client("token-of-bob") as http:
        answer = http.request(method, path, json=body)

    assert answer.status_code == status
    assert said in answer.text


def test_the_javascript_sdk_does_all_of_it_too(server: Serving, pytestconfig: pytest.Config) -> None:
    folder = javascript.package_folder(pytestconfig.cache.mkdir("javascript-sdk"))
    found = javascript.run("store.mjs", folder, server.url, "token-of-bob")

    assert found == {
        "item": [["js", "tea"], "green", {"text": "Green tea in the mornings", "cups": 2}, True, True],
        "missing": None,
        "all": ["tuesday", "black", "green"],
        "asked": ["green"],
        "chinese": ["tuesday"],
        "page": ["black"],
        "filtered": ["green"],
        "named": [["js", "tea"]],
        "cut": [["js"]],
        "refused": 422,
    }


async def test_an_sdk_is_told_why(server: Serving) -> None:
    store = get_client(url=server.url, api_key="token-of-bob").store

    with pytest.raises(LangGraphError, match="langgraph"):
        await store.put_item(["langgraph"], "one", {})
