"""The schedule as tables, a week at a time: days as columns, slots as rows; on a narrow terminal a list by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.cells import set_cell_size
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from dayloom.cli.labels import LABELS, say_day_month
from dayloom.cli.terminal import one_line, plain
from state.schedule import Position, Schedule, Status, Task
from state.when import Locale, say_date, say_hours

DAY_WIDTH: Final = 14
"""Cells a day's column needs at least."""
FEWEST_COLUMNS: Final = 3
"""With room for fewer days than this, a list by day reads better."""
TASK: Final = "bold cyan"
GUEST: Final = "bold green"
EVENT: Final = "dim"
_TIME_WIDTH: Final = 7
_HOURS_WIDTH: Final = len("08:00-08:45")


@dataclass(frozen=True)
class _Entry:
    task: Task
    at: Position
    host: Task | None

    @property
    def placed(self) -> bool:
        return self.task.status is not Status.EXISTING

    @property
    def style(self) -> str:
        return (GUEST if self.host else TASK) if self.placed else EVENT

    @property
    def bar(self) -> str:
        return "┃" if self.placed else "│"

    def clock(self, locale: Locale) -> str:
        """Begin and end where they are not those of its slots, else nothing."""
        start, end = self.at.start, self.at.end
        return f"{say_hours(start, end, locale)} " if start and end else ""

    def title(self, locale: Locale) -> str:
        title = one_line(self.task.title)
        if self.host is None:
            return title
        return f"{title} ({LABELS[locale].inside.format(host=one_line(self.host.title))})"


def week_view(schedule: Schedule, locale: Locale, console: Console, *, as_list: bool = False) -> RenderableType:
    """Return the whole window for this terminal: tables of as many days as fit, or a list by day."""
    entries = list(_entries(schedule))
    if not entries:
        first, last = (say_date(schedule.date_of(day), locale) for day in (1, schedule.window.days))
        return Text(LABELS[locale].nothing_placed.format(start=first, end=last))
    fitting = (console.width - _TIME_WIDTH) // DAY_WIDTH
    if as_list or fitting < FEWEST_COLUMNS:
        return Group(*_by_day(schedule, entries, locale))
    rows: list[RenderableType] = []
    for days in _portions(schedule, fitting):
        rows += [_table(schedule, entries, days, locale, console), *_beside(schedule, entries, days, locale), Text("")]
    return Group(*rows, Text(f" {LABELS[locale].legend}", style="dim"))


def _entries(schedule: Schedule) -> Iterator[_Entry]:
    """Yield every occurrence, guests before their hosts."""
    ordered = sorted(schedule.tasks, key=lambda task: (task.host is None, task.id))
    for task in ordered:
        host = schedule.by_id.get(task.host.task_id) if task.host else None
        yield from (_Entry(task, at, host) for at in task.slots)


def _portions(schedule: Schedule, fitting: int) -> Iterator[list[int]]:
    """Yield the days of each table: calendar weeks, in even parts where a week does not fit."""
    weeks: dict[tuple[int, int], list[int]] = {}
    for day in range(1, schedule.window.days + 1):
        weeks.setdefault(schedule.date_of(day).isocalendar()[:2], []).append(day)
    for days in weeks.values():
        size = 5 if fitting in (5, 6) else fitting
        yield from (days[at : at + size] for at in range(0, len(days), size))


def _table(
    schedule: Schedule, entries: list[_Entry], days: list[int], locale: Locale, console: Console
) -> RenderableType:
    width = min(28, (console.width - _TIME_WIDTH) // max(len(days), FEWEST_COLUMNS) - 1)
    cells = _cells([entry for entry in entries if entry.at.day in days], locale, width, console)
    table = Table(box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.add_column("", style="dim", no_wrap=True, min_width=_TIME_WIDTH - 2)
    for day in days:
        table.add_column(say_day_month(schedule.date_of(day), locale), width=width, no_wrap=True, overflow="crop")
    for slot in _used_slots(schedule, entries):
        clock = f"{schedule.grid[slot - 1].start:%H:%M}"
        table.add_row(clock, *(cells.get((day, slot), Text("")) for day in days))
    return table


def _beside(schedule: Schedule, entries: list[_Entry], days: list[int], locale: Locale) -> Iterator[RenderableType]:
    """Yield a line for each entry of these days that the table does not show: it touches no slot, or lies under others.

    The title of a host stands beside its guests.
    """
    taken: set[tuple[int, int]] = set()
    hidden: list[_Entry] = []
    for entry in (entry for entry in entries if entry.at.day in days):
        cells = {(entry.at.day, slot) for slot in range(entry.at.slot_start, entry.at.slot_end + 1)}
        if cells <= taken and not any(other.host is entry.task for other in entries):
            hidden.append(entry)
        taken |= cells
    for entry in sorted(hidden, key=lambda entry: (entry.at.day, entry.at.slot_start, entry.task.id)):
        day = " ".join(say_day_month(schedule.date_of(entry.at.day), locale).split())
        yield Text(f" {day}").append_text(_line(schedule, entry, locale))


def _used_slots(schedule: Schedule, entries: list[_Entry]) -> range:
    first = min(entry.at.slot_start for entry in entries)
    last = max(entry.at.slot_end for entry in entries)
    return range(first, min(last, len(schedule.grid)) + 1)


def _cells(entries: list[_Entry], locale: Locale, width: int, console: Console) -> dict[tuple[int, int], Text]:
    """Return what stands in each slot; a title runs on through the slots of its entry that no guest takes."""
    cells: dict[tuple[int, int], Text] = {}
    for entry in entries:
        covered = range(entry.at.slot_start, entry.at.slot_end + 1)
        slots = [slot for slot in covered if (entry.at.day, slot) not in cells]
        lines = _fit(f"{entry.clock(locale)}{entry.title(locale)}", width - 2, len(slots), console)
        for slot, line in zip(slots, lines, strict=True):
            cells[entry.at.day, slot] = Text(f"{entry.bar} {line}", style=entry.style)
    return cells


def _fit(title: str, width: int, count: int, console: Console) -> list[str]:
    """Return exactly `count` lines; the last one says with … that there was more."""
    if count == 0:
        return []
    wrapped = list(Text(title).wrap(console, width, overflow="fold"))
    kept = wrapped[: count - 1]
    if rest := wrapped[count - 1 :]:
        tail = Text(" ".join(line.plain.rstrip() for line in rest))
        tail.truncate(width, overflow="ellipsis")
        kept.append(tail)
    return [line.plain.rstrip() for line in kept] + [""] * (count - len(kept))


def _by_day(schedule: Schedule, entries: list[_Entry], locale: Locale) -> Iterator[RenderableType]:
    for day in range(1, schedule.window.days + 1):
        todays = sorted(
            (entry for entry in entries if entry.at.day == day),
            key=lambda entry: (entry.at.slot_start, entry.host is not None, entry.task.id),
        )
        if todays:
            yield Text(say_date(schedule.date_of(day), locale), style="bold")
            yield from (_line(schedule, entry, locale) for entry in todays)


def _line(schedule: Schedule, entry: _Entry, locale: Locale) -> Text:
    hours = say_hours(*schedule.span_of(entry.at), locale)
    line = Text(f"  {set_cell_size(hours, _HOURS_WIDTH)} ")
    return line.append_text(plain(f"{entry.bar} {entry.title(locale)}", style=entry.style))
