"""Canaries: a secret of the service turns up in nothing it writes or sends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from serving import PROGRAM, Serving
from valkey import Valkey

TOKEN = "canary-token-ZXCVBN"
API_KEY = "sk-canary-key-ASDFGH"
PASSWORD = "canary-password-QWERTY"
JWT_KEY = "canary-jwt-key-" + "y" * 32
SECRETS = (TOKEN, API_KEY, PASSWORD, JWT_KEY)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": API_KEY,
        "DAYLOOM_MODEL": "scripted",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "DAYLOOM_API_TOKENS": f"ann:{TOKEN}",
        "DAYLOOM_JWT_KEY": JWT_KEY,
    }


def found(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_no_secret_is_written_or_sent(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    with Valkey(folder) as store:
        assert store.ask(f"CONFIG SET requirepass {PASSWORD}") == "+OK"
        url = f"unix://:{PASSWORD}@{store.socket}"
        with Serving(tmp_path / "home", redis_url=url, token=TOKEN, **environment) as server:
            seen = [server.http.get(path) for path in ("/ok", "/healthz", "/info", "/openapi.json", "/metrics")]
            seen += [
                server.http.get(f"/{TOKEN}/{PASSWORD}"),
                server.http.get("/nowhere", params={"token": TOKEN}),
                server.http.post("/nowhere", json={"password": PASSWORD, "key": API_KEY}),
                server.http.post("/nowhere", content=f'{{"{PASSWORD}": NaN}}'),
                server.http.get("/nowhere", headers={"authorization": f"Basic {TOKEN}", "x-api-key": "wrong"}),
            ]
            store.kill()
            seen.append(server.http.get("/healthz"))
            told = server.told
            command = subprocess.run(
                (*PROGRAM, "token", "list"), env=server.environment, capture_output=True, text=True, check=False
            )

    sent = "\n".join(f"{answer.headers}\n{answer.text}" for answer in seen)
    assert {answer.status_code for answer in seen} == {200, 400, 401, 404, 503}
    assert (found(sent), found(told), found(command.stdout + command.stderr)) == ([], [], [])
    assert '"event": "request"' in told


@pytest.mark.parametrize(
    "settings",
    [
        {"DAYLOOM_JWT_KEY": "short-canary-QAZ"},
        {"DAYLOOM_API_TOKENS": "no user:short-canary-QAZ"},
        {"DAYLOOM_REDIS_URL": "redis://:short-canary-QAZ@127.0.0.1:1/0"},
        {"DAYLOOM_REDIS_URL": "wrong://:short-canary-QAZ@127.0.0.1:1/0"},
    ],
)
def test_a_service_that_does_not_start_says_why_without_the_secret(settings: dict[str, str], tmp_path: Path) -> None:
    server = Serving(tmp_path, **settings)
    server.launch()
    try:
        assert server.process.wait(timeout=60) in {2, 5}
    finally:
        server.stop()
    assert server.told.startswith("dayloom: ")
    assert "short-canary-QAZ" not in server.told
