"""What a planner reports: changes with reasons, figures with bounds, and what could not be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from state.change import Change, Unplaced, changes
from state.desk import Desk
from state.schedule import Schedule
from state.tool import Objective, ToolReport
from tools.planners.figures import wish_figures
from tools.registry import Result
from tools.rules import violations
from tools.texts import say_changes

Why = Callable[[Change], str]


def result_of(
    desk: Desk, after: Schedule, figures: tuple[Objective, ...], left: Sequence[Unplaced], why: Why
) -> Result:
    """Return the new desk and everything there is to say; the very same desk when nothing changed."""
    wrong = violations(desk.schedule, after, scope=desk.order_scope, allow_reorder=desk.allow_reorder)
    assert not wrong, f"a planner broke a rule: {wrong[0].message}"
    found = [change.model_copy(update={"reason": why(change)}) for change in changes(desk.schedule, after)]
    head = f"Done, {len(found)} changed:" if found else "Nothing to change: no better plan was found."
    figures += tuple(wish_figures(desk.schedule, after))
    lines = [head, say_changes(found)] if found else [head]
    lines += [say_figure(figure) for figure in figures]
    lines += [_say_left(one) for one in left]
    report = ToolReport(
        text="\n".join(lines),
        data={
            "changes": [change.model_dump(mode="json") for change in found],
            "unplaced": [one.model_dump(mode="json") for one in left],
        },
        objectives=figures,
        unplaced=tuple(left),
        reasons={change.task_id: change.reason or "" for change in found},
    )
    return Result(desk.model_copy(update={"schedule": after}) if found else desk, report)


def _say_left(one: Unplaced) -> str:
    offer = f" Offer the person split_task(task_id={one.task_id}, parts={one.parts})." if one.parts else ""
    return f'Left out: "{one.title}" (task {one.task_id}): {one.reason}.{offer}'


def say_figure(figure: Objective) -> str:
    """Return the figure before and after, and how good it is at best."""
    known = "proven best" if figure.proven else f"at best {figure.bound:g}" if figure.bound else "bound unknown"
    return f"{figure.name}: {figure.before:g} before, {figure.after:g} after ({known})."
