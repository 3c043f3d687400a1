"""`dayloom replay`: the whole conversation from the store alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}


@pytest.fixture
def told(shell: Shell) -> Shell:
    """A thread with a read, a declined and an edited card, and an ending."""
    look = {"action": "continue", "speak": "Let me look.", "tool_call": {"name": "get_overview", "arguments": {}}}
    shell.model(["not json", EXECUTE, look, place(2, 1, 3), place(2, 2, 3), DONE, "Chapter 4 is on Wednesday."])
    shell.plan("Plan chapter 4")
    shell("answer", shell.thread, "--reject", "not on a Monday")
    assert shell("answer", shell.thread, "--edit", "day=3").code == 0
    shell.set(DAYLOOM_MODEL="offline")
    return shell


def test_everything_is_told_in_order(told: Shell) -> None:
    found = told("replay", told.thread, "--json").json

    kinds = [entry["type"] for entry in found["entries"]]
    assert found["thread_id"] == told.thread
    assert [kind for kind in kinds if kind in ("card", "answer", "outcome")] == [
        "card",
        "answer",
        "card",
        "answer",
        "outcome",
    ]
    assert kinds.count("correction") == 1
    assert [entry["name"] for entry in found["entries"] if entry["type"] == "tool"] == ["get_overview", "place"]
    answers = [entry["answer"] for entry in found["entries"] if entry["type"] == "answer"]
    assert answers[0]["message"] == "not on a Monday"
    assert answers[1]["edited_action"]["arguments"]["day"] == 3
    times = [datetime.fromisoformat(entry["at"]) for entry in found["entries"]]
    assert times == sorted(times)
    assert len({entry["run_id"] for entry in found["entries"]}) == 3


def test_it_reads_like_the_conversation(told: Shell) -> None:
    found = told("replay", told.thread)

    said = [
        "you: Plan chapter 4",
        "(the model is corrected: ",
        "dayloom: Let me look.",
        "get_overview():",
        "Proposed change",
        "Mon 23 Nov 2026 10:00-11:40",
        "you: declined: not on a Monday",
        "you: changed and approved",
        "preview 1 (working), placed: 1",
        "dayloom: Chapter 4 is on Wednesday.",
        "ended: completed",
    ]
    places = [found.out.find(each) for each in said]
    assert -1 not in places
    assert places == sorted(places)
    assert found.err == ""
