"""One crash: play until struck, recover in a second process as the person would, and judge in a third."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from faults.conversation import ACTS
from faults.houses import lease_key
from faults.ledger import Fact, Verdict, judged
from forks import ForkServer, read_journal
from redis import Redis
from redis_proxy import Fault, RedisProxy

DAYLOOM = "faults.houses:dayloom_house"
NAIVE = "faults.naive:naive_house"


@dataclass
class Crashes:
    """Plays the conversation, each time on a thread of its own.

    `between` is called after the crash and before the recovery; `counts` adds up what was found.
    """

    store_url: str
    proxy: RedisProxy
    forks: ForkServer
    folder: Path
    house: str = DAYLOOM
    between: Callable[[], object] = bool
    counts: Counter[str] = field(default_factory=Counter)
    _runs: count[int] = field(default_factory=count)

    def commands(self) -> int:
        """Return how many commands the conversation takes when nothing goes wrong."""
        verdict = self.crash(None)
        assert verdict.clean, verdict
        self.counts.clear()
        return self.proxy.seen

    def crash(self, fault: Fault | None, **how: object) -> Verdict:
        """Play with one fault, or as `how` says, and return the verdict."""
        thread = f"crash-{next(self._runs)}"
        journal = self.folder / f"{thread}.journal"
        self.proxy.arm(fault)
        self._play(thread, journal, self.proxy.url, **how)
        begin = next_act(read_journal(journal))
        self.between()
        if begin is not None:
            with Redis.from_url(self.store_url) as client:
                client.delete(lease_key(thread))  # as if its time had passed
            self._play(thread, journal, self.store_url, begin=begin, again=True)
        verdict = judged(read_journal(journal), self.look(thread))
        self.counts.update(runs=1, lost=bool(verdict.lost), doubled=bool(verdict.doubled), wrong=bool(verdict.wrong))
        return verdict

    def _play(self, thread: str, journal: Path, url: str, **how: object) -> None:
        self.forks.run("faults.play:play", url=url, thread=thread, journal=str(journal), house=self.house, **how)

    def look(self, thread: str) -> Fact:
        """Return what a process that took no part sees of a thread."""
        seen = self.folder / f"{thread}.seen"
        where = {"url": self.store_url, "thread": thread, "journal": str(seen), "house": self.house}
        assert self.forks.run("faults.play:look", **where) == 0
        return read_journal(seen)[-1]


def next_act(facts: list[Fact]) -> int | None:
    """Return the first act that was not answered, or None when all were."""
    answered = {fact["act"] for fact in facts if "told" in fact and fact["told"] != "unknown"}
    return next((number for number in range(len(ACTS)) if number not in answered), None)
