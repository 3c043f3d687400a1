"""The list of what is to be planned: new tasks, other fields, done, dropped, and back again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from state.blocks import in_blocks
from state.calendar_commit import Act
from state.desk import Desk
from state.limits import ClockHours, read_hours
from state.schedule import LISTED, OWN, YEARS, EndedTask, Ending, Schedule, SlotRange, Source, Status, Task, Title
from state.task_edit import EditKind, LimitsEdit, TaskEdit, task_changes, task_edits, with_edits
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from tools.applying import refuse
from tools.list_rules import fit_places
from tools.regions import TaskIds, Weekdays
from tools.registry import Arguments, Result, Toolbox
from tools.rules import unknown
from tools.texts import say_entry, say_task

tasks = Toolbox()

_DATE: Final = 10


def _check_moment(text: str) -> str:
    try:
        when = read_moment(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date or time; write 2026-11-27 or 2026-11-27T18:00") from error
    if when.year not in YEARS:
        raise ValueError(f"{text!r} cannot be planned; use a year from {YEARS[0]} to {YEARS[-1]}")
    return text


def read_moment(text: str) -> date | datetime:
    """Return a date or a date-time as a tool takes it; raises ValueError."""
    return date.fromisoformat(text) if len(text) == _DATE else datetime.fromisoformat(text)


Moment: TypeAlias = Annotated[
    str, AfterValidator(_check_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Hours: TypeAlias = Annotated[ClockHours, WithJsonSchema({"type": "string", "format": "hours"})]
Minutes: TypeAlias = Annotated[int, Field(ge=1, le=24 * 60)]


class Fields(Arguments):
    """What may be said of a task."""

    category: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    order: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = Field(
        default=None, description="Number in the sequence of its category"
    )
    earliest: Moment | None = Field(default=None, description="Such as 2026-11-27 or 2026-11-27T18:00")
    deadline: Moment | None = None
    weekdays: Weekdays | None = Field(default=None, description="1 is Monday, 7 is Sunday")
    hours: Hours | None = Field(default=None, description="Only between these clock times, 09:00-12:00")
    priority: Annotated[int, Field(ge=1, le=9)] | None = Field(default=None, description="1 is highest, 3 usual")
    locked: bool | None = None


class NewTask(Fields):
    """A task to be planned, in blocks where it is to be done in several sittings."""

    title: Title
    minutes: Annotated[int, Field(ge=1, le=100 * 60)]
    min_block: Minutes | None = None
    max_block: Minutes | None = Field(default=None, description="Minutes in one go; longer comes in parts")


class NewTasks(Arguments):
    """Tasks to be planned."""

    tasks: Annotated[tuple[NewTask, ...], Field(min_length=1, max_length=100)]


class Changed(Fields):
    """Which tasks change, and how; what is not said stays."""

    task_ids: TaskIds
    title: Title | None = None
    minutes: Minutes | None = None
    clear: tuple[Literal["category", "order", "earliest", "deadline", "weekdays", "hours"], ...] = Field(
        default=(), description="Limits that no longer hold"
    )

    @model_validator(mode="after")
    def _check_clear(self) -> Self:
        if both := sorted(name for name in self.clear if getattr(self, name) is not None):
            raise ValueError(f"{', '.join(both)} cannot be set and cleared at once")
        return self


class Ended(Arguments):
    """Which tasks are over, or are to be planned again."""

    task_ids: TaskIds
    back: bool = Field(default=False, description="true: it is to be planned after all")


class Done(Ended):
    """Which tasks are done."""

    took: Minutes | None = Field(default=None, description="Minutes it really took, when said; one task only")

    @model_validator(mode="after")
    def _check_took(self) -> Self:
        if self.took is not None and (self.back or len(set(self.task_ids)) != 1):
            raise ValueError("took is said of one task that is done")
        return self


@tasks.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.ADD])
def add_tasks(desk: Desk, args: NewTasks) -> Result:
    """Put new tasks on the person's list; place or draft_plan gives them a place."""
    schedule, first = desk.schedule, desk.schedule.next_id
    whole = [(given, new_task(desk, id_, given)) for id_, given in enumerate(args.tasks, first)]
    found = [_in_blocks(schedule, given, task) for given, task in whole]
    if wrong := [each for each in found if isinstance(each, Violation)]:
        return refuse(desk, wrong)
    parts = (part for each in found if not isinstance(each, Violation) for part in each)
    new = (part.model_copy(update={"id": id_}) for id_, part in enumerate(parts, first))
    return edit_list(desk, [TaskEdit(id=task.id, after=task) for task in new])


def _in_blocks(schedule: Schedule, given: NewTask, task: Task) -> list[Task] | Violation:
    """Return a new task in the blocks that were said of it, or why it cannot be planned so."""
    most = max(1, given.max_block // schedule.slot_minutes) if given.max_block else task.duration
    if task.duration <= most:
        return without_room(schedule, given) or [task]
    if parts := list(in_blocks(schedule, task, schedule.slots_for(given.min_block or 1), most)):
        longest = given.model_copy(update={"minutes": parts[0].duration * schedule.slot_minutes})
        return without_room(schedule, longest) or parts
    told = f"{task.title!r} cannot be done in such blocks; widen min_block and max_block."
    return Violation(kind=ViolationKind.DURATION, message=told)


@tasks.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.CHANGE])
def change_task(desk: Desk, args: Changed) -> Result:
    """Change what is said of tasks: title, length, category, limits, priority, locked; of a part, all open parts do."""
    wrong = [found for id_ in args.task_ids if (found := not_open(desk.schedule, id_))]
    if room := without_room(desk.schedule, args):
        wrong.append(room)
    if wrong:
        return refuse(desk, wrong)
    fields = {**_fields(desk.schedule, args), **{_NAMES.get(name, name): _EMPTY.get(name) for name in args.clear}}
    named = [desk.schedule.by_id[id_] for id_ in dict.fromkeys(args.task_ids)]
    whole = {name: value for name, value in fields.items() if name not in _OF_ONE_PART}
    after = {task.id: task.model_copy(update=whole) for task in _other_parts(desk.schedule, named)}
    after |= {task.id: task.model_copy(update=fields) for task in named}
    return edit_list(desk, [TaskEdit(id=id_, before=desk.schedule.by_id[id_], after=new) for id_, new in after.items()])


_OF_ONE_PART: Final = frozenset({"duration", "minutes", "locked"})
"""What is said of one part of a task; all else is said of the whole."""


def _other_parts(schedule: Schedule, named: Sequence[Task]) -> list[Task]:
    """Return the open parts of the same tasks, which a person sees as one."""
    wholes = dict.fromkeys(task.parent for task in named if task.parent)
    every = [part for parent in wholes for part in schedule.parts_of(parent)]
    return [part for part in every if part.status is not Status.EXISTING]


@tasks.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.DONE, EditKind.REOPEN])
def finish_task(desk: Desk, args: Done) -> Result:
    """Mark tasks as done, so that they are not planned any more; what is in the calendar stays there."""
    return _end(desk, args, Ending.DONE, args.took)


@tasks.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.DROP, EditKind.REOPEN])
def drop_task(desk: Desk, args: Ended) -> Result:
    """Take tasks off the list that will not be done."""
    return _end(desk, args, Ending.DROPPED)


_NAMES: Final = {"hours": "slot_range"}
_EMPTY: Final = {"category": ""}


def _end(desk: Desk, args: Ended, ending: Ending, took: int | None = None) -> Result:
    schedule, ids = desk.schedule, dict.fromkeys(args.task_ids)
    refusal = _not_ended if args.back else _not_dropped if ending is Ending.DROPPED else _not_done
    if wrong := [found for id_ in ids if (found := refusal(schedule, id_))]:
        return refuse(desk, wrong)
    if args.back:
        return edit_list(desk, [_reopened(schedule, schedule.ended_by_id[id_]) for id_ in ids])
    at = desk.now or schedule.start_of(1, 1)
    return edit_list(desk, [_ended(schedule.by_id[id_], ending, at, took) for id_ in ids])


def _ended(task: Task, ending: Ending, at: datetime, took: int | None) -> TaskEdit:
    """Return the end of a task; what is in the calendar stays among the entries."""
    stays = task if task.status is Status.EXISTING else None
    return TaskEdit(id=task.id, before=task, after=stays, now=EndedTask(task=task, ending=ending, at=at, took=took))


def _reopened(schedule: Schedule, ended: EndedTask) -> TaskEdit:
    there = schedule.by_id.get(ended.task.id)
    return TaskEdit(id=ended.task.id, before=there, after=there or ended.task, was=ended)


def edit_list(desk: Desk, edits: Sequence[TaskEdit]) -> Result:
    """Make the changes, put to pending what may not keep its place, and tell both."""
    after = fit_places(desk, with_edits(desk.schedule, edits))
    if held := [task for task in desk.schedule.suggested if _is_held(task, after.by_id.get(task.id))]:
        return refuse(desk, [_held(task) for task in held])
    return report_edits(desk, after)


def report_edits(desk: Desk, after: Schedule) -> Result:
    """Return the desk with another list, telling each change of it."""
    edits = task_edits(desk.schedule, after)
    if not edits:
        return Result(desk, ToolReport(text="Nothing to change: the list says that already.", data={"edits": []}))
    lines = [_line(after, edit) for edit in edits]
    data = {"edits": [one.model_dump(mode="json") for one in task_changes(after, edits)]}
    text = "\n".join([f"Done, {len(edits)} changed:", *lines])
    return Result(desk.model_copy(update={"schedule": after}), ToolReport(text=text, data=data))


def _line(after: Schedule, edit: TaskEdit) -> str:
    if edit.limits is not None:
        return f"- {'always' if edit.limits.always else 'on these days'}: {_say_limits(edit.limits)}"
    task = after.by_id.get(edit.id)
    if task is None:
        return f"- {edit.kind}: {say_task(edit.task)}"
    lost = "; it has lost its place" if edit.before and edit.before.slots and not task.slots else ""
    return f"- {edit.kind}: {say_entry(after, task)}{lost}"


def _say_limits(edit: LimitsEdit) -> str:
    """Return what is said otherwise now in the terms of `set_limits`, as the model reads it."""
    old, new = edit.before.said(), edit.after.said()
    names = [name for name in old | new if old.get(name) != new.get(name)]
    return "; ".join(f"{name} {json.dumps(new[name]) if name in new else 'lifted'}" for name in names)


def new_task(desk: Desk, id_: int, given: NewTask) -> Task:
    """Return a task as it was given, with a name of its own."""
    name = hashlib.sha256(f"{desk.operation}/{id_}".encode()).hexdigest()[:10]
    fields: dict[str, Any] = {"duration": 1, **_fields(desk.schedule, given)}
    return Task(id=id_, source_id=f"{LISTED if desk.listed else OWN}{name}", **fields)


def _fields(schedule: Schedule, said: NewTask | Changed) -> dict[str, Any]:
    """Return what was said as fields of a task of this schedule."""
    plain = said.model_dump(include={"title", "category", "order", "weekdays", "priority", "locked", "minutes"})
    fields = {name: value for name, value in plain.items() if value is not None}
    if said.weekdays is not None:
        fields["weekdays"] = tuple(sorted(set(said.weekdays)))
    if said.minutes is not None:
        fields["duration"] = schedule.slots_for(said.minutes)
    if said.earliest is not None:
        fields["earliest"] = schedule.moment(read_moment(said.earliest))
    if said.deadline is not None:
        when = read_moment(said.deadline)
        fields["deadline"] = schedule.moment(when) if isinstance(when, datetime) else schedule.close_of(when)
    if said.hours is not None:
        fields["slot_range"] = _slots_of(schedule, said.hours)
    return fields


def without_room(schedule: Schedule, said: NewTask | Changed) -> Violation | None:
    """Return why no day could ever hold what was said, or None when one could."""
    title, most = f"{said.title!r}" if said.title else "it", len(schedule.grid)
    if said.minutes is not None and schedule.slots_for(said.minutes) > most:
        told = f"{title} is longer than the {most} slots of a day; give it a max_block, or a task for each sitting."
        return Violation(kind=ViolationKind.DURATION, message=told)
    if said.hours is not None and _slots_of(schedule, said.hours) is None:
        told = f"no slot of the day lies within {said.hours} for {title}; widen the hours."
        return Violation(kind=ViolationKind.NOT_ALLOWED_DAY, message=told)
    return None


def _slots_of(schedule: Schedule, hours: str) -> SlotRange | None:
    return schedule.slots_between(*read_hours(hours))


def not_open(schedule: Schedule, task_id: int) -> Violation | None:
    """Return why nothing can be said anew of a task, or None when it can."""
    if task_id in schedule.ended_by_id:
        return _is_ended(schedule.ended_by_id[task_id])
    task = schedule.by_id.get(task_id)
    if task is None:
        return unknown(schedule, task_id)
    if task.status is Status.EXISTING:
        told = f"{say_task(task)} is in the calendar and stays as it is; take it out of there first (undo_apply)."
        return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task_id, message=told)
    return None


def _not_dropped(schedule: Schedule, task_id: int) -> Violation | None:
    return not_open(schedule, task_id)


def _not_done(schedule: Schedule, task_id: int) -> Violation | None:
    """Return why a task cannot be marked as done; one that is in the calendar can."""
    task = schedule.by_id.get(task_id)
    if task and task.source is Source.TASK_ITEM and task_id not in schedule.ended_by_id:
        return None
    return not_open(schedule, task_id)


def _not_ended(schedule: Schedule, task_id: int) -> Violation | None:
    """Return why a task cannot be taken back, or None when it was done or dropped."""
    if task_id in schedule.ended_by_id:
        return None
    task = schedule.by_id.get(task_id)
    if task is None:
        return unknown(schedule, task_id)
    told = f"{say_task(task)} is neither done nor dropped; nothing has to be taken back."
    return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task_id, message=told)


def _is_ended(ended: EndedTask) -> Violation:
    told = f"{say_task(ended.task)} is {ended.ending} already; back: true puts it on the list again."
    return Violation(kind=ViolationKind.WRONG_STATUS, task_id=ended.task.id, message=told)


def _is_held(old: Task, new: Task | None) -> bool:
    """Tell whether a task is locked where it may not lie any more."""
    return old.locked and new is not None and new.locked and not new.slots


def _held(task: Task) -> Violation:
    told = f"{say_task(task)} is locked and could not stay where it lies; unlock it first, when the person agrees."
    return Violation(kind=ViolationKind.LOCKED, task_id=task.id, message=told)
