"""Values for tests: short constructors, and Hypothesis strategies for schedules that keep every rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from oracle import disorder, faults, put

from state.cells import Cells
from state.desk import Desk, OrderScope, Queue
from state.schedule import PERIODS12, Position, Schedule, Slot, SlotRange, Source, Status, Task, Window
from state.tool import ToolCall
from tools.dispatch import Performed, check, perform
from tools.registry import Toolbox

STEADY: Final = settings(derandomize=True, deadline=None, max_examples=150)
"""Settings of every property test: the same examples on each run, and no clock."""


def slots(day: int, first: int, last: int | None = None) -> Position:
    """A position; one slot when the last is left out."""
    return Position(day=day, slot_start=first, slot_end=last or first)


def event(id_: int, title: str, *at: Position, host: bool = False) -> Task:
    """An event of the calendar, one occurrence for each position."""
    return Task(
        id=id_,
        source=Source.EVENT,
        title=title,
        status=Status.EXISTING,
        locked=True,
        can_embed=host,
        duration=max(1, at[0].length),
        slots=at,
    )


def task(id_: int, title: str, at: Position | None = None, **more: Any) -> Task:
    """Work to be placed, already suggested when a position is given."""
    length = at.length if at else 1
    fields: dict[str, Any] = {"duration": length, "status": Status.SUGGESTED if at else Status.PENDING, **more}
    return Task(id=id_, title=title, slots=(at,) if at else (), **fields)


def schedule(*tasks: Task, days: int = 7, cap: int | None = None, buffer: int = 0, **more: Any) -> Schedule:
    """The week from Monday 23 November 2026 in Berlin with twelve class periods, unless told otherwise."""
    start, span = more.pop("start", date(2026, 11, 23)), more.pop("span_pauses", False)
    window = Window(start=start, days=days, daily_cap=cap, buffer=buffer, span_pauses=span)
    return Schedule(**{"timezone": "Europe/Berlin", "window": window, "grid": PERIODS12, "tasks": tasks, **more})


def desk(*tasks: Task, allow_reorder: bool = False, order_scope: OrderScope = OrderScope.GROUP, **more: Any) -> Desk:
    """A desk with `schedule(...)` on it."""
    return Desk(schedule=schedule(*tasks, **more), allow_reorder=allow_reorder, order_scope=order_scope)


def called(toolbox: Toolbox, on: Desk, name: str, /, **arguments: Any) -> Performed:
    """What comes of one call."""
    return perform(check(toolbox, ToolCall(name=name, arguments=arguments)), on)


def grid(*starts: str, minutes: int = 60) -> tuple[Slot, ...]:
    """Slots of equal length; one that ends at midnight ends at 00:00."""
    return tuple(
        Slot(slot=number, start=time.fromisoformat(start), end=_plus(time.fromisoformat(start), minutes))
        for number, start in enumerate(starts, start=1)
    )


def _plus(start: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), start) + timedelta(minutes=minutes)).time()


GRIDS: Final = (
    grid("08:00", "09:00", "10:00", "11:00", "14:00", "15:00"),
    grid("19:00", "20:00", "21:00", "22:00", "23:00"),
    grid("00:30", "01:30", "02:30", "03:30", "04:30"),
)
"""An ordinary day, one that ends at midnight, and one across the hour that a clock change takes or gives."""

WEEKS: Final = (
    ("UTC", date(2026, 11, 23)),
    ("Europe/Berlin", date(2026, 3, 27)),
    ("Europe/Berlin", date(2026, 10, 23)),
    ("America/New_York", date(2026, 10, 30)),
)
"""An ordinary week, and weeks in which clocks change."""


def randoms() -> st.SearchStrategy[Random]:
    """Sources of chance: Hypothesis draws the seed, which finds more in a second than drawing every single choice."""
    return st.randoms(use_true_random=True)


def schedules(*, order: OrderScope | None = OrderScope.GROUP, most_tasks: int = 7) -> st.SearchStrategy[Schedule]:
    """Schedules whose tasks keep every rule; events lie anywhere, over each other too.

    `order` says which order the tasks keep to begin with; None lets them begin in disorder.
    """
    return randoms().map(lambda chance: any_schedule(chance, order, most_tasks))


def desks(*, ordered: bool = True, most_tasks: int = 7) -> st.SearchStrategy[Desk]:
    """Desks with such a schedule, reordering allowed or not, either scope of order, a task of the queue current."""
    return randoms().map(lambda chance: any_desk(chance, ordered=ordered, most_tasks=most_tasks))


def any_desk(chance: Random, *, ordered: bool = True, most_tasks: int = 7) -> Desk:
    """One such desk."""
    scope = chance.choice([OrderScope.GROUP, OrderScope.GROUP, OrderScope.ALL])
    built = any_schedule(chance, scope if ordered else None, most_tasks)
    current = built.tasks[-1]
    return Desk(
        schedule=built,
        queue=Queue(current=current.id if current.movable else None),
        allow_reorder=chance.random() < 0.3,
        order_scope=scope,
    )


def any_schedule(chance: Random, order: OrderScope | None, most_tasks: int) -> Schedule:
    """One such schedule."""
    zone, start = chance.choice(WEEKS)
    clock = chance.choice(GRIDS)
    window = Window(
        start=start,
        days=chance.randint(2, 5),
        daily_cap=chance.choice([None, None, 2, 3, 4]),
        buffer=chance.choice([0, 0, 0, 1, 2]),
        span_pauses=chance.random() < 0.2,
    )
    empty = Schedule(timezone=zone, window=window, grid=clock)
    events = [_event(chance, id_, empty) for id_ in range(1, chance.randint(0, 3) + 1)]
    ids = range(len(events) + 1, len(events) + 1 + chance.randint(1, most_tasks))
    work = [_work(chance, id_, empty) for id_ in ids]
    built = empty.model_copy(update={"tasks": (*events, *work), "version": chance.randint(0, 9)})
    for one in work:
        for _ in range(chance.choice([0, 2, 3, 4])):
            if built.by_id[one.id].position is None:
                built = _tried(built, one, _spot(chance, built, one.duration), order)
    frozen = [_frozen(chance, built.by_id[one.id]) for one in work]
    return built.model_copy(update={"tasks": (*events, *frozen)})


def _tried(built: Schedule, one: Task, at: Position, order: OrderScope | None) -> Schedule:
    trial = put(built, {one.id: at})
    wrong = faults(trial) or (order is not None and disorder(trial, order))
    return built if wrong else trial


def _frozen(chance: Random, one: Task) -> Task:
    """Now and then lock a task, or let it be one that was applied to the calendar."""
    fate = chance.choice(["locked", "applied", *["free"] * 6])
    if fate == "applied" and one.slots:
        return one.model_copy(update={"status": Status.EXISTING})
    return one.model_copy(update={"locked": fate == "locked"})


def _position(chance: Random, built: Schedule, duration: int) -> Position:
    first = chance.randint(1, max(1, len(built.grid) - duration + 1))
    return slots(chance.randint(1, built.window.days), first, first + duration - 1)


def _spot(chance: Random, built: Schedule, duration: int) -> Position:
    """Somewhere in the window, now and then at the start of an event that may host."""
    hosts = [at for one in built.tasks if one.can_embed for at in one.slots if at.length >= duration]
    if hosts and chance.random() < 0.3:
        at = chance.choice(hosts)
        return slots(at.day, at.slot_start, at.slot_start + duration - 1)
    return _position(chance, built, duration)


def _event(chance: Random, id_: int, built: Schedule) -> Task:
    if chance.random() < 0.4:
        return event(id_, f"Event {id_}", *_by_the_clock(chance, built), host=chance.random() < 0.3)
    length = chance.randint(1, 4)
    at = {_position(chance, built, length): None for _ in range(chance.randint(1, 2))}
    return event(id_, f"Event {id_}", *at, host=chance.random() < 0.5)


def _by_the_clock(chance: Random, built: Schedule) -> tuple[Position, ...]:
    """One occurrence at any time of a day, on slots, between them or beyond, as reading a calendar gives it."""
    midnight = datetime.combine(built.date_of(chance.randint(1, built.window.days)), time(), tzinfo=built.zone)
    start = midnight.astimezone(UTC) + timedelta(minutes=chance.randrange(0, 23 * 60, 10))
    if chance.random() < 0.6:
        edge = chance.choice([built.grid[0].start, *(slot.end for slot in built.grid[:-1])])
        start = midnight.replace(hour=edge.hour, minute=edge.minute).astimezone(UTC)
        start += timedelta(minutes=chance.choice([-30, 0, 0, 30, 60]))
    length = timedelta(minutes=chance.choice([10, 30, 60, 150]))
    cells = Cells(built)
    return cells.merge(cells.positions(start, start + length)) or (slots(1, 1),)


def _work(chance: Random, id_: int, built: Schedule) -> Task:
    limit = chance.choice(["earliest", "deadline", "both", "weekdays", "slots", *["none"] * 6])
    last = len(built.grid)
    return task(
        id_,
        f"Work {id_}",
        duration=chance.randint(1, 3),
        category=chance.choice(["math", "music"]),
        order=chance.choice([None, 1, 2, 3, 4]),
        earliest=_moment(chance, built) if limit in ("earliest", "both") else None,
        deadline=_moment(chance, built) if limit in ("deadline", "both") else None,
        weekdays=tuple(chance.sample(range(1, 8), 4)) if limit == "weekdays" else None,
        slot_range=SlotRange(slot_start=chance.randint(1, last), slot_end=last) if limit == "slots" else None,
        priority=chance.randint(1, 9),
    )


def _moment(chance: Random, built: Schedule) -> datetime:
    """A moment at, or half an hour or an hour beside, the edge of a slot; said in one zone or another."""
    day, slot = chance.randint(1, built.window.days), chance.randint(1, len(built.grid))
    edge = chance.choice([built.start_of(day, slot), built.end_of(day, slot)]).astimezone(UTC)
    moment = edge + timedelta(minutes=chance.choice([-60, -30, 0, 0, 30, 60]))
    return moment.astimezone(ZoneInfo(chance.choice([built.timezone, "UTC"])))
