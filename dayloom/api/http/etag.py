"""ETags, and the conditional headers If-Match and If-None-Match."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header

from dayloom.api.http.problem_kind import Problem, ProblemKind

IfMatch = Annotated[
    str | None,
    Header(description="The ETag of what the request builds on, or `*`.", examples=['"3"']),
]
IfNoneMatch = Annotated[str | None, Header(description="The ETag that is known already.", examples=['"3"'])]

_REQUIRED: Final = ProblemKind(
    428,
    "if_match_required",
    "The request must say what it builds on",
    "Fetch it, and send its ETag as If-Match.",
)
_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"')


def etag(version: int | str) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def parse_versions(header: str | None) -> frozenset[int] | None:
    """Return the versions an If-Match or If-None-Match names; None when it is absent or takes any."""
    if header is None or header.strip() == "*":
        return None
    return frozenset(int(tag) for tag in _TAG.findall(header) if re.fullmatch(r"[0-9]{1,15}", tag))


def require_if_match(header: str | None) -> frozenset[int] | None:
    """Return the versions an If-Match names; a request without one is refused with 428."""
    if header is None:
        raise Problem(_REQUIRED, "There is no If-Match; send the ETag of the version you have seen.")
    return parse_versions(header)


def not_modified(header: str | None, version: int | str) -> bool:
    """Tell whether an If-None-Match names this version."""
    return header is not None and (header.strip() == "*" or str(version) in _TAG.findall(header))
