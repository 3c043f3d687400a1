"""Due times are right across changes of the clock, and a recurrence that is never due is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dayloom.jobs.due import check_recurrence, next_due
from state.errors import BadInput
from state.job import Cron, Every

BERLIN = "Europe/Berlin"
SPRING, AUTUMN = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)


def due(recurrence: Cron | Every, after: datetime, count: int) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        following = next_due(recurrence, after)
        assert following is not None
        after = following
        found.append(after.isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    "recurrence",
    [
        Cron(expression="30 2 * * *", timezone=BERLIN),
        Every(at="02:30", since=datetime(2026, 1, 1, tzinfo=UTC), timezone=BERLIN),
    ],
)
def test_a_time_that_does_not_exist_or_exists_twice_is_due_once(recurrence: Cron | Every) -> None:
    assert due(recurrence, SPRING, 2) == ["2026-03-29T01:00+00:00", "2026-03-30T00:30+00:00"]
    assert due(recurrence, AUTUMN, 2) == ["2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00"]


def test_every_second_sunday_counts_weeks_from_the_first_one() -> None:
    since = datetime(2026, 11, 29, 12, tzinfo=UTC)
    every = Every(count=2, unit="weeks", at="18:00", weekdays=(7,), since=since, timezone=BERLIN)
    assert due(every, since, 3) == ["2026-11-29T17:00+00:00", "2026-12-13T17:00+00:00", "2026-12-27T17:00+00:00"]


def test_every_second_day_goes_on_over_the_end_of_a_month() -> None:
    since = datetime(2026, 1, 29, 6, tzinfo=UTC)
    every = Every(count=2, at="09:00", since=since, timezone="UTC")
    assert [each[5:10] for each in due(every, since, 3)] == ["01-29", "01-31", "02-02"]


@pytest.mark.parametrize(
    ("recurrence", "word"),
    [
        (Cron(expression="61 * * * *", timezone=BERLIN), "crontab expression"),
        (Cron(expression="0 0 30 2 *", timezone=BERLIN), "crontab expression"),
        (Cron(expression="0 0 * * *", timezone="Mars/Base"), "time zone"),
        (
            Every(count=7, at="08:00", weekdays=(2,), since=datetime(2026, 11, 30, tzinfo=UTC), timezone="UTC"),
            "never due",
        ),
    ],
)
def test_what_is_never_due_is_refused_with_the_cure(recurrence: Cron | Every, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        check_recurrence(recurrence, datetime(2026, 11, 30, tzinfo=UTC))


@given(
    count=st.integers(1, 9),
    unit=st.sampled_from(["days", "weeks"]),
    weekdays=st.sets(st.integers(1, 7), max_size=4),
    at=st.times().map(lambda each: f"{each:%H:%M}"),
    after=st.integers(0, 500),
)
def test_the_next_time_is_the_first_day_in_turn_counted_day_by_day(
    count: int, unit: str, weekdays: set[int], at: str, after: int
) -> None:
    since = datetime(2026, 2, 4, tzinfo=UTC)
    every = Every.model_validate(
        {"count": count, "unit": unit, "at": at, "weekdays": sorted(weekdays), "since": since, "timezone": "UTC"}
    )
    begin = since + timedelta(days=after, minutes=after * 7 % 1440)

    def in_turn(day: datetime) -> bool:
        weeks = (day.date() - timedelta(days=day.weekday()) - datetime(2026, 2, 2).date()).days // 7
        turn = (day - since).days % count == 0 if unit == "days" else weeks % count == 0
        return turn and (not weekdays or day.isoweekday() in weekdays)

    days = (since + timedelta(days=number) for number in range(1000))
    times = (day.replace(hour=int(at[:2]), minute=int(at[3:])) for day in days if in_turn(day))
    assert next_due(every, begin) == next((time for time in times if time > begin), None)


def test_the_zone_of_the_owner_decides() -> None:
    found = next_due(Cron(expression="0 18 * * SUN", timezone="Asia/Shanghai"), datetime(2026, 11, 29, 9, tzinfo=UTC))
    assert found == datetime(2026, 11, 29, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
