"""A service with tokens, over HTTP: who may ask what."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from serving import PROGRAM, Serving

KEY = "k" * 32
ANN = "ann-has-a-token-of-her-own"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    settings = {"DAYLOOM_API_TOKENS": f"ann:{ANN}", "DAYLOOM_JWT_KEY": KEY}
    with Serving(tmp_path_factory.mktemp("home"), **settings) as server:
        yield server


def token(server: Serving, *words: str) -> str:
    """Run `dayloom token …` beside the service."""
    ran = subprocess.run(
        (*PROGRAM, "token", *words), env=server.environment, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def signed(scope: str) -> str:
    return jwt.encode({"sub": "bob", "exp": datetime.now(UTC) + timedelta(minutes=5), "scope": scope}, KEY, "HS256")


def status(server: Serving, path: str, token: str | None, method: str = "GET") -> int:
    with server.client(token) as client:
        return client.request(method, path).status_code


@pytest.mark.parametrize("path", ["/nowhere", "/metrics", "/threads/x", "/threads", "/ok/", "/assets"])
def test_nothing_is_told_to_strangers(path: str, server: Serving) -> None:
    with server.client() as stranger:
        answer = stranger.get(path)

    assert answer.status_code == 401
    assert answer.json()["code"] == "no_token"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/ok", "/healthz", "/info", "/openapi.json", "/docs", "/docs/start.js"])
def test_what_a_page_needs_before_signing_in_is_open(path: str, server: Serving) -> None:
    assert status(server, path, None) == 200


def test_a_wrong_token_is_not_taken_for_none(server: Serving) -> None:
    with server.client("wrong") as client:
        answer = client.get("/nowhere")

    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_both_headers_are_read(server: Serving) -> None:
    with server.client(None, **{"x-api-key": ANN}) as client:
        assert client.get("/nowhere").status_code == 404
    assert status(server, "/nowhere", ANN) == 404


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "apiKey", "X-Api-Key", "Authorization", "jwt"])
def test_a_token_in_a_url_is_refused(name: str, server: Serving) -> None:
    with server.client(ANN) as client:
        answer = client.get("/nowhere", params={name: "hidden-in-the-address"})

    assert (answer.status_code, answer.json()["code"]) == (400, "token_in_url")
    assert "hidden-in-the-address" not in answer.text


@pytest.mark.parametrize(
    ("scope", "method", "path", "expected"),
    [
        ("read", "GET", "/nowhere", 404),
        ("read", "POST", "/nowhere", 403),
        ("read", "DELETE", "/nowhere", 403),
        ("read", "POST", "/nowhere/search", 404),
        ("read", "GET", "/nowhere?cancel_on_disconnect=1", 403),
        ("read", "GET", "/metrics", 403),
        ("write", "GET", "/nowhere", 404),
        ("write", "POST", "/nowhere", 404),
        ("write", "GET", "/metrics", 403),
        ("admin", "POST", "/nowhere", 404),
        ("admin", "GET", "/metrics", 200),
        ("openid profile", "GET", "/nowhere", 403),
    ],
)
def test_a_scope_is_needed(scope: str, method: str, path: str, expected: int, server: Serving) -> None:
    assert status(server, path, signed(scope), method) == expected


def test_a_missing_scope_is_named(server: Serving) -> None:
    with server.client(signed("read")) as client:
        answer = client.post("/nowhere")

    assert answer.json()["code"] == "missing_scope"
    assert 'scope="write"' in answer.headers["www-authenticate"]


def test_a_token_is_made_listed_and_revoked_while_the_service_runs(server: Serving) -> None:
    made = token(server, "create", "carl", "--scope", "read", "--expires", "30d")

    assert status(server, "/nowhere", made) == 404
    assert status(server, "/nowhere", made, "POST") == 403
    [line] = token(server, "list").splitlines()
    assert "carl  read  until " in line
    assert made not in line

    token(server, "revoke", line.split()[0])
    assert status(server, "/nowhere", made) == 401


def test_a_stored_token_closes_a_service_that_was_open(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        assert status(server, "/nowhere", None) == 404
        made = token(server, "create", "ann")
        server.stop()
        server.start()

        assert status(server, "/nowhere", None) == 401
        assert status(server, "/nowhere", made) == 404
