"""From the draft into the person's calendar, and back: what comes of it on the desk; the act itself is a port's."""

from __future__ import annotations

from state.calendar_commit import Act, calendar_changes, holds, with_draft_applied, without_commit
from state.change import Change, ChangeKind, changes
from state.desk import Desk, without_draft
from state.schedule import Schedule
from state.task_edit import LIST
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from tools.applying import refuse
from tools.events import report_events
from tools.list_rules import fit_places
from tools.registry import Nothing, Result, Toolbox
from tools.tasks import report_edits
from tools.texts import say_change, say_place, say_task

calendar = Toolbox()


@calendar.add(Effect.OUTSIDE, act=Act.APPLY)
def apply_schedule(desk: Desk, args: Nothing) -> Result:
    """Write the whole draft into the person's calendar; only when they ask for it, and they are asked once more."""
    after = with_draft_applied(desk.schedule)
    if after is desk.schedule:
        return _refuse(desk, "the draft holds nothing that the calendar does not have; place a task first.")
    return _to_result(desk, after, "Done, {count} written into the calendar, where they stay from now on:")


@calendar.add(Effect.OUTSIDE, act=Act.UNDO, kinds=LIST)
def undo_apply(desk: Desk, args: Nothing) -> Result:
    """Take back what was written last: apply_schedule, whose tasks become draft again, a change of list or events."""
    if desk.commit is None:
        return _refuse(desk, "this conversation has written nothing that could be taken back.")
    if not holds(desk.schedule, desk.commit):
        return _refuse(desk, "the schedule is another one since; what was written stays there.")
    after = without_commit(desk.schedule, desk.commit)
    if any(edit.event for edit in desk.commit.edits):
        return report_events(desk, desk.commit.undoing)
    if desk.commit.edits:
        return report_edits(desk, fit_places(desk, after))
    return _to_result(desk, after, "Done, {count} taken out of the calendar; they are draft again, in the same places:")


def _to_result(desk: Desk, after: Schedule, told: str) -> Result:
    found = calendar_changes(changes(without_draft(desk.schedule), without_draft(after)), desk.commit, after)
    lines = [_line(after, change) for change in found]
    text = "\n".join([told.format(count=len(found)), *lines])
    data = {"changes": [change.model_dump(mode="json") for change in found]}
    return Result(desk.model_copy(update={"schedule": after}), ToolReport(text=text, data=data))


def _line(after: Schedule, change: Change) -> str:
    if change.kind is ChangeKind.MOVE:
        return f"- {say_change(change)}"
    task = after.by_id[change.task_id]
    return f"- {say_task(task)}" + (f": {say_place(after, task.position)}" if task.position else "")


def _refuse(desk: Desk, why: str) -> Result:
    return refuse(desk, [Violation(kind=ViolationKind.WRONG_STATUS, message=why)])
