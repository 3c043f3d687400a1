"""Text from calendars, files and tools is data: fenced, so that nothing in it reads as an instruction."""

from __future__ import annotations

import re

_FENCE = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)


def defuse(text: str) -> str:
    """Return the text with anything that looks like a fence made harmless."""
    return _FENCE.sub("‹", text)


def fence(text: str) -> str:
    """Return the text between data fences."""
    return f"<data>\n{defuse(text)}\n</data>"
