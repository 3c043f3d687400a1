"""Days as somebody sees them: by times and not by slots, with what is said of them, parts, and what is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from builders import event, schedule, slots, task
from stage import NOW

from dayloom.calendar_sync.week_view import view_week
from state.limits import HoursLimit, Limits
from state.schedule import EventInfo, Position, Repeat, Schedule

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, tzinfo=BERLIN)


def test_everything_that_lies_somewhere_has_its_times_in_the_time_zone() -> None:
    lecture = event(1, "Lecture", slots(1, 1, 2), slots(3, 1, 2), host=True)
    essay = task(2, "Essay", slots(2, 3, 4), deadline=MONDAY + timedelta(days=1), locked=True)

    view = view_week(schedule(lecture, essay), NOW, {})

    assert [(one.title, f"{one.start:%a %H:%M}", f"{one.end:%H:%M}", one.kind) for one in view.entries] == [
        ("Lecture", "Mon 08:00", "09:40", "event"),
        ("Essay", "Tue 10:00", "11:40", "task_item"),
        ("Lecture", "Wed 08:00", "09:40", "event"),
    ]
    shown = view.entries[1]
    assert shown.at is not None
    assert (shown.at.day, shown.at.slot_start, shown.late, shown.locked, shown.movable) == (2, 3, True, True, False)
    assert (shown.minutes, view.entries[0].minutes, view.entries[0].at) == (90, None, None)
    assert shown.start.utcoffset() == timedelta(hours=1)


def test_a_whole_day_of_several_days_is_one_entry() -> None:
    days = [Position(day=day, slot_start=1, slot_end=12, start=_day(day), end=_day(day + 1)) for day in (4, 5)]
    fair = event(1, "Fair", *days).model_copy(update={"event": EventInfo(whole_day=True, location="Berlin")})

    [shown] = view_week(schedule(fair), NOW, {}).entries

    assert (shown.whole_day, shown.location, shown.start, shown.end) == (True, "Berlin", _day(4), _day(6))


def test_a_part_names_its_whole_and_a_task_that_comes_again_how_often() -> None:
    parts = [task(number, "Essay", parent="task-1", part=number) for number in (1, 2)]
    gym = task(3, "Gym", slots(1, 1), parent="task-3", repeat=Repeat(times=3))

    view = view_week(schedule(*parts, gym), NOW, {1: "no time is left"})

    first, second = (one.part for one in view.pending)
    assert first is not None
    assert second is not None
    assert (first.id, first.number, first.of, second.number) == ("task-1", 1, 2, 2)
    assert [one.reason for one in view.pending] == ["no time is left", None]
    assert view.entries[0].part is not None
    assert view.entries[0].part.repeat == "3 a week"


def test_what_waits_is_listed_by_its_deadline_and_overdue_when_that_has_passed() -> None:
    now = MONDAY + timedelta(days=1)
    waiting = [
        task(1, "Some day"),
        task(2, "Later", deadline=now + timedelta(days=2)),
        task(3, "Late", deadline=MONDAY),
    ]

    view = view_week(schedule(*waiting), now, {})

    assert [(one.title, one.overdue) for one in view.pending] == [("Late", True), ("Later", False), ("Some day", False)]


def test_hours_are_told_as_times_of_the_days_they_are_about() -> None:
    said = Limits(
        hours=(HoursLimit(hours="09:00-24:00"), HoursLimit(hours="10:00-12:00", category="work", weekdays=(1,))),
        free=(HoursLimit(hours="12:00-13:00", weekdays=(2,)),),
    )
    limited: Schedule = schedule().with_limits(said, Limits())

    monday, tuesday, *_ = view_week(limited, NOW, {}).days

    assert [(one.category, one.start, one.end) for one in monday.hours] == [
        (None, MONDAY.replace(hour=9), MONDAY + timedelta(days=1)),
        ("work", MONDAY.replace(hour=10), MONDAY.replace(hour=12)),
    ]
    assert ([*monday.kept_free], len(tuesday.hours)) == ([], 1)
    assert [(one.start.hour, one.end.hour) for one in tuesday.kept_free] == [(12, 13)]
    assert [one.category for one in monday.preferred] == ["work"]


def _day(day: int) -> datetime:
    return datetime(2026, 11, 22 + day, tzinfo=BERLIN)
