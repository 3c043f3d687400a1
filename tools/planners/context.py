"""min_context_switch: the tasks of a day trade their slots, so that equal categories lie side by side."""

from __future__ import annotations

from pydantic import Field

from state.desk import Desk
from state.schedule import Position
from state.tool import Effect, Objective
from state.violation import Violation, ViolationKind
from tools.applying import broken_rules, refuse
from tools.places import lay
from tools.planners.assignment import NAMES, Goal
from tools.planners.day_sequence import Arrangement, arrange
from tools.planners.figures import category_changes
from tools.planners.reason_words import REASON_WORDS
from tools.planners.texts import result_of
from tools.regions import Days
from tools.registry import Arguments, Result, Toolbox

switching = Toolbox()


class MinContextSwitch(Arguments):
    """Which days to arrange."""

    days: Days | None = Field(default=None, description="Days of the window; all of them when left out")


def needs_freedom(desk: Desk) -> Violation | None:
    """Return that order still matters, or None when the person allowed reordering."""
    if desk.allow_reorder:
        return None
    told = (
        "grouping by category changes the order of tasks, which the person has not allowed; ask whether order matters."
    )
    return Violation(kind=ViolationKind.ORDER, message=told)


@switching.add(Effect.DRAFT, guards=(needs_freedom,))
def min_context_switch(desk: Desk, args: MinContextSwitch) -> Result:
    """Let the tasks of each day trade slots until category changes are fewest; only when reordering is allowed."""
    if wrong := needs_freedom(desk):
        return refuse(desk, [wrong])
    schedule = desk.schedule
    days = sorted({day for day in args.days or range(1, schedule.window.days + 1) if day <= schedule.window.days})
    found = [arrange(schedule, day) for day in days]
    after = lay(schedule, _places(desk, found))
    reached = category_changes(after, days)
    bound = min(sum(day.bound for day in found), reached)
    figure = Objective(
        name=NAMES[Goal.CATEGORIES],
        before=category_changes(schedule, days),
        after=reached,
        bound=bound,
        proven=bound >= reached,
    )
    return result_of(desk, after, (figure,), (), lambda _: REASON_WORDS[desk.locale].side_by_side)


def _places(desk: Desk, found: list[Arrangement]) -> list[tuple[int, Position]]:
    """Return all new places, leaving out days that something which must not be there makes impossible."""
    wanted = [place for day in found for place in day.places]
    if not broken_rules(desk, lay(desk.schedule, wanted)):
        return wanted
    fine = [day for day in found if not broken_rules(desk, lay(desk.schedule, day.places))]
    return [place for day in fine for place in day.places]
