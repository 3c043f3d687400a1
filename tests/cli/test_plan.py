"""`dayloom plan` and `dayloom answer`: a turn on files, its cards, and what scripts get to see."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "everything asked for is placed"}

KEYS = {
    "thread_id",
    "run_id",
    "status",
    "outcome",
    "interrupt",
    "schedule",
    "changes",
    "unplaced",
    "rounds",
    "model_calls",
    "usage",
    "preview_version",
}


def test_it_stops_at_a_card_and_shows_all_that_would_change(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])

    found = shell.plan("Plan chapter 4", "--no-input", "--json")

    assert found.code == 4
    assert found.json.keys() == KEYS | {"left_out", "notes"}
    assert (found.json["status"], found.json["outcome"]) == ("interrupted", None)
    [change] = found.json["interrupt"]["dayloom"]["changes"]
    assert (change["title"], change["kind"], change["before"]) == ("Read chapter 4", "place", None)
    assert (change["after"]["start"], change["after"]["end"]) == (
        "2026-11-23T10:00:00+01:00",
        "2026-11-23T11:40:00+01:00",
    )
    assert found.json["changes"] == []


def test_the_answer_in_another_command_finishes_it(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Chapter 4 is on Monday."])
    shell.plan("Plan chapter 4", "--no-input")

    found = shell("answer", shell.thread, "--approve", "--json")

    assert found.code == 0
    assert found.json.keys() == KEYS
    assert found.json["status"] == "success"
    assert found.json["outcome"] == {"status": "completed", "code": None, "message": "Chapter 4 is on Monday."}
    [change] = found.json["changes"]
    assert change.keys() == {"task_id", "title", "kind", "before", "after"}
    assert change["after"] == {
        "day": 1,
        "slot_start": 3,
        "slot_end": 4,
        "start": "2026-11-23T10:00:00+01:00",
        "end": "2026-11-23T11:40:00+01:00",
    }
    assert [entry["title"] for entry in found.json["unplaced"]] == ["Problem sheet 6", "Vocabulary"]
    assert found.json["model_calls"] == 4
    assert found.json["usage"] == {"prompt_tokens": 44, "completion_tokens": 28}


def test_the_schedule_that_is_shown_and_the_file_that_is_written_agree(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    shell.plan("Plan chapter 4", "--no-input")
    shell("answer", shell.thread, "--approve", "--out", "plan.ics")

    shown = shell("show", shell.thread, "--json", "--out", "again.ics").json

    events = [
        [(str(event["SUMMARY"]), event["DTSTART"].dt.isoformat()) for event in Calendar.from_ical(text).walk("VEVENT")]
        for text in (Path("plan.ics").read_bytes(), Path("again.ics").read_bytes())
    ]
    told = [(change["title"], change["after"]["start"]) for change in shown["changes"]]
    assert events == [told, told]


def test_with_yes_cards_are_approved_and_that_is_said(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), place(3, 2, 3), DONE, "Both are placed."])

    found = shell.plan("Plan algebra", "--yes", "--out", "plan.ics")

    assert found.code == 0
    assert found.out.count("Approved automatically.") == 2
    assert "Written to plan.ics." in found.out
    assert "Both are placed." in found.out
    assert "Problem" in found.out


def test_without_a_terminal_nobody_is_asked(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])

    found = shell.plan("Plan chapter 4")

    assert found.code == 4
    assert f"dayloom answer {shell.thread} --approve" in found.out
    assert f'dayloom answer {shell.thread} --edit "Thursday 10:00"' in found.out


def test_what_is_left_out_of_the_files_is_listed(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}])

    found = shell.plan("Hello")

    assert "Cancelled tutorial (Tue 24 Nov 2026 08:00): cancelled" in found.err
    assert found.out.splitlines()[0] == "Hello."


def test_all_further_cards_of_a_turn_can_be_approved_at_once(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), place(3, 2, 3), DONE, "Done."])
    shell.plan("Plan algebra")

    found = shell("answer", shell.thread, "--approve-all", "--json")

    assert found.code == 0
    assert [change["task_id"] for change in found.json["changes"]] == [2, 3]


def test_a_reason_for_declining_reaches_the_model_and_nothing_changes(shell: Shell) -> None:
    server = shell.model([EXECUTE, place(2, 1, 3), DONE, "Nothing placed."])
    before = shell.plan("Plan chapter 4", "--json").json["schedule"]

    found = shell("answer", shell.thread, "--reject", "not on a Monday", "--json")

    assert found.code == 0
    assert found.json["schedule"] == before
    assert "not on a Monday" in server.requests[2].text


def test_declining_needs_no_reason(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Nothing placed."])
    shell.plan("Plan chapter 4")

    assert shell("answer", shell.thread, "--reject").code == 0


def test_a_question_is_answered_with_words(shell: Shell) -> None:
    server = shell.model(
        [{"action": "ask_user", "speak": "Which week?"}, {"action": "reply", "speak": "The next one."}]
    )
    asked = shell.plan("Plan it", "--json")

    found = shell("answer", shell.thread, "--reply", "the next one", "--json")

    assert asked.json["interrupt"]["action_requests"][0] == {
        "name": "question",
        "args": {},
        "description": "Which week?",
    }
    assert found.code == 0
    assert "the next one" in server.requests[1].text


def test_a_field_that_may_be_edited_is_used(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    shell.plan("Plan chapter 4")

    found = shell("answer", shell.thread, "--edit", "day=3", "slot_start=6", "--json")

    assert found.json["changes"][0]["after"]["start"] == "2026-11-25T13:30:00+01:00"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--edit", "task_id=3"), "task_id cannot be edited on this card"),
        (("--edit", "soon"), "is no such change"),
        (("--edit", "day=soon"), "the edit does not fit"),
        (("--reply", "yes"), "this tool takes approve, edit, reject, not respond"),
        (("--approve", "--reject"), "Give only one answer"),
        (("--approve", "--edit", "day=3"), "Give exactly one of"),
        ((), "Give exactly one of"),
    ],
)
def test_an_answer_the_card_does_not_take_is_refused_and_the_card_stays_open(
    shell: Shell, options: tuple[str, ...], complaint: str
) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    shell.plan("Plan chapter 4")

    found = shell("answer", shell.thread, *options)

    assert found.code == 2
    assert complaint in found.err
    assert shell("show", shell.thread, "--json").json["status"] == "interrupted"


def test_an_answer_when_nothing_is_open_is_refused(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}])
    shell.plan("Hello")

    for answer in (("--approve",), ("--edit", "day=3")):
        found = shell("answer", shell.thread, *answer)
        assert (found.code, found.out) == (2, "")
        assert "no card or question is open" in found.err


def test_a_thread_goes_on_with_its_stored_schedule(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "One.", EXECUTE, place(4, 1, 5), DONE, "Two."])
    shell.plan("Plan chapter 4", "--yes")

    found = shell("plan", "And the vocabulary", "--thread", shell.thread, "--yes", "--json")

    assert found.code == 0
    assert [change["title"] for change in found.json["changes"]] == ["Vocabulary"]
    placed = [task["title"] for task in found.json["schedule"]["tasks"] if task["status"] == "suggested"]
    assert placed == ["Read chapter 4", "Vocabulary"]


def test_files_that_are_read_again_keep_ids_and_the_draft(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "One.", {"action": "reply", "speak": "Seen."}])
    shell.plan("Plan chapter 4", "--yes")
    Path("tasks.csv").write_text(
        "title,duration,category,order\nNew,1,,\nRead chapter 4,2,Algebra,1\n", encoding="utf-8"
    )

    found = shell("plan", "Look", "--thread", shell.thread, "--calendar", "week.ics", "--tasks", "tasks.csv", "--json")

    tasks = {task["title"]: (task["id"], task["status"]) for task in found.json["schedule"]["tasks"]}
    assert tasks == {"Linear algebra": (1, "existing"), "New": (5, "pending"), "Read chapter 4": (2, "suggested")}
    assert found.json["schedule"]["window"]["start"] == "2026-11-23"


def test_files_are_not_read_under_an_open_card(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    shell.plan("Plan chapter 4")

    found = shell.plan("Again")

    assert found.code == 2
    assert "answer it before you read files again" in found.err


def test_words_while_a_card_is_open_decline_it(shell: Shell) -> None:
    server = shell.model([EXECUTE, place(2, 1, 3), DONE, "As you like."])
    shell.plan("Plan chapter 4")

    found = shell("plan", "rather not on Monday", "--thread", shell.thread, "--json")

    assert found.code == 0
    assert "rather not on Monday" in server.requests[2].text


def test_a_used_up_budget_ends_with_code_3(shell: Shell) -> None:
    shell.set(DAYLOOM_MAX_ROUNDS="1")
    shell.model([EXECUTE, {"action": "continue", "speak": "Hm."}])

    found = shell.plan("Plan", "--json")

    assert (found.code, found.json["status"], found.json["rounds"]) == (3, "success", 1)
    assert found.json["outcome"]["status"] == "exhausted"


def test_giving_up_ends_with_code_3(shell: Shell) -> None:
    why = {"code": "impossible", "user_message": "That cannot be done.", "internal_reason": "secret"}
    shell.model([{"action": "abort", "abort": why}])

    found = shell.plan("Plan")

    assert found.code == 3
    assert found.out.startswith("That cannot be done.\n")
    assert "secret" not in found.err


def test_json_is_the_only_thing_on_stdout(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])

    found = shell.plan("Plan chapter 4", "--yes", "--json")

    assert found.out.count("\n") == 1
    assert json.loads(found.out)["status"] == "success"
    assert "To work." in found.err


def test_a_week_that_was_past_when_it_was_named_is_planned_and_that_is_said(shell: Shell) -> None:
    shell.model([EXECUTE, place(1, 1, 3)])

    found = shell(
        "plan",
        "Plan chapter 4",
        "--tasks",
        "tasks.csv",
        "--start",
        "2020-01-06",
        "--grid",
        "periods12",
        "--no-input",
        "--json",
    )

    assert "The plan begins on Mon 6 Jan 2020, as you say, although that is past." in found.err
    [change] = found.json["interrupt"]["dayloom"]["changes"]
    assert change["after"]["start"].startswith("2020-01-06T10:00:00")


def test_of_a_week_that_holds_today_only_what_is_left_is_used(shell: Shell) -> None:
    shell.at(datetime(2026, 11, 25, 10, 50, tzinfo=ZoneInfo("Europe/Berlin")))

    found = shell.plan("Plan my tasks", "--yes", "--json")

    places = [change["after"]["start"] for change in found.json["changes"]]
    assert "Nothing is placed on days that are past, from Mon 23 Nov 2026 on; --past allows it." in found.err
    assert found.json["schedule"]["window"]["not_before"] == "2026-11-25T11:50:00+01:00"
    assert places
    assert min(places) >= "2026-11-25T11:50:00+01:00"


def test_a_thread_that_goes_on_after_three_days_leaves_what_is_past(shell: Shell) -> None:
    shell.at(datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    before = shell.plan("Plan my tasks", "--yes", "--json").json["schedule"]
    shell.at(datetime(2026, 11, 25, 10, 50, tzinfo=ZoneInfo("Europe/Berlin")))

    later = shell("plan", "Spread my tasks evenly", "--thread", shell.thread, "--yes", "--json")

    schedule, old = later.json["schedule"], {task["id"]: task["slots"] for task in before["tasks"]}
    touched = [task["slots"][0] for task in schedule["tasks"] if task["slots"] != old[task["id"]]]
    assert schedule["window"]["not_before"] == "2026-11-25T11:50:00+01:00"
    assert all((at["day"], at["slot_start"]) >= (3, 5) for at in touched)
    assert "The time of these has gone by, and they are not marked as done: " in later.err


def test_with_past_a_week_that_holds_today_is_planned_whole_from_then_on(shell: Shell) -> None:
    shell.at(datetime(2026, 11, 29, 18, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    first = shell.plan("Plan my tasks", "--yes", "--past", "--json")

    again = shell("plan", "Move chapter 4 to Wednesday", "--thread", shell.thread, "--yes", "--json")

    assert "The plan begins on Mon 23 Nov 2026, as you say, although that is past." in first.err
    assert [change["after"]["start"][:10] for change in again.json["changes"]] == ["2026-11-25"]


def test_a_week_read_again_keeps_the_moment_from_which_it_is_open(shell: Shell) -> None:
    reply = {"action": "reply", "speak": "Hello."}
    shell.model([reply, "Hello.", reply, "Hello."])
    again = ("plan", "Hello", "--tasks", "tasks.csv", "--start", "2999-01-07", "--thread", shell.thread, "--json")
    shell(*again)

    found = shell(*again)

    assert found.json["schedule"]["window"]["not_before"] is not None
    assert found.json["schedule"]["version"] == 0


def test_the_day_has_half_hours_from_eight_to_eight_unless_told_otherwise(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}] * 2)
    week = ("plan", "Hello", "--tasks", "tasks.csv", "--start", "2999-01-07", "--json")

    grid = shell(*week).json["schedule"]["grid"]
    periods = shell(*week, "--grid", "periods12").json["schedule"]["grid"]

    assert (len(grid), grid[0]) == (24, {"slot": 1, "start": "08:00", "end": "08:30"})
    assert grid[-1] == {"slot": 24, "start": "19:30", "end": "20:00"}
    assert (len(periods), periods[-1]["end"]) == (12, "20:40")


def test_a_lunch_between_two_periods_is_shown_and_no_task_is_laid_over_it(shell: Shell) -> None:
    lunch = ["BEGIN:VEVENT", "UID:lunch@tests", "SUMMARY:Lunch", "DTSTART;TZID=Europe/Berlin:20261123T124000"]
    lunch += ["DTEND;TZID=Europe/Berlin:20261123T132000", "END:VEVENT", "END:VCALENDAR", ""]
    calendar = (shell.folder / "week.ics").read_text("utf-8").replace("END:VCALENDAR\n", "\n".join(lunch))
    (shell.folder / "week.ics").write_text(calendar, "utf-8")
    shell.model([EXECUTE, place(2, 1, 5), DONE, "That clashes.", {"action": "reply", "speak": "Hello."}])

    shell.plan("Plan chapter 4", "--span-pauses", "--yes")

    [lunch_entry, task] = [
        one
        for one in shell("show", shell.thread, "--json").json["schedule"]["tasks"]
        if one["title"] in ("Lunch", "Read chapter 4")
    ]
    assert [(at["start"][11:16], at["end"][11:16]) for at in lunch_entry["slots"]] == [("12:40", "13:20")]
    assert task["slots"] == []
    assert "12:40-13:20" in shell("show", shell.thread).out


def test_a_list_by_day_is_shown_at_any_width_when_it_is_asked_for(shell: Shell) -> None:
    shell.set(COLUMNS="160")
    planned = shell.plan("Plan my tasks", "--list", "--yes")

    assert "Mon 23 Nov 2026\n" in planned.out
    assert "08:00-09:40 │ Linear algebra" in planned.out


def test_asked_once_the_model_says_what_it_would_do_and_nothing_is_done(shell: Shell) -> None:
    model = shell.model([place(2, 1, 3), place(2, 1, 3)])
    told, plain = shell.plan("Plan chapter 4", "--once", "--json"), shell.plan("Plan chapter 4", "--once")

    assert (told.code, told.json["status"], told.json["changes"]) == (0, "success", [])
    assert [call["name"] for call in told.json["outcome"]["proposed"]] == ["place"]
    assert "It would: Place a task (task_id=2" in plain.out
    assert len(model.requests) == 2
