"""Reads tell weekday, date and clock time of everything, compactly, and change nothing."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, grid, slots, task

from state.desk import Desk, OrderScope
from state.schedule import HALF_HOURS, HostLink, Status
from state.tool import ToolReport
from state.violation import ViolationKind
from tools.reads import reads

LECTURE = event(1, "Linear algebra", slots(1, 1, 2), slots(3, 1, 2))
LAB = event(2, "Lab", slots(2, 5, 8), host=True)
DEADLINE = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("UTC"))
ESSAY = task(3, "Essay", duration=2, category="writing", order=1, deadline=DEADLINE)
POEM = task(4, "Poem", slots(4, 3, 4), category="writing", order=2, locked=True)
WEEK = desk(LECTURE, LAB, ESSAY, POEM, cap=6, buffer=1, span_pauses=True)


def read(on: Desk, name: str, **arguments: object) -> ToolReport:
    performed = called(reads, on, name, **arguments)
    assert performed.desk is on
    json.dumps(performed.report.data)
    return performed.report


def test_the_overview_has_one_line_for_each_day_with_load_entries_and_free_times() -> None:
    text = read(WEEK, "get_overview").text

    assert text.startswith("Mon 23 Nov 2026 (day 1) to Sun 29 Nov 2026 (day 7), time zone Europe/Berlin.")
    assert (
        'Mon 23 Nov 2026 (day 1): load 0 of 6; 08:00-09:40 [slots 1-2] "Linear algebra" (event 1); '
        "free 10:55-20:40 [slots 4-12]" in text
    )
    assert '11:50-16:15 [slots 5-8] "Lab" (event 2), may host a task' in text
    assert 'Thu 26 Nov 2026 (day 4): load 2 of 6; 10:00-11:40 [slots 3-4] "Poem" (task 4), locked' in text
    assert "at most 6 task slots a day; buffer of 1 free slot around entries" in text


def test_the_overview_lists_pending_tasks_with_their_limits_and_the_order_to_keep() -> None:
    text = read(WEEK, "get_overview").text

    assert '- "Essay" (task 3), pending: no place; writing, 2 slots, priority 3, number 1 of writing' in text
    assert "done by Wed 25 Nov 2026 13:00" in text
    assert "Order to keep, by task id: writing: 3 < 4." in text
    assert "Task slots by day: 0 0 0 2 0 0 0; total 2; daily load (sum of squares) 28" in text


def test_the_overview_says_which_order_holds() -> None:
    tied = desk(task(3, "A", order=1), task(4, "B", order=2), task(5, "C", order=2))

    assert "no category: 3 < 4, 5." in read(tied, "get_overview").text
    assert "does not matter" in read(tied.model_copy(update={"allow_reorder": True}), "get_overview").text
    by_id = tied.model_copy(update={"order_scope": OrderScope.ALL})
    assert "all tasks keep the order of their ids" in read(by_id, "get_overview").text


def test_the_overview_of_an_empty_window_says_that_nothing_is_pending() -> None:
    text = read(desk(days=1), "get_overview").text

    assert "(day 1): load 0; free 08:00-09:40 [slots 1-2], 10:00-12:35 [slots 3-5], 13:30-15:10 [slots 6-7], " in text
    assert "Pending: none." in text
    assert "no task depends on another" in text


def test_the_data_of_the_overview_has_days_pending_and_load() -> None:
    data = read(WEEK, "get_overview").data

    assert data["days"][3] == {
        "day": 4,
        "date": "2026-11-26",
        "load": 2,
        "entries": [
            {
                "task_id": 4,
                "title": "Poem",
                "status": "suggested",
                "slot_start": 3,
                "slot_end": 4,
                "start": "2026-11-26T10:00:00+01:00",
                "end": "2026-11-26T11:40:00+01:00",
            }
        ],
        "free": [{"slot_start": 1, "slot_end": 1}, {"slot_start": 6, "slot_end": 12}],
    }
    assert [one["id"] for one in data["pending"]] == [3]
    assert (data["load"], data["unevenness"]) == ([0, 0, 0, 2, 0, 0, 0], 28)


def test_a_range_tells_each_slot_with_its_clock_and_who_is_there() -> None:
    guest = task(3, "Essay", slots(2, 7), host=HostLink(task_id=2, day=2, slot_start=5))
    on = desk(LECTURE, LAB, guest, event(5, "Gym", slots(2, 10, 11), host=True), buffer=1)

    lines = read(on, "query_range", day=2, slot_start=3, slot_end=10).text.splitlines()

    assert lines == [
        "Tue 24 Nov 2026 (day 2), 10:00-18:05:",
        "- 10:00-10:45 slot 3: free",
        '- 10:55-11:40 slot 4: blocked, buffer of "Lab" (event 2)',
        '- 11:50-12:35 slot 5: host_taken, "Lab" (event 2), hosts "Essay" (task 3)',
        '- 13:30-14:15 slot 6: host_taken, "Lab" (event 2), hosts "Essay" (task 3)',
        '- 14:25-15:10 slot 7: host_taken, "Lab" (event 2), hosts "Essay" (task 3) and "Essay" (task 3) inside event 2',
        '- 15:30-16:15 slot 8: host_taken, "Lab" (event 2), hosts "Essay" (task 3)',
        '- 16:25-17:10 slot 9: blocked, buffer of "Lab" (event 2), "Gym" (event 5)',
        '- 17:20-18:05 slot 10: host_free, "Gym" (event 5), may host a task',
    ]


def test_the_states_of_a_range_are_data_too() -> None:
    cells = read(WEEK, "query_range", day=1).data["cells"]

    assert [cell["state"] for cell in cells[:4]] == ["blocked", "blocked", "blocked", "free"]
    assert cells[0] == {"slot": 1, "state": "blocked", "time": "08:00-08:45"}


@pytest.mark.parametrize(
    ("where", "kind"),
    [({"day": 8}, ViolationKind.OUTSIDE_WINDOW), ({"day": 1, "slot_start": 13}, ViolationKind.OUT_OF_RANGE)],
)
def test_a_range_that_does_not_exist_is_named(where: dict[str, int], kind: ViolationKind) -> None:
    assert [wrong.kind for wrong in read(WEEK, "query_range", **where).violations] == [kind]


def test_a_day_that_ends_at_midnight_and_a_clock_change_are_told_by_the_clock() -> None:
    on = desk(task(1, "Night", slots(3, 2)), start=date(2026, 3, 27), days=3, grid=grid("01:30", "23:00"))

    assert "23:00-00:00 slot 2" in read(on, "query_range", day=3).text
    assert "Sun 29 Mar 2026 23:00-00:00 (day 3, slot 2)" in read(on, "get_task_info", task_id=1).text


def test_free_places_come_best_first_within_the_limits_of_the_task() -> None:
    report = read(WEEK, "find_free", duration=2, task_id=3, limit=2)

    assert report.text.splitlines() == [
        '16 places fit 2 slots of "Essay" (task 3), 2 best first:',
        "- Mon 23 Nov 2026 10:55-12:35 (day 1, slots 4-5), score 88",
        "- Tue 24 Nov 2026 08:00-09:40 (day 2, slots 1-2), score 87",
    ]
    assert report.data["total"] == 16
    scores = [place["score"] for place in read(WEEK, "find_free", duration=2, limit=100).data["places"]]
    assert scores == sorted(scores, reverse=True)


def test_free_places_can_be_asked_inside_hosts_only_or_never_there() -> None:
    inside = read(WEEK, "find_free", duration=3, embed=True)
    outside = read(WEEK, "find_free", duration=3, embed=False, days=[2])

    assert [(place["day"], place["slot_start"]) for place in inside.data["places"]] == [(2, 5), (2, 6)]
    assert 'Tue 24 Nov 2026 11:50-15:10 (day 2, slots 5-7) inside "Lab" (event 2)' in inside.text
    assert {place["slot_start"] for place in outside.data["places"]} == {1, 10}


def test_free_places_respect_days_weekdays_and_slots() -> None:
    found = read(WEEK, "find_free", duration=1, weekdays=[6, 7], slot_start=9, slot_end=10).data["places"]

    assert {(place["day"], place["slot_start"]) for place in found} == {(6, 9), (6, 10), (7, 9), (7, 10)}


def test_when_nothing_is_free_the_longest_free_time_is_named() -> None:
    report = read(WEEK, "find_free", duration=10, days=[1, 2])

    assert report.text.splitlines() == [
        "No place fits 10 slots there.",
        "The longest free time on those days is Mon 23 Nov 2026 (day 1) 10:55-20:40, slots 4-12.",
    ]
    assert report.data == {"places": [], "total": 0}


def test_free_places_of_an_unknown_task_or_day_are_refused() -> None:
    assert [wrong.kind for wrong in read(WEEK, "find_free", duration=1, task_id=99).violations] == [
        ViolationKind.OUT_OF_RANGE
    ]
    assert [wrong.kind for wrong in read(WEEK, "find_free", duration=1, days=[1, 9]).violations] == [
        ViolationKind.OUTSIDE_WINDOW
    ]


def test_lists_can_be_narrowed_by_status_category_title_and_place() -> None:
    assert [one["id"] for one in read(WEEK, "list_tasks").data["tasks"]] == [1, 2, 3, 4]
    assert [one["id"] for one in read(WEEK, "list_tasks", status="suggested").data["tasks"]] == [4]
    assert [one["id"] for one in read(WEEK, "list_tasks", category="Writing").data["tasks"]] == [3, 4]
    assert [one["id"] for one in read(WEEK, "list_tasks", title="LAB").data["tasks"]] == [2]
    assert [one["id"] for one in read(WEEK, "list_tasks", weekdays=[1, 4]).data["tasks"]] == [1, 4]
    assert "No entry matches" in read(WEEK, "list_tasks", title="none such").text


def test_a_list_tells_where_each_entry_lies_and_cuts_long_series() -> None:
    daily = event(9, "Stand-up", *(slots(day, 1) for day in range(1, 6)))

    text = read(desk(daily), "list_tasks").text

    assert '- "Stand-up" (event 9), existing: Mon 23 Nov 2026 08:00-08:45 (day 1, slot 1); Tue 24 Nov 2026' in text
    assert "and 2 more times" in text


def test_one_task_is_told_with_its_links_and_limits() -> None:
    guest = task(3, "Essay", slots(2, 7), host=HostLink(task_id=2, day=2, slot_start=5))
    on = desk(LAB, guest, task(4, "Read", weekdays=(5, 1), status=Status.PENDING))

    assert read(on, "get_task_info", task_id=3).text == (
        '"Essay" (task 3), suggested: 1 slot, priority 3\n'
        '- Tue 24 Nov 2026 14:25-15:10 (day 2, slot 7)\nInside "Lab" (event 2).'
    )
    changes = "only move_event and cancel_event change it."
    assert f'Holds "Essay" (task 3).\nIn the calendar; {changes}' in read(on, "get_task_info", task_id=2).text
    assert "only on Mon, Fri\n- no place" in read(on, "get_task_info", task_id=4).text
    assert [wrong.kind for wrong in read(on, "get_task_info", task_id=8).violations] == [ViolationKind.OUT_OF_RANGE]


def test_a_long_title_is_cut_by_characters_and_kept_on_one_line() -> None:
    on = desk(task(1, "长" * 80), task(2, "Two\nlines"))

    text = read(on, "list_tasks").text

    assert f'"{"长" * 59}…" (task 1)' in text
    assert '"Two lines" (task 2)' in text


def test_the_half_hour_grid_ends_its_day_at_ten() -> None:
    assert "free 08:00-22:00 [slots 1-28]" in read(desk(grid=HALF_HOURS), "get_overview").text


def test_what_comes_next_is_told_from_now_on_and_which_deadline_without_a_place_is_first() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    report = read(WEEK.model_copy(update={"now": now}), "next_up", limit=2)

    assert report.text.splitlines() == [
        '- now: Mon 23 Nov 2026 08:00-09:40 "Linear algebra" (event 1)',
        '- next: Tue 24 Nov 2026 11:50-16:15 "Lab" (event 2)',
        'Without a place, and due first: "Essay" (task 3), pending: no place; writing, 2 slots, priority 3, '
        "number 1 of writing, done by Wed 25 Nov 2026 13:00",
    ]
    assert [(one["title"], one["running"], one["start"]) for one in report.data["entries"]] == [
        ("Linear algebra", True, "2026-11-23T08:00:00+01:00"),
        ("Lab", False, "2026-11-24T11:50:00+01:00"),
    ]


def test_after_the_last_entry_nothing_comes_next() -> None:
    late = datetime(2026, 11, 29, 23, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    assert read(desk(LECTURE).model_copy(update={"now": late}), "next_up").text == "Nothing more lies on these days."


def test_free_places_are_found_in_several_regions_with_places_to_avoid_the_earliest_first() -> None:
    regions = [{"days": [5], "slot_start": 9}, {"days": [2], "slot_start": 3, "slot_end": 5}]
    report = read(desk(), "find_free", duration=2, inside=regions, avoid=[{"slot_start": 10}], earliest=True)

    found = [(place["day"], place["slot_start"]) for place in report.data["places"]]
    assert found == [(2, 3), (2, 4)]
    assert "2 places fit 2 slots, 2 earliest first:" in report.text
    nothing = read(desk(LECTURE), "find_free", duration=2, inside=[{"days": [1], "slot_end": 3}])
    assert nothing.data["total"] == 0


def test_a_day_beyond_the_window_is_refused_in_any_of_the_regions() -> None:
    for name in ("inside", "avoid"):
        performed = called(reads, desk(), "find_free", duration=1, **{name: [{"days": [8]}]})
        assert [wrong.kind for wrong in performed.report.violations] == [ViolationKind.OUTSIDE_WINDOW]
