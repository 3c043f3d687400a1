"""Tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return rows under their heads; numbers stand right, and what was not measured is a dash."""
    cells = [[_cell(each) for each in row] for row in rows]
    widths = [max(len(each) for each in column) for column in zip(head, *cells, strict=True)]
    numeric = [all(not isinstance(row[at], str) for row in rows) for at in range(len(head))]
    lines = [head, ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(
            each.rjust(width) if right else each.ljust(width)
            for each, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(value: Any) -> str:
    return "-" if value is None else f"{value:,}" if isinstance(value, int | float) else str(value)
