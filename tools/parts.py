"""One task in parts: split into sittings, joined again, or coming again day by day and week by week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, count, pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from state.blocks import MOST_PARTS, block_lengths, part_minutes
from state.calendar_commit import Act
from state.desk import Desk
from state.repetitions import repetitions
from state.schedule import Position, Repeat, Schedule, Status, Task, Title, parent_of
from state.task_edit import EditKind, TaskEdit, without_place
from state.tool import Effect
from state.violation import Violation, ViolationKind
from tools.applying import refuse
from tools.edits import One
from tools.registry import Result, Toolbox
from tools.tasks import Fields, Minutes, NewTask, edit_list, new_task, not_open, without_room
from tools.texts import say_length, say_task

parts = Toolbox()


class Split(One):
    """Into how many parts, or how long each may be; else as long as the person works in one go."""

    parts: Annotated[int, Field(ge=2, le=MOST_PARTS)] | None = None
    at_least: Minutes | None = None
    at_most: Minutes | None = Field(default=None, description="Minutes of one part")

    @model_validator(mode="after")
    def _check_said(self) -> Self:
        if self.parts is not None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("say either parts, or at_least and at_most")
        return self


class Repeated(Fields):
    """How often; `task_id` of one that is there, or title and minutes of a new one."""

    task_id: int | None = None
    title: Title | None = None
    minutes: Minutes | None = None
    times: Annotated[int, Field(ge=0, le=14)] = Field(default=1, description="0 ends it")
    per: Literal["day", "week"]
    apart: Annotated[int, Field(ge=0, le=7)] = Field(
        default=1, description="Days from one to the next; 2: not on following days"
    )

    @model_validator(mode="after")
    def _check_said(self) -> Self:
        if (self.task_id is None) == (self.title is None or self.minutes is None):
            raise ValueError("say either task_id, or title and minutes")
        if self.task_id is None and not self.times:
            raise ValueError("only what is there can end; say its task_id")
        if self.task_id is not None and self.model_fields_set - {"task_id", "times", "per", "apart"}:
            raise ValueError("change_task changes what else is said of a task")
        _ = self.rule
        return self

    @property
    def rule(self) -> Repeat:
        """The rule; those of a day need not lie on days apart."""
        apart = 0 if self.per == "day" and self.apart == 1 else self.apart
        return Repeat(times=max(1, self.times), per=self.per, apart=apart)


_ALL: Final = (EditKind.ADD, EditKind.CHANGE, EditKind.REMOVE)


@parts.add(Effect.OUTSIDE, act=Act.TASKS, kinds=_ALL)
def split_task(desk: Desk, args: Split) -> Result:
    """Plan a task in parts that keep their order, such as one longer than any free run; join_task takes it back."""
    if wrong := _not_parted(desk.schedule, args.task_id):
        return refuse(desk, [wrong])
    task = desk.schedule.by_id[args.task_id]
    least = desk.schedule.slots_for(args.at_least) if args.at_least else 1
    at_most = args.at_most or (None if args.parts or args.at_least else desk.schedule.wishes.block)
    most = max(1, at_most // desk.schedule.slot_minutes) if at_most else None
    halves = not args.model_fields_set - {"task_id"} and (most is None or task.duration <= most)
    lengths = block_lengths(task.duration, 2 if halves else args.parts, least, most)
    if lengths is None:
        told = f"{say_task(task)} takes {say_length(task.duration)} and cannot be split so; choose other parts."
        return refuse(desk, [Violation(kind=ViolationKind.DURATION, task_id=task.id, message=told)])
    return edit_list(desk, list(_split(desk.schedule, task, lengths)))


@parts.add(Effect.OUTSIDE, act=Act.TASKS, kinds=_ALL)
def join_task(desk: Desk, args: One) -> Result:
    """Make one task again of the open parts of a task; a part that is done stays so."""
    schedule = desk.schedule
    if wrong := _not_parted(schedule, args.task_id):
        return refuse(desk, [wrong])
    every = schedule.parts_of(schedule.by_id[args.task_id].parent or "")
    open_ = [part for part in every if part.status is not Status.EXISTING]
    joined = sum(part.duration for part in open_)
    if len(open_) < 2 or joined > len(schedule.grid):
        why = "has no other open part" if len(open_) < 2 else f"would be longer than a day with {say_length(joined)}"
        told = f"{say_task(schedule.by_id[args.task_id])} {why}; nothing is joined."
        return refuse(desk, [Violation(kind=ViolationKind.DURATION, task_id=args.task_id, message=told)])
    return edit_list(desk, list(_join(schedule, every, open_)))


@parts.add(Effect.OUTSIDE, act=Act.TASKS, kinds=_ALL)
def repeat(desk: Desk, args: Repeated) -> Result:
    """Let a task come again every day or week, one task each time; change_task of one changes all that are open."""
    schedule = desk.schedule
    if args.task_id is None:
        new = NewTask.model_validate(args.model_dump(exclude={"task_id", "times", "per", "apart"}, exclude_unset=True))
        if wrong := without_room(schedule, new):
            return refuse(desk, [wrong])
        return edit_list(desk, list(_renewed(schedule, new_task(desk, schedule.next_id, new), args.rule, ())))
    if wrong := not_open(schedule, args.task_id):
        return refuse(desk, [wrong])
    task = schedule.by_id[args.task_id]
    if (task.repeat is None) and (task.parent is not None or not args.times):
        told = f"{say_task(task)} {'is a part; join it first' if task.parent else 'does not repeat'}."
        return refuse(desk, [Violation(kind=ViolationKind.WRONG_STATUS, task_id=task.id, message=told)])
    there = schedule.parts_of(task.parent) if task.parent else [task]
    open_ = [one for one in there if one.status is not Status.EXISTING]
    if not args.times:
        return edit_list(desk, [TaskEdit(id=one.id, before=one) for one in open_])
    return edit_list(desk, list(_renewed(schedule, task, args.rule, open_)))


def _split(schedule: Schedule, task: Task, lengths: Sequence[int]) -> Iterator[TaskEdit]:
    parent, first = parent_of(task), task.part or 1
    names, ids = _free_names(schedule, parent), count(schedule.next_id)
    sizes, places = part_minutes(schedule, task, lengths), _places(schedule, task, lengths)
    for index, (length, minutes, place) in enumerate(zip(lengths, sizes, places, strict=True)):
        fields = {"duration": length, "minutes": minutes, "parent": parent, "part": first + index}
        part = without_place(task).model_copy(update=fields)
        if index:
            part = part.model_copy(update={"id": next(ids), "source_id": next(names)})
        if place is not None:
            part = part.model_copy(update={"slots": (place,), "status": Status.SUGGESTED})
        yield TaskEdit(id=part.id, before=None if index else task, after=part)
    for later in schedule.parts_of(parent):
        if (later.part or 0) > first and later.status is not Status.EXISTING:
            moved = later.model_copy(update={"part": (later.part or 0) + len(lengths) - 1})
            yield TaskEdit(id=later.id, before=later, after=moved)


def _free_names(schedule: Schedule, parent: str) -> Iterator[str]:
    """Yield names of new parts that none has, nor had that can be taken back."""
    known = {task.source_id for task in (*schedule.tasks, *(one.task for one in schedule.ended))}
    return (name for number in count(2) if (name := f"{parent}~{number}") not in known)


def _places(schedule: Schedule, task: Task, lengths: Sequence[int]) -> list[Position | None]:
    """Return where the parts lie when the place of the whole can hold them, one after the other."""
    at = task.position
    if at is None or task.host is not None or schedule.window.buffer:
        return [None] * len(lengths)
    ends = [at.slot_start + end for end in accumulate(lengths)]
    starts = [at.slot_start, *ends[:-1]]
    return [Position(day=at.day, slot_start=one, slot_end=end - 1) for one, end in zip(starts, ends, strict=True)]


def _join(schedule: Schedule, every: Sequence[Task], open_: Sequence[Task]) -> Iterator[TaskEdit]:
    head = open_[0]
    others = [one.task for one in schedule.ended if one.task.parent == head.parent]
    alone = (
        len(open_) == len(every) and not others and head.parent == parent_of(head.model_copy(update={"parent": None}))
    )
    known = [part.minutes for part in open_ if part.minutes is not None]
    fields = {
        "duration": sum(part.duration for part in open_),
        "minutes": sum(known) if len(known) == len(open_) else None,
        "parent": None if alone else head.parent,
        "part": None if alone else head.part,
    }
    whole = without_place(head).model_copy(update=fields)
    if (place := _together(open_)) is not None:
        whole = whole.model_copy(update={"slots": (place,), "status": Status.SUGGESTED})
    yield TaskEdit(id=head.id, before=head, after=whole)
    yield from (TaskEdit(id=part.id, before=part) for part in open_[1:])


def _together(tasks: Sequence[Task]) -> Position | None:
    """Return the place of parts that lie directly one after the other, or None."""
    places = [task.position for task in tasks if task.position and not task.host]
    if len(places) < len(tasks) or any(
        (one.day, one.slot_end + 1) != (other.day, other.slot_start) for one, other in pairwise(places)
    ):
        return None
    return places[0].model_copy(update={"slot_end": places[-1].slot_end})


def _renewed(schedule: Schedule, model: Task, rule: Repeat, open_: Sequence[Task]) -> Iterator[TaskEdit]:
    """Yield what comes and goes so that these days hold a task as often as its rule says."""
    wanted = {one.source_id: one for one in repetitions(schedule, without_place(model), rule)}
    over = {one.task.source_id for one in schedule.ended}
    stays = {task.source_id: task for task in schedule.tasks if task.source_id in wanted}
    yield from (TaskEdit(id=one.id, before=one) for one in open_ if one.source_id not in wanted)
    ids = count(schedule.next_id)
    for name, one in wanted.items():
        old = stays.get(name)
        if old is None and name not in over:
            new = one.model_copy(update={"id": next(ids)})
            yield TaskEdit(id=new.id, after=new)
        elif old is not None and old in open_:
            own = {"repeat": rule, "period": one.period, "part": one.part}
            yield TaskEdit(id=old.id, before=old, after=old.model_copy(update=own))


def _not_parted(schedule: Schedule, task_id: int) -> Violation | None:
    """Return why a task can be neither split nor joined, or None when it can."""
    if wrong := not_open(schedule, task_id):
        return wrong
    task = schedule.by_id[task_id]
    if task.repeat is None:
        return None
    told = f"{say_task(task)} comes again by its rule; repeat or change_task changes that."
    return Violation(kind=ViolationKind.WRONG_STATUS, task_id=task_id, message=told)
