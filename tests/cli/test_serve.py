"""`dayloom serve` as a program: where it listens, what it says at the start, how it ends."""

from __future__ import annotations

import json
import signal
import socket
import time
from pathlib import Path

import pytest
from ports import Port
from serving import Serving

from dayloom.stores.redis.embedded import embedded


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
