"""What all plans keep to, said from the command line."""

from __future__ import annotations

from shell import Shell


def test_limits_are_said_for_good_shown_and_taken_back(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)

    said = shell("limits", "set", "--hours", "09:00-18:00", "--weekdays", "1", "2", "--max-hours-a-day", "5")
    wrong = shell("limits", "set", "--hours", "late")
    nothing = shell("limits", "set")
    liked = shell("limits", "set", "--prefer", "08:00-12:00", "--category", "study", "--no-lunch", "--block", "90")
    cleared = shell("limits", "clear", "hours", "--json").json["limits"]
    shown = shell("limits", "show")

    assert "working hours: 09:00-18:00 on Mon, Tue" in said.out
    assert "most work a day: 5 h" in said.out
    assert (wrong.code, nothing.code) == (2, 2)
    assert "--hours" in wrong.err
    assert cleared["most_minutes"] == 300
    assert "working hours" not in shown.out
    assert "preferred hours: 08:00-12:00 for study" in liked.out
    assert "of a long day: no\n" in shown.out
    assert "of a long day: yes (unless you say otherwise)" in said.out
    assert "most work in one go: 1 h 30 min\n" in shown.out
    assert "preferred hours: 09:00-18:00 on Mon-Fri for work (unless you say otherwise)" in shown.out
