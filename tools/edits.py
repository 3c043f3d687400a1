"""Simple changes of the draft: place, move, swap, unplace, and many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from state.desk import Desk
from state.schedule import Position, Schedule, Status, Task
from state.tool import Effect
from state.violation import Violation
from tools.applying import apply_changes, broken_rules, not_ready, refuse, report_change, untouchable
from tools.places import at, lay
from tools.regions import DayNumber, SlotOfDay, TaskId
from tools.registry import Arguments, Result, Toolbox
from tools.rules import outside
from tools.texts import say_place, say_task

edits = Toolbox()


class Target(Arguments):
    """Which task goes where."""

    task_id: TaskId
    day: DayNumber = Field(description="Day of the window, 1 is its first day")
    slot_start: SlotOfDay = Field(description="First slot of the task on that day")


class One(Arguments):
    """Which task."""

    task_id: TaskId


class Pair(Arguments):
    """Which two tasks."""

    task_id: TaskId
    other_task_id: TaskId

    @model_validator(mode="after")
    def _different(self) -> Self:
        if self.task_id == self.other_task_id:
            raise ValueError("other_task_id must be another task than task_id")
        return self


class Item(Arguments):
    """Where one task of a batch goes; day and slot_start both null puts it back to pending."""

    task_id: TaskId
    day: DayNumber | None
    slot_start: SlotOfDay | None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.day is None) != (self.slot_start is None):
            raise ValueError("give both day and slot_start, or null for both")
        return self


class Batch(Arguments):
    """Which tasks go where, all at once."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        ids = [item.task_id for item in self.items]
        if twice := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            raise ValueError(f"each task may be named once; named more often: {', '.join(map(str, twice))}")
        return self


@edits.add(Effect.DRAFT, editable=("day", "slot_start"))
def place(desk: Desk, args: Target) -> Result:
    """Give a pending task a place; inside an event that may host, it becomes its guest."""
    if wrong := not_ready(desk.schedule, args.task_id, Status.PENDING):
        return refuse(desk, [wrong])
    return _lay(desk, args)


@edits.add(Effect.DRAFT, editable=("day", "slot_start"))
def move(desk: Desk, args: Target) -> Result:
    """Give a placed task another place; inside an event that may host, it becomes its guest."""
    if wrong := not_ready(desk.schedule, args.task_id, Status.SUGGESTED):
        return refuse(desk, [wrong])
    return _lay(desk, args)


@edits.add(Effect.DRAFT)
def swap(desk: Desk, args: Pair) -> Result:
    """Let two placed tasks trade the slots they start at; each keeps its duration."""
    ids = (args.task_id, args.other_task_id)
    wrong = [found for id_ in ids if (found := not_ready(desk.schedule, id_, Status.SUGGESTED))]
    if wrong:
        return refuse(desk, wrong)
    one, other = (desk.schedule.by_id[id_] for id_ in ids)
    return apply_changes(desk, [(one.id, _start_of(other, one)), (other.id, _start_of(one, other))])


@edits.add(Effect.DRAFT)
def unplace(desk: Desk, args: One) -> Result:
    """Take a placed task out of the draft again; it becomes pending."""
    if wrong := not_ready(desk.schedule, args.task_id, Status.SUGGESTED):
        return refuse(desk, [wrong])
    return apply_changes(desk, [(args.task_id, None)])


@edits.add(Effect.DRAFT)
def batch_move(desk: Desk, args: Batch) -> Result:
    """Place, move or unplace several tasks at once: all are taken up, then all are laid down, or nothing changes."""
    schedule = desk.schedule
    barred = [wrong for item in args.items if (wrong := _refusal(schedule, item))]
    free = {item.task_id for item in args.items} - {wrong.task_id for wrong in barred}
    after = lay(schedule, [(item.task_id, _target(schedule, item)) for item in args.items if item.task_id in free])
    wrong = (*barred, *broken_rules(desk, after))
    data = {"items": [_item_data(item, wrong) for item in args.items]}
    if wrong:
        return refuse(desk, wrong, lines=[_item_line(after, item, wrong) for item in args.items], data=data)
    return report_change(desk, after, data=data)


def _lay(desk: Desk, args: Target) -> Result:
    task = desk.schedule.by_id[args.task_id]
    return apply_changes(desk, [(task.id, at(task, args.day, args.slot_start))])


def _start_of(there: Task, task: Task) -> Position:
    assert there.position is not None, "only placed tasks are swapped"
    return at(task, there.position.day, there.position.slot_start)


def _target(schedule: Schedule, item: Item) -> Position | None:
    if item.day is None or item.slot_start is None:
        return None
    return at(schedule.by_id[item.task_id], item.day, item.slot_start)


def _refusal(schedule: Schedule, item: Item) -> Violation | None:
    """Return why an item can be refused without looking at the others; those are judged as if it was not there."""
    if wrong := untouchable(schedule, item.task_id):
        return wrong
    position = _target(schedule, item)
    return outside(schedule, schedule.by_id[item.task_id], position) if position else None


def _item_line(after: Schedule, item: Item, wrong: Sequence[Violation]) -> str:
    kinds = [found.kind.value for found in wrong if item.task_id in (found.task_id, found.other_task_id)]
    if kinds:
        return f"- task {item.task_id}: not possible ({', '.join(dict.fromkeys(kinds))})"
    task = after.by_id[item.task_id]
    place = f"would fit at {say_place(after, task.position)}" if task.position else "could go back to pending"
    return f"- {say_task(task)}: {place}"


def _item_data(item: Item, wrong: Sequence[Violation]) -> dict[str, Any]:
    mine = [found.model_dump(mode="json") for found in wrong if found.task_id == item.task_id]
    return {"task_id": item.task_id, "violations": mine}
