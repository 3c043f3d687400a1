"""Planners: tools that look for the best plan or say what stands in its way, and the restoring of order.

Each is deterministic, never worse than its input, and says how far from the best it can be at most.
"""

from __future__ import annotations

from tools.planners.context import switching
from tools.planners.draft import drafting
from tools.planners.explain import explaining
from tools.planners.figures import category_changes
from tools.planners.relocate import relocating
from tools.planners.replan import replanning
from tools.planners.restore import restore_order
from tools.planners.risk import risks
from tools.planners.spread import spreading
from tools.registry import Toolbox

box = Toolbox(risks, explaining, drafting, replanning, relocating, spreading, switching)
"""at_risk, explain, draft_plan, replan, relocate, spread_even, min_context_switch."""

__all__ = ["box", "category_changes", "restore_order"]
