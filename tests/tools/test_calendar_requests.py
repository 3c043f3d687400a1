"""What benchmarks of calendar assistants ask: a model that makes no mistake can do all of it with the tools alone."""

from __future__ import annotations

from typing import Any

import pytest
from builders import called, schedule
from calendar_requests import CANCEL, CHANGE, CREATE, FREE, PREFER, TEXT, search, spoken

from dayloom.calendars import File, read_calendar
from state.desk import Desk
from state.schedule import HALF_HOURS
from tools import TOOLBOX


@pytest.fixture(scope="module")
def on() -> Desk:
    week = schedule(grid=HALF_HOURS)
    events = read_calendar([File("all.ics", TEXT.encode())], week).events
    return Desk(schedule=week.model_copy(update={"tasks": events}))


@pytest.mark.parametrize(("request_", "find", "which", "more", "gone"), CANCEL, ids=[row[0] for row in CANCEL])
def test_cancel(on: Desk, request_: str, find: dict[str, Any], which: int, more: dict[str, Any], gone: str) -> None:
    found = called(TOOLBOX, on, "list_tasks", **find).report.data["tasks"][which]["id"]

    after = called(TOOLBOX, on, "cancel_event", events=[{"task_id": found, **more}])

    left = spoken(on.schedule) - spoken(after.desk.schedule)
    assert [one.startswith(gone) for one in left] == [True]


@pytest.mark.parametrize(("request_", "arguments", "new"), CREATE, ids=[row[0] for row in CREATE])
def test_create(on: Desk, request_: str, arguments: dict[str, Any], new: str) -> None:
    after = called(TOOLBOX, on, "add_event", **arguments).desk.schedule

    came = spoken(after) - spoken(on.schedule)
    assert [one.startswith(new) for one in came] == [True]
    assert after.tasks[-1].event is None or after.tasks[-1].event.attendees == tuple(arguments.get("attendees", ()))


@pytest.mark.parametrize(("request_", "find", "which", "change", "new"), CHANGE, ids=[row[0] for row in CHANGE])
def test_rename_and_shift(
    on: Desk, request_: str, find: dict[str, Any], which: int, change: dict[str, Any], new: str
) -> None:
    found = called(TOOLBOX, on, "list_tasks", **find).report.data["tasks"][which]["id"]

    after = called(TOOLBOX, on, "move_event", task_id=found, **change).desk.schedule

    assert [one.startswith(new) for one in spoken(after) - spoken(on.schedule)] == [True]
    assert len(spoken(on.schedule) - spoken(after)) == 1


def test_a_whole_series_shifts(on: Desk) -> None:
    [found] = called(TOOLBOX, on, "list_tasks", title="standup").report.data["tasks"]

    after = called(TOOLBOX, on, "move_event", task_id=found["id"], series=True, start="2026-11-23T10:00").desk.schedule

    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    assert spoken(after) - spoken(on.schedule) == {f"Standup {day} 10:00-10:30" for day in days}


def best(on: Desk, **arguments: Any) -> str:
    """The first place of a search."""
    performed = called(TOOLBOX, on, "find_free", **{"limit": 1, **arguments})
    assert not performed.report.violations, performed.report.text
    [found] = performed.report.data["places"]
    start = on.schedule.start_of(found["day"], found["slot_start"])
    return f"{start:%a %H:%M}"


@pytest.mark.parametrize(("request_", "arguments", "where"), PREFER, ids=[row[0] for row in PREFER])
def test_preferences_per_hour(on: Desk, request_: str, arguments: dict[str, Any], where: str) -> None:
    assert best(on, **search(arguments)).startswith(where)


@pytest.mark.parametrize(("request_", "arguments", "where"), FREE, ids=[row[0] for row in FREE])
def test_free_time_over_several_calendars(on: Desk, request_: str, arguments: dict[str, Any], where: str) -> None:
    assert best(on, **{"duration": 4, "earliest": True, **arguments}) == where


def test_a_calendar_that_is_not_there_is_named_with_those_that_are(on: Desk) -> None:
    report = called(TOOLBOX, on, "find_free", duration=1, calendars=["Hobby"]).report
    overview = called(TOOLBOX, on, "get_overview").report

    assert "there is no calendar Hobby; calendars with a name are: Home, Team, Work." in report.text
    assert "Calendars: Work (6 events), Home (4 events), Team (1 events)." in overview.text


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("cancel_event", {"events": [{"task_id": 1}]}, "repeats; say which one with `on`"),
        ("cancel_event", {"events": [{"task_id": 1, "on": "2026-11-28"}]}, "is there 0 times on 2026-11-28"),
        ("cancel_event", {"events": [{"task_id": 99}]}, "99"),
        ("move_event", {"task_id": 2, "end": "2026-11-24T09:00"}, "before it begins"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_cure(on: Desk, tool: str, arguments: dict[str, Any], told: str) -> None:
    performed = called(TOOLBOX, on, tool, **arguments)

    assert told in performed.report.text
    assert performed.desk is on
