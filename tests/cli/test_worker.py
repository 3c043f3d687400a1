"""`dayloom worker`: what it needs, and how it ends."""

from __future__ import annotations

import signal

import pytest
from shell import Shell


def test_a_worker_without_a_shared_store_says_what_to_set(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    told = shell("worker")

    assert told.code == 5
    assert "Set DAYLOOM_REDIS_URL" in told.err


def test_a_worker_whose_store_is_away_says_so_without_the_password(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL="redis://user:secret@127.0.0.1:1/0")
    told = shell("worker")

    assert told.code == 5
    assert "cannot be reached" in told.err
    assert "secret" not in told.err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_says_for_whom_it_works_and_ends_in_order(shell: Shell, store_url: str, how: signal.Signals) -> None:
    process = shell.start("worker")
    assert process.stderr
    began = process.stderr.readline()
    process.send_signal(how)
    _, rest = process.communicate(timeout=60)

    assert began == f"dayloom works for {store_url}\n"
    assert "dayloom has stopped" in rest
    assert "Traceback" not in rest
    assert process.returncode == 0
