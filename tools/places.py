"""Where a task could lie: every place that breaks no rule, scored, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from state.desk import Desk
from state.order import inversions, ordered_groups
from state.schedule import HostLink, Position, Schedule, Status, Task, too_near
from tools.day_wishes import DayWishes
from tools.load import daily_load
from tools.occupancy import Board, CellState, board
from tools.regions import Region
from tools.rules import limits
from tools.texts import say_place, say_task

UNLIKED: Final = 40
"""How much lower the score of a place is that lies wholly where the person would rather not have it."""


@dataclass(frozen=True)
class Place:
    """A place that fits: the score is 0..100, higher for a quiet day, an early one, and for leaving no small gaps.

    It is lower where `unliked` slots of it are outside the hours that the person prefers, or after something late.
    """

    position: Position
    host: HostLink | None
    score: int
    unliked: int = 0

    @property
    def start(self) -> tuple[int, int]:
        """Day and first slot."""
        return self.position.day, self.position.slot_start


def lay(schedule: Schedule, wanted: Iterable[tuple[int, Position | None]]) -> Schedule:
    """Return the next version with these tasks at these places, None meaning pending; links are set, nothing is judged.

    All of them are taken up before any is laid down, so that they may trade places.
    """
    pairs = list(wanted)
    who = board(schedule, without={task_id for task_id, _ in pairs})
    return schedule.with_tasks([_lay(who, schedule.by_id[task_id], position) for task_id, position in pairs])


def _lay(who: Board, task: Task, position: Position | None) -> Task:
    host = who.host_at(position) if position else None
    return task.model_copy(
        update={
            "slots": (position,) if position else (),
            "host": host.link if host else None,
            "status": Status.SUGGESTED if position else Status.PENDING,
        }
    )


def at(task: Task, day: int, slot_start: int) -> Position:
    """Return where a task lies when it starts there; it may run past the end of the day."""
    return Position(day=day, slot_start=slot_start, slot_end=slot_start + task.duration - 1)


def places(desk: Desk, task: Task, *, region: Region, embed: bool | None = None) -> list[Place]:
    """Return every other place the task may take, best first; `embed` asks for inside hosts only, or never there.

    A task that is not in the schedule stands for any work of that duration: it has no limits and no order.
    """
    schedule = desk.schedule
    who = board(schedule, without={task.id})
    parts = [one for one in schedule.parts_of(task.parent) if one.id != task.id] if task.parent else []
    load = daily_load(schedule.with_tasks([task.model_copy(update={"slots": ()})]))
    wishes = DayWishes(schedule)
    found = [
        Place(position, host, _score(who, load[position.day - 1], position, unliked / task.duration), unliked)
        for position, host in _fitting(who, task, region, embed)
        for unliked in (wishes.unliked(task, position),)
        if position != task.position
        and _within_cap(schedule, load, position)
        and not any(limits(schedule, task, position))
        and not any(too_near(task.model_copy(update={"slots": (position,)}), one) for one in parts)
    ]
    kept = found if desk.allow_reorder else list(_in_order(desk, task, found))
    return sorted(kept, key=lambda place: (-place.score, place.start))


def say_places(schedule: Schedule, found: Iterable[Place]) -> list[str]:
    """Return one line for each place, with its score and the event it lies in."""
    return [
        f"- {say_place(schedule, place.position)}{_inside(schedule, place)}, score {place.score}" for place in found
    ]


def _inside(schedule: Schedule, place: Place) -> str:
    return f" inside {say_task(schedule.by_id[place.host.task_id])}" if place.host else ""


def _fitting(who: Board, task: Task, region: Region, embed: bool | None) -> Iterator[tuple[Position, HostLink | None]]:
    for day in range(1, who.schedule.window.days + 1):
        if not region.has_day(who.schedule, day):
            continue
        cells, breaks = who.cells(day), who.breaks(day)
        for start in range(1, len(cells) - task.duration + 2):
            position = at(task, day, start)
            if not region.covers(who.schedule, position) or any(start <= one < position.slot_end for one in breaks):
                continue
            covered = {cells[slot] for slot in range(start, position.slot_end + 1)}
            if covered == {CellState.FREE} and embed is not True:
                yield position, None
            elif covered == {CellState.HOST_FREE} and embed is not False and (host := who.host_at(position)):
                yield position, host.link


def _within_cap(schedule: Schedule, load: tuple[int, ...], position: Position) -> bool:
    cap = schedule.window.daily_cap
    return cap is None or load[position.day - 1] + position.length <= cap


def _in_order(desk: Desk, task: Task, found: list[Place]) -> Iterator[Place]:
    earlier, later = _rivals(desk, task)
    lower = max(((one.day, one.slot_end) for one in earlier), default=(0, 0))
    upper = min(((one.day, one.slot_start) for one in later), default=(desk.schedule.window.days + 1, 0))
    for place in found:
        one = place.position
        if lower < (one.day, one.slot_start) and (one.day, one.slot_end) < upper:
            yield place


def _rivals(desk: Desk, task: Task) -> tuple[list[Position], list[Position]]:
    """Return where the tasks lie that must end before this one, and those that must start after it.

    A pair that is out of order already may stay so.
    """
    known = inversions(desk.schedule, desk.order_scope)
    earlier, later = list[Task](), list[Task]()
    for group in ordered_groups(desk.schedule.tasks, desk.order_scope):
        rank = next((number for number, tasks in enumerate(group) if any(one.id == task.id for one in tasks)), None)
        if rank is not None:
            earlier += [mate for tasks in group[:rank] for mate in tasks if (mate.id, task.id) not in known]
            later += [mate for tasks in group[rank + 1 :] for mate in tasks if (task.id, mate.id) not in known]
    return [one.position for one in earlier if one.position], [one.position for one in later if one.position]


def _score(who: Board, load: int, position: Position, unliked: float) -> int:
    days, slots = who.schedule.window.days, len(who.schedule.grid)
    quiet = 1 - min(1, load / slots)
    early_day = 1 - (position.day - 1) / days
    early_slot = 1 - (position.slot_start - 1) / slots
    worth = 50 * quiet + 20 * early_day + 10 * early_slot + 20 * _snug(who, position)
    return max(0, round(worth - UNLIKED * unliked))


def _snug(who: Board, position: Position) -> float:
    """Return how many of the two sides meet an entry, the buffer or the end of the day: 0, one half, or 1."""
    cells = who.cells(position.day)
    sides = (cells.get(position.slot_start - 1), cells.get(position.slot_end + 1))
    inside = cells[position.slot_start]
    return sum(side is not inside for side in sides) / 2
