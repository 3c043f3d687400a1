"""Days and times in words become the right cells of each grid."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from stage import MONDAY

from dayloom.offline.grid import all_but, days_of, region, slot_at, slots_of
from dayloom.offline.whereabouts import DateWords, Where
from state.schedule import HALF_HOURS, PERIODS12, Schedule, Slot, Window
from tools.regions import Region

FRIDAY_EVENING = Where(weekdays=(5,), start=time(18))
AFTERNOON = Where(start=time(12), end=time(18))


def window(grid: tuple[Slot, ...], days: int = 14, start: date = MONDAY) -> Schedule:
    return Schedule(timezone="Europe/Berlin", window=Window(start=start, days=days), grid=grid)


@pytest.mark.parametrize(
    ("grid", "first", "last"),
    [
        pytest.param(PERIODS12, 10, 12, id="the class from 17:20 to 18:05 would run into the evening"),
        pytest.param(HALF_HOURS, 21, 28, id="half hours from 18:00"),
    ],
)
def test_a_free_friday_evening_is_every_slot_it_touches_on_every_friday(
    grid: tuple[Slot, ...], first: int, last: int
) -> None:
    schedule = window(grid)
    free = region(FRIDAY_EVENING, schedule, MONDAY, touching=True)

    assert free == {"weekdays": [5], "slot_start": first, "slot_end": last}
    assert Region.model_validate_json(str(free).replace("'", '"')).cells(schedule) == {
        (day, slot) for day in (5, 12) for slot in range(first, last + 1)
    }


def test_a_target_lies_wholly_inside() -> None:
    assert slots_of(AFTERNOON, PERIODS12, touching=False) == (6, 7, 8, 9)
    assert slots_of(AFTERNOON, PERIODS12, touching=True) == (5, 6, 7, 8, 9, 10)


@pytest.mark.parametrize(
    ("where", "days"),
    [
        (Where(weekdays=(6, 7)), (6, 7, 13, 14)),
        (Where(weeks=(1,)), (8, 9, 10, 11, 12, 13, 14)),
        (Where(weekdays=(3,), weeks=(1,)), (10,)),
        (Where(ahead=(1,)), (3,)),
        (Where(dates=(DateWords(25),)), (3,)),
        (Where(dates=(DateWords(25, 11),)), (3,)),
        (Where(dates=(DateWords(25, 11, 2027),)), ()),
        (Where(), tuple(range(1, 15))),
    ],
)
def test_days_are_counted_from_today(where: Where, days: tuple[int, ...]) -> None:
    assert days_of(where, window(PERIODS12), date(2026, 11, 24)) == days


def test_a_window_that_has_not_begun_counts_this_week_from_its_first_day_but_tomorrow_from_today() -> None:
    today = date(2026, 11, 2)

    assert days_of(Where(weeks=(0,)), window(PERIODS12), today) == (1, 2, 3, 4, 5, 6, 7)
    assert days_of(Where(ahead=(1,)), window(PERIODS12), today) == ()


def test_a_time_means_the_slot_that_runs_at_it() -> None:
    assert slot_at(time(14), PERIODS12) == 6
    assert slot_at(time(14), HALF_HOURS) == 13
    assert slot_at(time(3), PERIODS12) is None


@pytest.mark.parametrize("grid", [PERIODS12, HALF_HOURS])
def test_several_allowed_places_are_everything_but_what_lies_outside_them(grid: tuple[Slot, ...]) -> None:
    schedule = window(grid, days=7)
    places = (Where(weekdays=(1, 2), end=time(12)), Where(weekdays=(5,), start=time(14), end=time(18)))
    barred = [Region.model_validate_json(str(one).replace("'", '"')) for one in all_but(places, schedule, MONDAY)]
    open_cells = {(day, slot.slot) for day in range(1, 8) for slot in grid} - {
        cell for one in barred for cell in one.cells(schedule)
    }
    wanted: Any = {(day, slot) for day in (1, 2) for slot in slots_of(places[0], grid, touching=False)}

    assert open_cells == wanted | {(5, slot) for slot in slots_of(places[1], grid, touching=False)}
