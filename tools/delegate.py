"""Giving a part of the work away, to a run of its own."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from state.desk import Desk
from state.tool import Effect, ToolReport
from tools.registry import Arguments, Result, Toolbox

delegation = Toolbox()


class Errand(Arguments):
    """What is to be done, and what whoever does it has to know."""

    goal: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
    context: Annotated[str, StringConstraints(max_length=20_000)] = ""


@delegation.add(Effect.READ, delegates=True)
def delegate(desk: Desk, args: Errand) -> Result:
    """Have a run of its own, which sees the draft alone, look into a goal and report."""
    return Result(desk, ToolReport(text=desk.child_report))
