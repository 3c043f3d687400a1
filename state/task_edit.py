"""How the list of what is to be planned changes: tasks that come, change, end and come back, field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from pydantic import Field

from state.change import Placed, with_times
from state.event_edit import EventEdit, EventFacts, Scope
from state.limits import Limits
from state.schedule import MOST_ENDED, EndedTask, Ending, Schedule, Source, Status, Task, Value, parent_of

T = TypeVar("T")


class EditKind(StrEnum):
    """What happened to a task of the list, or to an event of the calendar."""

    ADD = "add"
    CHANGE = "change"
    DONE = "done"
    DROP = "drop"
    REOPEN = "reopen"
    REMOVE = "remove"
    LIMITS = "limits"
    ADD_EVENT = "add_event"
    MOVE_EVENT = "move_event"
    CANCEL_EVENT = "cancel_event"


LIST: Final = frozenset(kind for kind in EditKind if not kind.endswith("_event"))
"""What may happen to a task of the list."""


def _unsaid(value: object) -> bool:
    return value is None


class LimitsEdit(Value):
    """What is said of the days before and after: for good (`always`), or on one schedule only."""

    always: bool
    before: Limits
    after: Limits


class TaskEdit(Value):
    """One task before and after, None where it is not to be planned; `was` and `now` say how it had ended.

    Of an event, `event` says what changes in the calendar; it may lie outside the days of the schedule, without slots.
    One with `limits` is about no task, and its id is 0.
    """

    id: int
    before: Task | None = None
    after: Task | None = None
    was: EndedTask | None = None
    now: EndedTask | None = None
    event: EventEdit | None = Field(default=None, exclude_if=_unsaid)
    limits: LimitsEdit | None = Field(default=None, exclude_if=_unsaid)

    @property
    def kind(self) -> EditKind:
        """What happened."""
        if self.event is not None:
            return _event_kind(self.event)
        if self.limits is not None:
            return EditKind.LIMITS
        if self.now is not None and self.now != self.was:
            return EditKind.DONE if self.now.ending is Ending.DONE else EditKind.DROP
        if self.was is not None and self.now is None:
            return EditKind.REOPEN
        if self.before is None:
            return EditKind.ADD
        return EditKind.REMOVE if self.after is None else EditKind.CHANGE

    @property
    def task(self) -> Task:
        """The task as it is known: after the change, or else before it."""
        ended = self.now or self.was
        known = self.after or self.before or (ended and ended.task)
        assert known is not None, "an edit is about a task"
        return known

    @property
    def reversed(self) -> TaskEdit:
        """What takes it back."""
        event = self.event and self.event.reversed
        said = self.limits
        limits = said and LimitsEdit(always=said.always, before=said.after, after=said.before)
        return TaskEdit(
            id=self.id,
            before=self.after,
            after=self.before,
            was=self.now,
            now=self.was,
            event=event,
            limits=limits,
        )


def _event_kind(event: EventEdit) -> EditKind:
    if event.was is None:
        return EditKind.ADD_EVENT
    return EditKind.CANCEL_EVENT if event.now is None else EditKind.MOVE_EVENT


class FieldChange(Value):
    """One field of a task, with its old and its new value as plain data; None where nothing is said."""

    field: str
    before: Any = None
    after: Any = None


class EventNote(Value):
    """What is told beside the change of an event: how much of a series it is, and whom it concerns.

    `tell` are people who would have to be told, which nobody does for the person; `clashes` are the titles of what lies
    at its new time. `kept` is false where it changes on its thread alone.
    """

    scope: Scope | None = None
    tell: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    kept: bool = True


class TaskChange(Value):
    """One task of the list as it is shown: what happened, which fields differ, and the place in the draft it gives up.

    `title` is the one it had; `took` are the minutes it really took, where that was said. `event` belongs to an event
    of the calendar.
    """

    task_id: int
    title: str
    kind: EditKind
    fields: tuple[FieldChange, ...] = ()
    place: Placed | None = None
    took: int | None = None
    event: EventNote | None = Field(default=None, exclude_if=_unsaid)


def task_edits(before: Schedule, after: Schedule) -> tuple[TaskEdit, ...]:
    """Return what differs between two lists; where a task lies does not count."""
    old, new, was, now = before.by_id, after.by_id, before.ended_by_id, after.ended_by_id
    ids = dict.fromkeys([*old, *new, *now])
    edits = (
        TaskEdit(id=id_, before=old.get(id_), after=new.get(id_), was=was.get(id_), now=now.get(id_)) for id_ in ids
    )
    found = (one for one in edits if not _alike(one.before, one.after) or one.was != one.now)
    return (*found, *(TaskEdit(id=0, limits=one) for one in _limit_edits(before, after)))


def _limit_edits(before: Schedule, after: Schedule) -> Iterator[LimitsEdit]:
    """Yield how what is said of the days differs, for good first."""
    if before.usual != after.usual:
        yield LimitsEdit(always=True, before=before.usual, after=after.usual)
    if before.limits != after.limits:
        yield LimitsEdit(always=False, before=before.limits, after=after.limits)


def with_edits(schedule: Schedule, edits: Iterable[TaskEdit]) -> Schedule:
    """Return the next version with these changes made, unjudged; itself when all of them are there already.

    A task that has been moved since stays where it lies now.
    """
    tasks, ended = dict(schedule.by_id), schedule.ended_by_id
    limits, usual = schedule.limits, schedule.usual
    for edit in edits:
        if (said := edit.limits) is not None:
            limits, usual = (limits, said.after) if said.always else (said.after, usual)
            continue
        _put(tasks, edit.id, _as_edited(tasks.get(edit.id), edit))
        _put(ended, edit.id, edit.now)
    new = tuple(tasks.values()), tuple(ended.values())[-MOST_ENDED:]
    limited = schedule.with_limits(limits, usual)
    if new == (schedule.tasks, schedule.ended) and limited is schedule:
        return schedule
    return limited.model_copy(update={"tasks": new[0], "ended": new[1], "version": schedule.version + 1})


def shows(schedule: Schedule, edits: Iterable[TaskEdit]) -> bool:
    """Tell whether these changes are there as they were made, wherever the tasks lie now."""
    tasks, ended = schedule.by_id, schedule.ended_by_id
    edits = tuple(edits)
    newest = {edit.id: edit for edit in edits if edit.limits is None}  # one may change twice: two days of a series
    return all(_says(schedule, edit.limits) for edit in edits if edit.limits) and all(
        _alike(tasks.get(edit.id), edit.after) and _ending(ended.get(edit.id)) == _ending(edit.now)
        for edit in newest.values()
    )


def _says(schedule: Schedule, edit: LimitsEdit) -> bool:
    return edit.after == (schedule.usual if edit.always else schedule.limits)


def task_changes(schedule: Schedule, edits: Iterable[TaskEdit]) -> tuple[TaskChange, ...]:
    """Return changes of the list as they are shown; `schedule` has the days and slots they are told in.

    The parts of a task are told as one: which parts it had and has, or what is the same of all of them.
    """
    edits = tuple(edits)
    limits = tuple(_told_limits(edit.limits) for edit in edits if edit.limits)
    edits = tuple(edit for edit in edits if edit.limits is None)
    wholes = {one.after.parent for one in edits if one.after and one.after.repeat}
    told: dict[Any, TaskChange] = {}
    for edit in edits:
        parent = _parent(edit, wholes)
        mates = [one for one in edits if parent is not None and _parent(one, wholes) == parent]
        if _is_parted(mates):
            told.setdefault(parent, _told_parts(schedule, mates))
        elif _is_renewed(mates):
            told.setdefault(parent, _told_rule(mates))
        elif _is_new_in_parts(mates):
            told.setdefault(parent, _told_new_parts(schedule, mates))
        else:
            change = _told(schedule, edit)
            # Of a series several days may change at once: each is told.
            own = edit.id if edit.event is None else (edit.id, len(told))
            key = (parent, change.kind, str(change.fields)) if parent and not change.took else own
            told.setdefault(key, change)
    return (*told.values(), *limits)


def _parent(edit: TaskEdit, wholes: Collection[str | None]) -> str | None:
    """Return the whole that a task was or is a part of, or that it was itself."""
    found = next((one.parent for one in (edit.after, edit.before, edit.task) if one and one.parent), None)
    return found or next((name for name in (parent_of(edit.task),) if name in wholes), None)


def _is_parted(edits: Sequence[TaskEdit]) -> bool:
    """Tell whether a task was split or joined."""
    if any(one.was or one.now or one.task.repeat for one in edits):
        return False
    changed = any(one.before and one.after for one in edits)
    return changed and any(one.before is None or one.after is None for one in edits)


def _is_renewed(edits: Sequence[TaskEdit]) -> bool:
    """Tell whether a task that was there comes again now, or by another rule."""
    rules = (
        {str(one.before.repeat) for one in edits if one.before},
        {str(one.after.repeat) for one in edits if one.after},
    )
    return all(rules) and rules[0] != rules[1]


def _told_rule(edits: Sequence[TaskEdit]) -> TaskChange:
    old, new = next(one.before for one in edits if one.before), next(one.after for one in edits if one.after)
    rules = [one.repeat.model_dump() if one.repeat else None for one in (old, new)]
    field = FieldChange(field="repeat", before=rules[0], after=rules[1])
    return TaskChange(task_id=old.id, title=old.title, kind=EditKind.CHANGE, fields=(field,))


def _is_new_in_parts(edits: Sequence[TaskEdit]) -> bool:
    return len(edits) > 1 and all(one.kind is EditKind.ADD and not one.task.repeat for one in edits)


def _told_new_parts(schedule: Schedule, edits: Sequence[TaskEdit]) -> TaskChange:
    """Return a new task as one, with how long all of it takes, and its parts."""
    whole, parts = _told(schedule, edits[0]), _lengths(schedule, [edit.after for edit in edits])
    total = FieldChange(field="minutes", after=sum(parts))
    fields = (total if field.field == "minutes" else field for field in whole.fields)
    return whole.model_copy(update={"fields": (*fields, FieldChange(field="parts", after=parts))})


def _lengths(schedule: Schedule, parts: Iterable[Task | None]) -> list[int]:
    return [one.minutes or one.duration * schedule.slot_minutes for one in parts if one]


def _told_parts(schedule: Schedule, edits: Sequence[TaskEdit]) -> TaskChange:
    head = next(one for one in edits if one.before and one.after)
    old, new = (_lengths(schedule, side) for side in ([edit.before for edit in edits], [edit.after for edit in edits]))
    parts = FieldChange(field="parts", before=old, after=new)
    return TaskChange(task_id=head.id, title=head.task.title, kind=EditKind.CHANGE, fields=(parts,))


def plain_fields(schedule: Schedule, task: Task) -> dict[str, Any]:
    """Return what a person says of a task: minutes, moments as ISO text, clock times; None for what is not said."""
    return {
        "title": task.title,
        "minutes": task.minutes or task.duration * schedule.slot_minutes,
        "category": task.category or None,
        "order": task.order,
        "earliest": _iso(schedule, task.earliest),
        "deadline": _iso(schedule, task.deadline),
        "weekdays": list(task.weekdays) if task.weekdays else None,
        "hours": _hours(schedule, task),
        "priority": task.priority,
        "locked": task.locked,
        "repeat": task.repeat.model_dump() if task.repeat else None,
    }


def without_place(task: Task) -> Task:
    """Return a task as it is wherever it lies."""
    return task.model_copy(update={"slots": (), "host": None, "status": Status.PENDING})


def _told(schedule: Schedule, edit: TaskEdit) -> TaskChange:
    if edit.event is not None:
        return _told_event(schedule, edit, edit.event)
    old = plain_fields(schedule, edit.before) if edit.before else {}
    new = plain_fields(schedule, edit.after) if edit.after else {}
    told = EditKind.ADD, EditKind.CHANGE
    fields = tuple(
        FieldChange(field=name, before=old.get(name), after=value)
        for name, value in (new.items() if edit.kind in told else ())
        if old.get(name) != value and not (edit.before is None and name in _USUAL and value == _USUAL[name])
    )
    place = edit.before.position if edit.before and edit.after is None else None
    return TaskChange(
        task_id=edit.id,
        title=(edit.before or edit.task).title,
        kind=edit.kind,
        fields=fields,
        place=with_times(schedule, place),
        took=edit.now.took if edit.now else None,
    )


def _told_event(schedule: Schedule, edit: TaskEdit, event: EventEdit) -> TaskChange:
    old, new = (_event_fields(schedule, facts) if facts else {} for facts in (event.was, event.now))
    fields = tuple(
        FieldChange(field=name, before=old.get(name), after=new.get(name))
        for name in old or new
        if old.get(name) != new.get(name)
    )
    people = (event.was.attendees if event.was else ()) + (event.now.attendees if event.now else ())
    note = EventNote(
        scope=event.scope,
        tell=tuple(dict.fromkeys(people)),
        clashes=_clashes(schedule, edit.id, event),
        kept=event.kept,
    )
    return TaskChange(task_id=edit.id, title=event.facts.title, kind=edit.kind, fields=fields, event=note)


def _event_fields(schedule: Schedule, facts: EventFacts) -> dict[str, Any]:
    """Return what a person says of an event: moments as ISO text, dates for whole days; None for what is not said."""
    start, end = facts.start.astimezone(schedule.zone), facts.end.astimezone(schedule.zone)
    days = [f"{start.date()}", f"{max(start.date(), end.date() - timedelta(days=1))}"]
    return {
        "title": facts.title,
        "when": days if facts.whole_day else [start.isoformat(), end.isoformat()],
        "location": facts.location or None,
        "category": facts.category or None,
        "attendees": list(facts.attendees) or None,
        "rule": facts.rule.model_dump(mode="json") if facts.rule else None,
        "calendar": facts.calendar or None,
    }


def _clashes(schedule: Schedule, id_: int, event: EventEdit) -> tuple[str, ...]:
    """Return the titles of what lies where an event is new."""
    was, now = event.was, event.now
    if now is None or (was and (was.start, was.end) == (now.start, now.end)):
        return ()
    begin, end = now.start.timestamp(), now.end.timestamp()
    spans = ((task.title, schedule.span_of(at)) for task in schedule.tasks if task.id != id_ for at in task.slots)
    found = [title for title, (first, last) in spans if first.timestamp() < end and begin < last.timestamp()]
    return tuple(dict.fromkeys(found))[:MOST_CLASHES]


MOST_CLASHES: Final = 10
"""So many titles of what an event clashes with are told."""


def _told_limits(edit: LimitsEdit) -> TaskChange:
    """Return what is said otherwise now; the title tells whether for good or for these days."""
    old, new = edit.before.said(), edit.after.said()
    fields = tuple(
        FieldChange(field=f"limits.{name}", before=old.get(name), after=new.get(name))
        for name in Limits.model_fields
        if old.get(name) != new.get(name)
    )
    return TaskChange(task_id=0, title="always" if edit.always else "", kind=EditKind.LIMITS, fields=fields)


_USUAL: Final[Mapping[str, Any]] = {"priority": Task.model_fields["priority"].default, "locked": False}
"""What is not told of a new task."""


def _iso(schedule: Schedule, moment: datetime | None) -> str | None:
    return moment.astimezone(schedule.zone).isoformat() if moment else None


def _hours(schedule: Schedule, task: Task) -> str | None:
    if task.slot_range is None:
        return None
    first, last = (min(slot, len(schedule.grid)) for slot in (task.slot_range.slot_start, task.slot_range.slot_end))
    return f"{schedule.grid[first - 1].start:%H:%M}-{schedule.grid[last - 1].end:%H:%M}"


def _alike(one: Task | None, other: Task | None) -> bool:
    if _is_elsewhere(one) or _is_elsewhere(other):
        return _is_elsewhere(one) and _is_elsewhere(other)
    if one is None or other is None:
        return one is other
    if one.source is Source.EVENT:
        return (one.title, one.slots) == (other.title, other.slots)
    return without_place(one) == without_place(other)


def _is_elsewhere(task: Task | None) -> bool:
    """Tell whether a schedule has no such event, because there is none or it lies outside its days."""
    return task is None or (task.source is Source.EVENT and not task.slots)


def _ending(one: EndedTask | None) -> tuple[Ending, int | None] | None:
    return (one.ending, one.took) if one else None


def _put(found: dict[int, T], id_: int, value: T | None) -> None:
    if value is None:
        found.pop(id_, None)
    else:
        found[id_] = value


def _as_edited(current: Task | None, edit: TaskEdit) -> Task | None:
    after = edit.after
    if edit.event is not None:
        return None if _is_elsewhere(after) else after
    if after is None or current is None or (edit.before and _place(current) == _place(edit.before)):
        return after
    if current.position is not None and current.position.length != after.duration:
        return without_place(after)
    return after.model_copy(update=_place(current))


def _place(task: Task) -> dict[str, Any]:
    return {"slots": task.slots, "host": task.host, "status": task.status}
