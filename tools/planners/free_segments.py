"""From a schedule to the free segments planners work with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from state.schedule import HostLink, Position, Schedule, Source, Status, Task
from tools.planners.problem import Segment
from tools.regions import Cell, cells_of


def free_segments(schedule: Schedule, fixed: list[Task], closed: frozenset[Cell]) -> tuple[Segment, ...]:
    """Return what is free beside the fixed tasks, in time order; `closed` cells are not used at all.

    A run of slots keeps the buffer to every fixed entry, so that what lies in it needs no further look outside.
    """
    near = [(task, at, frozenset(_around(schedule, at))) for task in fixed for at in task.slots]
    taken = frozenset[Cell]().union(*(cells for _, _, cells in near)) | closed
    runs = [
        run for day in range(1, schedule.window.days + 1) for run in _shorten(schedule, _runs(schedule, day, taken))
    ]
    whole = [*(Segment(0, *run) for run in runs), *_host_segments(schedule, near, closed)]
    parted = sorted(_part(schedule, whole, [at for _, at, _ in near]), key=lambda one: (one.day, one.start, one.end))
    return tuple(replace(segment, index=index) for index, segment in enumerate(parted))


def _around(schedule: Schedule, at: Position) -> Iterator[Cell]:
    first, last = schedule.kept_clear(at)
    return ((at.day, slot) for slot in range(first, last + 1))


def _part(schedule: Schedule, found: Iterable[Segment], entries: Iterable[Position]) -> Iterator[Segment]:
    """Part segments where a task cannot go on; a buffer binds both sides, so that one stays whole and knows where."""
    lengthless = defaultdict[int, list[Position]](list)
    for at in entries:
        if not at.length:
            lengthless[at.day].append(at)
    always = schedule.breaks()
    for one in found:
        breaks = schedule.breaks(lengthless[one.day]) if one.day in lengthless else always
        whole = replace(one, breaks=frozenset(slot for slot in breaks if one.start <= slot < one.end))
        if schedule.window.buffer:
            yield whole
        else:
            runs = whole.runs(one.start, one.end)
            yield from (replace(one, start=first, end=last) for first, last in runs)


def _runs(schedule: Schedule, day: int, taken: frozenset[Cell]) -> Iterator[tuple[int, int, int]]:
    free = [slot.slot for slot in schedule.grid if (day, slot.slot) not in taken]
    return ((day, *run) for run in runs_of(free))


def _shorten(schedule: Schedule, runs: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Shorten runs that only closed cells part, until what lies in one keeps the buffer to what lies in the next."""
    found: list[tuple[int, int, int]] = []
    for day, start, end in runs:
        first = start
        while found and first - found[-1][2] <= schedule.window.buffer:
            _, before, last = found.pop()
            if last - before < end - first:
                last -= 1
            else:
                first += 1
            if before <= last:
                found.append((day, before, last))
            if first > end:
                break
        if first <= end:
            found.append((day, first, end))
    return found


def runs_of(slots: list[int]) -> Iterator[tuple[int, int]]:
    """Yield first and last of every unbroken run in ascending numbers."""
    start = 0
    for index in range(1, len(slots) + 1):
        if index == len(slots) or slots[index] != slots[index - 1] + 1:
            yield slots[start], slots[index - 1]
            start = index


def _host_segments(
    schedule: Schedule, near: list[tuple[Task, Position, frozenset[Cell]]], closed: frozenset[Cell]
) -> Iterator[Segment]:
    guests = [task.host for task, _, _ in near if task.host]
    for task, at, _ in near:
        link = HostLink(task_id=task.id, day=at.day, slot_start=at.slot_start)
        if not _hosts(task) or link in guests or not 1 <= at.day <= schedule.window.days:
            continue
        others = [cells for other, where, cells in near if (other.id, where) != (task.id, at) and where.day == at.day]
        taken = closed.union(*others)
        inside = [slot for day, slot in cells_of(at) if (day, slot) not in taken and slot <= len(schedule.grid)]
        for start, end in runs_of(inside):
            yield Segment(0, at.day, start, end, link)


def _hosts(task: Task) -> bool:
    return task.source is Source.EVENT and task.status is Status.EXISTING and task.can_embed
