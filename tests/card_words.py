"""What people write to an open card, and the answer it is: the same at every door."""

from __future__ import annotations

from typing import Any, Final

SAID_TO_CARDS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("approve", {"type": "approve", "scope": "once"}),
    ("Yes!", {"type": "approve", "scope": "once"}),
    ("同意", {"type": "approve", "scope": "once"}),
    ("approve all", {"type": "approve", "scope": "turn"}),
    ("a", {"type": "approve", "scope": "turn"}),
    ("reject", {"type": "reject", "message": ""}),
    ("no, keep Saturday free too", {"type": "reject", "message": "keep Saturday free too"}),
    ("yes, but not on Friday", {"type": "reject", "message": "yes, but not on Friday"}),
    ("edit strategy=rapid", {"type": "edit"}),
]
