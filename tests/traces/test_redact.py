"""Secrets are taken out: those we know by name, and whatever has the shape of one."""

from __future__ import annotations

import pytest

from dayloom.traces.redact import MASK, redactor


def test_a_known_secret_is_taken_out_wherever_it_stands() -> None:
    redact = redactor(["s3cret/word", "s3cret/word/longer"])

    assert redact("a s3cret/word b") == f"a {MASK} b"
    assert redact("x=s3cret%2Fword&y") == f"x={MASK}&y"
    assert redact("s3cret/word/longer") == MASK


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Authorization: Bearer abcdef123456", "Authorization"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "authorization"),
        ("x-api-key=abcdef123456, then", "then"),
        ("password: hunter2hunter2", "password"),
        ("sk-proj-abcdef123456", ""),
        ("dl_0123456789ab_AAAAAAAAAAAAAAAA", ""),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl here", "here"),
        ("redis://user:pass@host:6379/0", "host:6379"),
        ("-----BEGIN PRIVATE KEY-----\nabcdef\n-----END PRIVATE KEY-----", ""),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str, kept: str) -> None:
    redacted = redactor([])(text)

    assert MASK in redacted
    assert kept in redacted
    for secret in ("abcdef", "dXNl", "hunter2", "AAAA", "c2ln", "user:pass"):
        assert secret not in redacted


def test_other_words_are_left_alone() -> None:
    text = "Thread k7m3-9qxp: the plan was confirmed at https://example.org/a, mail ann@example.org."

    assert redactor(["", "ab"])(text) == text
