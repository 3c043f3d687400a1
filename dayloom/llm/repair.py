"""Finding the one decision in what a model wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, cast

from state.decision import DECISION

BRACES: Final = 64
"""Opening braces that are tried before the search ends; it keeps hostile text cheap."""

_decoder: Final = json.JSONDecoder()


def decision_text(answer: str) -> str:
    """Return the JSON text of the one decision in an answer.

    Fences, thoughts and prose around it are dropped, and so are fields that are null. An answer without a decision, or
    with several, is returned as it is for the parser to complain about. Nothing is ever completed: half a decision is
    none.
    """
    whole = _whole(answer)
    if whole is not None:
        return _without_nulls(answer.strip(), whole)
    found = [part for part in _objects(answer.rpartition("</think>")[2]) if part[1].keys() & {"action", DECISION}]
    return _without_nulls(*found[0]) if len(found) == 1 else answer


def _whole(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _objects(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    at = 0
    for _ in range(BRACES):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, end = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield text[at:end], value
            at = end


def _without_nulls(text: str, value: Any) -> str:
    if not isinstance(value, dict):
        return text
    fields = cast("dict[str, Any]", value)
    kept = {name: field for name, field in fields.items() if field is not None}
    return text if len(kept) == len(fields) else json.dumps(kept, ensure_ascii=False)
