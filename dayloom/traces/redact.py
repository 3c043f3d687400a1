"""Secrets taken out of everything that is written down or sent back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias
from urllib.parse import quote

Redact: TypeAlias = Callable[[str], str]

MASK: Final = "[redacted]"
SHORTEST: Final = 4
"""A secret shorter than this is no secret, and taking it out would spoil every other word."""

_SHAPES: Final = (
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[\w.~+/=-]{6,}"), rf"\1\2{MASK}"),
    (
        re.compile(r"(?i)\b(authorization|x-api-key|api[-_]?key|password|secret|access_token)(\W{1,4})[^\s,;\"'}]{4,}"),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"\b(sk-|dl_)[\w-]{8,}"), MASK),
    (re.compile(r"(/feeds/)[\w-]{8,}"), rf"\1{MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), MASK),
    (re.compile(r"(?<=://)[^\s/@]*@"), f"{MASK}@"),
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?(-----END [A-Z ]+-----|$)", re.DOTALL), MASK),
)


def redactor(secrets: Iterable[str]) -> Redact:
    """Return what takes these secrets, and whatever looks like one, out of a text."""
    written = {form for secret in secrets if len(secret) >= SHORTEST for form in (secret, quote(secret, safe=""))}
    longest_first = sorted(written, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def redact(text: str) -> str:
        if known is not None:
            text = known.sub(MASK, text)
        for shape, masked in _SHAPES:
            text = shape.sub(masked, text)
        return text

    return redact
