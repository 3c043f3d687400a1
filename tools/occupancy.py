"""Who is where: what every cell of the grid is to a task that looks for a place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from state.schedule import HostLink, Position, Schedule, Source, Status, Task


class CellState(StrEnum):
    """What a cell is to a task; the buffer around events and tasks counts as blocked, and `past` would be free."""

    FREE = "free"
    BLOCKED = "blocked"
    HOST_FREE = "host_free"
    HOST_TAKEN = "host_taken"
    PAST = "past"


@dataclass(frozen=True)
class Stay:
    """One occurrence of an entry."""

    task: Task
    position: Position

    @property
    def hosts(self) -> bool:
        """Tell whether a task may be placed inside this occurrence."""
        task = self.task
        embeds = task.can_embed and task.source is Source.EVENT and task.status is Status.EXISTING
        return embeds and self.position.length > 0

    @property
    def link(self) -> HostLink:
        """How a guest names this occurrence."""
        return HostLink(task_id=self.task.id, day=self.position.day, slot_start=self.position.slot_start)


@dataclass(frozen=True)
class Board:
    """Every occurrence by day, and the guests of each host occurrence."""

    schedule: Schedule
    days: Mapping[int, tuple[Stay, ...]]
    guests: Mapping[HostLink, tuple[Task, ...]]
    _cells: dict[int, dict[int, CellState]] = field(default_factory=dict[int, dict[int, CellState]], compare=False)

    def on(self, day: int) -> tuple[Stay, ...]:
        """Return what lies on a day, in the order of the clock."""
        return self.days.get(day, ())

    def host_at(self, position: Position) -> Stay | None:
        """Return the host occurrence that holds the whole position, or None."""
        return next((stay for stay in self.on(position.day) if stay.hosts and position.within(stay.position)), None)

    def cells(self, day: int) -> dict[int, CellState]:
        """Return what each slot of a day is.

        A task fits by place alone exactly where all its cells are free, or all are host_free in one occurrence.
        """
        if day not in self._cells:
            self._cells[day] = {slot.slot: self._cell(day, slot.slot) for slot in self.schedule.grid}
        return self._cells[day]

    def free_runs(self, day: int) -> list[tuple[int, int]]:
        """Return the longest stretches (first slot, last slot) of free cells of a day that a task may take."""
        return self.unbroken(day, [slot for slot, state in self.cells(day).items() if state is CellState.FREE])

    def unbroken(self, day: int, slots: Iterable[int]) -> list[tuple[int, int]]:
        """Return the longest stretches (first slot, last slot) of these slots of a day that no pause breaks."""
        breaks, runs = self.breaks(day), list[tuple[int, int]]()
        for slot in slots:
            if runs and runs[-1][1] == slot - 1 and runs[-1][1] not in breaks:
                runs[-1] = (runs[-1][0], slot)
            else:
                runs.append((slot, slot))
        return runs

    def breaks(self, day: int) -> frozenset[int]:
        """Return the slots of a day after which a task cannot go on."""
        return self.schedule.breaks(stay.position for stay in self.on(day))

    def near(self, position: Position) -> Iterator[Stay]:
        """Yield what shares a slot with the position, lies between two of its slots or closer than the buffer."""
        for stay in self.on(position.day):
            first, last = self.schedule.kept_clear(stay.position)
            if first <= position.slot_end and position.slot_start <= last:
                yield stay

    def _cell(self, day: int, slot: int) -> CellState:
        state = self._use(day, slot)
        free = state in (CellState.FREE, CellState.HOST_FREE)
        return CellState.PAST if free and self.schedule.is_too_soon(day, slot) else state

    def _use(self, day: int, slot: int) -> CellState:
        near = list(self.near(Position(day=day, slot_start=slot, slot_end=slot)))
        if not near:
            return CellState.FREE
        host = next((stay for stay in near if stay.hosts and _covers(stay, slot)), None)
        if host is None:
            return CellState.BLOCKED
        guests = self.guests.get(host.link, ())
        inside = {task.id for task in guests}
        if any(stay is not host and stay.task.id not in inside for stay in near):
            return CellState.BLOCKED
        return CellState.HOST_TAKEN if guests else CellState.HOST_FREE


def board(schedule: Schedule, *, without: Collection[int] = ()) -> Board:
    """Return who is where, these tasks left out."""
    days: defaultdict[int, list[Stay]] = defaultdict(list)
    guests: defaultdict[HostLink, list[Task]] = defaultdict(list)
    for task in schedule.tasks:
        if task.id in without:
            continue
        for position in task.slots:
            days[position.day].append(Stay(task, position))
        if task.host is not None and task.slots:
            guests[task.host].append(task)
    return Board(
        schedule=schedule,
        days={day: tuple(sorted(stays, key=_by_clock)) for day, stays in days.items()},
        guests={link: tuple(tasks) for link, tasks in guests.items()},
    )


def _covers(stay: Stay, slot: int) -> bool:
    return stay.position.slot_start <= slot <= stay.position.slot_end


def _by_clock(stay: Stay) -> tuple[int, int, int]:
    return stay.position.slot_start, stay.position.slot_end, stay.task.id
