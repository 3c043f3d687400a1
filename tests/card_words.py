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
    ("Yes please, sounds good!", {"type": "approve", "scope": "once"}),
    ("好的，就这样", {"type": "approve", "scope": "once"}),
    ("no thanks", {"type": "reject", "message": ""}),
    ("what is on Monday", {"type": "respond", "message": "what is on Monday"}),
    ("Show me the week", {"type": "respond", "message": "Show me the week"}),
    ("continue", {"type": "respond", "message": "continue"}),
    ("can you leave Friday free?", {"type": "reject", "message": "can you leave Friday free?"}),
]


def says_no_otherwise(answer: dict[str, Any], words: str) -> bool:
    """Tell whether words decline a card although they are no plain no, which is told then."""
    return answer["type"] == "reject" and answer["message"] == words


TAKEN: Final = "Taken as a no, with these words as the reason"
