"""What routes may answer beside what was asked for, for the schema."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

EVERYWHERE: Final = (400, 401, 403, 408, 413, 422, 429, 503)
"""What any route may answer."""


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457): `code` is stable, `mend` says what to do about it; some kinds say more."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "code": "thread_busy",
                    "title": "A run is at work",
                    "status": 409,
                    "detail": "run run-5f2a8c1d9e0b is at work on thread 'k7m3-9qxp'; wait for its end, or cancel it",
                }
            ]
        },
    )

    code: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    mend: str | None = None


COMPONENTS: Final = {ProblemDocument.__name__: ProblemDocument.model_json_schema()}
"""What declarations refer to; the framework does not know of it."""
_PROBLEM: Final = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}

STREAMED: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/event-stream": {}}}}
"""What a route answers that streams."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declaration of these problems and of those that any route may answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
        for status in sorted({*EVERYWHERE, *statuses})
    }
