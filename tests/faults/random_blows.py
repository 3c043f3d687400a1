"""What strikes a service in a round of random kills: chosen by a seed, the same seed always the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

SERVICES: Final = ("one", "two")
PROCESSES: Final = (*SERVICES, "worker", "store")
LINES: Final = ("one-store", "two-store", "worker-store", "one-client", "two-client")
LEASE: Final = 5.0
"""Seconds after which another process may take a frozen one's thread."""


class Kind(StrEnum):
    """What a blow does."""

    KILL = "kill"
    FREEZE = "freeze"
    CUT = "cut"


@dataclass(frozen=True)
class Blow:
    """At second `at`, something happens to a process or a line, and is made good `lasts` seconds later."""

    at: float
    kind: Kind
    target: str
    lasts: float = 0.0

    def __str__(self) -> str:
        verb = {Kind.KILL: "kill", Kind.FREEZE: "freeze", Kind.CUT: "cut the connections of"}[self.kind]
        ending = {Kind.KILL: f", start it {self.lasts} s later", Kind.FREEZE: f" for {self.lasts} s", Kind.CUT: ""}
        return f"{self.at:5.1f} s: {verb} {self.target}{ending[self.kind]}"


def blows_of(seed: int, *, seconds: float) -> list[Blow]:
    """Return the blows of a round that lasts so long, in order; no process is struck while it is down or frozen."""
    random = Random(f"blows {seed}")
    found: list[Blow] = []
    free = dict.fromkeys(PROCESSES, 0.0)
    now = random.uniform(0.2, 1.2)
    while now < seconds:
        blow = _blow(random, round(now, 1), [name for name in PROCESSES if free[name] <= now])
        if blow.target in free:
            free[blow.target] = blow.at + blow.lasts + 1.5
        found.append(blow)
        now += random.uniform(0.3, 1.6)
    return found


def _blow(random: Random, at: float, processes: list[str]) -> Blow:
    kind = random.choices(list(Kind), (5, 2, 4))[0]
    if kind is Kind.CUT or not processes:
        return Blow(at, Kind.CUT, random.choice(LINES))
    target = random.choice(processes)
    if kind is Kind.KILL:
        return Blow(at, kind, target, round(random.uniform(0, 0.8), 1))
    longest = 4.0 if target == "store" else LEASE + 2
    return Blow(at, kind, target, round(random.uniform(0.5 if target == "store" else LEASE + 0.3, longest), 1))
