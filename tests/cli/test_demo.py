"""`dayloom demo` and the built-in model at the command line."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from shell import Shell


def cells(schedule: dict[str, Any]) -> Counter[tuple[int, int]]:
    """Count the entries in each slot; guests lie inside their hosts and do not count."""
    return Counter(
        (at["day"], slot)
        for task in schedule["tasks"]
        if task["host"] is None
        for at in task["slots"]
        for slot in range(at["slot_start"], at["slot_end"] + 1)
    )


def test_the_sample_week_is_planned_completely(shell: Shell) -> None:
    found = shell("demo", "--json")

    assert found.code == 0
    assert found.json["outcome"]["status"] == "completed"
    assert found.json["unplaced"] == []
    assert len(found.json["changes"]) == sum(task["source"] == "task_item" for task in found.json["schedule"]["tasks"])
    assert max(cells(found.json["schedule"]).values()) == 1


def test_the_demonstration_tells_what_it_does(shell: Shell) -> None:
    found = shell("demo")

    said = ["offline model", "you: ", "Proposed change", "Approved automatically.", "┃ placed task"]
    said += [
        "New: read chapter 6",
        "45 min + 45 min + 45 min",
        "Done: Vocabulary unit 7",
        "At risk:",
        "dayloom replay ",
    ]
    places = [found.out.find(each) for each in said]
    assert -1 not in places
    assert places == sorted(places)


def test_each_demonstration_is_a_thread_of_its_own(shell: Shell) -> None:
    first, second = (shell("demo", "--json").json for _ in range(2))

    assert first["thread_id"] != second["thread_id"]
    assert first["schedule"] == second["schedule"]
    assert shell("replay", first["thread_id"]).code == 0


@pytest.mark.parametrize("year", [2025, 2027])
def test_the_demonstration_is_the_same_on_every_day(shell: Shell, year: int) -> None:
    shell.at(datetime(2026, 11, 29, 12, tzinfo=UTC))
    today = shell("demo", "--json").json

    shell.at(datetime(year, 12, 29, 12, tzinfo=UTC))

    assert shell("demo", "--json").json["schedule"] == today["schedule"]


def test_a_thread_speaks_the_language_of_its_message(shell: Shell) -> None:
    found = shell.plan("安排我的任务，周五晚上留空")

    assert found.code == 4
    assert "改动提议" in found.out
    assert "用以下命令回答" in found.out
    assert "2026年11月" in found.out
    assert "周" in found.out
