"""Writes what the documentation takes from the code: three pages of `docs/` and README's picture (`make docs`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from graph.diagram import mermaid
from prompts.instructions import describe
from state.decision import EXECUTE_DECISIONS, PLAN_DECISIONS
from state.job import TRANSITIONS

ROOT: Final = Path(__file__).parents[1]
_PICTURE: Final = re.compile(r"```mermaid\n.*?```", re.DOTALL)


def pages() -> dict[Path, str]:
    """Return the text of each page by its path."""
    readme = ROOT / "README.md"
    return {
        ROOT / "docs" / "state-machine.md": _state_machine(),
        ROOT / "docs" / "decisions.md": _decisions(),
        ROOT / "docs" / "jobs.md": _job_states(),
        readme: _PICTURE.sub(lambda _: _picture(), readme.read_text("utf-8")),
    }


def _picture() -> str:
    return f"```mermaid\n{mermaid()}\n```"


def _state_machine() -> str:
    return f"# The state machine\n\nGenerated from `graph/routes.py` by `make docs`.\n\n```mermaid\n{mermaid()}\n```\n"


def _job_states() -> str:
    steps = [f"    {before} --> {after}: {step.when}" for (before, after), step in TRANSITIONS.items()]
    rows = [
        f"| {before} | {after} | {', '.join(step.by)} | {step.when}{f' ({step.only} only)' if step.only else ''} |"
        for (before, after), step in TRANSITIONS.items()
    ]
    picture = "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> pending: added", *steps, "```"])
    table = "\n".join(["| from | to | by | when |", "| --- | --- | --- | --- |", *rows])
    return f"# The states of a job\n\nGenerated from `state/job.py` by `make docs`.\n\n{picture}\n\n{table}\n"


def _decisions() -> str:
    return (
        "# Decisions\n\nGenerated from `state/decision.py` by `make docs`. The same docstrings stand in the prompt.\n\n"
        f"## Plan\n\n{describe(PLAN_DECISIONS)}\n\n## Execute\n\n{describe(EXECUTE_DECISIONS)}\n"
    )


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
