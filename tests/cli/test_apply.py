"""`apply` puts the draft into the calendar once; `undo` takes it back."""

from __future__ import annotations

import pytest
from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}


@pytest.fixture
def planned(shell: Shell) -> Shell:
    """A shell with a draft on its thread."""
    shell.set(DAYLOOM_REDIS_URL=None)
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    assert shell.plan("Plan chapter 4", "--yes").code == 0
    return shell


def test_a_draft_is_applied_and_taken_back(planned: Shell) -> None:
    before = planned("show", planned.thread, "--json").json

    applied = planned("apply", planned.thread)
    existing = planned("show", planned.thread, "--json").json
    undone = planned("undo", planned.thread, "--json")
    after = planned("show", planned.thread, "--json").json

    assert (applied.code, undone.code) == (0, 0)
    assert "Read chapter 4" in applied.out
    assert f"dayloom undo {planned.thread}" in applied.out
    assert (existing["changes"], existing["run_id"]) == ([], before["run_id"])
    assert undone.json["changes"][0]["kind"] == "unplace"
    assert after["changes"] == before["changes"]
    assert after["schedule"]["tasks"] == before["schedule"]["tasks"]


def test_applying_again_or_taking_back_nothing_is_refused_with_the_reason(planned: Shell) -> None:
    assert planned("apply", planned.thread).code == 0

    again = planned("apply", planned.thread, "--json")
    assert planned("undo", planned.thread).code == 0
    nothing = planned("undo", planned.thread)
    nowhere = planned("apply", "nowhere")

    assert (again.code, nothing.code, nowhere.code) == (2, 2, 2)
    assert again.json["outcome"]["code"] == "nothing_to_apply"
    assert "nothing" in nothing.err
    assert "nowhere" in nowhere.err


def test_a_draft_is_not_applied_under_an_open_card(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    assert shell.plan("Plan chapter 4", "--no-input").code == 4

    refused = shell("apply", shell.thread)

    assert refused.code == 2
    assert "answer it first" in refused.err


def test_replay_tells_what_the_person_did_by_hand(planned: Shell) -> None:
    assert planned("apply", planned.thread).code == 0
    assert planned("undo", planned.thread).code == 0

    told = planned("replay", planned.thread).out

    assert "You put tasks into the calendar (1)" in told
    assert "You took tasks out of the calendar again (1)" in told


def test_yes_does_not_put_a_draft_into_the_calendar(planned: Shell) -> None:
    into = {"action": "confirm", "speak": "Into it?", "tool_call": {"name": "apply_schedule", "arguments": {}}}
    planned.model([EXECUTE, into, DONE, "It is in."])

    asked = planned("plan", "Put it into my calendar", "--thread", planned.thread, "--yes")
    answered = planned("answer", planned.thread, "--approve")
    shown = planned("show", planned.thread, "--json").json

    assert (asked.code, answered.code) == (4, 0)
    assert shown["changes"] == []
