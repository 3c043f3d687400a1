"""Processes killed and frozen, lines cut, cards answered twice, all at random: nothing confirmed is lost or doubled.

A round is drawn from its seed. `--faults=all` plays more of them, and `--rounds=N --first-round=SEED` any number.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doubles import ScriptedModelServer
from faults.at_rest import wrongs_at_rest
from faults.attacked_service import USERS, AttackedService
from faults.forked_program import MODULES
from faults.random_blows import blows_of
from faults.random_conversations import Person, reply_to
from forks import ForkServer
from hook_receiver import HookReceiver
from tally import Counted

pytestmark = pytest.mark.timeout(600)
CALLED = 90.0
"""Seconds in which a webhook is called, also when the process that was about to has died."""
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
    with (
        ScriptedModelServer(reply_to) as model,
        HookReceiver([500]) as hook,
        AttackedService(tmp_path, model.base_url, programs, hook.url) as service,
    ):
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
        _until_called(hook, people)
        found = wrongs_at_rest(people, service.store.url, _called(hook))
        jobs = sum(len(person.jobs) for person in people)
        counted("random kills over jobs", runs=jobs, wrong=len(found))
        turns = sum(len(thread.turns) for person in people for thread in person.threads)
        counted("random kills", runs=turns, wrong=len(found))
        assert not found, _report(seed, blows, found, service.told)
    assert turns >= len(USERS)


def _called(hook: HookReceiver) -> list[dict[str, Any]]:
    """Return what the webhook was told, with the id of each call."""
    told = [(json.loads(call.body)["data"], call.headers["webhook-id"]) for call in hook.calls]
    return [{**data, "webhook-id": id} for data, id in told]


def _until_called(hook: HookReceiver, people: list[Person]) -> None:
    """Wait until the webhook knows of every job; what is missing then is found missing."""
    wanted = {work.id for person in people for work in person.jobs}
    end = time.monotonic() + CALLED
    while not wanted <= {call["job"] for call in _called(hook)} and time.monotonic() < end:
        time.sleep(0.2)


def _report(seed: int, blows: list[object], found: list[str], told: str) -> str:
    struck = "\n".join(map(str, blows))
    wrong = "\n".join(f"* {each}" for each in found)
    return f"seed {seed}\n{struck}\n\nwhat is wrong:\n{wrong}\n\n{told}"


def test_a_seed_names_the_same_blows_each_time() -> None:
    assert blows_of(7, seconds=ATTACK) == blows_of(7, seconds=ATTACK)
    assert blows_of(7, seconds=ATTACK) != blows_of(8, seconds=ATTACK)
