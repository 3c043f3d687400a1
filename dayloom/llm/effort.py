"""How much reasoning is asked of a model."""

from __future__ import annotations

from enum import StrEnum


class Effort(StrEnum):
    """How much reasoning is asked for, in the words most protocols use."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
