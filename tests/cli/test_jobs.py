"""Jobs live from the command line: kept, carried out, reviewed, told in their log."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from shell import Shell

REPORT = {"action": "reply", "speak": "Anna was asked again."}
GIVE_UP: dict[str, Any] = {
    "action": "abort",
    "abort": {"code": "no", "user_message": "Nobody answers.", "internal_reason": "x"},
}


@pytest.fixture
def home(shell: Shell) -> Shell:
    """A shell with a store of its own."""
    shell.set(DAYLOOM_REDIS_URL=None)
    return shell


def add(shell: Shell, *options: str) -> str:
    return shell("jobs", "add", "Chase Anna", *options, "--json").json["job"]["id"]


def test_a_job_is_carried_out_by_hand_and_everything_of_it_is_there_afterwards(home: Shell) -> None:
    home.model([REPORT])
    id = add(home)
    ran = home("jobs", "run", id, "--json")

    assert (ran.code, ran.json["job"]["status"]) == (0, "done")
    assert home("jobs", "outputs", id).out.strip() == "Anna was asked again."
    assert [line["by"] for line in home("jobs", "log", id, "--json").json["lines"]] == [
        *("person", "person", "service", "service", "worker", "service")
    ]
    assert "done" in home("jobs", "list").out


def test_a_result_is_sent_back_with_a_remark_and_accepted(home: Shell) -> None:
    home.model([REPORT, REPORT])
    id = add(home, "--reviewer", "me", "--must-have", "a date")
    assert home("jobs", "run", id).code == 4
    assert home("jobs", "review", id, "--send-back", "Name a date.").code == 0
    accepted = home("jobs", "review", id, "--accept", "--json").json["job"]

    assert (accepted["status"], len(accepted["attempts"])) == ("done", 2)


def test_a_supervision_says_when_it_is_due_and_is_called_off(home: Shell) -> None:
    kept = home("jobs", "add", "Plan my week", "--every", "Sunday 18:00", "--json").json["job"]
    assert (kept["kind"], kept["recurrence"]["weekdays"], kept["recurrence"]["at"]) == ("supervision", [7], "18:00")
    assert home("jobs", "cancel", kept["id"], "--json").json["job"]["status"] == "cancelled"
    refused = home("jobs", "cancel", kept["id"])
    assert (refused.code, "it has ended" in refused.err) == (2, True)


def test_without_attempts_left_it_is_blocked_and_the_shell_is_told(home: Shell) -> None:
    home.model([GIVE_UP])
    ran = home("jobs", "run", add(home, "--max-attempts", "1"))
    assert (ran.code, "Nobody answers." in ran.out) == (4, True)


def test_the_log_is_followed_a_question_is_shown_and_its_answer_goes_on(home: Shell) -> None:
    home.model([{"action": "ask_user", "speak": "Which Anna?"}, REPORT])
    id = add(home)
    ran = home("jobs", "run", id)
    assert (ran.code, "It asks: Which Anna?" in ran.out) == (4, True)
    assert "Attempt 1 begins." in ran.err

    answered = home("jobs", "answer", id, "The one in Berlin.", "--json")
    assert (answered.code, answered.json["job"]["outputs"][-1]["text"]) == (0, "Anna was asked again.")
    refused = home("jobs", "answer", id, "yes")
    assert (refused.code, "asks nothing" in refused.err) == (2, True)


def test_a_ready_job_is_one_command(home: Shell) -> None:
    kept = home("jobs", "add", "--example", "weekly-plan", "--json").json["job"]
    assert (kept["title"], kept["report"], kept["recurrence"]["at"]) == ("Plan my week", "week", "18:00")
    refused = home("jobs", "add", "--example", "yearly-plan")
    assert (refused.code, "weekly-plan, deadlines-at-risk" in refused.err) == (2, True)


@pytest.mark.parametrize("said", ["banana", "Sunday", "61 * * * *", "25:00"])
def test_a_time_that_cannot_be_read_is_refused_with_the_cure(home: Shell, said: str) -> None:
    refused = home("jobs", "add", "Plan my week", "--every", said)
    assert refused.code == 2
    assert "18:00" in refused.err
    assert home("jobs", "list", "--json").json["jobs"] == []


def test_a_command_carries_a_job_out_and_a_dry_run_only_tells_which(home: Shell) -> None:
    command = f"{sys.executable} -c \"import os; open(os.environ['DAYLOOM_RESULT_FILE'], 'w').write('Asked again.')\""
    id = add(home, "--command", command, "--dry-run", "--within", "1m")
    told = home("jobs", "run", id, "--dry-run")
    ran = home("jobs", "run", id, "--json")

    assert (told.code, "DAYLOOM_RESULT_FILE" in told.out, "Chase Anna" in told.out) == (4, True, True)
    assert (ran.code, ran.json["job"]["status"]) == (0, "done")
    assert home("jobs", "outputs", id).out.strip() == "Asked again."
    told = home("jobs", "workers", "--json").json["workers"]
    assert [(worker["job"], worker["attempt"], worker["outcome"]) for worker in told] == [(id, 2, "completed")]


def test_our_own_agent_is_a_program_too_and_needs_no_service(home: Shell) -> None:
    ran = home("jobs", "run", add(home, "--agent", "dayloom", "--description", "what can you do?"), "--json")

    assert (ran.code, ran.json["job"]["status"]) == (0, "done"), ran.json
    assert ran.json["job"]["attempts"][0]["executor"] == "process"


def test_todo_and_supervision_live_with_the_offline_model_each_command_a_process_with_the_store_anew(
    home: Shell,
) -> None:
    home.set(DAYLOOM_MODEL="offline")
    todo = home("jobs", "add", "Add a task: call Anna, 30 minutes", "--json").json["job"]["id"]
    again = home("jobs", "add", "--example", "weekly-plan", "--json").json["job"]["id"]
    assert (home("jobs", "run", todo).code, home("jobs", "run", again).code) == (4, 0)
    assert home("jobs", "answer", todo, "yes").code == 0
    assert home("jobs", "run", again).code == 0

    done, waiting = (home("jobs", "show", id, "--json").json["job"] for id in (todo, again))
    assert (done["status"], len(done["attempts"])) == ("done", 2)
    assert (waiting["status"], len(waiting["outputs"])) == ("pending", 2)
    assert "call Anna" in home("jobs", "outputs", again).out
    assert "It asks: " in home("jobs", "log", todo).out
