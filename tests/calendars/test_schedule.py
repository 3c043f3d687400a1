"""Files make a schedule, a plan makes a file, and reading either again changes nothing it need not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dayloom.calendars import File, Reason, read_calendar, sample_week, schedule_from, write_calendar
from state.errors import BadInput
from state.ids import ThreadId
from state.schedule import HALF_HOURS, HostLink, Position, Schedule, Status

STAMP = datetime(2026, 10, 1, 12, tzinfo=UTC)
THREAD = ThreadId("k7m3-9qxp")
DATA = Path(__file__).parents[2] / "examples" / "data"
TASKS = "title,duration,category\nEssay,2 slots,Writing\nSheet,1 slot,Math\n"


def loaded(tasks: str = TASKS, *calendars: File, previous: Schedule | None = None, **week: object):
    week = {"start": date(2026, 10, 19), "days": 14, "timezone": "Europe/Berlin", **week}
    return schedule_from(calendars, [File("tasks.csv", tasks.encode())], previous=previous, **week)


def draft(schedule: Schedule, **places: tuple[int, int, int]) -> Schedule:
    """Place tasks by title on (day, first slot, last slot)."""
    changed = []
    for task in schedule.tasks:
        if task.title in places:
            day, start, end = places[task.title]
            at = Position(day=day, slot_start=start, slot_end=end)
            changed.append(task.model_copy(update={"slots": (at,), "status": Status.SUGGESTED}))
    return schedule.with_tasks(changed)


def ids(schedule: Schedule) -> dict[str, int]:
    return {task.title: task.id for task in schedule.tasks}


def where(schedule: Schedule, title: str) -> tuple[Position, ...]:
    return next(task.slots for task in schedule.tasks if task.title == title)


def lesson(event, when: str = "20261020T080000", **names: str) -> File:
    return event(f"DTSTART;TZID=Europe/Berlin:{when}", "DURATION:PT45M", **names)


def test_events_come_first_and_ids_count_from_one(event) -> None:
    assert ids(loaded(TASKS, lesson(event)).schedule) == {"Thing": 1, "Essay": 2, "Sheet": 3}


def test_reading_the_same_files_again_changes_nothing(event) -> None:
    first = draft(loaded(TASKS, lesson(event)).schedule, Essay=(3, 1, 2))

    assert loaded(TASKS, lesson(event), previous=first).schedule is first


def test_ids_and_places_stay_when_files_change(event) -> None:
    first = draft(loaded(TASKS, lesson(event)).schedule, Essay=(3, 1, 2))
    changed = "title,duration,category\nNew,1,Math\nEssay,2,Writing\n"

    again = loaded(changed, lesson(event, uid="other", title="Other"), lesson(event, name="b.ics"), previous=first)

    assert ids(again.schedule) == {"Other": 4, "Thing": 1, "New": 5, "Essay": 2}
    assert where(again.schedule, "Essay") == where(first, "Essay")
    assert [str(left) for left in again.left_out] == ["Sheet: no longer in the files"]
    assert again.schedule.version == first.version + 1


LOST = {
    "an event in its place": ("Essay,2 slots,Writing", (2, 1, 2), "Thing is there now"),
    "another length": ("Essay,3 slots,Writing", (3, 1, 2), "its duration has changed"),
}


@pytest.mark.parametrize(("row", "place", "why"), LOST.values(), ids=LOST.keys())
def test_a_lost_place_is_said(row: str, place: tuple[int, int, int], why: str, event) -> None:
    first = draft(loaded().schedule, Essay=place)

    again = loaded(f"title,duration,category\n{row}\nSheet,1 slot,Math\n", lesson(event), previous=first)

    assert where(again.schedule, "Essay") == ()
    assert again.notes == (f"Essay: lost its place ({why})",)


def test_a_deadline_before_the_place_takes_it_away() -> None:
    first = draft(loaded().schedule, Essay=(5, 1, 2))
    due = "title,duration,category,deadline\nEssay,2 slots,Writing,2026-10-21\nSheet,1 slot,Math,\n"

    assert loaded(due, previous=first).notes == ("Essay: lost its place (it is due before)",)


def test_a_window_that_moves_on_keeps_the_dates() -> None:
    first = draft(loaded().schedule, Essay=(8, 1, 2), Sheet=(2, 1, 1))

    again = loaded(previous=first, start=date(2026, 10, 26))

    assert where(again.schedule, "Essay") == (Position(day=1, slot_start=1, slot_end=2),)
    assert again.notes == ("Sheet: lost its place (it is outside the planned days and slots)",)


def test_another_grid_keeps_no_place_that_it_has_not() -> None:
    first = draft(loaded().schedule, Essay=(8, 1, 2))

    assert where(loaded(previous=first, grid=HALF_HOURS).schedule, "Essay") == ()


def test_a_guest_stays_with_its_host(event) -> None:
    train = event("DTSTART;TZID=Europe/Berlin:20261020T080000", "DURATION:PT2H", "X-DAYLOOM-CAN-EMBED:TRUE")
    first = draft(loaded(TASKS, train).schedule, Essay=(2, 1, 2))
    host = HostLink(task_id=1, day=2, slot_start=1)
    guest = first.with_tasks([first.by_id[2].model_copy(update={"host": host})])

    assert loaded(TASKS, train, previous=guest).schedule is guest


def test_a_written_plan_read_again_has_the_same_places() -> None:
    schedule = draft(loaded().schedule, Essay=(6, 11, 12), Sheet=(7, 1, 1))
    written = File("plan.ics", write_calendar(schedule, THREAD, stamp=STAMP))

    events = read_calendar([written], schedule).events

    assert {event.title: event.slots for event in events} == {task.title: task.slots for task in schedule.suggested}
    assert {event.category for event in events} == {"Writing", "Math"}


def test_a_written_plan_carries_its_time_zone_and_stable_names() -> None:
    schedule = draft(loaded().schedule, Essay=(8, 1, 2))

    text = write_calendar(schedule, THREAD, stamp=STAMP).decode()

    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n" in text
    assert "DTSTART;TZID=Europe/Berlin:20261026T080000\r\nDTEND;TZID=Europe/Berlin:20261026T094000\r\n" in text
    assert text == write_calendar(schedule, THREAD, stamp=STAMP).decode()


def test_a_plan_in_utc_needs_no_time_zone() -> None:
    text = write_calendar(draft(loaded(timezone="UTC").schedule, Essay=(8, 1, 2)), THREAD, stamp=STAMP).decode()

    assert "DTSTART:20261026T080000Z" in text
    assert "VTIMEZONE" not in text


def test_an_empty_plan_is_a_calendar_too() -> None:
    written = File("plan.ics", write_calendar(loaded().schedule, THREAD, stamp=STAMP))

    assert read_calendar([written], loaded().schedule).events == ()


def test_originals_are_kept_as_they_were_beside_the_plan() -> None:
    sample = sample_week()
    schedule = schedule_from(
        [sample.calendar], [sample.tasks], start=sample.start, days=sample.days, timezone=sample.timezone
    ).schedule
    planned = draft(schedule, **{"Problem sheet 6": (1, 8, 10)})

    written = write_calendar(planned, THREAD, stamp=STAMP, originals=[sample.calendar])

    original = sample.calendar.data.split(b"CALNAME:Winter term\r\n")[1].removesuffix(b"END:VCALENDAR\r\n")
    assert original in written
    events = read_calendar([File("plan.ics", written)], planned).events
    assert {event.slots for event in events} == {task.slots for task in planned.tasks if task.slots}


def test_a_plan_written_over_an_earlier_one_replaces_it() -> None:
    first = draft(loaded().schedule, Essay=(8, 1, 2))
    second = draft(first, Essay=(9, 1, 2))
    earlier = File("plan.ics", write_calendar(first, THREAD, stamp=STAMP))

    both = File("plan.ics", write_calendar(second, THREAD, stamp=STAMP, originals=[earlier]))

    assert [event.slots for event in read_calendar([both], second).events] == [where(second, "Essay")]


def test_a_plan_of_another_thread_replaces_nothing() -> None:
    first = draft(loaded().schedule, Essay=(8, 1, 2))
    second = draft(first, Essay=(9, 1, 2))
    earlier = File("plan.ics", write_calendar(first, ThreadId("another"), stamp=STAMP))

    both = File("plan.ics", write_calendar(second, THREAD, stamp=STAMP, originals=[earlier]))

    assert [event.slots for event in read_calendar([both], second).events] == [
        where(first, "Essay"),
        where(second, "Essay"),
    ]


def test_two_files_that_mean_different_zones_by_one_name_are_not_mixed(calendar) -> None:
    def zone(offset: str, name: str) -> File:
        lines = ["BEGIN:VTIMEZONE", "TZID:Home", "BEGIN:STANDARD", f"TZOFFSETTO:{offset}", "END:STANDARD"]
        return calendar(*lines, "END:VTIMEZONE", name=name)

    with pytest.raises(BadInput, match=r"b\.ics, line 3: the time zone 'Home' is another one"):
        write_calendar(loaded().schedule, THREAD, stamp=STAMP, originals=[zone("+01", "a.ics"), zone("+02", "b.ics")])


def test_a_task_that_an_earlier_plan_brought_into_the_calendar_is_not_planned_again() -> None:
    plan = File("plan.ics", write_calendar(draft(loaded().schedule, Essay=(8, 1, 2)), THREAD, stamp=STAMP))

    again = loaded(TASKS, plan)

    assert [(task.title, task.status) for task in again.schedule.tasks] == [("Essay", "existing"), ("Sheet", "pending")]
    assert [left.reason for left in again.left_out] == [Reason.IN_CALENDAR]


def test_todos_of_a_calendar_given_twice_count_once(calendar) -> None:
    file = calendar("BEGIN:VTODO", "UID:a", "SUMMARY:Essay", "X-DAYLOOM-DURATION:2", "END:VTODO")

    both = schedule_from([file], [file], start=date(2026, 10, 19))

    assert [task.title for task in both.schedule.tasks] == ["Essay"]


@pytest.mark.parametrize("week", [{"timezone": "Mars"}, {"days": 0}, {"days": 1000}, {"buffer": -1}])
def test_a_week_that_cannot_be_is_refused(week: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="no such week"):
        loaded(**week)


def test_the_sample_week_is_as_the_picture_says() -> None:
    sample = sample_week()
    made = schedule_from(
        [sample.calendar], [sample.tasks], start=sample.start, days=sample.days, timezone=sample.timezone
    )

    assert {
        task.title: [(at.day, at.slot_start, at.slot_end) for at in task.slots] for task in made.schedule.events
    } == {
        "Linear algebra": [(1, 1, 2), (3, 1, 2)],
        "Algorithms": [(2, 3, 4)],
        "Statistics": [(5, 6, 7)],
        "Physics lab": [(1, 7, 9)],
        "Choir": [(4, 11, 12)],
        "Train to the mountains": [(5, 9, 10)],
        "Hiking club day": [(6, 1, 12)],
        "Dentist": [(4, 5, 5)],
    }
    assert [left.reason for left in made.left_out] == [Reason.CANCELLED, Reason.FREE]


def test_the_autumn_example_crosses_the_end_of_summer_time() -> None:
    made = schedule_from(
        [DATA / "autumn.ics"], [DATA / "autumn.csv"], start=date(2026, 10, 19), days=14, timezone="Europe/Berlin"
    )

    assert {
        task.title: [(at.day, at.slot_start, at.slot_end) for at in task.slots] for task in made.schedule.events
    } == {
        "Biology": [(1, 1, 2), (4, 1, 2), (8, 1, 2), (11, 1, 2)],
        "Chemistry": [(2, 3, 4)],
        "History": [(3, 6, 7), (12, 6, 7)],
        "Reading seminar": [(4, 8, 9)],
        "Shift at the café": [(6, 3, 5), (7, 2, 5), (13, 2, 5)],
        "Reformation Day": [(13, 1, 12)],
        "Yoga": [(1, 11, 12), (8, 11, 12)],
    }
    assert len([*made.schedule.pending]) == 40
