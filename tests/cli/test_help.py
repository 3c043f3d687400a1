"""`--help` needs nothing that is slow to import."""

from __future__ import annotations

import subprocess
import sys

import pytest
from shell import Shell

SLOW = ("langgraph", "langchain_core", "pydantic", "redis", "openai", "ortools", "icalendar")
ONLY_FOR_RUNS = (
    "dayloom.offline",
    "dayloom.api",
    "openai",
    "ortools",
    "fastapi",
    "uvicorn",
    "streaq",
    "tiktoken",
    "numpy",
)


@pytest.mark.parametrize("words", [["--help"], ["plan", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    found = f"[name for name in {SLOW!r} if name in sys.modules]"
    look = f"import sys, dayloom.cli; dayloom.cli.run({words!r}); print(*{found}, file=sys.stderr)"

    told = subprocess.run([sys.executable, "-P", "-c", look], capture_output=True, text=True, check=True)

    assert told.stderr == "\n"
    assert told.stdout


def test_a_command_that_only_looks_imports_nothing_that_only_runs_need() -> None:
    look = f"import sys, dayloom.cli.show; print(*[name for name in {ONLY_FOR_RUNS!r} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-P", "-c", look], capture_output=True, text=True, check=True)

    assert told.stdout == "\n"


def test_help_names_every_command(shell: Shell) -> None:
    told = shell("--help")

    assert told.code == 0
    for command in ("demo", "plan", "answer", "chat", "show", "replay", "audit", "apply", "undo", "doctor"):
        assert f" {command} " in told.out
