"""How times are said to people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from state.when import Locale, say_span

BERLIN = ZoneInfo("Europe/Berlin")


def span(start: str, end: str, locale: Locale = Locale.EN) -> str:
    moments = (datetime.fromisoformat(one).replace(tzinfo=BERLIN) for one in (start, end))
    return say_span(*moments, locale)


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-25", "2026-11-26"), ("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26")]
)
def test_midnight_to_midnight_is_a_whole_day_also_when_it_has_no_24_hours(start: str, end: str) -> None:
    assert span(start, end).endswith(f"{start[:4]} whole day")
    assert span(start, end, Locale.ZH).endswith(" 全天")


def test_what_ends_at_midnight_and_what_begins_there_keeps_its_times() -> None:
    assert span("2026-11-25T22:00", "2026-11-26") == "Wed 25 Nov 2026 22:00-00:00"
    assert span("2026-11-25", "2026-11-25T06:00") == "Wed 25 Nov 2026 00:00-06:00"
