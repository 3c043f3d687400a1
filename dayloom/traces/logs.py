"""Logs: one JSON object per line on stderr, with names, ids, codes and durations, never with words of a person.

A record's own attributes come from `extra=log_extra(run=…, status=…)`. An exception is told by its type and the places
it came through; its text could hold anything.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from dayloom.traces.redact import Redact

FIELDS: Final = "dayloom_fields"
DEEPEST: Final = 12
"""Places of an exception that are told, the innermost ones."""


def log_extra(**fields: Any) -> Mapping[str, Any]:
    """Return the `extra` of a log record: what belongs to the event, by name."""
    return {FIELDS: {name: value for name, value in fields.items() if value is not None}}


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object without secrets."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": self._redact(record.getMessage().strip()),
        }
        for name, value in getattr(record, FIELDS, {}).items():
            line[name] = self._redact(value) if isinstance(value, str) else value
        if record.exc_info and (error := record.exc_info[1]) is not None:
            line |= _describe_error(error)
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


def _describe_error(error: BaseException) -> dict[str, Any]:
    places = [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    ]
    return {"error": type(error).__qualname__, "places": places}


def write_logs(redact: Redact, *, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all logs of this process to stderr, one JSON object per line."""
    lines = logging.StreamHandler(stream or sys.stderr)
    lines.setFormatter(JsonLines(redact))
    logging.basicConfig(level=logging.WARNING, handlers=[lines], force=True)
    logging.getLogger("dayloom").setLevel(level)
