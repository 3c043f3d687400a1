"""Writes the pages of `docs/` that are generated from the code: `python -m graph.docs`."""

from __future__ import annotations

from pathlib import Path

from graph.diagram import mermaid
from prompts.instructions import describe
from state.decision import EXECUTE_DECISIONS, PLAN_DECISIONS

PAGES = Path(__file__).parents[1] / "docs"


def pages() -> dict[str, str]:
    """Return the text of each generated page by file name."""
    return {"state-machine.md": _state_machine(), "decisions.md": _decisions()}


def _state_machine() -> str:
    return f"# The state machine\n\nGenerated from `graph/routes.py` by `make docs`.\n\n```mermaid\n{mermaid()}\n```\n"


def _decisions() -> str:
    return (
        "# Decisions\n\nGenerated from `state/decision.py` by `make docs`. The same docstrings stand in the prompt.\n\n"
        f"## Plan\n\n{describe(PLAN_DECISIONS)}\n\n## Execute\n\n{describe(EXECUTE_DECISIONS)}\n"
    )


if __name__ == "__main__":
    for name, text in pages().items():
        (PAGES / name).write_text(text, "utf-8")
