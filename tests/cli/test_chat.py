"""`dayloom chat`: a conversation line by line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from card_words import SAID_TO_CARDS, TAKEN, says_no_otherwise
from doubles import Fault
from shell import Shell, place

from dayloom.traces.feedback import says_remember

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}


def test_a_conversation_with_a_card(shell: Shell) -> None:
    shell.model(
        [EXECUTE, place(2, 1, 3), DONE, "Chapter 4 is on Monday.", {"action": "reply", "speak": "You're welcome."}]
    )
    shell.plan("Plan chapter 4")

    found = shell("chat", "--thread", shell.thread, stdin="yes\nthank you\n")

    assert found.code == 0
    assert found.out.index("Proposed change") < found.out.index("┃ Read chapter") < found.out.index("You're welcome.")
    assert found.out.count("Chapter 4 is on Monday.") == 1
    assert f"dayloom show {shell.thread}" in found.out


def test_nothing_is_prompted_in_a_pipe(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}])

    assert shell("chat", stdin="hi\n").out.startswith("Hello.\nThread ")


def test_a_card_is_declined_with_words(shell: Shell) -> None:
    server = shell.model([EXECUTE, place(2, 1, 3), DONE, "Nothing placed."])
    shell.plan("Plan chapter 4")

    found = shell("chat", "--thread", shell.thread, stdin="not on a Monday\n")

    assert found.code == 0
    assert "not on a Monday" in server.requests[2].text


def test_why_a_card_was_declined_is_offered_and_remembered_only_when_the_person_says_so(shell: Shell) -> None:
    shell.model(
        [
            EXECUTE,
            place(2, 1, 3),
            place(2, 2, 4),
            DONE,
            "Chapter 4 is on Tuesday.",
            {"action": "reply", "speak": "Hello."},
        ]
    )
    shell.plan("Plan chapter 4")

    found = shell("chat", "--thread", shell.thread, stdin="never before ten\n")
    silent = shell("memory", "export").json["items"]
    taken_up = shell("chat", "--thread", shell.thread, stdin="Remember that!\nyes\nhello\n")

    assert 'You declined with "never before ten". Shall I remember that?' in found.err
    assert not any(item["origin"] == "feedback" for item in silent)
    assert taken_up.out.index("Remembered: never before ten") < taken_up.out.index("Chapter 4 is on Tuesday.")
    assert "Shall I remember" not in taken_up.err
    [item] = [item for item in shell("memory", "export").json["items"] if item["origin"] == "feedback"]
    assert item["rule"] == "never before ten"
    shell("memory", "delete", item["id"])


@pytest.mark.parametrize(
    ("words", "said"),
    [("Remember that.", True), ("请记住这一点。", True), ("记住", True), ("Remember the milk", False)],
)
def test_only_plain_words_take_an_offer_up(words: str, said: bool) -> None:
    assert says_remember(words) is said


def test_a_card_is_edited_in_words(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    shell.plan("Plan chapter 4")

    shell("chat", "--thread", shell.thread, stdin="e\nWednesday\n")

    [change] = shell("show", shell.thread, "--json").json["changes"]
    assert change["after"]["start"] == "2026-11-25T10:00:00+01:00"


def test_an_edit_that_is_refused_is_asked_again(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    shell.plan("Plan chapter 4")

    found = shell("chat", "--thread", shell.thread, stdin="e\nsoon\ny\n")

    assert found.code == 0
    assert "is no such change" in found.err
    assert found.out.count("Proposed change") == 2


def test_a_card_that_is_not_answered_stays_open(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    shell.plan("Plan chapter 4")

    assert shell("chat", "--thread", shell.thread, stdin="").code == 4
    assert shell("chat", "--thread", shell.thread, stdin="/quit\n").code == 4
    assert shell("show", shell.thread, "--json").json["status"] == "interrupted"


@pytest.mark.parametrize(("words", "answer"), SAID_TO_CARDS)
def test_words_to_a_card_mean_here_what_they_mean_elsewhere(shell: Shell, words: str, answer: dict[str, Any]) -> None:
    shell.plan()
    [before] = [
        each["payload"] for each in shell("replay", shell.thread, "--json").json["entries"] if "payload" in each
    ]
    found = shell("chat", "--thread", shell.thread, stdin=f"{words}\n")
    replayed = shell("replay", shell.thread, "--json").json["entries"]
    shown = [entry["payload"]["action_requests"] for entry in replayed if "payload" in entry]

    assert next(entry["answer"] for entry in replayed if entry["type"] == "answer").items() >= answer.items()
    assert (TAKEN in found.out) is says_no_otherwise(answer, words)
    if answer["type"] == "respond":
        assert shown == [before["action_requests"]] * 2
        assert found.out.count("Proposed change") == 2
        assert words == "continue" or "Mon" in found.out.split("Proposed change")[1]


@pytest.mark.parametrize("talking", [True, False])
def test_what_finds_no_place_is_on_the_card_before_the_yes(shell: Shell, talking: bool) -> None:
    with (shell.folder / "tasks.csv").open("a", encoding="utf-8") as tasks:
        tasks.write("Marathon,12,,\n")
    planned = shell.plan()
    found = shell("chat", "--thread", shell.thread, stdin="") if talking else planned

    assert found.code == 4
    assert re.search(r"Still without a place \(1\):.*\n.*- Marathon: \w", found.out)


def test_the_schedule_can_be_looked_at_while_a_card_is_open(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    shell.plan("Plan chapter 4")

    found = shell("chat", "--thread", shell.thread, stdin="/show\n/dance\n/help\n")

    assert "│ Linear" in found.out
    assert "There is no /dance" in found.err


def test_a_model_that_fails_does_not_end_the_conversation(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}, Fault("status", 400), {"action": "reply", "speak": "Again."}])

    found = shell("chat", stdin="hi\nstill there?\nand now?\n")

    assert found.code == 0
    places = [found.out.find(each) for each in ("Hello.", "No answer from the model", "Again.")]
    assert -1 not in places
    assert places == sorted(places)
