"""A shell for each test; its commands share the server of this test process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from shell import CALENDAR, TASKS, Shell
from stage import NOW

_threads = count(1)


@pytest.fixture
def shell(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A shell whose commands share the server of this test process, each test on a thread of its own."""
    (tmp_path / "week.ics").write_text(CALENDAR, encoding="utf-8")
    (tmp_path / "tasks.csv").write_text(TASKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DAYLOOM_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    with ExitStack() as stack:
        found = Shell(tmp_path, monkeypatch, capsys, stack, f"thread-{next(_threads)}")
        found.set(
            DAYLOOM_REDIS_URL=store_url,
            DAYLOOM_DATA_DIR=str(tmp_path / "data"),
            DAYLOOM_TIMEZONE="Europe/Berlin",
            XDG_DATA_HOME=str(tmp_path / "share"),
            COLUMNS="100",
        )
        found.at(NOW)
        yield found
