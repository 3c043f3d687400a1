"""What is wrong with a schedule, found the slow and obvious way, without any code of `tools`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from state.desk import OrderScope
from state.schedule import HostLink, Position, Schedule, Source, Status, Task


def faults(schedule: Schedule) -> list[str]:
    """Return every broken invariant of the tasks, order left out."""
    found: list[str] = []
    for task in schedule.tasks:
        if task.source is Source.TASK_ITEM:
            found += _alone(schedule, task)
            found += _among_others(schedule, task)
    cap = schedule.window.daily_cap
    for day in range(1, schedule.window.days + 1):
        if cap is not None and load(schedule, day) > cap:
            found.append(f"day {day} is over the cap")
    return found


def disorder(schedule: Schedule, scope: OrderScope) -> set[tuple[int, int]]:
    """Return the pairs (earlier, later) of which the later one starts before the earlier one ends."""
    found: set[tuple[int, int]] = set()
    for one in schedule.tasks:
        for two in schedule.tasks:
            if _must_precede(one, two, scope) and one.slots and two.slots:
                end, start = one.slots[0], two.slots[0]
                if start.day < end.day or (start.day == end.day and start.slot_start <= end.slot_end):
                    found.add((one.id, two.id))
    return found


def load(schedule: Schedule, day: int) -> int:
    """Return the slots of tasks on a day."""
    return sum(
        len([cell for position in task.slots for cell in _cells(position) if cell[0] == day])
        for task in schedule.tasks
        if task.source is Source.TASK_ITEM
    )


def put(schedule: Schedule, wanted: dict[int, Position | None]) -> Schedule:
    """Return the schedule with tasks put there, links as they should be, whatever comes of it."""
    tasks = [_put(schedule, task, wanted[task.id]) if task.id in wanted else task for task in schedule.tasks]
    return schedule.model_copy(update={"tasks": tuple(tasks), "version": schedule.version + 1})


def _put(schedule: Schedule, task: Task, position: Position | None) -> Task:
    host = None
    for event in schedule.tasks:
        for occurrence in event.slots:
            if host is None and _hosts(event) and position and set(_cells(position)) <= set(_cells(occurrence)):
                host = HostLink(task_id=event.id, day=occurrence.day, slot_start=occurrence.slot_start)
    status = Status.SUGGESTED if position else Status.PENDING
    return task.model_copy(update={"slots": (position,) if position else (), "host": host, "status": status})


def _alone(schedule: Schedule, task: Task) -> list[str]:
    found: list[str] = []
    if (task.status is Status.PENDING) != (len(task.slots) == 0) or len(task.slots) > 1:
        found.append(f"{task.id} has a status that does not fit its places")
    for at in task.slots:
        if at.day > schedule.window.days or at.slot_end > len(schedule.grid):
            found.append(f"{task.id} leaves the window")
            continue
        if len(_cells(at)) != task.duration:
            found.append(f"{task.id} has another duration")
        if not schedule.window.span_pauses and _longest_pause(schedule, at) >= 20:
            found.append(f"{task.id} goes on after a long pause")
        if task.earliest is not None and _clock(schedule, at.day, at.slot_start, end=False) < task.earliest.astimezone(
            UTC
        ):
            found.append(f"{task.id} is too early")
        due = task.deadline.astimezone(UTC) if task.deadline is not None else None
        if due and due > _opening(schedule) and _clock(schedule, at.day, at.slot_end, end=True) > due:
            found.append(f"{task.id} is too late")
        day = schedule.window.start + timedelta(days=at.day - 1)
        if task.weekdays is not None and day.weekday() + 1 not in task.weekdays:
            found.append(f"{task.id} lies on a forbidden weekday")
        if task.period is not None and (day < task.period.first or day > task.period.last):
            found.append(f"{task.id} lies outside the days it is for")
        if task.slot_range is not None:
            allowed = range(task.slot_range.slot_start, task.slot_range.slot_end + 1)
            if any(slot not in allowed for _, slot in _cells(at)):
                found.append(f"{task.id} lies in forbidden slots")
        if not keeps_limits(schedule, task, at):
            found.append(f"{task.id} lies where the person wants nothing of its kind")
    return found


def keeps_limits(schedule: Schedule, task: Task, at: Position) -> bool:
    """Tell by the clock whether a place keeps to the hours, and to what is free, of all days and of its category."""
    weekday = (schedule.window.start + timedelta(days=at.day - 1)).isoweekday()
    begin, end = schedule.grid[at.slot_start - 1].start, schedule.grid[at.slot_end - 1].end
    for said, free in [(one, False) for one in schedule.bounds.hours] + [(one, True) for one in schedule.bounds.free]:
        if said.category not in (None, task.category) or weekday not in (said.weekdays or range(1, 8)):
            continue
        first, last = said.hours.split("-")
        starts, ends = f"{begin:%H:%M}", f"{end:%H:%M}" if end > begin else "24:00"
        if (first < ends and starts < last) if free else (starts < first or ends > last):
            return False
    return True


def _opening(schedule: Schedule) -> datetime:
    """The first moment at which anything may be placed; what was due by then is overdue, and may lie anywhere."""
    soonest = schedule.window.not_before
    first = _clock(schedule, 1, 1, end=False)
    return first if soonest is None else max(first, soonest.astimezone(UTC))


def _among_others(schedule: Schedule, task: Task) -> list[str]:
    found: list[str] = []
    mine = [cell for at in task.slots for cell in _cells(at)]
    houses = 0
    for other in schedule.tasks:
        if other.id == task.id:
            continue
        if task.host is not None and other.host == task.host and other.slots and task.slots:
            found.append(f"{task.id} and {other.id} are guests of one occurrence")
        for at in other.slots:
            if task.parent and task.parent == other.parent and task.repeat:
                days = {mine.day + step for mine in task.slots for step in range(task.repeat.apart)}
                if at.day in days and any(at.day >= mine.day for mine in task.slots):
                    found.append(f"{task.id} is too few days before {other.id}")
            if task.host is not None and _hosts(other) and _is(task, other, at):
                houses += 1
                if not set(mine) <= set(_cells(at)):
                    found.append(f"{task.id} leaves its host")
            elif _close(mine, _cells(at), schedule.window.buffer) or _run_into(schedule, task, at):
                found.append(f"{task.id} is too close to {other.id}")
    if task.host is not None and houses != 1:
        found.append(f"{task.id} has no host where its link points")
    return found


def _is(guest: Task, event: Task, at: Position) -> bool:
    assert guest.host is not None
    return (guest.host.task_id, guest.host.day, guest.host.slot_start) == (event.id, at.day, at.slot_start)


def _close(cells: list[tuple[int, int]], others: list[tuple[int, int]], buffer: int) -> bool:
    return any(day == there and abs(slot - other) <= buffer for day, slot in cells for there, other in others)


def _longest_pause(schedule: Schedule, at: Position) -> int:
    """Return how many minutes the longest pause between two slots of a position lasts on the wall."""
    minutes = [
        (schedule.grid[slot].start.hour - schedule.grid[slot - 1].end.hour) * 60
        + schedule.grid[slot].start.minute
        - schedule.grid[slot - 1].end.minute
        for slot in range(at.slot_start, at.slot_end)
    ]
    return max(minutes, default=0)


def _run_into(schedule: Schedule, task: Task, at: Position) -> bool:
    """Tell whether a task takes time of an entry that has times of its own, or leaves it too few whole slots."""
    mine = next((mine for mine in task.slots if mine.day == at.day and mine.slot_end <= len(schedule.grid)), None)
    if at.start is None or at.end is None or mine is None:
        return False
    begin, end = (_clock(schedule, mine.day, slot, end=last) for slot, last in _edges(mine))
    if begin < at.end and at.start < end:
        return True
    day = [
        (_clock(schedule, at.day, one.slot, end=False), _clock(schedule, at.day, one.slot, end=True))
        for one in schedule.grid
    ]
    if at.end <= day[0][0] or day[-1][1] <= at.start:
        return False
    gap = (end, at.start) if end <= at.start else (at.end, begin)
    return sum(gap[0] <= opens and closes <= gap[1] for opens, closes in day) < schedule.window.buffer


def _edges(at: Position) -> tuple[tuple[int, bool], tuple[int, bool]]:
    return (at.slot_start, False), (at.slot_end, True)


def _cells(at: Position) -> list[tuple[int, int]]:
    return [(at.day, slot) for slot in range(at.slot_start, at.slot_end + 1)]


def _hosts(task: Task) -> bool:
    return task.can_embed and task.source is Source.EVENT and task.status is Status.EXISTING


def _clock(schedule: Schedule, day: int, slot: int, *, end: bool) -> datetime:
    cell = schedule.grid[slot - 1]
    date = schedule.window.start + timedelta(days=day - 1)
    if end and cell.end <= cell.start:
        date += timedelta(days=1)
    local = datetime.combine(date, cell.end if end else cell.start, tzinfo=schedule.zone)
    return local.astimezone(UTC)


def _must_precede(one: Task, two: Task, scope: OrderScope) -> bool:
    if one.source is not Source.TASK_ITEM or two.source is not Source.TASK_ITEM:
        return False
    if scope is OrderScope.ALL:
        return one.id < two.id
    if one.parent is not None and (one.parent, one.category, one.order) == (two.parent, two.category, two.order):
        first, second = (
            (str(each.period.first) if each.period else "", 0 if each.period else each.part or 0) for each in (one, two)
        )
        if first < second:
            return True
    return one.category == two.category and one.order is not None and two.order is not None and one.order < two.order
