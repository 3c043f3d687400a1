"""What days and times in words mean, and which make no sense: every word between them is accounted for."""

from __future__ import annotations

from datetime import date, time

import pytest
from corpus import a_fortnight

from dayloom.offline.grid import days_of
from dayloom.offline.places import read_places
from dayloom.offline.whereabouts import DateWords, Where

TODAY = date(2026, 11, 23)
EIGHT_TONIGHT = Where(ahead=(0,), at=time(20))
NIGHT = (Where(start=time(18)), Where(end=time(10)))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tonight at 8", EIGHT_TONIGHT),
        ("8pm tonight", EIGHT_TONIGHT),
        ("今晚8点", EIGHT_TONIGHT),
        ("8 in the evening", Where(at=time(20))),
        ("下午两点半", Where(at=time(14, 30))),
        ("quarter past 3", Where(at=time(15, 15))),
        ("this afternoon", Where(ahead=(0,), start=time(12), end=time(18))),
        ("3:30 to 6pm", Where(start=time(15, 30), end=time(18))),
        ("friday 3 to 6pm", Where(weekdays=(5,), start=time(15), end=time(18))),
        ("from 9 to 11 in the evening", Where(start=time(21), end=time(23))),
        ("between 9 and 5", Where(start=time(9), end=time(17))),
        ("after 9 and before 17", Where(start=time(9), end=time(17))),
        ("monday or tuesday between 9 and 17", Where(weekdays=(1, 2), start=time(9), end=time(17))),
        ("monday 7 december", Where(dates=(DateWords(7, 12, weekday=1),))),
        ("tuesday the 8th", Where(dates=(DateWords(8, weekday=2),))),
        ("thursday 3 december at 7pm", Where(dates=(DateWords(3, 12, weekday=4),), at=time(19))),
        ("december 7, 2027", Where(dates=(DateWords(7, 12, 2027),))),
        ("大后天", Where(ahead=(3,))),
        ("in 3 days", Where(ahead=(3,))),
        ("下周三下午", Where(weekdays=(3,), weeks=(1,), start=time(12), end=time(18))),
    ],
)
def test_days_and_times_are_read_in_whichever_order_they_are_said(said: str, meant: Where) -> None:
    assert read_places(said) == (meant,)


@pytest.mark.parametrize("said", ["18:00 to 10:00", "from 18:00 to 10:00"])
def test_a_stretch_over_midnight_is_its_two_halves(said: str) -> None:
    assert read_places(said) == NIGHT


@pytest.mark.parametrize(
    "said",
    [
        "25:00",
        "晚上12点",
        "15:00 in the morning",
        "tomorrow tuesday",
        "friday at 8 tonight",
        "by friday evening",
        "friday 22:00 to 8:00",
        "12-4",
        "the week of 7 december",
        "monday but tuesday",
    ],
)
def test_what_makes_no_sense_names_no_place_at_all(said: str) -> None:
    assert read_places(said) == ()


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("before friday", (1, 2, 3, 4)),
        ("by friday", (1, 2, 3, 4, 5)),
        ("周五之前", (1, 2, 3, 4)),
        ("after the 4th of december", (13, 14)),
        ("from tomorrow to friday", (2, 3, 4, 5)),
        ("between the 24th and the 26th", (2, 3, 4)),
        ("11月24日到26日", (2, 3, 4)),
        ("tuesday 1 december", (9,)),
        ("tuesday 2 december", ()),
        ("next week", (8, 9, 10, 11, 12, 13, 14)),
        ("下周三", (10,)),
    ],
)
def test_days_are_tied_to_the_window_as_they_were_bounded(said: str, days: tuple[int, ...]) -> None:
    (place,) = read_places(said)

    assert days_of(place, a_fortnight(), TODAY) == days


def test_next_week_is_the_one_after_today_even_before_the_window_begins() -> None:
    sunday = date(2026, 11, 22)

    assert days_of(Where(weekdays=(3,), weeks=(1,)), a_fortnight(), sunday) == (3,)
