"""The window and what is on it, a line a day, short enough for a small model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

from prompts.fence import defuse
from prompts.limit_words import say_limits
from state.schedule import Schedule, Slot, Status, Task
from state.when import Locale, say_date

TITLE: Final = 200
"""Characters of a title that are shown."""
CLOCK_TIMES: Final = 16
"""So many clock times explain the slots of a day; a finer grid names every n-th slot."""


@dataclass(frozen=True)
class Detail:
    """How much is told: of how many days, how many entries a day, and how many tasks without a place."""

    days: int
    entries: int
    tasks: int


FULL: Final = Detail(days=14, entries=12, tasks=40)
BRIEF: Final = Detail(days=3, entries=6, tasks=10)


def say_week(schedule: Schedule, detail: Detail) -> str:
    """Return the window with its limits, the clock times of its slots, its days, and the tasks without a place."""
    days = range(1, schedule.window.days + 1)
    further = [f"… {len(days) - detail.days} further days: query_range shows them."] if len(days) > detail.days else []
    return "\n".join(
        [
            _window(schedule),
            f"Slots of a day: {_clock(schedule.grid)}.",
            "Day by day, tasks of the draft with their [id]:",
            *say_days(schedule, days[: detail.days], detail),
            *further,
            *_pending(schedule, detail),
        ]
    )


def say_days(schedule: Schedule, days: Sequence[int], detail: Detail) -> Iterator[str]:
    """Yield `2 Tue 24 Nov: Linear algebra 1-2; [4] Essay 5-6; free 3-4, 7-12` for each of these days."""
    entries: dict[int, list[tuple[int, int, Task]]] = {day: [] for day in days}
    for task in schedule.tasks:
        for at in task.slots:
            if at.day in entries:
                entries[at.day].append((at.slot_start, at.slot_end, task))
    for day, on in entries.items():
        on.sort(key=lambda entry: entry[:2])
        told = [f"{_entry(task)} {_slots(first, last)}" for first, last, task in on[: detail.entries]]
        told += [f"{len(on) - detail.entries} more"] if len(on) > detail.entries else []
        free = ", ".join(_free(len(schedule.grid), on))
        told.append(f"free {free}" if free else "nothing free")
        yield f"{day} {_short(schedule.date_of(day), schedule)}: {'; '.join(told)}"


def _window(schedule: Schedule) -> str:
    window = schedule.window
    limits = [f"at most {window.daily_cap} slots of tasks a day"] if window.daily_cap is not None else []
    limits += [f"{window.buffer} free slots around everything"] if window.buffer else []
    limits += say_limits(schedule.bounds, Locale.EN)
    span = f"{say_date(window.start)} to {say_date(schedule.date_of(window.days))}"
    return f"Days 1 to {window.days}: {'; '.join([f'{span}, {schedule.timezone}', *limits])}."


def _clock(grid: Sequence[Slot]) -> str:
    seamless = all(one.end == other.start for one, other in pairwise(grid))
    step = -(-len(grid) // CLOCK_TIMES)
    if seamless or step > 1:
        begins = ", ".join(f"{slot.slot} begins {slot.start:%H:%M}" for slot in grid[::step])
        return f"{begins}, {grid[-1].slot} ends {grid[-1].end:%H:%M}"
    return ", ".join(f"{slot.slot} {slot.start:%H:%M}-{slot.end:%H:%M}" for slot in grid)


def _entry(task: Task) -> str:
    named = _title(task) if task.status is Status.EXISTING else f"[{task.id}] {_title(task)}"
    return f"{named} (may host)" if task.can_embed else named


def _free(slots: int, entries: Sequence[tuple[int, int, Task]]) -> Iterator[str]:
    begin = 1
    for first, last, _ in [*entries, (slots + 1, slots + 1, None)]:
        if first > begin:
            yield _slots(begin, first - 1)
        begin = max(begin, last + 1)


def _pending(schedule: Schedule, detail: Detail) -> Iterator[str]:
    pending = list(schedule.pending)
    yield f"Tasks without a place ({len(pending)}):" if pending else "Tasks without a place: none."
    yield from (_task(task, schedule) for task in pending[: detail.tasks])
    if len(pending) > detail.tasks:
        yield f"… and {len(pending) - detail.tasks} more; list_tasks shows them."


def _task(task: Task, schedule: Schedule) -> str:
    facts = [f"{task.duration} slots"]
    facts += (
        [f"{_flat(task.category)}" + (f" no. {task.order}" if task.order is not None else "")] if task.category else []
    )
    facts += [f"from {_moment(task.earliest, schedule)}"] if task.earliest else []
    due = "overdue since" if schedule.is_overdue(task) else "due"
    facts += [f"{due} {_moment(task.deadline, schedule)}"] if task.deadline else []
    return f"[{task.id}] {_title(task)} ({', '.join(facts)})"


def _title(task: Task) -> str:
    title = _flat(task.title)
    return title if len(title) <= TITLE else f"{title[: TITLE - 1]}…"


def _flat(text: str) -> str:
    """Return foreign text on one line, with nothing in it that looks like a fence."""
    return defuse(" ".join(text.split()))


def _slots(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"


def _moment(moment: datetime, schedule: Schedule) -> str:
    return f"{_short(moment.date(), schedule)} {moment:%H:%M}"


def _short(day: date, schedule: Schedule) -> str:
    """Return the date without its year, where that is the year the window begins in, as its head says."""
    said = say_date(day)
    return said.removesuffix(f" {day.year}") if day.year == schedule.window.start.year else said
