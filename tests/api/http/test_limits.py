"""What a request may not be: too large, too frequent, from a foreign page, or JSON that only half the world reads."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from chat_script import Fault, Request
from doubles import ScriptedModelServer
from serving import Serving

from dayloom.api.http.rate_limit import WRONG_TOKENS

PAGE = "https://chat.example.org"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    settings = {
        "DAYLOOM_MAX_BODY": "2000",
        "DAYLOOM_MAX_CALENDAR": "5000",
        "DAYLOOM_ALLOWED_ORIGINS": PAGE,
        "DAYLOOM_ALLOWED_HOSTS": "desk.local",
    }
    with Serving(tmp_path_factory.mktemp("home"), **settings) as server:
        yield server


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def raw(server: Serving, request: bytes) -> bytes:
    """Send these bytes and return the first line of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request)
        return connection.recv(65536).split(b"\r\n")[0]


@pytest.mark.parametrize(("path", "most"), [("/nowhere", 2000), ("/calendar", 5000)])
def test_a_body_may_have_so_many_bytes_and_not_one_more(path: str, most: int, server: Serving) -> None:
    kind = {"content-type": "text/calendar"}

    assert server.http.put(path, content=b"x" * most, headers=kind).status_code != 413
    assert code(server.http.put(path, content=b"x" * (most + 1), headers=kind)) == (413, "too_large")


def test_a_body_that_does_not_say_its_size_is_counted(server: Serving) -> None:
    pieces = (b"x" * 500 for _ in range(1000))

    assert code(server.http.put("/nowhere", content=pieces)) == (413, "too_large")


def test_an_announced_size_is_refused_before_it_is_sent(server: Serving) -> None:
    request = f"POST /nowhere HTTP/1.1\r\nhost: localhost:{server.port}\r\ncontent-length: 3000000000\r\n\r\n"

    assert b" 413 " in raw(server, request.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"a": 1,}',
        b"[1] 2",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9223372036854775808}',
        b"[" + b"1" * 1900 + b"]",
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": ["\\u0000"]}',
        b'"\x00"',
        b'"\xff"',
        '{"a": 1}'.encode("utf-16"),
        b"[" * 150 + b"]" * 150,
        b'{"a":' * 200,
    ],
)
def test_json_that_is_not_read_alike_everywhere_is_malformed(body: bytes, server: Serving) -> None:
    answer = server.http.post("/nowhere", content=body, headers={"content-type": "application/json"})

    assert code(answer) == (400, "malformed")


@pytest.mark.parametrize("body", [b"", b"{}", '{"a": "课程 😀 \\ud83d\\ude00"}'.encode(), b"[1.5e-300, -9e15, null]"])
def test_json_that_everybody_reads_passes(body: bytes, server: Serving) -> None:
    answer = server.http.post("/nowhere", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/nowhere%00", "/nowhere?name=%00"])
def test_an_address_contains_no_nul(path: str, server: Serving) -> None:
    assert code(server.http.get(path)) == (400, "malformed")


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", "a:b:c"])
def test_a_request_for_another_host_is_refused(host: str, server: Serving) -> None:
    answer = server.http.get("/ok", headers={"host": host})

    assert answer.status_code in {400, 421}
    assert code(answer)[1] in {"wrong_host", "malformed"}


@pytest.mark.parametrize("host", ["evil.com@127.0.0.1", "127.0.0.1/evil.com", "127.0.0.1?", "localhost:80:80"])
def test_a_host_that_two_readers_read_differently_is_malformed(host: str, server: Serving) -> None:
    assert code(server.http.get("/ok", headers={"host": host})) == (400, "malformed")


def test_two_hosts_are_malformed(server: Serving) -> None:
    request = b"GET /ok HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n"

    assert b" 400 " in raw(server, request)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:2024", "127.0.0.1:1", "[::1]:2024", "desk.local"])
def test_every_name_of_this_machine_is_taken(host: str, server: Serving) -> None:
    assert server.http.get("/ok", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"origin": "https://localhost:2024", "host": "localhost:2024"},
        {"origin": "http://desk.local", "host": "desk.local", "x-forwarded-proto": "https"},
        {"origin": f"{PAGE}.evil.example"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    ],
)
def test_a_foreign_page_is_refused(headers: dict[str, str], server: Serving) -> None:
    answer = server.http.post("/nowhere", headers=headers)

    assert code(answer) == (403, "foreign_origin")
    assert "access-control-allow-origin" not in answer.headers


def test_our_own_page_may_ask(server: Serving) -> None:
    assert server.http.post("/nowhere", headers={"origin": server.url}).status_code == 404


def test_our_own_page_may_ask_through_a_proxy_that_ends_tls(server: Serving) -> None:
    headers = {"origin": "https://desk.local", "host": "desk.local", "x-forwarded-proto": "https"}

    assert server.http.post("/nowhere", headers=headers).status_code == 404


@pytest.mark.parametrize("path", ["/ok", "/info", "/openapi.json", "/tasks", "/calendar", "/v1/models", "/nowhere"])
def test_head_answers_as_get_without_a_body(path: str, server: Serving) -> None:
    get, head = server.http.get(path), server.http.head(path)

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_head_of_a_stream_ends_while_the_run_waits(server: Serving) -> None:
    def hang(_: Request) -> Fault:
        return Fault("hang")

    with ScriptedModelServer(hang) as model, Serving(server.folder / "hanging", model=model.base_url) as busy:
        thread = busy.http.post("/threads", json={}).json()["thread_id"]
        body = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "hello"}]}}
        run = busy.http.post(f"/threads/{thread}/runs", json=body).json()["run_id"]
        for path in ("stream", "join"):
            head = busy.http.head(f"/threads/{thread}/runs/{run}/{path}?cancel_on_disconnect=true", timeout=30)
            assert (head.status_code, head.content) == (200, b"")

        assert busy.http.get(f"/threads/{thread}/runs/{run}").json()["status"] in {"pending", "running"}


def test_a_trusted_page_may_ask_and_read_the_answer(server: Serving) -> None:
    asked = {"origin": PAGE, "access-control-request-method": "PATCH", "access-control-request-headers": "if-match"}
    allowed = server.http.options("/nowhere", headers=asked)
    answer = server.http.post("/nowhere", headers={"origin": PAGE})

    assert allowed.status_code == 200
    assert "PATCH" in allowed.headers["access-control-allow-methods"]
    assert "if-match" in allowed.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "ETag" in answer.headers["access-control-expose-headers"]


def test_a_browser_is_told_to_be_careful(server: Serving) -> None:
    headers = server.http.get("/ok").headers

    assert "default-src 'self'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")


def early_in_a_minute() -> None:
    """Wait for the next minute of the clock when this one is nearly over: with it, one request more is allowed."""
    while time.time() % 60 > 45:
        time.sleep(0.1)


def test_a_user_who_asks_too_often_has_to_wait_and_others_do_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = {"DAYLOOM_API_TOKENS": "ann:one-token-of-ann,bob:one-token-of-bob", "DAYLOOM_RATE_LIMIT": "5"}
    with (
        Serving(tmp_path_factory.mktemp("busy"), **settings) as server,
        server.client("one-token-of-ann") as ann,
        server.client("one-token-of-bob") as bob,
    ):
        early_in_a_minute()
        answers = [ann.get("/nowhere") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [404] * 5 + [429]
        assert code(answers[-1]) == (429, "too_many")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 120
        assert bob.get("/nowhere").status_code == 404
        assert ann.get("/ok").status_code == 200


def test_who_sends_wrong_tokens_has_to_wait_and_locks_no_right_one_out(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    right = "one-token-of-ann"
    with (
        Serving(tmp_path_factory.mktemp("guessed"), DAYLOOM_API_TOKENS=f"ann:{right}") as server,
        server.client() as guessing,
    ):
        early_in_a_minute()
        answers = [
            guessing.get("/nowhere", headers={"authorization": f"Bearer guess-{number}"})
            for number in range(WRONG_TOKENS + 1)
        ]

        assert [answer.status_code for answer in answers] == [401] * WRONG_TOKENS + [429]
        assert code(answers[-1]) == (429, "too_many_guesses")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 120
        assert guessing.get("/nowhere", headers={"authorization": f"Bearer {right}"}).status_code == 404
