"""What is remembered of a person: skills, which say how something is done, and experiences, which say what holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, StringConstraints

from state.limits import NO_LIMITS, Limits
from state.schedule import Value

AGENT: Final = "dayloom"
"""The type of agent that plans with the person; what another type remembers is its own."""


class MemoryKind(StrEnum):
    """A way to do something, or something that was learned."""

    SKILL = "skill"
    EXPERIENCE = "experience"


class Origin(StrEnum):
    """Where an item came from; nothing comes from calendars, files that were imported, tools or workers."""

    PERSON = "person"
    FEEDBACK = "feedback"
    FOLDER = "folder"
    BUILT_IN = "built_in"


_Line: Final = StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
Line = Annotated[str, _Line]
Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class MemoryItem(Value):
    """One thing that is remembered: in which case (`condition`) what holds or is done (`rule`), and why that is known.

    `limits` are what plans keep to because of it; a skill has a `name`. `source` says more of its origin: the file, or
    the run, whose `thread` stands beside it.
    """

    id: str
    kind: MemoryKind = MemoryKind.EXPERIENCE
    name: Name | None = None
    condition: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    rule: Rule
    evidence: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    confidence: Confidence = 0.8
    origin: Origin = Origin.PERSON
    source: str = ""
    thread: str = Field(default="", exclude_if=lambda found: not found)
    limits: Limits = NO_LIMITS
    created: AwareDatetime | None = None
    updated: AwareDatetime | None = None

    @property
    def text(self) -> str:
        """What it is searched by."""
        return "\n".join(part for part in (self.name, self.condition, self.rule) if part)


class Why(StrEnum):
    """Why an item was loaded."""

    FITS = "fits"
    IN_FORCE = "in_force"


class Recalled(Value):
    """An item that a run was shown: how well it `fits` what was said, and why it was loaded."""

    item: MemoryItem
    why: Why
    fits: float = 0.0
