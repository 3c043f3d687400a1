"""Processes killed and frozen, lines cut, cards answered twice, all at random: nothing confirmed is lost or doubled.

A round is drawn from its seed. `--faults=all` plays more of them, and `--rounds=N --first-round=SEED` any number.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from doubles import ScriptedModelServer
from faults.at_rest import wrongs_at_rest
from faults.attacked_service import USERS, AttackedService
from faults.forked_program import MODULES
from faults.random_blows import blows_of
from faults.random_conversations import Person, reply_to
from forks import ForkServer
from tally import Counted

pytestmark = pytest.mark.timeout(600)
ATTACK = 8.0
"""Seconds of a round in which something is struck."""


@pytest.fixture(scope="module")
def programs() -> Iterator[ForkServer]:
    """Programs that start in milliseconds."""
    with ForkServer(*MODULES) as server:
        yield server


def test_whatever_is_killed_frozen_or_cut_nothing_confirmed_is_lost_or_doubled(
    tmp_path: Path, seed: int, programs: ForkServer, counted: Counted
) -> None:
    blows = blows_of(seed, seconds=ATTACK)
    over = threading.Event()
    with ScriptedModelServer(reply_to) as model, AttackedService(tmp_path, model.base_url, programs) as service:
        people = [Person(user, seed, service.urls, over) for user in USERS]
        talking = [threading.Thread(target=person.live) for person in people]
        for each in talking:
            each.start()
        try:
            service.suffer(blows)
            service.until_ready()
        finally:
            over.set()
            while any(each.is_alive() for each in talking):
                service.keep_running()
                talking[0].join(0.1)
                talking = [each for each in talking if each.is_alive()] or talking[:1]
        found = wrongs_at_rest(people, service.store.url)
        turns = sum(len(thread.turns) for person in people for thread in person.threads)
        counted("random kills", runs=turns, wrong=len(found))
        assert not found, _report(seed, blows, found, service.told)
    assert turns >= len(USERS)


def _report(seed: int, blows: list[object], found: list[str], told: str) -> str:
    struck = "\n".join(map(str, blows))
    wrong = "\n".join(f"* {each}" for each in found)
    return f"seed {seed}\n{struck}\n\nwhat is wrong:\n{wrong}\n\n{told}"


def test_a_seed_names_the_same_blows_each_time() -> None:
    assert blows_of(7, seconds=ATTACK) == blows_of(7, seconds=ATTACK)
    assert blows_of(7, seconds=ATTACK) != blows_of(8, seconds=ATTACK)
