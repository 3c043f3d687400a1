"""The picture of the machine, drawn from the routing table."""

# LangGraph ships its types in the source.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from langgraph.graph import END

from graph.routes import FIRST, REASONS, ROUTES


def mermaid() -> str:
    """Return the state machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {FIRST}: new message"]
    for node, followers in ROUTES.items():
        lines += [
            f"    {node} --> {'[*]' if follower == END else follower}: {REASONS[node, phase]}"
            for phase, follower in followers.items()
        ]
    return "\n".join(lines)
