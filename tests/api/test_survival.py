"""A run needs neither its client nor the process that began it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from doubles import ScriptedModelServer
from serving import Serving
from talking import Chat, Rounds, assert_one_true_end, checked, until
from valkey import Valkey

pytestmark = pytest.mark.timeout(300)
LEASE = 5.0


@pytest.fixture
def model() -> Rounds:
    return Rounds(rounds=6)


@pytest.fixture
def scripted(model: Rounds) -> Iterator[ScriptedModelServer]:
    with ScriptedModelServer(model) as server:
        yield server


def test_a_run_goes_on_after_a_kill_and_asks_nothing_again_that_was_committed(
    tmp_path: Path, model: Rounds, scripted: ScriptedModelServer
) -> None:
    model.hangs_in = 4
    with Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        run = chat.say("#one Plan my week")
        model.hanging.wait()
        server.kill()
        model.hangs_in = None
        server.start()
        status = chat.ended(run)
        events = chat.events(run)

    assert status == "success"
    assert_one_true_end(events, "run.completed")
    assert dict(model.asked) == {("#one", number): 2 if number == 4 else 1 for number in range(8)}


def test_a_message_that_was_accepted_survives_a_kill_at_once(
    tmp_path: Path, model: Rounds, scripted: ScriptedModelServer
) -> None:
    with Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        run = chat.say("#one Plan my week")
        server.kill()
        server.start()

        assert chat.ended(run) == "success"
        assert_one_true_end(chat.events(run), "run.completed")


def test_the_runs_of_a_killed_process_end_on_the_other_within_the_lease_plus_one_second(
    tmp_path: Path, model: Rounds, scripted: ScriptedModelServer
) -> None:
    model.hangs_in = 4
    where = {"model": scripted.base_url}
    (tmp_path / "store").mkdir()
    with (
        Valkey(tmp_path / "store") as store,
        Serving(tmp_path / "one", redis_url=store.url, **where) as one,
    ):
        chat = Chat.opened(one.http)
        run = chat.say("#one Plan my week")
        model.hanging.wait()
        with Serving(tmp_path / "two", redis_url=store.url, **where) as two:
            model.hangs_in = None
            one.kill()
            chat = Chat(two.http, chat.thread)
            took = until(lambda: chat.status(run) == "success")
            events = chat.events(run)

    assert took < LEASE + 1
    assert_one_true_end(events, "run.completed")
    assert dict(model.asked) == {("#one", number): 2 if number == 4 else 1 for number in range(8)}


def test_a_run_is_finished_though_its_client_went_away_right_after_the_post(
    tmp_path: Path, model: Rounds, scripted: ScriptedModelServer
) -> None:
    with Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        head = server.http.build_request(
            "POST",
            f"/threads/{chat.thread}/runs/stream",
            json={
                "assistant_id": "dayloom",
                "input": {"messages": [{"role": "user", "content": "#one Plan my week"}]},
                "on_disconnect": "continue",
            },
        )
        with socket.create_connection(("127.0.0.1", server.port)) as wire:
            lines = [f"POST {head.url.path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.headers.items())]
            wire.sendall("\r\n".join([*lines, "", ""]).encode() + head.content)
            until(lambda: checked(server.http.get(f"/threads/{chat.thread}/runs")))
        [run] = [run["run_id"] for run in checked(server.http.get(f"/threads/{chat.thread}/runs"))]

        assert chat.ended(run) == "success"
        assert_one_true_end(chat.events(run), "run.completed")
