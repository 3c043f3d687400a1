"""Logs are JSON lines without secrets and without the texts of exceptions."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from dayloom.traces.logs import JsonLines, log_extra
from dayloom.traces.redact import redactor


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    lines = logging.StreamHandler(stream)
    lines.setFormatter(JsonLines(redactor(["canary-secret"])))
    logger = logging.Logger("dayloom.test")
    logger.addHandler(lines)
    return logger, stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_with_what_belongs_to_it(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.warning("run %s", "ended\nwell", extra=log_extra(run="run-1", status="success", duration=0.5, thread=None))

    [line] = lines(stream)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "dayloom.test",
        "event": "run ended\nwell",
        "run": "run-1",
        "status": "success",
        "duration": 0.5,
    }


def test_a_secret_does_not_get_into_a_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("with canary-secret", extra=log_extra(url="redis://:canary-secret@host"))

    assert "canary-secret" not in stream.getvalue()


def test_an_exception_is_told_by_its_type_and_places_only(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    try:
        raise ValueError("the words of a person")
    except ValueError:
        logger.exception("failed")

    [line] = lines(stream)
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["places"][-1]
    assert "the words of a person" not in stream.getvalue()
