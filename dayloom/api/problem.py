"""What went wrong, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from state.errors import DayloomError


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its stable code, its title, and how to mend it."""

    status: int
    code: str
    title: str
    mend: str = ""


class Problem(DayloomError):
    """A request that cannot be done, with the kind of problem it is."""

    def __init__(self, kind: Kind, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = dict(headers or {})
        self.more = more


def document(kind: Kind, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Return the answer that tells of a problem."""
    told: dict[str, Any] = {"code": kind.code, "title": kind.title, "status": kind.status, "detail": detail}
    if kind.mend:
        told["mend"] = kind.mend
    return JSONResponse(
        {**told, **more}, status_code=kind.status, headers=headers, media_type="application/problem+json"
    )


async def told(request: Request, error: Exception) -> Response:
    """Return the problem an error is."""
    match error:
        case Problem():
            return document(error.kind, str(error), headers=error.headers, **error.more)
        case _:
            return document(Kind(422, "refused", "Refused"), str(error))
