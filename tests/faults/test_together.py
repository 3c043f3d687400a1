"""Two processes at one thread: one of them has it, and what both were told is true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from faults.crashing import DAYLOOM, Crashes
from faults.duel import Gate
from forks import ForkServer, read_journal
from tally import Counted, Share

CARDS = 1000
TURNS = 50


@pytest.mark.timeout(1200)
def test_a_card_answered_twice_at_once_is_applied_once(
    crashes: Crashes, share: Share, counted: Counted, tmp_path: Path
) -> None:
    cards = len(share.of(range(CARDS), sample=50))
    facts = _both(crashes, "duel", tmp_path, rounds=cards)
    shown = crashes.look("together")
    applied = Counter(entry["name"] in ("place", "unplace") for entry in shown["entries"] if "name" in entry)[True]
    winners = Counter(fact["card"] for fact in facts if fact["told"] == "success")
    answers = Counter(entry["interrupt_id"] for entry in shown["entries"] if entry["type"] == "answer")
    counted("two answers at once", runs=cards, lost=cards - len(winners), doubled=max(0, applied - cards))

    assert applied == shown["schedule"]["version"] == cards
    assert winners == Counter(range(1, cards + 1))
    assert answers == Counter(f"{number}-1" for number in range(1, cards + 1))


@pytest.mark.timeout(300)
def test_fifty_messages_at_once_are_all_answered_one_after_the_other(
    crashes: Crashes, counted: Counted, tmp_path: Path
) -> None:
    facts = _both(crashes, "chatter", tmp_path, count=TURNS // 2)
    said = [entry["text"] for entry in crashes.look("together")["entries"] if entry["type"] == "message"]
    found = {fact["marker"]: sum(fact["marker"] in text for text in said) for fact in facts}
    counted(
        "fifty turns at once",
        runs=TURNS,
        lost=sum(each == 0 for each in found.values()),
        doubled=sum(each > 1 for each in found.values()),
    )

    assert found == dict.fromkeys(found, 1)
    assert len(found) == TURNS
    assert [fact["told"] for fact in facts] == ["success"] * TURNS


def _both(crashes: Crashes, what: str, folder: Path, **arguments: Any) -> list[dict[str, Any]]:
    """Let two processes do something to one thread, and return what both have noted."""
    forks: ForkServer = crashes.forks
    gate = Gate.build(folder / "gate")
    journals = [folder / f"{me}.journal" for me in (0, 1)]
    where = {"url": crashes.store_url, "thread": "together", "house": DAYLOOM, "gate": gate, **arguments}
    children = [
        forks.start(f"faults.duel:{what}", journal=str(journal), me=me, **where) for me, journal in enumerate(journals)
    ]
    assert [forks.wait(child) for child in children] == [0, 0]
    return [fact for journal in journals for fact in read_journal(journal)]
