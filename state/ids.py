"""The ids that cross function boundaries."""

from __future__ import annotations

from typing import NewType

ThreadId = NewType("ThreadId", str)
RunId = NewType("RunId", str)
TaskId = int
