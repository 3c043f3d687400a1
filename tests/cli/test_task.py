"""The list of tasks is kept by hand from the command line, and planned by threads without task files."""

from __future__ import annotations

import pytest
from shell import Shell

HELLO = {"action": "reply", "speak": "Hello."}


@pytest.fixture
def home(shell: Shell) -> Shell:
    """A shell with a store of its own, and a task on the list."""
    shell.set(DAYLOOM_REDIS_URL=None)
    found = shell("task", "add", "Essay", "--length", "2h", "--due", "Friday", "--priority", "high", "--category", "x")
    assert found.code == 0
    assert "deadline 'Friday' read as" in found.err
    return shell


def titles(shell: Shell, *options: str) -> list[str]:
    """Titles on the list."""
    return sorted(one["fields"]["title"] for one in shell("task", "list", *options, "--json").json["tasks"])


def test_a_task_is_added_changed_done_dropped_and_taken_back(home: Shell) -> None:
    poem = home("task", "add", "Poem", "--length", "45", "--json").json["tasks"][0]
    changed = home("task", "change", "ess", "--title", "Long essay", "--due", "none", "--length", "90", "--json").json
    done = home("task", "done", "poem", "--took", "50")
    open_, all_ = titles(home), titles(home, "--all")
    dropped = home("task", "drop", "long essay", "--json").json["task"]
    reopened = home("task", "reopen", poem["id"], "--json").json["task"]

    assert poem["fields"] == {"title": "Poem", "duration": "45min"}
    assert changed["task"]["fields"] == {"title": "Long essay", "duration": "90min", "priority": 1, "category": "x"}
    assert done.out.strip() == f"{poem['id']} Poem (done, took 50 min) duration 45min"
    assert (open_, all_) == (["Long essay"], ["Long essay", "Poem"])
    assert (dropped["ending"], reopened["ending"]) == ("dropped", None)
    assert titles(home) == ["Poem"]


def test_what_is_on_the_list_is_planned_without_files_and_what_is_done_is_not(home: Shell) -> None:
    home.model([HELLO])
    home("task", "add", "Poem", "--length", "1h")
    home("task", "done", "poem")

    planned = home("plan", "Hello", "--json").json["schedule"]["tasks"]

    assert [(one["title"], one["duration"], one["priority"]) for one in planned] == [("Essay", 4, 1)]


def test_a_list_is_added_as_it_was_written_with_what_was_left_out(home: Shell) -> None:
    (home.folder / "more.csv").write_text("Task,Time needed\nPoster,1.5h\nNothing,soon\n", encoding="utf-8")

    found = home("task", "add", "--file", "more.csv", "--json").json

    assert [one["fields"]["title"] for one in found["tasks"]] == ["Poster"]
    assert "row 3" in found["left_out"][0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add",), "Give a title"),
        (("add", "Poem"), "How long does 'Poem' take?"),
        (("add", "Poem", "--length", "soon"), "soon"),
        (("add", "Poem", "--length", "1h", "--due", "someday"), "someday"),
        (("change", "Essay"), "Say what changes"),
        (("done", "Novel"), "There is no task 'Novel'. Give an id: task-"),
        (("drop", "ess"), "2 tasks are called 'ess'"),
    ],
)
def test_what_cannot_be_done_says_how_to_mend_it_and_changes_nothing(
    home: Shell, words: tuple[str, ...], told: str
) -> None:
    home("task", "add", "Essence", "--length", "1h")
    before = titles(home, "--all")

    found = home("task", *words)

    assert found.code == 2
    assert told in found.err
    assert titles(home, "--all") == before


def test_a_task_is_split_joined_and_comes_again_from_the_command_line(home: Shell) -> None:
    parts = home("task", "split", "essay", "--parts", "2", "--json").json["tasks"]
    joined = home("task", "join", "essay", "--json").json["tasks"]
    run = home("task", "add", "Run", "--length", "45", "--repeat", "3x a week, not on following days", "--json").json

    assert [(one["fields"]["part"], one["fields"]["parent"]) for one in parts] == [
        (1, parts[0]["id"]),
        (2, parts[0]["id"]),
    ]
    assert [one["fields"]["duration"] for one in joined] == ["120min"]
    assert run["tasks"][0]["fields"]["repeat"] == "3 a week, 2 days apart"


def test_parts_are_listed_under_their_title(home: Shell) -> None:
    home("task", "add", "Poem", "--length", "1h")
    first = home("task", "change", "essay", "--max-block", "45", "--json").json["task"]
    home("task", "done", first["id"], "--took", "30")

    listed = [line.rstrip() for line in home("task", "list", "--all").out.splitlines()]

    parts = listed[listed.index("Essay 3 parts, 2 to be planned") + 1 :][:6]
    assert "(done, took 30 min)" in parts[0]
    assert [line.startswith("  task-") for line in listed].count(True) == 3
    assert any(line.startswith("task-") and "Poem" in line for line in listed)
