"""Seeded schedules to measure planners on: a weekly timetable, ordered subjects, some deadlines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from state.desk import Desk
from state.schedule import PERIODS12, Position, Schedule, Slot, Source, Status, Task, Window
from tools.places import at, lay
from tools.rules import violations

START = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Berlin")


def pending(seed: int, days: int, slots: int, tasks: int) -> Desk:
    """Return a desk with a timetable over 30 to 40 % of the slots and tasks in 4 to 6 ordered subjects."""
    random = Random(seed)
    events = _timetable(random, days, slots)
    subjects = random.randint(4, 6)
    work = [_task(random, len(events) + 1 + index, index, subjects, days) for index in range(tasks)]
    schedule = Schedule(
        timezone=ZONE.key,
        window=Window(start=START, days=days, span_pauses=True),
        grid=_grid(slots),
        tasks=(*events, *work),
    )
    return Desk(schedule=schedule)


def crowded(seed: int, days: int, slots: int, tasks: int) -> Desk:
    """Return the same with every task placed where it fits first: order holds, the first days are full."""
    desk = pending(seed, days, slots, tasks)
    schedule, cursor = desk.schedule, dict[str, tuple[int, int]]()
    taken = {
        (p.day, slot) for task in schedule.events for p in task.slots for slot in range(p.slot_start, p.slot_end + 1)
    }
    wanted: list[tuple[int, Position]] = []
    for task in schedule.pending:
        first = cursor.get(task.category, (1, 1))
        for day in range(first[0], days + 1):
            start = _free(taken, day, first[1] if day == first[0] else 1, task.duration, slots)
            if start and _in_time(schedule, task, day, start):
                wanted.append((task.id, at(task, day, start)))
                taken |= {(day, slot) for slot in range(start, start + task.duration)}
                cursor[task.category] = (day, start + task.duration)
                break
    after = lay(schedule, wanted)
    assert not violations(schedule, after, scope=desk.order_scope, allow_reorder=False), "first fit keeps the rules"
    return desk.model_copy(update={"schedule": after})


def disordered(seed: int, days: int, slots: int, tasks: int) -> Desk:
    """Return the crowded desk with some tasks of equal length having traded places."""
    desk, random = crowded(seed, days, slots, tasks), Random(seed)
    placed = [task for task in desk.schedule.suggested if task.deadline is None]
    pairs = [
        (one.id, other.id)
        for one in placed
        for other in placed
        if one.id < other.id and (one.category, one.duration) == (other.category, other.duration)
    ]
    for one, other in random.sample(pairs, min(len(pairs), max(2, tasks // 10))):
        by_id = desk.schedule.by_id
        trade = [(one, by_id[other].position), (other, by_id[one].position)]
        desk = desk.model_copy(update={"schedule": lay(desk.schedule, trade)})
    return desk


def uneven(seed: int, days: int, slots: int, tasks: int) -> Desk:
    """Return the crowded desk with neighbours of one subject and unequal length having changed sides."""
    desk = crowded(seed, days, slots, tasks)
    placed = sorted(desk.schedule.suggested, key=lambda task: [(at.day, at.slot_start) for at in task.slots])
    changed, wanted = set[int](), list[tuple[int, Position]]()
    for one, other in pairwise(placed):
        here, there = one.slots[0], other.slots[0]
        side_by_side = (here.day, here.slot_end + 1) == (there.day, there.slot_start)
        if side_by_side and one.category == other.category and one.id not in changed and not one.host:
            wanted += [
                (other.id, at(other, here.day, here.slot_start)),
                (one.id, at(one, here.day, here.slot_start + other.duration)),
            ]
            changed |= {one.id, other.id}
    return desk.model_copy(update={"schedule": lay(desk.schedule, wanted)})


def mixed(desk: Desk, seed: int) -> Desk:
    """Return the desk with every other task, by chance, out of the order of its subject."""
    random = Random(seed)
    tasks = tuple(
        task.model_copy(update={"order": None}) if task.order is not None and random.random() < 0.5 else task
        for task in desk.schedule.tasks
    )
    return desk.model_copy(update={"schedule": desk.schedule.model_copy(update={"tasks": tasks})})


def professional(seed: int, days: int, slots: int, tasks: int) -> Desk:
    """Return a month of half-hours: some 300 meetings apart, and tasks of one to four hours in short projects."""
    random, taken, events = Random(seed), set[tuple[int, int]](), list[Task]()
    while len(events) < 300 and len(taken) < 0.8 * days * slots:
        length, day = random.randint(1, 3), random.randint(1, days)
        start = random.randint(1, slots - length + 1)
        cells = {(day, slot) for slot in range(start, start + length)}
        if not cells & taken:
            taken |= cells
            where = Position(day=day, slot_start=start, slot_end=start + length - 1)
            title, id_ = f"Meeting {len(events) + 1}", len(events) + 1
            events.append(
                Task(id=id_, source=Source.EVENT, title=title, status=Status.EXISTING, duration=length, slots=(where,))
            )
    work = [
        _task(random, len(events) + 1 + index, index, tasks // 4, days).model_copy(
            update={"duration": random.randint(2, 8)}
        )
        for index in range(tasks)
    ]
    schedule = Schedule(
        timezone=ZONE.key,
        window=Window(start=START, days=days, span_pauses=True),
        grid=_grid(slots),
        tasks=(*events, *work),
    )
    return Desk(schedule=schedule)


def _timetable(random: Random, days: int, slots: int) -> list[Task]:
    """Lay weekly events until 30 to 40 % of a week is taken."""
    share, taken, weekly = random.uniform(0.3, 0.4), set[tuple[int, int]](), list[tuple[int, int, int]]()
    while len(taken) < share * 7 * slots:
        length = random.randint(1, 3) * slots // 12
        day, start = random.randint(1, 7), random.randint(1, slots - length + 1)
        cells = {(day, slot) for slot in range(start, start + length)}
        if not cells & taken:
            taken |= cells
            weekly.append((day, start, length))
    return [
        Task(
            id=number,
            source=Source.EVENT,
            title=f"Course {number}",
            status=Status.EXISTING,
            can_embed=random.random() < 0.15,
            duration=length,
            slots=tuple(
                Position(day=one, slot_start=start, slot_end=start + length - 1) for one in range(day, days + 1, 7)
            ),
        )
        for number, (day, start, length) in enumerate(weekly, start=1)
        if day <= days
    ]


def _task(random: Random, id_: int, index: int, subjects: int, days: int) -> Task:
    due = START + timedelta(days=random.randint(days // 2, days))
    return Task(
        id=id_,
        title=f"Chapter {index // subjects + 1}",
        category=f"Subject {index % subjects + 1}",
        order=index // subjects + 1,
        duration=random.randint(1, 3),
        priority=random.randint(1, 4),
        deadline=datetime.combine(due, time(0), ZONE) if random.random() < 0.2 else None,
    )


def _grid(slots: int) -> tuple[Slot, ...]:
    if slots == len(PERIODS12):
        return PERIODS12
    first = datetime.combine(START, time(6))
    length = timedelta(minutes=20)
    return tuple(
        Slot(slot=number + 1, start=(first + number * length).time(), end=(first + (number + 1) * length).time())
        for number in range(slots)
    )


def _free(taken: set[tuple[int, int]], day: int, first: int, duration: int, slots: int) -> int | None:
    for start in range(first, slots - duration + 2):
        if not any((day, slot) in taken for slot in range(start, start + duration)):
            return start
    return None


def _in_time(schedule: Schedule, task: Task, day: int, start: int) -> bool:
    return task.deadline is None or schedule.end_of(day, start + task.duration - 1) <= task.deadline
