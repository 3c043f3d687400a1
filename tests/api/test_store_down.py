"""The store stands still or is gone: requests end in time and say so, and the service returns by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from serving import Serving
from valkey import Valkey

from dayloom.stores.redis.connection import COMMAND_TIMEOUT

LONGEST = COMMAND_TIMEOUT + 4
"""Seconds a request may take, on a slow machine."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Valkey]:
    folder = tmp_path / "store"
    folder.mkdir()
    with Valkey(folder) as store:
        yield store


def unavailable(server: Serving, path: str) -> None:
    """Ask in vain; where the store is belongs into the log of the service, and to nobody who asks."""
    began = time.monotonic()
    answer = server.http.get(path)

    assert time.monotonic() - began < LONGEST
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert not any(told in answer.text for told in ("127.0.0.1", "DAYLOOM_", "valkey", "redis"))


def returns(server: Serving, path: str) -> None:
    end = time.monotonic() + 60
    while server.http.get(path).status_code == 503:
        assert time.monotonic() < end, "the service did not return"
        time.sleep(0.1)


def test_a_frozen_store_is_told_in_time_and_the_service_returns(store: Valkey, tmp_path: Path) -> None:
    with Serving(tmp_path / "home", redis_url=store.url, token="dl_0123456789ab_secret", DAYLOOM_API_TOKENS="x") as it:
        returns(it, "/healthz")
        store.freeze()
        try:
            unavailable(it, "/healthz")
            unavailable(it, "/nowhere")
            assert httpx.get(f"{it.url}/ok", timeout=5, trust_env=False).status_code == 200
        finally:
            store.thaw()
        returns(it, "/healthz")
        assert it.http.get("/nowhere").status_code == 401


def test_a_store_that_is_gone_is_told_and_the_service_returns(store: Valkey, tmp_path: Path) -> None:
    with Serving(tmp_path / "home", redis_url=store.url) as it:
        store.kill()
        unavailable(it, "/healthz")
        store.start()
        returns(it, "/healthz")
        assert 'dayloom_unavailable_total{what="store_unavailable"}' in it.http.get("/metrics").text
        assert it.process.poll() is None
