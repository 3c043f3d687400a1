"""The week in the terminal: tables where they fit, a list where they do not, and titles that can do no harm."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import event, schedule, slots, task
from rich.cells import cell_len
from rich.console import Console, RenderableType

from dayloom.cli.week import week_view
from state.schedule import HALF_HOURS, PERIODS12, HostLink, Position, Schedule, Window
from state.when import Locale

GOLDEN = Path(__file__).parent / "golden"
MONDAY = date(2026, 11, 23)


def rendered(what: RenderableType, width: int = 80) -> str:
    console = Console(width=width, force_terminal=False, color_system=None, record=False)
    with console.capture() as captured:
        console.print(what)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def view(week: Schedule, width: int = 80, locale: Locale = Locale.EN) -> str:
    return rendered(week_view(week, locale, Console(width=width)), width)


FULL = schedule(
    event(1, "Linear algebra", slots(1, 1, 2), slots(3, 1, 2)),
    event(2, "Train to the mountains", slots(5, 9, 11), host=True),
    task(3, "Problem sheet 6", slots(2, 3, 5)),
    task(4, "Essay", slots(6, 3, 3)),
    task(5, "Read chapter 4", slots(5, 9, 9), host=HostLink(task_id=2, day=5, slot_start=9)),
)


@pytest.mark.parametrize(
    ("name", "width", "locale"),
    [("wide", 120, Locale.EN), ("usual", 80, Locale.EN), ("narrow", 40, Locale.EN), ("chinese", 120, Locale.ZH)],
)
def test_a_week_looks_as_agreed(name: str, width: int, locale: Locale) -> None:
    shown = view(FULL, width, locale)

    assert shown == (GOLDEN / f"week_{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 97, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = schedule(
        event(1, "一门名字特别特别长的课程" * 3, slots(1, 1, 3)),
        task(2, "A task whose title does not end " * 4, slots(2, 1, 2)),
    )

    assert max(cell_len(line) for line in view(long, width).splitlines()) <= width


@pytest.mark.parametrize("width", [40, 120])
def test_markup_in_a_title_is_only_text(width: int) -> None:
    shown = view(schedule(task(1, "[red]x[/red]", slots(1, 1, 1))), width)

    assert "[red]x[/red" in shown


@pytest.mark.parametrize("width", [40, 120])
def test_a_title_cannot_steer_the_terminal(width: int) -> None:
    shown = view(schedule(task(1, "a\x1b[2Jb\x07\u202ec", slots(1, 1, 1))), width)

    assert "a[2Jbc" in shown
    assert not set(shown) & set("\x1b\x07\u202e")


def test_every_week_gets_a_table_of_its_own() -> None:
    shown = view(schedule(task(1, "Essay", slots(9, 1, 1)), days=14), 120)

    assert shown.count("Mon") == 2
    assert "30 Nov" in shown


def test_a_window_that_begins_in_mid_week_breaks_at_monday() -> None:
    wednesday = Schedule(
        window=Window(start=date(2026, 11, 25), days=7), grid=PERIODS12, tasks=(task(1, "Essay", slots(1, 1, 1)),)
    )

    heads = [line.split() for line in view(wednesday, 120).splitlines() if "Mon" in line or "Wed" in line]

    assert heads == [["Wed", "Thu", "Fri", "Sat", "Sun"], ["Mon", "Tue"]]


def test_only_slots_in_use_get_a_row() -> None:
    halves = Schedule(window=Window(start=MONDAY, days=7), grid=HALF_HOURS, tasks=(task(1, "Essay", slots(1, 5, 6)),))

    clocks = [line[:5] for line in view(halves, 120).splitlines() if line[:2].isdigit()]

    assert clocks == [f"{time(10, 0):%H:%M}", f"{time(10, 30):%H:%M}"]


def test_an_empty_week_says_so() -> None:
    assert view(schedule()) == "Nothing is on the schedule from Mon 23 Nov 2026 to Sun 29 Nov 2026.\n"


def test_an_event_is_shown_with_its_own_times_wherever_it_lies() -> None:
    client = Position(day=1, slot_start=4, slot_end=5, start=at("11:15"), end=at("12:10"))
    lunch = Position(day=1, slot_start=6, slot_end=5, start=at("12:40"), end=at("13:20"))
    week = schedule(event(1, "Client", client), event(2, "Lunch", lunch))

    table, by_day = view(week, 200), view(week, 40)

    assert "│ 11:15-12:10 Client" in table
    assert "Mon 23 Nov  12:40-13:20 │ Lunch" in table
    assert "  11:15-12:10 │ Client" in by_day
    assert "  12:40-13:20 │ Lunch" in by_day


OVERLAPPING = schedule(
    event(1, "Seminar", slots(1, 1, 4)),
    event(2, "Doctor", slots(1, 2, 3)),
    event(3, "Call", slots(1, 4, 6)),
    event(4, "Twin", slots(2, 1, 2)),
    event(5, "Other", slots(2, 1, 2)),
)


@pytest.mark.parametrize("width", [40, 80, 97, 120, 200])
@pytest.mark.parametrize("as_list", [False, True])
def test_events_that_lie_over_each_other_are_all_seen_in_table_and_list_of_any_width(width: int, as_list: bool) -> None:
    shown = rendered(week_view(OVERLAPPING, Locale.EN, Console(width=width), as_list=as_list), width)

    assert [title for title in ("Seminar", "Doctor", "Call", "Twin", "Other") if title not in shown] == []
    assert ("08:00-11:40 │ Seminar" in shown) is (as_list or width == 40)


def at(clock: str) -> datetime:
    return datetime.combine(MONDAY, time.fromisoformat(clock), tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_whole_day_is_told_as_such_in_the_list() -> None:
    moments = [datetime(2026, 11, day, tzinfo=ZoneInfo("Europe/Berlin")) for day in (23, 24)]
    fair = event(1, "Fair", Position(day=1, slot_start=1, slot_end=12, start=moments[0], end=moments[1]))
    week = schedule(fair, task(2, "Essay", slots(2, 1)))

    assert "  whole day   │ Fair" in view(week, 40)
    assert "  全天        │ Fair" in view(week, 40, Locale.ZH)
    assert "  08:00-08:45 ┃ Essay" in view(week, 40)


def test_of_two_events_at_one_time_both_are_seen() -> None:
    week = schedule(
        event(1, "Seminar", slots(2, 3, 5)), event(2, "Dentist", slots(2, 4)), event(3, "Walk", slots(2, 5, 6))
    )

    shown = view(week)

    assert [shown.count(name) for name in ("Seminar", "Dentist", "Walk")] == [1, 1, 1]
    assert " Tue 24 Nov  10:55-11:40 │ Dentist" in shown


def test_a_list_by_day_can_be_had_at_any_width() -> None:
    shown = rendered(week_view(FULL, Locale.EN, Console(width=120), as_list=True), 120)

    assert shown.startswith("Mon 23 Nov 2026\n  08:00-09:40 │ Linear algebra\n")
