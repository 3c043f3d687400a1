"""Going on from an older step: what a thread is put back to, and what it has done since and cannot put back.

The draft, the messages and the work on the turn are those of the step. What counts up (turns, previews, versions of the
schedule) goes on from the newest step, so that nothing on the new branch is taken for something of the one that is
left; and what was written into the calendar stays written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from state.common import Baseline, CommonState, Phase, RunSettings, Update
from state.desk import without_draft
from state.run_status import unfinished
from state.schedule import Schedule, Source, Status, Task


def put_back(point: CommonState | None, newest: CommonState, settings: RunSettings, now: datetime) -> Update:
    """Return what of an older step is other now that the thread goes on from it; None for before the first step.

    What was approved for the rest of a turn is not approved for what comes now.
    """
    stays = newest.calendar if point is None else point.calendar
    schedule = without_draft(newest.schedule) if point is None else with_written(point.schedule, newest.schedule)
    update: Update = {
        "schedule": schedule.model_copy(update={"version": newest.schedule.version + 1}),
        "calendar": None if stays is None else "",
        "turn": newest.turn,
        "preview_version": newest.preview_version + 1,
        "interrupt": None,
        "approve_all": False,
    }
    if point is not None and unfinished(point):
        update |= {"turn": newest.turn + 1, "settings": settings, "started_at": now}
        update["baseline"] = _baseline(point, newest.schedule.version + 1)
    return update


def is_decided(state: CommonState) -> bool:
    """Tell whether a step only carries out what the person or the model has decided before it."""
    spoken = state.phase is Phase.ENDING and state.outcome is not None and bool(state.outcome.message)
    return state.approved is not None or bool(state.delegated) or spoken


def _baseline(point: CommonState, version: int) -> Baseline | None:
    if point.baseline is None or point.draft_changed:
        return point.baseline
    return point.baseline.model_copy(update={"version": version})


def with_written(schedule: Schedule, newest: Schedule) -> Schedule:
    """Return an older schedule with what the thread has in the calendar now; a draft that is in its way is pending.

    A schedule of other days stays as it is: whoever applies it is told of what lies there.
    """
    if (schedule.timezone, schedule.window.start, schedule.window.days, schedule.grid) != (
        newest.timezone,
        newest.window.start,
        newest.window.days,
        newest.grid,
    ):
        return schedule
    written = [task for task in newest.tasks if _is_written(task)]
    return schedule.model_copy(update={"tasks": tuple(_beside(task, written, newest) for task in schedule.tasks)})


def _beside(task: Task, written: Sequence[Task], newest: Schedule) -> Task:
    """Return a task as it is beside what is written, itself among it."""
    there = next((each for each in written if (each.id, each.source_id) == (task.id, task.source_id)), None)
    if there is not None or task.source is Source.EVENT:
        return there or task
    if task.status is Status.EXISTING:
        now = newest.by_id.get(task.id)
        task = task.model_copy(update={"status": Status.SUGGESTED, "locked": now is not None and now.locked})
    if any(at.overlaps(other) for at in task.slots for each in written for other in each.slots):
        return task.model_copy(update={"slots": (), "host": None, "status": Status.PENDING})
    return task


def _is_written(task: Task) -> bool:
    return task.source is Source.TASK_ITEM and task.status is Status.EXISTING
