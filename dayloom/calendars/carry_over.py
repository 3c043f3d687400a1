"""Reading files again: what is still there keeps its id, and its place where that is still free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dayloom.calendars.reading import LeftOut, Loaded, Reading, Reason
from state.cells import Cells
from state.schedule import OWN, HostLink, Position, Schedule, Source, Status, Task


def carry_over(reading: Reading, week: Schedule, previous: Schedule | None) -> Loaded:
    """Return the schedule of a reading; ids and places come from `previous` where there was one."""
    if previous is None:
        entries = [*reading.events, *reading.tasks]
        numbered = tuple(task.model_copy(update={"id": number}) for number, task in enumerate(entries, 1))
        return Loaded(week.model_copy(update={"tasks": numbered}), reading.left_out, reading.notes)
    tasks = _with_ids([*reading.events, *_open_tasks(reading.tasks, previous)], previous)
    move = _Move(previous, week, {task.id: task for task in tasks if task.source is Source.EVENT})
    placed = [move.carry(task) for task in tasks]
    lost = tuple(f"{task.title}: lost its place ({why})" for task, why in placed if why)
    kept = {"ended": previous.ended, "limits": previous.limits, "usual": previous.usual}
    renewed = {"tasks": tuple(task for task, _ in placed), **kept}
    schedule = _next_version(week.model_copy(update=renewed), previous)
    return Loaded(schedule, reading.left_out + _gone_tasks(previous, tasks), reading.notes + lost)


def _open_tasks(read: Sequence[Task], previous: Schedule) -> Iterator[Task]:
    """Yield the tasks that were read, without those that have ended on the thread, and those only the thread has."""
    ended = {one.task.source_id for one in previous.ended if one.task.id not in previous.by_id}
    yield from (task for task in read if task.source_id not in ended)
    known = {task.source_id for task in read}
    yield from (task for task in previous.tasks if task.source_id.startswith(OWN) and task.source_id not in known)


def _with_ids(entries: Sequence[Task], previous: Schedule) -> list[Task]:
    known = {(task.source, task.source_id): task.id for task in previous.tasks}
    fresh = previous.next_id - 1
    done: list[Task] = []
    for task in entries:
        number = known.get((task.source, task.source_id))
        if number is None:
            number = fresh = fresh + 1
        done.append(task.model_copy(update={"id": number}))
    return done


def _gone_tasks(previous: Schedule, tasks: Iterable[Task]) -> tuple[LeftOut, ...]:
    still = {task.id for task in tasks}
    return tuple(LeftOut(task.title, task.source_id, Reason.GONE) for task in previous.tasks if task.id not in still)


def _next_version(schedule: Schedule, previous: Schedule) -> Schedule:
    # A fresh copy, because a schedule that has been looked into holds an index, which counts when comparing.
    same = schedule.model_copy(update={"version": previous.version}) == previous.model_copy()
    return previous if same else schedule.model_copy(update={"version": previous.version + 1})


@dataclass(frozen=True)
class _Move:
    """From the old week into the new one, round the events of the new one."""

    previous: Schedule
    week: Schedule
    events: dict[int, Task]

    def carry(self, task: Task) -> tuple[Task, str | None]:
        """Return the task with its old place, or without one and why."""
        old = self.previous.by_id.get(task.id)
        if old is None or task == old or task.status is Status.EXISTING or old.position is None:
            return task, None
        at = Cells(self.week).exactly(*self._moments(old.position))
        host = self._host(old, at)
        if why := self._misfit(task, old, at, host):
            return task, why
        link = HostLink(task_id=host[0].id, day=host[1].day, slot_start=host[1].slot_start) if host else None
        return task.model_copy(update={"slots": (at,), "status": old.status, "host": link}), None

    def _moments(self, at: Position) -> tuple[datetime, datetime]:
        return self.previous.start_of(at.day, at.slot_start), self.previous.end_of(at.day, at.slot_end)

    def _host(self, old: Task, at: Position | None) -> tuple[Task, Position] | None:
        event = self.events.get(old.host.task_id) if old.host else None
        if event is None or at is None or not event.can_embed:
            return None
        return next(((event, there) for there in event.slots if at.within(there)), None)

    def _misfit(self, task: Task, old: Task, at: Position | None, host: tuple[Task, Position] | None) -> str | None:
        if at is None:
            return "it is outside the planned days and slots"
        if at.length != task.duration:
            return "its duration has changed"
        if old.status is Status.SUGGESTED and (why := self._against(task, at)):
            return why
        blocking = next(self._blocking(at, host), None)
        return f"{blocking.title} is there now" if blocking else None

    def _against(self, task: Task, at: Position) -> str | None:
        """Return which wish of the task, perhaps a new one, its old place goes against."""
        if task.earliest and self.week.start_of(at.day, at.slot_start) < task.earliest:
            return "it may start later only"
        late = task.deadline is not None and self.week.end_of(at.day, at.slot_end) > task.deadline
        if late and not self.week.is_overdue(task):
            return "it is due before"
        if not self.week.may_lie_on(task, at.day):
            return "the weekday is not allowed"
        within = task.slot_range
        if within and not (within.slot_start <= at.slot_start and at.slot_end <= within.slot_end):
            return "the time of day is not allowed"
        if any(at.slot_start <= slot < at.slot_end for slot in self.week.breaks()):
            return "it would go on after a long pause"
        return None

    def _blocking(self, at: Position, host: tuple[Task, Position] | None) -> Iterator[Task]:
        for event in self.events.values():
            if host and event.id == host[0].id:
                continue
            if any(at.overlaps(there) for there in event.slots):
                yield event
