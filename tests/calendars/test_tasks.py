"""Tasks from CSV, YAML and VTODO: what they say is what is planned, and what is wrong is said all at once."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dayloom.calendars import File, Reason, read_tasks, sample_file
from dayloom.calendars.source import clean
from state.errors import BadInput
from state.schedule import PERIODS12, Schedule, SlotRange, Source, Status, Task, Window

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Schedule(window=Window(start=date(2026, 10, 19), days=14), grid=PERIODS12, timezone="Europe/Berlin")


def table(*rows: str, name: str = "tasks.csv") -> File:
    return File(name, "\n".join(rows).encode())


def one(header: str, row: str) -> Task:
    (task,) = read_tasks([table(f"title,duration,{header}", f"Essay,2,{row}")], WEEK).tasks
    return task


def test_a_task_waits_to_be_placed() -> None:
    (task,) = read_tasks([table("title,duration", "Essay,2")], WEEK).tasks

    assert task == Task(id=1, source=Source.TASK_ITEM, source_id="/Essay", title="Essay", duration=2)
    assert task.status is Status.PENDING


FIELDS = {
    "a category": ("category", "Writing", Task(id=1, title="E", duration=2, category="Writing")),
    "an order": ("order", "3", Task(id=1, title="E", duration=2, order=3)),
    "a priority": ("priority", "1", Task(id=1, title="E", duration=2, priority=1)),
    "a lock": ("locked", "yes", Task(id=1, title="E", duration=2, locked=True)),
    "no lock": ("locked", "FALSE", Task(id=1, title="E", duration=2)),
    "an earliest date": (
        "earliest",
        "2026-10-26",
        Task(id=1, title="E", duration=2, earliest=datetime(2026, 10, 26, tzinfo=BERLIN)),
    ),
    "a deadline that is a date means its end": (
        "deadline",
        "2026-10-26",
        Task(id=1, title="E", duration=2, deadline=datetime(2026, 10, 26, 23, 59, tzinfo=BERLIN)),
    ),
    "a deadline with a time": (
        "deadline",
        "2026-10-26 18:00",
        Task(id=1, title="E", duration=2, deadline=datetime(2026, 10, 26, 18, tzinfo=BERLIN)),
    ),
    "a deadline with an offset": (
        "deadline",
        "2026-10-26T17:00Z",
        Task(id=1, title="E", duration=2, deadline=datetime(2026, 10, 26, 18, tzinfo=BERLIN)),
    ),
    "weekdays by number": ("weekdays", '"1,3,5"', Task(id=1, title="E", duration=2, weekdays=(1, 3, 5))),
    "weekdays by name": ("weekdays", "Tuesday sat", Task(id=1, title="E", duration=2, weekdays=(2, 6))),
    "weekdays by range": ("weekdays", "Mon - Thu", Task(id=1, title="E", duration=2, weekdays=(1, 2, 3, 4))),
    "weekdays round the weekend": ("weekdays", "Fri-Mon", Task(id=1, title="E", duration=2, weekdays=(1, 5, 6, 7))),
    "a time range": (
        "time_range",
        "08:00-12:00",
        Task(id=1, title="E", duration=2, slot_range=SlotRange(slot_start=1, slot_end=4)),
    ),
    "a time range to midnight": (
        "time_range",
        "19:00-24:00",
        Task(id=1, title="E", duration=2, slot_range=SlotRange(slot_start=11, slot_end=12)),
    ),
    "nothing": ("category,order,deadline", ",,", Task(id=1, title="E", duration=2)),
}


@pytest.mark.parametrize(("header", "row", "expected"), FIELDS.values(), ids=FIELDS.keys())
def test_fields_are_read(header: str, row: str, expected: Task) -> None:
    named = {"title": "Essay", "source_id": f"{expected.category}/Essay"}

    assert one(header, row) == expected.model_copy(update=named)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_spreadsheets_may_write_it_their_way(separator: str, mark: bytes, ending: str) -> None:
    rows = [["Title", " DURATION ", "Time range"], ["Essay, part 1; draft", "2", "08:00-12:00"], ["", "", ""]]
    text = ending.join(separator.join(f'"{cell}"' for cell in row) for row in rows)

    (task,) = read_tasks([File("tasks.csv", mark + text.encode())], WEEK).tasks

    assert (task.title, task.duration) == ("Essay, part 1; draft", 2)


@pytest.mark.parametrize(("written", "slots"), [("45min", 1), ("90min", 2), ("1h30", 2), ("2h", 3), ("1 h 30 min", 2)])
def test_a_length_of_time_becomes_slots_and_that_is_said(written: str, slots: int) -> None:
    reading = read_tasks([table("title,duration", f"Essay,{written}")], WEEK)

    assert reading.tasks[0].duration == slots
    assert reading.notes[-1].endswith(f"minutes taken as {slots} x 45 minutes")


ROWS = {
    "no title": ("title,duration\n,2", "row 2: title is missing"),
    "half a slot": ("title,duration\nEssay,1.5", "row 2: duration '1.5' may be hours or slots; write 1.5h"),
    "no slot": ("title,duration\nEssay,0", "row 2: duration '0' is not a length"),
    "more than a day": (
        "title,duration\nEssay,13",
        "row 2: duration '13' is 13 slots, but a day has 12; split the task",
    ),
    "the end of time": (
        "title,duration,deadline\nEssay,2,9999-12-31",
        "'9999-12-31' cannot be planned; use a year from",
    ),
    "the beginning of time": ("title,duration,earliest\nEssay,2,0001-01-01 10:00", "'0001-01-01 10:00' cannot be"),
    "no such date": ("title,duration,deadline\nEssay,2,2026-02-30", "row 2: deadline '2026-02-30' is not a date"),
    "no weekday": ("title,duration,weekdays\nEssay,2,Someday", "row 2: weekdays 'Someday' is not a weekday"),
    "two weekdays by one letter": ("title,duration,weekdays\nEssay,2,T", "'T' is not a weekday"),
    "a range of one time": (
        "title,duration,time_range\nEssay,2,08:00",
        "row 2: time_range '08:00' is not a time range",
    ),
    "a range in a break": (
        "title,duration,time_range\nEssay,2,12:35-13:30",
        "no slot of the day lies within '12:35-13:30'; widen it",
    ),
    "a high priority": ("title,duration,priority\nEssay,2,0", "priority '0' is out of range; write 1 (highest) to 9"),
    "no priority": ("title,duration,priority\nEssay,2,purple", "priority 'purple' is not a priority; write 1"),
    "an order of letters": ("title,duration,order\nEssay,2,first", "order 'first' is not a whole number"),
    "a doubtful lock": ("title,duration,locked\nEssay,2,perhaps", "locked 'perhaps' is neither yes nor no"),
    "an open quotation": ('title,duration\n"Essay,2', "close every quotation mark"),
    "a cell too many": ("title,duration\nEssay,part one,2", "row 2: has a cell without a column ('2'); quote text"),
    "several faults": (
        "title,duration,order\nEssay,x,y",
        "is not a length; write slots (2) or a time (90min, 1h30); order",
    ),
}


@pytest.mark.parametrize(("text", "complaint"), ROWS.values(), ids=ROWS.keys())
def test_a_row_that_cannot_be_read_is_left_out_by_name(text: str, complaint: str) -> None:
    reading = read_tasks([table(f"{text}\n")], WEEK)

    assert (reading.tasks, [left.reason for left in reading.left_out]) == ((), [Reason.UNREADABLE])
    assert reading.left_out[0].detail.startswith("tasks.csv, row 2: ")
    assert complaint in reading.left_out[0].detail


NO_LISTS = {
    "no header": ("Essay,2", "row 1: none of 'Essay', '2' names the column of the titles; begin with a header"),
    "an empty file": ("", "row 1: is empty; begin with a header"),
}


@pytest.mark.parametrize(("text", "complaint"), NO_LISTS.values(), ids=NO_LISTS.keys())
def test_a_table_that_is_no_list_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=r"^tasks\.csv, ") as refused:
        read_tasks([table(text)], WEEK)

    assert complaint in str(refused.value)


def test_tasks_of_one_name_are_told_apart() -> None:
    tasks = read_tasks([table("title,duration", "Practice,1", "Practice,1")], WEEK).tasks

    assert [task.source_id for task in tasks] == ["/Practice", "/Practice#2"]


YAML = {
    "a list": "- title: Essay\n  duration: 2\n",
    "a list under tasks": "tasks:\n  - {title: Essay, duration: 2}\n",
    "typed values": "- title: Essay\n  duration: 2\n  deadline: null\n  locked: false\n",
}


@pytest.mark.parametrize("text", YAML.values(), ids=YAML.keys())
def test_yaml_may_be_written_either_way(text: str) -> None:
    (task,) = read_tasks([File("tasks.yaml", text.encode())], WEEK).tasks

    assert (task.title, task.duration) == ("Essay", 2)


def test_yaml_dates_are_dates() -> None:
    text = (
        "- title: Essay\n  duration: 2\n  earliest: 2026-10-20\n  deadline: 2026-10-21 18:00:00\n  weekdays: [1, Fri]\n"
    )
    (task,) = read_tasks([File("tasks.yml", text.encode())], WEEK).tasks

    assert task.earliest == datetime(2026, 10, 20, tzinfo=BERLIN)
    assert task.deadline == datetime(2026, 10, 21, 18, tzinfo=BERLIN)
    assert task.weekdays == (1, 5)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
DOCUMENTS = {
    "an alias bomb": (BOMB, "line 2: is not YAML as expected (alias *a is not allowed)"),
    "a Python call as a value": ("- title: !!python/name:os.system x\n  duration: 1\n", "line 1: is not YAML"),
    "no list": ("title: Essay\n", "holds no list of tasks"),
    "nothing": ("", "holds no list of tasks"),
    "two documents": ("- title: a\n---\n- title: b\n", "is not YAML as expected"),
    "a tab": ("- title: a\n\tduration: 1\n", "line 2: is not YAML as expected"),
    "deeper than anyone writes": ("[" * 5000, "is not"),
    "control characters": ("- title: a\x07\n", "is not YAML as expected"),
}


@pytest.mark.parametrize(("text", "complaint"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_yaml_that_cannot_be_read_is_named(text: str, complaint: str) -> None:
    with pytest.raises(BadInput, match=r"^tasks\.yaml") as refused:
        read_tasks([File("tasks.yaml", text.encode())], WEEK)

    assert complaint in str(refused.value)


ITEMS = {
    "an object of Python": ("- !!python/object:os.system {}\n", "line 1: title is missing"),
    "a key twice": ("- title: a\n  title: b\n  duration: 1\n", "line 1: 'title' is there twice"),
    "a nested title": ("- title: {a: b}\n  duration: 1\n", "line 1: 'title' holds a list or a mapping"),
    "a list": ("- [a, b]\n", "line 1: is not a task; write '- title: …'"),
    "a yes for a length": ("- title: a\n  duration: yes\n", "line 1: duration 'yes' is not a length"),
}


@pytest.mark.parametrize(("text", "complaint"), ITEMS.values(), ids=ITEMS.keys())
def test_a_task_of_yaml_that_cannot_be_read_is_left_out_and_the_others_are_read(text: str, complaint: str) -> None:
    reading = read_tasks([File("tasks.yaml", f"{text}- title: Sheet\n  duration: 1\n".encode())], WEEK)

    assert [task.title for task in reading.tasks] == ["Sheet"]
    assert complaint in reading.left_out[0].detail


def test_a_line_of_yaml_alone_is_a_task_and_an_unknown_key_is_passed_over() -> None:
    reading = read_tasks([File("tasks.yaml", b"- Essay\n- title: Sheet\n  dead_lines: x\n")], WEEK)

    assert [task.title for task in reading.tasks] == ["Essay", "Sheet"]
    assert "tasks.yaml: passed over 'dead_lines' (did you mean 'deadline'?)" in reading.notes


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(
        BadInput, match=r"tasks\.xlsx: tasks are read from \.csv, \.tsv, \.yaml, \.yml, \.md, \.markdown, \.txt, \.ics"
    ):
        read_tasks([File("tasks.xlsx", b"")], WEEK)


def test_the_sample_says_the_same_in_both_formats() -> None:
    formats = [read_tasks([sample_file(name)], WEEK).tasks for name in ("tasks.csv", "tasks.yaml")]

    assert formats[0] == formats[1]
    assert len(formats[0]) == 14


def todo(*lines: str, calendar, uid: str = "a") -> File:
    return calendar("BEGIN:VTODO", f"UID:{uid}", "SUMMARY:Essay", *lines, "END:VTODO", name="tasks.ics")


def test_a_todo_is_a_task(calendar) -> None:
    lines = ("ESTIMATED-DURATION:PT1H30M", "DUE;VALUE=DATE:20261030", "DTSTART:20261020T080000Z", "PRIORITY:1")
    reading = read_tasks([todo(*lines, "CATEGORIES:Writing", "X-DAYLOOM-ORDER:2", calendar=calendar)], WEEK)

    assert reading.tasks == (
        Task(
            id=1,
            source_id="a",
            title="Essay",
            category="Writing",
            duration=2,
            order=2,
            earliest=datetime(2026, 10, 20, 10, tzinfo=BERLIN),
            deadline=datetime(2026, 10, 30, 23, 59, tzinfo=BERLIN),
            priority=1,
        ),
    )
    assert reading.notes == ("Essay: 90 minutes taken as 2 x 45 minutes",)


def test_a_todo_without_a_length_takes_one_slot_and_that_is_said(calendar) -> None:
    reading = read_tasks([todo("PRIORITY:0", calendar=calendar)], WEEK)

    assert [(task.duration, task.priority) for task in reading.tasks] == [(1, 3)]
    assert reading.notes == ("Essay: says no duration; taken as 1 slot",)


TODOS = {
    "completed": (("STATUS:COMPLETED",), Reason.COMPLETED),
    "with the time it was done": (("COMPLETED:20261001T000000Z",), Reason.COMPLETED),
    "at 100 percent": (("PERCENT-COMPLETE:100",), Reason.COMPLETED),
    "cancelled": (("STATUS:CANCELLED",), Reason.CANCELLED),
}


@pytest.mark.parametrize(("lines", "reason"), TODOS.values(), ids=TODOS.keys())
def test_a_settled_todo_is_left_out(lines, reason: Reason, calendar) -> None:
    reading = read_tasks([todo(*lines, calendar=calendar)], WEEK)

    assert (reading.tasks, [left.reason for left in reading.left_out]) == ((), [reason])


def test_events_in_a_task_file_are_named(event) -> None:
    reading = read_tasks([event("DTSTART:20261020T100000")], WEEK)

    assert [left.reason for left in reading.left_out] == [Reason.NOT_A_TASK]


TITLES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).map(clean).filter(bool)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))
RECORDS = st.fixed_dictionaries(
    {"title": TITLES, "duration": st.integers(1, 12)},
    optional={
        "category": TITLES,
        "order": st.integers(-5, 500),
        "earliest": DAYS | MOMENTS,
        "deadline": DAYS | MOMENTS,
        "weekdays": st.lists(st.integers(1, 7), min_size=1, unique=True).map(sorted),
        "priority": st.integers(1, 9),
        "locked": st.booleans(),
    },
)


def as_csv(records: list[dict[str, object]]) -> File:
    columns = sorted({name for record in records for name in record})
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows({name: flat(value) for name, value in record.items()} for record in records)
    return File("tasks.csv", text.getvalue().encode())


def flat(value: object) -> object:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def as_yaml(records: list[dict[str, object]]) -> File:
    return File("tasks.yaml", yaml.safe_dump(records, allow_unicode=True, width=10**6).encode())


@settings(max_examples=80, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_tasks_come_back_from_either_format_as_they_were_written(records: list[dict[str, object]]) -> None:
    read = [read_tasks([file], WEEK).tasks for file in (as_csv(records), as_yaml(records))]

    assert read[0] == read[1]
    assert [(task.title, task.duration) for task in read[0]] == [(one["title"], one["duration"]) for one in records]
    for task, record in zip(read[0], records, strict=True):
        assert task.category == record.get("category", "")
        assert list(task.weekdays or []) == record.get("weekdays", [])
        assert task.earliest is None or task.earliest.replace(tzinfo=None) == midnight(record["earliest"])
        assert task.deadline is None or task.deadline.replace(tzinfo=None) - midnight(record["deadline"]) < timedelta(1)


def midnight(day: object) -> datetime:
    assert isinstance(day, date)
    return day if isinstance(day, datetime) else datetime.combine(day, datetime.min.time())
