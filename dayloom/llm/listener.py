"""Who follows an answer as it arrives."""

from __future__ import annotations

from typing import Protocol


class Listener(Protocol):
    """Follows an answer as it arrives."""

    def hear(self, piece: str) -> None:
        """Take the next piece."""
        ...

    def forget(self) -> None:
        """Take back what was heard so far: it was none of the answer."""
        ...

    def end(self, text: str) -> None:
        """Take the whole answer, in its final form."""
        ...
