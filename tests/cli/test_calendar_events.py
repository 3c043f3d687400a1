"""Events of the calendar that is kept are added, moved and cancelled on the command line."""

from __future__ import annotations

from shell import Shell


def times(shell: Shell, title: str) -> list[tuple[int, int]]:
    schedule = shell("calendar", "show", "--start", "2026-11-23", "--days", "7", "--json").json["schedule"]
    return [
        (at["day"], at["slot_start"]) for task in schedule["tasks"] if task["title"] == title for at in task["slots"]
    ]


def test_an_event_is_added_moved_renamed_and_cancelled_by_hand(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    shell("calendar", "import", "week.ics")

    added = shell("calendar", "add", "Lunch", "--at", "2026-11-27 11:50", "--minutes", "45", "--with", "Anna", "--json")
    assert added.json["change"]["event"]["tell"] == ["Anna"]
    assert times(shell, "Lunch") == [(5, 8)]
    moved = shell("calendar", "move", "lunch", "--to", "2026-11-26", "--title", "Brunch")
    assert moved.code == 0
    assert "Lunch: title Lunch → Brunch; time Fri 27 Nov 2026 11:50-12:35 → Thu 26 Nov 2026 11:50-12:35" in moved.out
    assert times(shell, "Brunch") == [(4, 8)]
    assert shell("calendar", "cancel", "Brunch").code == 0
    assert times(shell, "Brunch") == []
    assert shell("calendar", "cancel", "Brunch").code == 2


def test_a_series_is_added_by_hand_until_its_last_day(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)

    added = shell(
        "calendar", "add", "Tea", "--at", "2026-11-23 11:50", "--repeats", "daily", "--last-day", "2026-11-25"
    )

    assert "Mon 23 Nov 2026 11:50-12:50; comes every day until Wed 25 Nov 2026" in " ".join(added.out.split())
    assert [day for day, _ in times(shell, "Tea")] == [1, 2, 3]
