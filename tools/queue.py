"""Working through many tasks one by one: looking a task up never enqueues it."""

from __future__ import annotations

from pydantic import Field

from state.desk import Desk, Queue
from state.schedule import Schedule
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from tools.applying import apply_changes, refuse, untouchable
from tools.places import at, places, say_places
from tools.regions import DayNumber, Region, SlotOfDay, TaskIds
from tools.registry import Arguments, Nothing, Result, Toolbox
from tools.texts import say_entry, say_task

queue = Toolbox()


class Chosen(Arguments):
    """Which tasks, in which sequence."""

    task_ids: TaskIds


class Skipped(Arguments):
    """Why a task is left out."""

    reason: str = Field(default="", max_length=500, description="For the person and the conversation")


class Spot(Arguments):
    """Where the current task goes."""

    day: DayNumber = Field(description="Day of the window, 1 is its first day")
    slot_start: SlotOfDay = Field(description="First slot of the task on that day")


@queue.add(Effect.READ)
def queue_add(desk: Desk, args: Chosen) -> Result:
    """Put tasks at the end of the work queue; those that wait there already keep their turn."""
    if wrong := [found for id_ in args.task_ids if (found := untouchable(desk.schedule, id_))]:
        return refuse(desk, wrong)
    known = {*desk.queue.waiting, desk.queue.current}
    new = tuple(id_ for id_ in dict.fromkeys(args.task_ids) if id_ not in known)
    after = Queue(
        waiting=(*desk.queue.waiting, *new),
        current=desk.queue.current,
        applied=tuple(id_ for id_ in desk.queue.applied if id_ not in new),
        skipped=tuple(id_ for id_ in desk.queue.skipped if id_ not in new),
    )
    return _to_result(desk, after, f"{len(new)} added.")


@queue.add(Effect.READ)
def queue_next(desk: Desk, args: Nothing) -> Result:
    """Take the next task of the queue, with the best places for it; an unfinished one stays current."""
    current, waiting = desk.queue.current, tuple(id_ for id_ in desk.queue.waiting if _usable(desk.schedule, id_))
    if current is None or not _usable(desk.schedule, current):
        current, waiting = (waiting[0] if waiting else None), waiting[1:]
    after = desk.queue.model_copy(update={"current": current, "waiting": waiting})
    return _to_result(desk, after, *_best(desk, current))


@queue.add(Effect.READ)
def queue_skip(desk: Desk, args: Skipped) -> Result:
    """Leave the current task as it is and go on."""
    current = desk.queue.current
    if current is None:
        return refuse(desk, [_none_current()])
    after = desk.queue.model_copy(update={"current": None, "skipped": (*desk.queue.skipped, current)})
    why = f": {args.reason}" if args.reason else ""
    return _to_result(desk, after, f"Skipped {_name_task(desk.schedule, current)}{why}")


@queue.add(Effect.READ)
def queue_status(desk: Desk, args: Nothing) -> Result:
    """Show the work queue: the current task, those that wait, those done and those skipped."""
    return _to_result(desk, desk.queue)


@queue.add(Effect.DRAFT, editable=("day", "slot_start"))
def queue_apply(desk: Desk, args: Spot) -> Result:
    """Place or move the current task of the queue, and count it as done."""
    current = desk.queue.current
    if current is None:
        return refuse(desk, [_none_current()])
    if wrong := untouchable(desk.schedule, current):
        return refuse(desk, [wrong])
    result = apply_changes(desk, [(current, at(desk.schedule.by_id[current], args.day, args.slot_start))])
    if result.report.violations:
        return result
    after = desk.queue.model_copy(update={"current": None, "applied": (*desk.queue.applied, current)})
    text = "\n".join([result.report.text, *_lines(result.desk.schedule, after)])
    report = result.report.model_copy(update={"text": text, "data": {**result.report.data, **_data(after)}})
    return Result(result.desk.model_copy(update={"queue": after}), report)


def _to_result(desk: Desk, after: Queue, *lines: str) -> Result:
    text = "\n".join([*lines, *_lines(desk.schedule, after)])
    new = desk if after == desk.queue else desk.model_copy(update={"queue": after})
    return Result(new, ToolReport(text=text, data=_data(after)))


def _data(after: Queue) -> dict[str, object]:
    return {"queue": after.model_dump(mode="json")}


def _lines(schedule: Schedule, after: Queue) -> list[str]:
    current = "none; take one with queue_next" if after.current is None else _name_task(schedule, after.current)
    parts = {"waiting": after.waiting, "done": after.applied, "skipped": after.skipped}
    listed = [f"{part}: {', '.join(_name_task(schedule, id_) for id_ in ids)}" for part, ids in parts.items() if ids]
    if not (after.waiting or after.current):
        current = "none; the queue is empty"
    return [f"Queue, current: {current}", *listed]


def _name_task(schedule: Schedule, task_id: int) -> str:
    task = schedule.by_id.get(task_id)
    return say_task(task) if task else f"task {task_id} (gone)"


def _usable(schedule: Schedule, task_id: int) -> bool:
    return untouchable(schedule, task_id) is None


def _best(desk: Desk, current: int | None) -> list[str]:
    if current is None:
        return []
    task = desk.schedule.by_id[current]
    found = places(desk, task, region=Region())[:5]
    best = ["Best places:", *say_places(desk.schedule, found)] if found else ["No place fits it as things are."]
    return [say_entry(desk.schedule, task), *best]


def _none_current() -> Violation:
    told = "no task is current; take one with queue_next, or put some into the queue with queue_add first."
    return Violation(kind=ViolationKind.WRONG_STATUS, message=told)
