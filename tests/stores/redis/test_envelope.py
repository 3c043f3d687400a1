"""A stored value opens where it was put, unchanged, for its owner; and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayloom.stores.redis.envelope import seal, unseal
from dayloom.stores.redis.errors import Damaged
from dayloom.stores.redis.keys import KeyKind, ThreadKeys

ANNA = ThreadKeys("anna", "t1")
SEALED = seal(ANNA, KeyKind.CHANNELS, b"field", "data1", b"content")


def test_a_sealed_value_opens_to_what_it_was() -> None:
    assert unseal(ANNA, KeyKind.CHANNELS, b"field", SEALED) == ("data1", b"content")


@pytest.mark.parametrize(
    ("keys", "kind", "field"),
    [
        (ThreadKeys("berta", "t1"), KeyKind.CHANNELS, b"field"),
        (ThreadKeys("anna", "t2"), KeyKind.CHANNELS, b"field"),
        (ANNA, KeyKind.CHECKPOINTS, b"field"),
        (ANNA, KeyKind.CHANNELS, b"other"),
    ],
)
def test_a_value_in_the_wrong_place_is_damaged(keys: ThreadKeys, kind: KeyKind, field: bytes) -> None:
    with pytest.raises(Damaged, match="belongs elsewhere"):
        unseal(keys, kind, field, SEALED)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_one_flipped_bit_is_found(bit: int) -> None:
    flipped = bytearray(SEALED)
    flipped[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Damaged, match=r"Thread t1: .* left as it is"):
        unseal(ANNA, KeyKind.CHANNELS, b"field", bytes(flipped))


@given(st.integers(0, len(SEALED) - 1))
def test_a_cut_value_is_found(length: int) -> None:
    with pytest.raises(Damaged):
        unseal(ANNA, KeyKind.CHANNELS, b"field", SEALED[:length])


def test_a_newer_envelope_is_named() -> None:
    newer = SEALED[:2] + bytes((2,)) + SEALED[3:]

    with pytest.raises(Damaged, match="its envelope has version 2, this dayloom reads 1"):
        unseal(ANNA, KeyKind.CHANNELS, b"field", newer)
