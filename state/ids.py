"""The ids that cross function boundaries."""

from __future__ import annotations

from typing import Final, NewType

ThreadId = NewType("ThreadId", str)
RunId = NewType("RunId", str)
TaskId = int

GRAPH_ID: Final = "dayloom"
ASSISTANT_ID: Final = "b171f576-9b01-5916-ac50-17ed3e4db79b"
"""The id that LangGraph's own server gives to the assistant of a graph of this name."""
