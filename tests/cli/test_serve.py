"""`dayloom serve` as a program: where it listens, what it says at the start, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
import redis
from ports import Port
from serving import Serving
from valkey import Valkey

from dayloom.stores.redis.embedded import RESTARTS, embedded

GREETING = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "hello"}]}}


def refused(server: Serving) -> str:
    server.launch()
    try:
        assert server.process.wait(timeout=60) == 2
    finally:
        server.stop()
    return server.told


def test_it_says_where_it_serves_and_what_it_uses(tmp_path: Path) -> None:
    with Serving(tmp_path, DAYLOOM_API_TOKENS="short") as server:
        told = server.told

    assert f"dayloom serves on {server.url}" in told
    assert "model: offline; store: embedded" in told
    assert "users: by token" in told
    assert "fewer than 16 characters" in told


def test_what_is_logged_is_json(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        server.http.get("/nowhere")
    log = [json.loads(line) for line in server.told.splitlines() if line.startswith("{")]

    assert [line["event"] for line in log] == ["serving", "request", "stopped"]
    assert {"time", "level", "logger"} <= log[1].keys()
    assert (log[1]["method"], log[1]["status"]) == ("GET", 404)


def test_options_win_over_settings(tmp_path: Path) -> None:
    port = Port()
    arguments = ("--host", "localhost", "--port", str(port.number))
    with Serving(tmp_path, port=port, arguments=arguments, DAYLOOM_PORT="1", DAYLOOM_HOST="0.0.0.0") as server:
        assert server.http.get("/ok").status_code == 200


def test_an_address_in_use_is_named(tmp_path: Path) -> None:
    server = Serving(tmp_path)
    with socket.create_server(("127.0.0.1", server.port)):
        told = refused(server)

    assert told.startswith(f"dayloom: 127.0.0.1:{server.port} is in use by another program.")
    assert "--port" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_open_to_the_network_without_tokens(host: str, tmp_path: Path) -> None:
    told = refused(Serving(tmp_path, DAYLOOM_HOST=host))

    assert f"does not listen on {host} without tokens" in told
    assert "dayloom token create" in told


def test_with_tokens_it_opens_to_the_network(tmp_path: Path) -> None:
    token = "a-token-with-many-characters"
    with Serving(tmp_path, token=token, DAYLOOM_HOST="0.0.0.0", DAYLOOM_API_TOKENS=token) as server:
        assert server.http.get("/nowhere", headers={"host": "any.example"}).status_code == 404
        assert server.client().get("/nowhere").status_code == 401


@pytest.mark.parametrize("arguments", [("--port", "70000"), ("--port", "-1"), ("--host", "no such host")])
def test_an_address_that_cannot_be_is_named(arguments: tuple[str, str], tmp_path: Path) -> None:
    assert "dayloom: " in refused(Serving(tmp_path, arguments=arguments))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly_and_closes_the_store(number: signal.Signals, tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        began = time.monotonic()
        server.process.send_signal(number)

        assert server.process.wait(timeout=15) == 0
        assert time.monotonic() - began < 10
    assert not (tmp_path / "store" / "valkey.sock").exists()
    async with embedded(tmp_path):
        pass


def kill_store(server: Serving) -> int:
    """Kill the embedded server of a service, and return the process that was killed."""
    with redis.Redis(unix_socket_path=str(server.folder / "store" / "valkey.sock")) as client:
        pid = int(client.info("server")["process_id"])
    os.kill(pid, signal.SIGKILL)
    return pid


def until_store_answers(server: Serving) -> None:
    end = time.monotonic() + 60
    while server.http.get("/healthz").status_code != 200:
        assert time.monotonic() < end, server.told
        time.sleep(0.02)


def test_an_embedded_store_that_is_killed_is_started_again_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        thread = server.http.post("/threads", json={"metadata": {"note": "kept"}}).json()["thread_id"]
        kill_store(server)
        until_store_answers(server)
        kept = server.http.get(f"/threads/{thread}").json()
        done = server.http.post(f"/threads/{thread}/runs/wait", json=GREETING, timeout=60)

        assert kept["metadata"]["note"] == "kept"
        assert done.status_code == 200
        assert "the embedded server had ended and was started again" in server.told
        assert server.stop() == 0


def test_a_store_that_is_killed_again_and_again_ends_the_service_with_one_sentence(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        for _ in range(RESTARTS):
            kill_store(server)
            until_store_answers(server)
        kill_store(server)

        assert server.process.wait(timeout=60) == 5
    last = server.told.splitlines()[-1]
    assert last.startswith(f"dayloom: The embedded server was started {RESTARTS} times within a minute and ended again")
    assert "Traceback" not in server.told


def test_a_store_that_fails_while_the_service_starts_is_told_in_one_sentence(tmp_path: Path) -> None:
    (folder := tmp_path / "shared").mkdir()
    with Valkey(folder) as store:
        store.ask("ACL SETUSER default -info")
        server = Serving(tmp_path / "home", redis_url=store.url)
        server.launch()
        code = server.process.wait(timeout=60)
        server.stop()

    assert code == 5
    assert "dayloom: The store at unix://" in server.told
    assert "Traceback" not in server.told
