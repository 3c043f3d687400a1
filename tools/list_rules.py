"""What a change of the list of tasks may do: only what the tool may change differs, and places stay admissible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from state.desk import Desk
from state.schedule import EndedTask, Schedule, Source, Status, Task
from state.task_edit import EditKind, TaskEdit, task_edits, without_place
from state.violation import Violation, ViolationKind
from tools.rules import is_coherent, other_window, placement_faults
from tools.texts import say_task

SAID: Final = frozenset(
    {
        *("title", "category", "duration", "minutes", "order", "earliest", "deadline"),
        *("weekdays", "slot_range", "priority", "locked"),
        *("parent", "part", "repeat", "period"),
    }
)
"""The fields of a task that a person says, and may change."""


def check_edits(before: Desk, after: Schedule, kinds: Collection[EditKind]) -> tuple[Violation, ...]:
    """Return everything that makes this step another than a change of the list of one of these kinds."""
    old = before.schedule
    edits = task_edits(old, after)
    if wrong := (*other_window(old.with_limits(after.limits, after.usual), after), *_elsewhere(old, after, edits)):
        return wrong
    if wrong := tuple(one for edit in edits for one in _beyond(edit, old, kinds)):
        return wrong
    return _new_faults(before, after, [edit.id for edit in edits])


def check_events(before: Schedule, after: Schedule, edits: Collection[TaskEdit]) -> tuple[Violation, ...]:
    """Return everything that makes this step another than a change of these events, to which drafts give way."""
    events, wrong = {edit.id for edit in edits}, [*other_window(before, after)]
    if before.ended != after.ended:
        wrong.append(_wrong(None, "tasks would end; a change of events ends none."))
    for id_ in dict.fromkeys([*before.by_id, *after.by_id]):
        old, new = before.by_id.get(id_), after.by_id.get(id_)
        for task in [one for one in (old, new) if one and id_ in events and one.source is not Source.EVENT]:
            wrong.append(_wrong(task, f"{say_task(task)} is no event of the calendar."))
        if id_ not in events and old != new and not _gives_way(old, new):
            wrong.append(_wrong(old or new, "something would change that is no event that was named."))
    return tuple(wrong)


def _gives_way(old: Task | None, new: Task | None) -> bool:
    """Tell whether a task only loses its place in the draft, or as an entry of its own the event it lay in."""
    if old is None or new is None:
        return False
    return new == (without_place(old) if old.status is Status.SUGGESTED else _without_host(old))


def _without_host(task: Task) -> Task:
    return task.model_copy(update={"host": None})


def _is_homeless(schedule: Schedule, task: Task) -> bool:
    """Tell whether an entry of the calendar lies in an event that is not there any more."""
    link = task.host
    if link is None or task.status is not Status.EXISTING:
        return False
    host = schedule.by_id.get(link.task_id)
    places = host.slots if host else ()
    return not any((at.day, at.slot_start) == (link.day, link.slot_start) for at in places)


def fit_places(before: Desk, after: Schedule) -> Schedule:
    """Return `after` with the changed tasks pending whose place they may not have any more.

    To an event that was changed every task of the draft gives way.
    """
    edits = task_edits(before.schedule, after)
    ids = [edit.id for edit in edits if edit.id in after.by_id]
    if any(edit.limits is None and edit.task.source is Source.EVENT for edit in edits):
        ids += [task.id for task in after.suggested if task.id not in ids]
        after = after.with_tasks([_without_host(task) for task in after.tasks if _is_homeless(after, task)])
    while wrong := _new_faults(before, after, ids):
        named = {id_ for one in wrong for id_ in (one.task_id, one.other_task_id)}
        lost = [after.by_id[id_] for id_ in ids if id_ in named]
        fitted = after.with_tasks([without_place(task) for task in lost if task.status is Status.SUGGESTED])
        if fitted is after:
            break
        after = fitted
    return after


def _new_faults(before: Desk, after: Schedule, ids: Iterable[int]) -> tuple[Violation, ...]:
    """Return what is wrong with where these tasks lie and was not before."""
    touched = [task for id_ in ids if (task := after.by_id.get(id_)) and task.status is Status.SUGGESTED]
    old = before.schedule
    faults = partial(placement_faults, old, scope=before.order_scope, allow_reorder=before.allow_reorder)
    there = [old.by_id[task.id] for task in touched if task.id in old.by_id]
    known = {_key(wrong) for wrong in faults(old, there)}
    return tuple(wrong for wrong in faults(after, touched) if _key(wrong) not in known)


def _key(wrong: Violation) -> tuple[ViolationKind, int | None, int | None]:
    return wrong.kind, wrong.task_id, wrong.other_task_id


def _elsewhere(before: Schedule, after: Schedule, edits: Sequence[TaskEdit]) -> Iterator[Violation]:
    """Yield the tasks that differ although the list says nothing new of them, and lists in another sequence."""
    edited = {edit.id for edit in edits}
    old, new = ([task for task in each.tasks if task.id not in edited] for each in (before, after))
    if [task.id for task in old] != [task.id for task in new]:
        yield _wrong(None, "tasks would stand in another sequence; a tool may only change those it is asked to.")
        return
    yield from (
        _wrong(task, f"{say_task(task)} would change its place.") for task in new if task != before.by_id[task.id]
    )


def _beyond(edit: TaskEdit, before: Schedule, kinds: Collection[EditKind]) -> Iterator[Violation]:
    """Yield why an edit is none that may be made."""
    if edit.limits is not None:
        if edit.kind not in kinds:
            yield _wrong(None, "what the person has said of all their days would be changed.")
    elif edit.kind not in kinds:
        yield _wrong(edit.task, f"{say_task(edit.task)} would be changed in another way than was asked for.")
    elif why := _not_whole(edit, before):
        yield _wrong(edit.task, f"{say_task(edit.task)} {why}")


def _not_whole(edit: TaskEdit, before: Schedule) -> str | None:
    known, task = edit.before or _of(edit.was), edit.after or _of(edit.now)
    if known and task and (known.source is Source.EVENT or task.source is Source.EVENT):
        return "is an event of the calendar, not a task of the list."
    if known and task and _fixed(known) != _fixed(task):
        return "would change in more than what a person says of a task."
    if edit.kind in (EditKind.DONE, EditKind.DROP, EditKind.REOPEN) and known and task and not _same(known, task):
        return "would change in more than whether it is to be planned."
    if edit.after == edit.before:
        return None
    if any(one and one.status is Status.EXISTING for one in (edit.before, edit.after)):
        return "is in the calendar and stays as it is; take it out of there first."
    return None if edit.after is None or is_coherent(edit.after) else "must have one place while suggested, else none."


def _of(ended: EndedTask | None) -> Task | None:
    return ended.task if ended else None


def _fixed(task: Task) -> Task:
    return without_place(task).model_copy(update=dict.fromkeys(SAID))


def _same(one: Task, other: Task) -> bool:
    return without_place(one) == without_place(other)


def _wrong(task: Task | None, why: str) -> Violation:
    return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id if task else None, message=why)
