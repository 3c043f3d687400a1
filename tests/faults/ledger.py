"""What must be true of the conversation after a crash, going by what the person was told and what the thread shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from faults.conversation import ACTS, APPLIED, CANCEL, SCRIPTS, Act
from oracle import faults as broken_rules

from state.schedule import Schedule

Fact = dict[str, Any]
REPEATABLE = 1
"""Model calls that a crash may cost again."""


@dataclass
class Verdict:
    """Everything that is not as promised; an empty one is what the tests want."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Tell whether every promise held."""
        return not (self.lost or self.doubled or self.wrong)

    def count(self, what: str, found: int) -> None:
        """Judge something that must be there exactly once."""
        if found == 0:
            self.lost.append(what)
        elif found > 1:
            self.doubled.append(f"{what} ({found} times)")


def judged(facts: Sequence[Fact], shown: Fact) -> Verdict:
    """Return the verdict over the journals of all processes, in order, and the look at the end."""
    verdict = Verdict()
    if not shown["entries"]:
        verdict.lost.append(f"everything: {shown.get('error', 'the thread is empty')}")
        return verdict
    entries: list[Fact] = shown["entries"]
    _words(verdict, entries)
    _writes(verdict, entries, Schedule.model_validate(shown["schedule"]))
    _order(verdict, entries)
    _previews(verdict, facts, shown)
    _told(verdict, facts)
    _calls(verdict, facts)
    return verdict


def _words(verdict: Verdict, entries: Sequence[Fact]) -> None:
    """Judge what each side said: every accepted message, every answer, every ending."""
    said = [entry["text"] for entry in entries if entry["type"] == "message"]
    answered = [entry for entry in entries if entry["type"] == "answer"]
    for act in ACTS:
        if act.answers:
            verdict.count(f"the answer to card {act.answers}", _of_card(answered, act))
        else:
            verdict.count(f"the message {act.marker}", sum(act.marker in text for text in said))
    for turn, script in SCRIPTS.items():
        ending = turn.replace("m", "f")
        found = sum(ending in text for text in said)
        if CANCEL not in script:
            verdict.count(f"the ending {ending}", found)
        elif found:
            verdict.wrong.append(f"turn {turn} was cancelled and ended as if it were not")


def _of_card(answered: Iterable[Fact], act: Act) -> int:
    mine = [entry["answer"] for entry in answered if entry["interrupt_id"] == act.answers]
    return sum(answer["type"] == act.decision and act.text in answer["message"] for answer in mine)


def _writes(verdict: Verdict, entries: Sequence[Fact], schedule: Schedule) -> None:
    """Judge the schedule: what was approved is there once, what was not is not, and every rule holds."""
    ran = Counter(entry["arguments"]["task_id"] for entry in entries if entry.get("name") == "place")
    for task in APPLIED:
        verdict.count(f"placing task {task} in the transcript", ran.pop(task, 0))
    verdict.wrong += [f"task {task} was placed without a yes" for task in ran]
    placed = tuple(sorted(task.id for task in schedule.suggested))
    if placed != APPLIED:
        verdict.wrong.append(f"the schedule has {placed} placed, approved were {APPLIED}")
    if schedule.version != len(APPLIED):
        verdict.wrong.append(f"the schedule changed {schedule.version} times for {len(APPLIED)} approvals")
    verdict.wrong += broken_rules(schedule)


def _order(verdict: Verdict, entries: Sequence[Fact]) -> None:
    wanted = [act.marker for act in ACTS if act.marker]
    told = [str(entry.get("text", "")) + str(entry.get("answer", "")) for entry in entries]
    found = [marker for text in told for marker in wanted if marker in text]
    if list(dict.fromkeys(found)) != wanted:
        verdict.wrong.append(f"the order is {found}")


def _previews(verdict: Verdict, facts: Sequence[Fact], shown: Fact) -> None:
    seen = [fact["preview"] for fact in facts if "preview" in fact]
    if seen != sorted(seen):
        verdict.wrong.append(f"previews went backwards: {seen}")
    if shown["preview"]["version"] != shown["preview_version"] or shown["preview"]["schedule"] != shown["schedule"]:
        verdict.wrong.append("preview and state disagree")


def _told(verdict: Verdict, facts: Sequence[Fact]) -> None:
    """Judge the replies: everything is answered in the end, and only a repeated act may be refused."""
    last = {fact["act"]: fact for fact in facts if "told" in fact}
    for number, act in enumerate(ACTS):
        told = last.get(number)
        if told is None or told["told"] in ("unknown", "error"):
            verdict.wrong.append(f"{act.id} was never answered: {told}")
        elif told["told"] == "refused" and not told["repeated"]:
            verdict.wrong.append(f"{act.id} was refused though nobody had done it before")


def _calls(verdict: Verdict, facts: Sequence[Fact]) -> None:
    asked = Counter(tuple(call) for call in _model_calls(facts))
    again = asked.total() - len(asked)
    if again > REPEATABLE:
        verdict.wrong.append(f"{again} model calls were made again: {asked}")


def _model_calls(facts: Sequence[Fact]) -> Iterator[list[Any]]:
    return (fact["model"] for fact in facts if "model" in fact)
