"""Which node follows which: the whole state machine on one page.

Anything that decides where a turn goes next belongs in this table, and nowhere else. A node sets `phase`; the table
maps it to the node that comes next. A missing pair is a KeyError that names the phase.
"""

# LangGraph ships its types in the source.
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from langgraph.graph import END

from state.common import Phase

FIRST: Final = "plan"

ROUTES: Final[Mapping[str, Mapping[Phase, str]]] = {
    "plan": {
        Phase.PLANNING: "plan",
        Phase.EXECUTING: "execute",
        Phase.WAITING: "confirm",
        Phase.ENDING: "deliver",
    },
    "execute": {
        Phase.EXECUTING: "execute",
        Phase.WAITING: "confirm",
        Phase.CHECKING: "order_guard",
        Phase.ENDING: "deliver",
    },
    "confirm": {
        Phase.PLANNING: "plan",
        Phase.EXECUTING: "execute",
        Phase.WAITING: "confirm",
        Phase.CHECKING: "order_guard",
    },
    "order_guard": {
        Phase.WAITING: "confirm",
        Phase.ENDING: "deliver",
    },
    "deliver": {
        Phase.DONE: END,
    },
}

REASONS: Final[Mapping[tuple[str, Phase], str]] = {
    ("plan", Phase.PLANNING): "continue, or a correction",
    ("plan", Phase.EXECUTING): "execute, or plan_done with approval waived",
    ("plan", Phase.WAITING): "ask_user, or plan_done",
    ("plan", Phase.ENDING): "reply, aborted, rounds or corrections used up",
    ("execute", Phase.EXECUTING): "continue, next_plan with steps left, a correction, a confirmed call",
    ("execute", Phase.WAITING): "ask_user, or a call that must be confirmed",
    ("execute", Phase.CHECKING): "done, last next_plan, or ended early with a changed draft",
    ("execute", Phase.ENDING): "ended early, draft unchanged",
    ("confirm", Phase.PLANNING): "plan's question answered, plan rejected",
    ("confirm", Phase.EXECUTING): "plan approved, tool answered, execute's question answered",
    ("confirm", Phase.WAITING): "asked about the card, which stands again",
    ("confirm", Phase.CHECKING): "reorder answered",
    ("order_guard", Phase.WAITING): "order cannot be restored",
    ("order_guard", Phase.ENDING): "order fine, restored, or allowed",
    ("deliver", Phase.DONE): "always",
}
