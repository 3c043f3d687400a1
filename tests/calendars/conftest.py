"""Calendar files built in a line, and the weeks they are read into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from dayloom.calendars import File
from state.schedule import PERIODS12, Schedule, Window

Build = Callable[..., File]


def _calendar(*lines: str, name: str = "mine.ics") -> File:
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])
    return File(name, text.encode())


def _event(*lines: str, uid: str = "thing", title: str = "Thing", name: str = "mine.ics") -> File:
    return _calendar("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT", name=name)


@pytest.fixture
def calendar() -> Build:
    """A calendar around these lines."""
    return _calendar


@pytest.fixture
def event() -> Build:
    """A calendar with one event that has these lines; its VEVENT begins on line 3."""
    return _event


@pytest.fixture
def autumn() -> Schedule:
    """Two empty weeks in Berlin; summer time ends on day 7."""
    return Schedule(window=Window(start=date(2026, 10, 19), days=14), grid=PERIODS12, timezone="Europe/Berlin")


@pytest.fixture
def spring() -> Schedule:
    """Two empty weeks in Berlin; summer time begins on day 7."""
    return Schedule(window=Window(start=date(2027, 3, 22), days=14), grid=PERIODS12, timezone="Europe/Berlin")
