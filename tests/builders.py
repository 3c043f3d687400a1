"""Values for tests: short constructors, and Hypothesis strategies for schedules that keep every rule."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from oracle import disorder, faults, put

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
        duration=at[0].length,
        slots=at,
    )


def task(id_: int, title: str, at: Position | None = None, **more: Any) -> Task:
    """Work to be placed, already suggested when a position is given."""
    length = at.length if at else 1
    fields: dict[str, Any] = {"duration": length, "status": Status.SUGGESTED if at else Status.PENDING, **more}
    return Task(id=id_, title=title, slots=(at,) if at else (), **fields)


def schedule(*tasks: Task, days: int = 7, cap: int | None = None, buffer: int = 0, **more: Any) -> Schedule:
    """The week from Monday 23 November 2026 in Berlin with twelve class periods, unless told otherwise."""
    window = Window(start=more.pop("start", date(2026, 11, 23)), days=days, daily_cap=cap, buffer=buffer)
    return Schedule(**{"timezone": "Europe/Berlin", "window": window, "grid": PERIODS12, "tasks": tasks, **more})


def desk(*tasks: Task, allow_reorder: bool = False, order_scope: OrderScope = OrderScope.GROUP, **more: Any) -> Desk:
    """A desk with `schedule(...)` on it."""
    return Desk(schedule=schedule(*tasks, **more), allow_reorder=allow_reorder, order_scope=order_scope)


def called(toolbox: Toolbox, on: Desk, name: str, **arguments: Any) -> Performed:
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


@st.composite
def schedules(draw: st.DrawFn, *, order: OrderScope | None = OrderScope.GROUP, most_tasks: int = 7) -> Schedule:
    """Schedules whose tasks keep every rule; events lie anywhere, over each other too.

    `order` says which order the tasks keep to begin with; None lets them begin in disorder.
    """
    zone, start = draw(_WEEK)
    clock = draw(_GRID)
    window = Window(start=start, days=draw(_DAYS), daily_cap=draw(_CAP), buffer=draw(_BUFFER))
    events = [_event(draw, id_, window.days, len(clock)) for id_ in range(1, draw(st.integers(0, 3)) + 1)]
    ids = range(len(events) + 1, len(events) + 1 + draw(st.integers(1, most_tasks)))
    work = [_work(draw, id_, window, len(clock), zone) for id_ in ids]
    built = Schedule(timezone=zone, window=window, grid=clock, tasks=(*events, *work))
    for one in work:
        for _ in range(draw(_TRIES)):
            if built.by_id[one.id].position is None:
                built = _tried(built, one, _spot(draw, built, one.duration), order)
    frozen = [_frozen(draw, built.by_id[one.id]) for one in work]
    return built.model_copy(update={"tasks": (*events, *frozen), "version": draw(_UP_TO[9])})


@st.composite
def desks(draw: st.DrawFn, *, ordered: bool = True, most_tasks: int = 7) -> Desk:
    """Desks with such a schedule, reordering allowed or not, either scope of order, a task of the queue current."""
    scope = draw(_SCOPE)
    built = draw(schedules(order=scope if ordered else None, most_tasks=most_tasks))
    current = built.tasks[-1]
    return Desk(
        schedule=built,
        queue=Queue(current=current.id if current.movable else None),
        allow_reorder=draw(_UP_TO[3]) == 1,
        order_scope=scope,
    )


# Strategies are built once: building them anew for each value takes longer than drawing from them.
_UP_TO: Final = {most: st.integers(1, most) for most in range(1, 10)}
_WEEK: Final = st.sampled_from(WEEKS)
_SCOPE: Final = st.sampled_from([OrderScope.GROUP, OrderScope.GROUP, OrderScope.ALL])
_DAYS: Final = st.integers(2, 5)
_TRIES: Final = st.sampled_from([0, 2, 3, 4])
_GRID: Final = st.sampled_from(GRIDS)
_CAP: Final = st.sampled_from([None, None, None, None, 2, 3, 4, 5])
_BUFFER: Final = st.sampled_from([0, 0, 0, 0, 1, 2])
_FATE: Final = st.sampled_from(["free", "free", "free", "free", "free", "free", "locked", "applied"])
_HALF_HOUR: Final = st.integers(0, 48 * 5)
_LIMIT: Final = st.sampled_from(["", "", "", "", "", "", "earliest", "deadline", "both", "weekdays", "slots"])
_RANK: Final = st.sampled_from([None, 1, 2, 3, 4])
_SUBJECT: Final = st.sampled_from(["math", "music"])
_WEEKDAYS: Final = st.sampled_from([(1,), (1, 2, 3, 4, 5), (6, 7), (2, 5), (7, 1, 3)])


def _tried(built: Schedule, one: Task, at: Position, order: OrderScope | None) -> Schedule:
    trial = put(built, {one.id: at})
    wrong = faults(trial) or (order is not None and disorder(trial, order))
    return built if wrong else trial


def _frozen(draw: st.DrawFn, one: Task) -> Task:
    """Now and then lock a task, or let it be one that was applied to the calendar."""
    fate = draw(_FATE)
    if fate == "applied" and one.slots:
        return one.model_copy(update={"status": Status.EXISTING})
    return one.model_copy(update={"locked": fate == "locked"})


def _position(draw: st.DrawFn, days: int, slots_a_day: int, duration: int) -> Position:
    first = draw(_UP_TO[max(1, slots_a_day - duration + 1)])
    return slots(draw(_UP_TO[days]), first, first + duration - 1)


def _spot(draw: st.DrawFn, built: Schedule, duration: int) -> Position:
    """Somewhere in the window, now and then at the start of an event that may host."""
    hosts = [at for one in built.tasks if one.can_embed for at in one.slots if at.length >= duration]
    if hosts and draw(_UP_TO[3]) == 1:
        at = hosts[draw(_UP_TO[min(9, len(hosts))]) - 1]
        return slots(at.day, at.slot_start, at.slot_start + duration - 1)
    return _position(draw, built.window.days, len(built.grid), duration)


def _event(draw: st.DrawFn, id_: int, days: int, slots_a_day: int) -> Task:
    length = draw(_UP_TO[4])
    at = {_position(draw, days, slots_a_day, length): None for _ in range(draw(_UP_TO[2]))}
    return event(id_, f"Event {id_}", *at, host=draw(_UP_TO[2]) == 1)


def _work(draw: st.DrawFn, id_: int, window: Window, slots_a_day: int, zone: str) -> Task:
    limit = draw(_LIMIT)
    return task(
        id_,
        f"Work {id_}",
        duration=draw(_UP_TO[3]),
        category=draw(_SUBJECT),
        order=draw(_RANK),
        earliest=_moment(draw, window, zone) if limit in ("earliest", "both") else None,
        deadline=_moment(draw, window, zone) if limit in ("deadline", "both") else None,
        weekdays=draw(_WEEKDAYS) if limit == "weekdays" else None,
        slot_range=SlotRange(slot_start=draw(_UP_TO[slots_a_day]), slot_end=slots_a_day) if limit == "slots" else None,
        priority=draw(_UP_TO[9]),
    )


def _moment(draw: st.DrawFn, window: Window, zone: str) -> datetime:
    midnight = datetime.combine(window.start, time(), tzinfo=ZoneInfo("UTC"))
    moment = midnight + timedelta(minutes=30 * draw(_HALF_HOUR))
    return moment.astimezone(ZoneInfo(zone if draw(_UP_TO[2]) == 1 else "UTC"))
