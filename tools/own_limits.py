"""What a person does by hand, or names themselves, may go against what they have said of all their days.

It is done with those limits lifted; which of them it breaks is what they are told.
"""

from __future__ import annotations

from state.desk import OrderScope
from state.limits import NO_LIMITS
from state.schedule import Schedule
from state.violation import Violation
from tools.rules import placement_faults


def lift_limits(schedule: Schedule) -> Schedule:
    """Return the schedule with nothing said of working hours, hours kept free, most a day and buffer."""
    window = schedule.window.model_copy(update={"daily_cap": None, "buffer": 0})
    return schedule.model_copy(update={"window": window, "limits": NO_LIMITS, "usual": NO_LIMITS})


def with_limits_of(before: Schedule, after: Schedule) -> Schedule:
    """Return what came of a schedule with its limits lifted, with window and limits as they were."""
    return after.model_copy(update={"window": before.window, "limits": before.limits, "usual": before.usual})


def broken_limits(before: Schedule, after: Schedule) -> tuple[Violation, ...]:
    """Return the limits that the tasks lying elsewhere than before break where they lie now."""
    moved = [task for task in after.tasks if task.slots and task.slots != before.by_id[task.id].slots]
    found = placement_faults(before, after, moved, scope=OrderScope.GROUP, allow_reorder=True)
    return tuple(wrong for wrong in found if wrong.limit)
