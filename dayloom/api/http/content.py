"""Content types: which of them a route takes, and JSON read by hand where a route takes several."""

from __future__ import annotations

from email.message import Message
from typing import Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from dayloom.api.http.problem_kind import Problem, ProblemKind
from state.errors import BadInput

ICALENDAR: Final = "text/calendar"
JSON: Final = "application/json"
CSV: Final = "text/csv"
YAML: Final = "application/yaml"
MARKDOWN: Final = "text/markdown"
TEXT: Final = "text/plain"

_UNKNOWN: Final = ProblemKind(
    415, "unsupported_media_type", "This kind of content is not taken", "Correct the Content-Type."
)
_OTHER_NAMES: Final = {"application/x-yaml": YAML, "text/yaml": YAML, "text/x-yaml": YAML}

T = TypeVar("T")


def require_content_type(request: Request, *kinds: str) -> str:
    """Return the kind of content a request brings, the first of `kinds` when it does not say; refused with 415."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    kind = _OTHER_NAMES.get(said, said) or kinds[0]
    if kind not in kinds:
        raise Problem(_UNKNOWN, f"The Content-Type {kind!r} is not taken here; send {' or '.join(kinds)}.")
    return kind


async def utf8_body(request: Request) -> bytes:
    """Return the body of a text in UTF-8, whichever encoding its Content-Type names; raises BadInput."""
    return to_utf8(await request.body(), request.headers.get("content-type", ""))


def to_utf8(text: bytes, content_type: str) -> bytes:
    """Return a text in UTF-8, whichever encoding its content type names; raises BadInput."""
    message = Message()
    message["content-type"] = content_type
    charset = message.get_content_charset("utf-8")
    if charset in {"utf-8", "us-ascii"}:
        return text
    try:
        return text.decode(charset, "replace").encode()
    except LookupError as error:
        raise BadInput(f"there is no encoding {charset!r}; send the text as UTF-8") from error


def parse_json(adapter: TypeAdapter[T], body: bytes) -> T:
    """Return what a JSON body holds; one that does not fit is refused as any other body."""
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from error
