"""A person at a shell: commands in this process against a shared server, or as programs of their own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from doubles import Script, ScriptedModelServer

import dayloom.cli
from dayloom.settings import Settings

PROGRAM = (sys.executable, "-P", "-c", "from dayloom.cli import main; main()")

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VEVENT
UID:algebra@tests
SUMMARY:Linear algebra
DTSTART;TZID=Europe/Berlin:20261123T080000
DTEND;TZID=Europe/Berlin:20261123T094000
END:VEVENT
BEGIN:VEVENT
UID:cancelled@tests
SUMMARY:Cancelled tutorial
STATUS:CANCELLED
DTSTART;TZID=Europe/Berlin:20261124T080000
DTEND;TZID=Europe/Berlin:20261124T094000
END:VEVENT
END:VCALENDAR
"""

TASKS = """\
title,duration,category,order
Read chapter 4,2,Algebra,1
Problem sheet 6,3,Algebra,2
Vocabulary,1,Spanish,1
"""


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout."""
        return json.loads(self.out)


@dataclass
class Shell:
    """A shell in a folder with a calendar and a list of tasks."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    stack: ExitStack
    thread: str

    def __call__(self, *words: str, stdin: str = "") -> Result:
        """Run a command in this process; its input is a pipe."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        self.capsys.readouterr()
        try:
            code = dayloom.cli.run(words)
        except SystemExit as ended:
            code = int(str(ended.code))
        told = self.capsys.readouterr()
        return Result(code, told.out, told.err)

    def at(self, moment: datetime) -> None:
        """Let it be this moment for the commands in this process."""
        self.monkeypatch.setattr(Settings, "now", lambda settings: moment.astimezone(ZoneInfo(settings.timezone)))

    def plan(self, message: str = "Plan my tasks", *options: str) -> Result:
        """Plan the files of the folder on this test's thread."""
        files = ("--calendar", "week.ics", "--tasks", "tasks.csv", "--start", "2026-11-23", "--days", "7")
        return self("plan", message, *files, "--grid", "periods12", "--thread", self.thread, *options)

    def model(self, script: Script) -> ScriptedModelServer:
        """Start a scripted model that all further commands use."""
        server = self.stack.enter_context(ScriptedModelServer(script))
        self.set(DAYLOOM_MODEL="scripted", OPENAI_BASE_URL=server.base_url, OPENAI_API_KEY="key")
        return server

    def set(self, **variables: str | None) -> None:
        """Set environment variables, or with None unset them."""
        for name, value in variables.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)

    def start(self, *words: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Start a command as a program of its own; it is killed when the test is over."""
        process = subprocess.Popen(
            (*PROGRAM, *words), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.stack.callback(_ended, process)
        return process


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def place(task_id: int, day: int, slot: int) -> dict[str, Any]:
    """Return the decision that proposes a place for a task."""
    call = {"name": "place", "arguments": {"task_id": task_id, "day": day, "slot_start": slot}}
    return {"action": "confirm", "speak": f"Task {task_id} would go there.", "tool_call": call}
