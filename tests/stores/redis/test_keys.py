"""Names of keys: one slot per thread, no two owners ever meet."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dayloom.stores.redis.keys import KeyKind, ThreadKeys, owner_key

IDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(IDS, IDS)
def test_all_keys_of_a_thread_share_one_hash_tag(owner: str, thread: str) -> None:
    tags = {re.search(r"\{(.*?)\}", name).group(1) for name in ThreadKeys(owner, thread).all()}  # pyright: ignore[reportOptionalMemberAccess] a miss fails the test

    assert len(tags) == 1
    assert tags != {""}


@given(st.lists(st.tuples(IDS, IDS), min_size=2, max_size=2, unique=True))
def test_two_threads_never_share_a_key(threads: list[tuple[str, str]]) -> None:
    first, second = (set(ThreadKeys(*each).all()) for each in threads)

    assert first.isdisjoint(second)


def test_an_id_cannot_reach_another_owners_keys() -> None:
    assert ThreadKeys("anna/x", "y").of(KeyKind.INDEX) != ThreadKeys("anna", "x/y").of(KeyKind.INDEX)
    assert owner_key("anna", KeyKind.THREADS) != owner_key("anna}", KeyKind.THREADS)
