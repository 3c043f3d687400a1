"""Task lists as people and programs write them: what is meant is planned, what was read how is told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dayloom.calendars import File, LeftOut, Reading, Reason, read_tasks, schedule_from
from state.errors import BadInput
from state.schedule import HALF_HOURS, PERIODS12, Schedule, Window

CASES = Path(__file__).parent / "cases"
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 30)
WEEK = Schedule(window=Window(start=MONDAY, days=7), grid=HALF_HOURS, timezone="Europe/Berlin")
PERIODS = WEEK.model_copy(update={"grid": PERIODS12})
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=BERLIN)


def case(*names: str, week: Schedule = WEEK) -> Reading:
    return read_tasks([CASES / name for name in names], week, SUNDAY)


def listed(text: str, name: str = "tasks.csv", week: Schedule = WEEK) -> Reading:
    return read_tasks([File(name, text.encode())], week, SUNDAY)


def titles(reading: Reading) -> list[str]:
    return [task.title for task in reading.tasks]


def test_lengths_are_read_as_people_write_them_and_an_ambiguous_one_is_left_out_alone() -> None:
    reading = case("13d-durations.csv")

    assert {task.title: task.duration for task in reading.tasks} == dict.fromkeys("ABCDEFIJKL", 3) | dict.fromkeys(
        "GHM", 4
    )
    assert reading.left_out == (
        LeftOut(
            "N",
            "",
            Reason.UNREADABLE,
            "13d-durations.csv, row 15: duration '1.5' may be hours or slots; write 1.5h, 90min or 2 slots",
        ),
    )
    assert "A: 90 minutes taken as 3 x 30 minutes" in reading.notes


MINUTES = {
    "an hour": 60,
    "half an hour": 30,
    "an hour and a half": 90,
    "two and a half hours": 150,
    "one hour": 60,
    "½ h": 30,
    "1½ hours": 90,
    "1 1/2 hours": 90,
    "2h 15": 135,
    "1 hour, 30 minutes": 90,
    "1 hr. 30 min.": 90,
    "about 2 hours": 120,
    "~90 min": 90,
    "1-2 hours": 120,
    "30–45 min": 45,
    "1-hour": 60,
    "0:45": 45,
    "01:30:00": 90,
    "PT90M": 90,
    "PT1.5H": 90,
    "2 Stunden": 120,
    "2,5 Std.": 150,
    "anderthalb Stunden": 90,
    "eine halbe Stunde": 30,
    "eine Viertelstunde": 15,
    "ca. 45 Minuten": 45,
    "半小时": 30,
    "一个半小时": 90,
    "1小时半": 90,
    "一小时三十分钟": 90,
    "三刻钟": 45,
    "90分钟": 90,
    "１．５ｈ": 90,
}


@pytest.mark.parametrize(("written", "minutes"), MINUTES.items(), ids=MINUTES)
def test_a_length_in_words_or_numbers_is_so_many_minutes(written: str, minutes: int) -> None:
    reading = listed(f'title,duration\nEssay,"{written}"\n')

    assert reading.notes[-1].startswith(f"Essay: {minutes} minutes taken as"), reading


@pytest.mark.parametrize("written", ["1.5", "1,5", "0.5"])
def test_a_fraction_without_a_unit_is_ambiguous(written: str) -> None:
    [left] = listed(f'title,duration\nEssay,"{written}"\n').left_out

    assert "may be hours or slots; write 1.5h" in left.detail


@pytest.mark.parametrize("written", ["2 days", "half a day", "P1D", "1d 2h"])
def test_days_do_not_say_how_many_hours(written: str) -> None:
    [left] = listed(f"title,duration\nEssay,{written}\n").left_out

    assert "does not say how many hours of work; write hours (8h)" in left.detail


@pytest.mark.parametrize("written", ["soon", "yes", "-1", "0", "1-2", "h", "2 apples"])
def test_what_is_no_length_is_left_out(written: str) -> None:
    [left] = listed(f"title,duration\nEssay,{written}\nSheet,1h\n").left_out

    assert "is not a length" in left.detail


BARE = {
    "minutes": ("duration", "90", WEEK, 3, "minutes"),
    "slots of periods": ("duration", "3", PERIODS, 3, "slots of 45 minutes"),
    "a whole number with a point": ("Estimate", "60.0", WEEK, 2, "minutes"),
}


@pytest.mark.parametrize(("column", "written", "week", "slots", "told"), BARE.values(), ids=BARE)
def test_a_number_without_a_unit_follows_the_grid_and_that_is_told(
    column: str, written: str, week: Schedule, slots: int, told: str
) -> None:
    reading = listed(f"title,{column}\nEssay,{written}\n", week=week)

    assert [task.duration for task in reading.tasks] == [slots]
    assert f"tasks.csv: durations without a unit are {told}; write 2h, 90min or 2 slots to say another" in reading.notes


@pytest.mark.parametrize("column", ["Slots", "Duration (slots)"])
def test_a_column_named_slots_counts_slots(column: str) -> None:
    assert [task.duration for task in listed(f"title,{column}\nEssay,3\n").tasks] == [3]


@pytest.mark.parametrize("column", ["Hours", "Estimate (hours)", "Dauer [Std.]", "Estimated hours", "时长（小时）"])
def test_a_unit_in_the_name_of_a_column_is_that_of_its_numbers(column: str) -> None:
    assert [task.duration for task in listed(f'title;{column}\nEssay;"1,5"\n').tasks] == [3]


def test_foreign_names_of_columns_are_read_and_told() -> None:
    reading = case("13g-foreign-header.csv", week=PERIODS)

    [task] = reading.tasks
    assert (task.title, task.duration, task.deadline) == ("Report", 2, datetime(2026, 12, 1, 23, 59, tzinfo=BERLIN))
    assert "13g-foreign-header.csv: read 'Task Name' as title, 'Estimate' as duration, 'Due Date' as deadline" in (
        reading.notes
    )


HEADERS = [
    "Task,Time needed,Due,Project,Priority",
    "TITLE,Length,Deadline,List,Prio",
    "Subject,Effort,Due On,Category,Importance",
    "Name,Est. Time,due_date,Course,priority",
    "Aufgabe,Dauer,Fällig am,Kategorie,Priorität",
    "Titel,Zeitaufwand,Frist,Fach,Wichtigkeit",
    "任务,时长,截止日期,类别,优先级",
    "标题,预计时间,截止,科目,重要性",
]


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_named_as_people_name_them(header: str) -> None:
    [task] = listed(f"{header}\nEssay,2h,2026-12-01,History,high\n").tasks

    assert (task.title, task.duration, task.category, task.priority) == ("Essay", 4, "History", 1)
    assert task.deadline == datetime(2026, 12, 1, 23, 59, tzinfo=BERLIN)


def test_the_surest_name_wins_where_several_columns_would_do() -> None:
    reading = listed("Subject,Task,Description,Time needed\nHistory,Essay,as told in class,1h\n")

    assert [(task.title, task.category) for task in reading.tasks] == [("Essay", "History")]
    assert any("passed over 'Description'" in note for note in reading.notes)


def test_unknown_columns_are_passed_over_with_a_note() -> None:
    reading = listed("title,duration,dedline,Owner\nEssay,1h,x,Ann\n")

    assert titles(reading) == ["Essay"]
    assert "tasks.csv: passed over 'dedline' (did you mean 'deadline'?), 'Owner'" in reading.notes


DATES = {
    "2026-12-04": (4, 23, 59),
    "2026-12-04 17:00": (4, 17, 0),
    "Friday": (4, 23, 59),
    "by Friday": (4, 23, 59),
    "Fri 5pm": (4, 17, 0),
    "05.12.2026": (5, 23, 59),
    "5.12.": (5, 23, 59),
    "4.12.2026 17 Uhr": (4, 17, 0),
    "4 Dec 2026": (4, 23, 59),
    "4 December": (4, 23, 59),
    "Dec 4th, 2026": (4, 23, 59),
    "Fri, 4 Dec 2026 9:30 AM": (4, 9, 30),
    "4-Dec-26": (4, 23, 59),
    "tomorrow": (30, 23, 59),
    "tomorrow at noon": (30, 12, 0),
    "in 3 days": (2, 23, 59),
    "next week": (6, 23, 59),
    "morgen": (30, 23, 59),
    "bis Freitag, 18:00": (4, 18, 0),
    "4. Dezember 2026": (4, 23, 59),
    "12月4日": (4, 23, 59),
    "2026年12月4日 17:00": (4, 17, 0),
    "周五下午5点": (4, 17, 0),
    "明天": (30, 23, 59),
    "3天后": (2, 23, 59),
    "2026/12/04": (4, 23, 59),
}


@pytest.mark.parametrize(("written", "due"), DATES.items(), ids=DATES)
def test_a_due_date_is_read_from_today_on(written: str, due: tuple[int, int, int]) -> None:
    reading = listed(f'title,duration,due\nEssay,1h,"{written}"\n')

    [task] = reading.tasks
    assert task.deadline is not None
    assert (task.deadline.day, task.deadline.hour, task.deadline.minute) == due
    told = [note for note in reading.notes if f"deadline {written!r} read as" in note]
    assert len(told) == (0 if written.startswith("2026-") else 1)


def test_without_a_clock_words_are_counted_from_the_first_day() -> None:
    [task] = read_tasks([File("a.csv", b"title,due\nEssay,tomorrow\n")], WEEK).tasks

    assert task.deadline == datetime(2026, 12, 1, 23, 59, tzinfo=BERLIN)


def test_a_date_that_can_be_read_two_ways_is_told_with_the_way_it_was_read() -> None:
    europe = listed("title,due\nEssay,12/05/2026\n")
    america = listed("title,due\nEssay,12/05/2026\n", week=WEEK.model_copy(update={"timezone": "America/New_York"}))

    assert any("(day first; write 2026-05-12 to be sure)" in note for note in europe.notes)
    assert any("(month first; write 2026-12-05 to be sure)" in note for note in america.notes)


def test_one_date_that_is_clear_says_how_the_others_of_its_list_are_written() -> None:
    reading = listed("title,due\nEssay,12/05/2026\nSheet,11/30/2026\n")

    assert [task.deadline.date() for task in reading.tasks if task.deadline] == [date(2026, 12, 5), date(2026, 11, 30)]


PRIORITIES = {
    "high": 1,
    "Medium": 3,
    "low": 5,
    "urgent": 1,
    "P1": 1,
    "p2": 2,
    "!!!": 1,
    "!!": 2,
    "1": 1,
    "1 - top": 1,
    "hoch": 1,
    "高": 1,
    "低": 5,
    "none": 3,
}


@pytest.mark.parametrize(("written", "priority"), PRIORITIES.items(), ids=PRIORITIES)
def test_priorities_are_read_as_people_say_them(written: str, priority: int) -> None:
    assert [task.priority for task in listed(f"title,priority\nEssay,{written}\n").tasks] == [priority]


def test_high_comes_after_urgent_where_a_list_has_both() -> None:
    reading = listed("title,priority\nEssay,high\nSheet,urgent\nPoster,Medium\n")

    assert [task.priority for task in reading.tasks] == [2, 1, 3]


def test_a_bad_row_is_left_out_with_a_cure_and_the_others_are_planned() -> None:
    reading = listed("title,duration,due\nA,1h,\nB,1h,someday\n,1h,\nC,1h,Friday\n")

    assert titles(reading) == ["A", "C"]
    assert [left.detail for left in reading.left_out] == [
        "tasks.csv, row 3: deadline 'someday' is not a date or date-time; write 2026-11-27 or 2026-11-27 18:00",
        "tasks.csv, row 4: title is missing; every task needs one",
    ]


def test_an_open_quotation_mark_costs_only_its_row() -> None:
    reading = listed('title,duration\nA,1h\n"B,1h\nC,2h\n"D, too",1h\n')

    assert titles(reading) == ["A", "C", "D, too"]
    assert "tasks.csv, row 3:" in reading.left_out[0].detail
    assert "close every quotation mark" in reading.left_out[0].detail


def test_a_table_without_a_column_of_titles_is_no_list() -> None:
    with pytest.raises(BadInput, match="row 1: none of 'Duration', 'Owner' names the column of the titles"):
        listed("Duration,Owner\n1h,Ann\n")


TABLES = {
    "with a line that names the separator": "sep=;\r\ntitle;duration\r\nEssay;1,5h\r\n",
    "with semicolons and decimal commas": "title;duration\nEssay;1,5h\n",
    "with tabs": "title\tduration\nEssay\t1,5h\n",
    "with bars": "title|duration\nEssay|1,5h\n",
    "with a quoted header": '"Task, in short";"duration";"title"\n;"1,5 h";Essay\n',
    "with lines above the header": "My list\nexported 2026-11-29\n\ntitle;duration\nEssay;90 min\n",
    "with line ends of old": "title;duration\rEssay;1,5h\r",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_tables_are_separated_in_many_ways(text: str) -> None:
    reading = listed(text)

    assert [(task.title, task.duration) for task in reading.tasks] == [("Essay", 3)], reading


def test_the_separator_line_of_excel_is_no_header() -> None:
    assert titles(case("13b-sep-line.csv")) == ["Bericht"]


@pytest.mark.parametrize(("encoding", "mark"), [("utf-16", b""), ("cp1252", b""), ("utf-8", b"\xef\xbb\xbf")])
def test_tables_are_read_in_the_encodings_of_spreadsheets(encoding: str, mark: bytes) -> None:
    data = mark + "Aufgabe;Dauer;Fällig\r\nPrüfung üben;2 Std;5.12.2026\r\n".encode(encoding)

    [task] = read_tasks([File("tasks.csv", data)], WEEK, SUNDAY).tasks

    assert (task.title, task.duration) == ("Prüfung üben", 4)


def test_a_title_over_two_lines_is_one_line() -> None:
    assert titles(listed('title,duration\n"Essay\non Rome",1h\n')) == ["Essay on Rome"]


@pytest.mark.parametrize("done", ["Done", "yes", "x", "✓", "100%", "2026-11-20", "erledigt", "已完成"])
def test_what_is_done_is_left_out(done: str) -> None:
    reading = listed(f"title,status\nEssay,{done}\nSheet,In progress\n")

    assert titles(reading) == ["Sheet"]
    assert [left.reason for left in reading.left_out] == [Reason.COMPLETED]


TODOIST = """\
TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT
meta,view_style=list,,,,,,,,,,
task,Essay,with sources,1,1,Ann (1),,4 Dec 2026,en,Europe/Berlin,90,minute
note,remember the cover,,,,,,,,,,
,,,,,,,,,,,
section,History,,,,,,,,,,
task,Reading,,4,2,Ann (1),,every Friday,en,Europe/Berlin,,
"""


def test_the_export_of_todoist_is_read() -> None:
    reading = listed(TODOIST)

    assert [(task.title, task.category, task.duration, task.priority) for task in reading.tasks] == [
        ("Essay", "", 3, 1),
        ("Reading", "History", 1, 4),
    ]
    assert all(task.deadline and task.deadline.date() == date(2026, 12, 4) for task in reading.tasks)
    assert any("it repeats, and is planned once" in note for note in reading.notes)


def test_the_export_of_ticktick_counts_priorities_the_other_way() -> None:
    text = (
        '"Date: 2026-11-29"\n"Version: 7.1"\n"Status: \n0 Normal\n1 Completed\n2 Archived"\n'
        '"Folder Name","List Name","Title","Is Check list","Due Date","Priority","Status"\n'
        '"","Uni","Essay","N","2026-12-04T16:00:00+0000","5","0"\n"","Uni","Sheet","N","","1","0"\n'
        '"","Uni","Old","N","","0","2"\n'
    )
    reading = listed(text)

    assert [(task.title, task.priority) for task in reading.tasks] == [("Essay", 1), ("Sheet", 5)]
    assert [left.title for left in reading.left_out] == ["Old"]


MARKDOWN = """\
# To do

Some words that are no task.

## History
- [ ] Essay (2h) due Friday !!
- [x] Reading (1h)
* [ ] **Poster**, 90 min, 4 Dec
  - [ ] Buy paper
## Maths
1. Sheet 6: 1h30
"""


def test_a_list_in_markdown_is_read_with_what_its_lines_say() -> None:
    reading = listed(MARKDOWN, "tasks.md")

    assert [(task.title, task.category, task.duration, task.priority) for task in reading.tasks] == [
        ("Essay", "History", 4, 2),
        ("Poster", "History", 3, 3),
        ("Buy paper", "History", 1, 3),
        ("Sheet 6", "Maths", 3, 3),
    ]
    assert [task.deadline.day if task.deadline else None for task in reading.tasks] == [4, 4, None, None]
    assert [(left.title, left.reason) for left in reading.left_out] == [("Reading", Reason.COMPLETED)]
    assert "tasks.md: no duration is given for Buy paper; taken as 1 slot each" in reading.notes


PLAIN = {
    "Essay 2h": ("Essay", 4, None),
    "Essay - 45 min": ("Essay", 2, None),
    "Essay, 2h, Friday": ("Essay", 4, 4),
    "Essay by Friday (2h)": ("Essay", 4, 4),
    "论文 2小时 截止周五": ("论文", 4, 4),
    "Aufsatz (1,5 Std) bis 4.12.2026": ("Aufsatz", 3, 4),
    "Read chapter 4": ("Read chapter 4", 1, None),
    "Sheet (1/2)": ("Sheet (1/2)", 1, None),
    "Prepare 2 lessons": ("Prepare 2 lessons", 1, None),
    "Swim 100 m": ("Swim 100 m", 1, None),
    "Note: read Kant": ("Note: read Kant", 1, None),
}


@pytest.mark.parametrize(("line", "expected"), PLAIN.items(), ids=PLAIN)
def test_a_plain_line_is_a_task(line: str, expected: tuple[str, int, int | None]) -> None:
    [task] = listed(f"{line}\n", "tasks.txt").tasks

    assert (task.title, task.duration, task.deadline and task.deadline.day) == expected


def test_text_of_yaml_stays_as_it_is_written() -> None:
    reading = case("14c.yaml", week=PERIODS)

    assert titles(reading) == ["Norway", "yes", "1e3", "12:30", "0x1F", "2026-12-03", "1.10"]
    assert reading.tasks[0].category == "NO"
    assert [task.duration for task in reading.tasks] == [2, 1, 1, 1, 1, 1, 1]


def test_tasks_of_one_name_in_two_lists_are_two_and_a_list_given_twice_is_one() -> None:
    both = case("15b-work.csv", "15b-home.csv", week=PERIODS)
    twice = case("15b-work.csv", "15b-work.csv", week=PERIODS)

    assert [(task.title, task.duration) for task in both.tasks] == [("Report", 2), ("Report", 3)]
    assert both.left_out == ()
    assert len({task.source_id for task in both.tasks}) == 2
    assert [left.reason for left in twice.left_out] == [Reason.DUPLICATE]


def test_lists_read_again_keep_the_ids_of_their_tasks_also_under_another_name() -> None:
    def ids(*names: str) -> list[str]:
        texts = [(CASES / name).read_bytes() for name in ("15b-work.csv", "15-gym.csv")]
        files = [File(name, text) for name, text in zip(names, texts, strict=True)]
        return [task.source_id for task in read_tasks(files, WEEK, SUNDAY).tasks]

    assert ids("a.csv", "b.csv") == ids("c.csv", "d.csv") == ["/Report", "/Gym"]


def test_an_overdue_task_is_told() -> None:
    loaded = schedule_from(
        [],
        [CASES / "12b-overdue-todo.ics"],
        start=MONDAY,
        grid=HALF_HOURS,
        timezone="Europe/Berlin",
        now=SUNDAY,
    )

    assert (
        "Tax return: was due Sun 15 Nov 2026 11:00; overdue, so that it comes first and may lie anywhere"
        in loaded.notes
    )


@pytest.mark.parametrize("column", ["max_block", "Höchstblock", "最长时段"])
def test_a_long_task_is_read_as_blocks_in_order(column: str) -> None:
    reading = listed(f"title,duration,{column}\nThesis,20h,2h\nNote,1h,\n")

    parts = [task for task in reading.tasks if task.title == "Thesis"]
    assert [(task.part, task.minutes) for task in parts] == [(number, 120) for number in range(1, 11)]
    assert len({task.source_id for task in parts}) == 10
    assert {task.parent for task in parts} == {parts[0].source_id}
    assert titles(reading)[-1] == "Note"


@pytest.mark.parametrize(
    ("said", "rule", "times"),
    [
        ("daily", "1 a day", 7),
        ("every day", "1 a day", 7),
        ("täglich", "1 a day", 7),
        ("每天", "1 a day", 7),
        ("3x a week, not on following days", "3 a week, 2 days apart", 3),
        ("three times a week", "3 a week, 1 days apart", 3),
        ("dreimal pro Woche", "3 a week, 1 days apart", 3),
        ("每周三次", "3 a week, 1 days apart", 3),
        ("weekly", "1 a week, 1 days apart", 1),
    ],
)
def test_a_task_comes_as_often_as_its_list_says(said: str, rule: str, times: int) -> None:
    reading = listed(f'title,duration,repeat\nRun,1h,"{said}"\n')

    assert [str(task.repeat) for task in reading.tasks] == [rule] * times


def test_a_rule_that_no_week_has_room_for_is_left_out_with_a_cure() -> None:
    [left] = listed('title,duration,repeat\nRun,1h,"5 a week, 2 days apart"\n').left_out

    assert "does not say how often" in left.detail
