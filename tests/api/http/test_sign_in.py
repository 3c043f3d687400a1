"""A page signs in with a token once and has a session from then on, which no other page can make use of."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import httpx
import jwt
import pytest
from serving import PROGRAM, Serving
from talking import checked, until
from valkey import Valkey

from dayloom.api.http.rate_limit import WRONG_TOKENS

KEY = "k" * 32
ANN = "ann-has-a-token-of-her-own"
COOKIE = "dayloom_session"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, Serving]]:
    """Two processes on one store, which let another page ask that has a token of its own."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "store").mkdir()
    settings: dict[str, Any] = {"DAYLOOM_API_TOKENS": f"ann:{ANN}", "DAYLOOM_JWT_KEY": KEY}
    settings |= {"DAYLOOM_ALLOWED_ORIGINS": "https://friend.example"}
    with Valkey(folder / "store") as store, ExitStack() as both:
        first, second = (
            both.enter_context(Serving(folder / name, redis_url=store.url, **settings)) for name in ("a", "b")
        )
        yield first, second


@pytest.fixture
def server(servers: tuple[Serving, Serving]) -> Serving:
    return servers[0]


def page(server: Serving) -> dict[str, str]:
    """Return what a browser says of a request that our own page sends."""
    return {"origin": server.url, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}


@contextmanager
def signed_in(server: Serving, token: str = ANN) -> Iterator[httpx.Client]:
    """Yield a browser whose page has signed in."""
    with server.client() as client:
        checked(client.post("/session", json={"token": token}, headers=page(server)))
        yield client


def a_jwt(**more: Any) -> str:
    claims = {"sub": "bob", "exp": datetime.now(UTC) + timedelta(minutes=5), "scope": "read", **more}
    return jwt.encode(claims, KEY, "HS256")


def dayloom(server: Serving, *words: str) -> str:
    ran = subprocess.run((*PROGRAM, *words), env=server.environment, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_anybody_may_ask_how_to_sign_in_and_only_then_is_something_told(server: Serving) -> None:
    with server.client() as stranger:
        assert checked(stranger.get("/session")) == {
            "sign_in": ["token", "jwt"],
            "user": None,
            "scopes": [],
            "expires": None,
        }
        assert stranger.get("/settings").status_code == 401
    with signed_in(server) as ann:
        assert checked(ann.get("/session"))["user"] == checked(ann.get("/settings"))["user"] == "ann"


def test_a_session_is_a_cookie_without_the_token_that_scripts_and_other_sites_do_not_get(server: Serving) -> None:
    with server.client() as client:
        plain = client.post("/session", json={"token": ANN}, headers=page(server))
        headers = {"x-forwarded-proto": "https", "origin": server.url.replace("http", "https")}
        secure = client.post("/session", json={"token": ANN}, headers=headers)

    cookie = SimpleCookie(plain.headers["set-cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "strict", "/", "")
    assert not cookie["secure"]
    assert ANN not in f"{plain.headers} {plain.text}"
    assert SimpleCookie(secure.headers["set-cookie"])[f"__Host-{COOKIE}"]["secure"]


def test_every_process_knows_a_session_and_none_does_after_signing_out(servers: tuple[Serving, Serving]) -> None:
    first, second = servers
    with signed_in(first) as ann, second.client(cookie=f"{COOKIE}={ann.cookies[COOKIE]}") as there:
        assert there.get("/tasks").status_code == 200
        assert ann.delete("/session", headers=page(first)).status_code == 204
        assert COOKIE not in ann.cookies
        gone = there.get("/tasks")

    assert (gone.status_code, gone.json()["code"]) == (401, "no_session")
    with signed_in(first) as ann:
        earlier = ann.cookies[COOKIE]
        checked(ann.post("/session", json={"token": ANN}, headers=page(first)))
        with second.client(cookie=f"{COOKIE}={earlier}") as there:
            assert there.get("/tasks").json()["code"] == "no_session"
    with second.client(cookie=f"{COOKIE}=made-up") as stranger:
        assert stranger.get("/tasks").json()["code"] == "no_session"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:1", "sec-fetch-site": "same-site"},
        {"origin": "https://friend.example", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_request_with_a_session_that_another_page_sends_changes_nothing(
    headers: dict[str, str], server: Serving
) -> None:
    body = {"content": "[]", "headers": {"content-type": "text/plain", **headers}}
    with signed_in(server) as ann:
        for method, path in [("POST", "/tasks"), ("PUT", "/calendar"), ("DELETE", "/session"), ("POST", "/threads")]:
            answer = ann.request(method, path, **body)
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), (method, path)
        stopping = ann.get("/threads/x/runs/y/stream?cancel_on_disconnect=true", headers=headers)
        assert stopping.status_code == 403
        assert ann.post("/threads", json={}, headers=page(server)).status_code == 200


def test_another_page_of_this_machine_does_not_even_read_with_a_session(server: Serving) -> None:
    with signed_in(server) as ann:
        assert ann.get("/tasks", headers={"sec-fetch-site": "same-site"}).status_code == 403
        assert ann.get("/tasks", headers=page(server)).status_code == 200
        assert ann.get("/tasks").status_code == 200


def test_a_session_is_worth_what_the_token_is_and_ends_with_it(server: Serving) -> None:
    token = dayloom(server, "token", "create", "eve", "--scope", "read")
    with signed_in(server, token) as eve, signed_in(server, a_jwt()) as bob:
        assert (checked(eve.get("/session"))["scopes"], checked(bob.get("/session"))["user"]) == (["read"], "bob")
        refused = eve.post("/tasks", json=[{"title": "Tea", "duration": 1}], headers=page(server))
        assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
        until_then = datetime.fromisoformat(checked(bob.get("/session"))["expires"])
        assert until_then <= datetime.now(UTC) + timedelta(minutes=5)

        dayloom(server, "token", "revoke", token.removeprefix("dl_").partition("_")[0])
        assert eve.get("/tasks").json()["code"] == "no_session"
        assert checked(eve.get("/session"))["user"] is None


def test_a_session_that_has_expired_is_refused(server: Serving) -> None:
    with signed_in(server, a_jwt(exp=datetime.now(UTC) + timedelta(seconds=2))) as bob:
        cookie = bob.cookies[COOKIE]
        with server.client(cookie=f"{COOKIE}={cookie}") as kept:
            until(lambda: kept.get("/tasks").status_code == 401)
            assert kept.get("/tasks").json()["code"] == "no_session"


def test_a_token_says_who_asks_whatever_session_is_brought_beside_it(server: Serving) -> None:
    with signed_in(server, a_jwt()) as bob:
        headers = {"authorization": f"Bearer {ANN}"}
        assert checked(bob.get("/settings", headers=headers))["user"] == "ann"
        assert bob.post("/threads", json={}, headers=headers).status_code == 200
        assert bob.get("/settings", headers={"authorization": "Bearer wrong"}).status_code == 401


def test_a_stream_goes_on_under_a_session(server: Serving) -> None:
    with (
        signed_in(server) as ann,
        ann.stream("GET", "/events/stream", headers={**page(server), "last-event-id": "-1"}) as it,
    ):
        assert it.status_code == 200
        checked(ann.post("/tasks", json=[{"title": "Tea", "duration": 1}], headers=page(server)))
        assert next(line for line in it.iter_lines() if line.startswith("event:")) == "event: calendar.changed"


def test_who_tries_wrong_tokens_has_to_wait(servers: tuple[Serving, Serving]) -> None:
    with servers[1].client() as guessing:
        while time.time() % 60 > 45:  # with the next minute one guess more would be allowed
            time.sleep(0.1)
        answers = [guessing.post("/session", json={"token": f"guess-{n}"}) for n in range(WRONG_TOKENS + 1)]

        assert [answer.status_code for answer in answers] == [401] * WRONG_TOKENS + [429]
        assert "set-cookie" not in answers[0].headers
        checked(guessing.post("/session", json={"token": ANN}))


def test_without_tokens_nobody_need_sign_in(offline_server: Serving) -> None:
    asked = checked(offline_server.http.get("/session"))
    told = offline_server.http.post("/session", json={"token": "whatever"})

    assert (asked["sign_in"], asked["user"], asked["scopes"]) == ([], "local", ["read", "write", "admin"])
    assert checked(told) == asked
    assert "set-cookie" not in told.headers
