"""`dayloom audit`: who did what, from a chain that is checked."""

from __future__ import annotations

from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}


def test_it_says_who_declined_approved_and_wrote_what(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), place(2, 2, 3), DONE, "Chapter 4 is on Tuesday."])
    shell.plan("Plan chapter 4")
    shell("answer", shell.thread, "--reject", "not on a Monday")
    assert shell("answer", shell.thread, "--approve").code == 0

    entries = shell("audit", shell.thread, "--json").json["entries"]
    told = shell("audit", shell.thread)

    assert [each["what"] for each in entries] == ["write", "reject", "approve", "write", "end"]
    assert {each["who"] for each in entries} == {"local"}
    assert (entries[3]["call"], entries[3]["digest"]) == ("place", entries[2]["digest"])
    assert (entries[0]["policy"], entries[1]["kind"]) == ("given", "tool")
    assert [line.split()[4] for line in told.out.splitlines()] == [each["what"] for each in entries]
    assert "5 entries; none was changed" in told.err


def test_an_unknown_thread_is_named(shell: Shell) -> None:
    refused = shell("audit", "nowhere")

    assert refused.code == 2
    assert "nowhere" in refused.err
