"""What calendar programs subscribe to, read by two of other people's readers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from drafting import House
from feed_readers import events_in
from serving import PROGRAM, Serving

from dayloom.api.http.rate_limit import WRONG_TOKENS

ANN, BOB = "ann-has-a-token-of-her-own", "bob-has-another-one-of-his"
ICS = {"content-type": "text/calendar"}
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nX-WR-CALNAME:Ann's\r\nX-PUBLISHED-TTL:P7D\r\n"
    b"BEGIN:VEVENT\r\nUID:lunch\r\nDTSTAMP:20261101T000000Z\r\nDTSTART:20261124T190000Z\r\nDTEND:20261124T193000Z\r\n"
    b"SUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(tmp_path_factory.mktemp("home"), DAYLOOM_API_TOKENS=f"ann:{ANN},bob:{BOB}") as server:
        yield server


@pytest.fixture
def ann(server: Serving) -> Iterator[httpx.Client]:
    with server.client(ANN) as client:
        yield client


@pytest.fixture
def program(server: Serving) -> Iterator[httpx.Client]:
    """A calendar program, which has no token."""
    with server.client() as client:
        yield client


def made(http: httpx.Client, **asked: Any) -> Any:
    answer = http.post("/feeds", json=asked)
    assert answer.status_code == 201
    return answer.json()


def test_a_program_without_a_token_reads_the_calendar_at_its_secret_address(
    ann: httpx.Client, program: httpx.Client
) -> None:
    ann.put("/calendar", content=CALENDAR, headers=ICS)
    feed = made(ann)

    answer = program.get(feed["path"])

    assert list(events_in(answer)) == ["Lunch"]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\nX-PUBLISHED-TTL:PT15M\r\n" in answer.text
    assert "P7D" not in answer.text
    assert answer.text.count("X-WR-CALNAME") == 1
    again = program.get(feed["path"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = program.head(feed["path"])
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


def test_a_revoked_feed_an_unknown_one_and_somebody_elses_are_404(
    server: Serving, ann: httpx.Client, program: httpx.Client
) -> None:
    feed = made(ann)
    with server.client(BOB) as bob:
        assert bob.delete(f"/feeds/{feed['id']}").status_code == 404
        assert bob.get("/feeds").json() == {"feeds": []}
    assert program.get(feed["path"]).status_code == 200
    wrong = feed["path"][:-6] + "xx.ics"

    assert ann.delete(f"/feeds/{feed['id']}").status_code == 204

    for path in (feed["path"], wrong, "/feeds/x.ics", "/feeds/%C3%A4_%FF.ics"):
        answer = program.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_feed")
    assert ann.delete(f"/feeds/{feed['id']}").status_code == 404


def test_a_feed_opens_nothing_else(ann: httpx.Client, program: httpx.Client) -> None:
    feed = made(ann)
    secret = feed["path"].removeprefix("/feeds/").removesuffix(".ics")

    assert program.get("/calendar.ics", headers={"authorization": f"Bearer {secret}"}).status_code == 401
    for method in ("PUT", "POST", "DELETE"):
        assert program.request(method, feed["path"]).status_code == 401
    assert ann.request("DELETE", feed["path"]).status_code == 404


def test_the_secret_is_told_once_and_neither_kept_nor_logged(server: Serving, ann: httpx.Client) -> None:
    feed = made(ann)
    secret = feed["path"].removeprefix("/feeds/").removesuffix(".ics").partition("_")[2]

    with server.client() as program:
        program.get(feed["path"])
        program.get(feed["path"] + "x")
        program.get("/nowhere", headers={"referer": f"{server.url}{feed['path']}"})

    assert len(secret) >= 43
    assert secret not in ann.get("/feeds").text
    assert feed["id"] in ann.get("/feeds").text
    stored = b"".join(each.read_bytes() for each in server.folder.rglob("*") if each.is_file())
    assert feed["id"].encode() in stored
    assert secret.encode() not in stored
    assert secret not in server.told


def test_guesses_are_slowed_down_like_wrong_tokens_and_a_right_address_still_holds(tmp_path: Path) -> None:
    with Serving(tmp_path, DAYLOOM_API_TOKENS=f"ann:{ANN}") as server, server.client(ANN) as ann:
        feed = made(ann)
        with server.client() as program:
            guesses = [program.get(f"/feeds/guess-{each}.ics").status_code for each in range(WRONG_TOKENS + 2)]

            assert guesses == [404] * WRONG_TOKENS + [429, 429]
            assert program.get("/calendar.ics", headers={"authorization": "Bearer wrong"}).status_code == 429
            assert program.get(feed["path"]).status_code == 200


def test_a_token_is_taken_as_the_password_of_http_basic(server: Serving, program: httpx.Client) -> None:
    asked = program.get("/calendar.ics")

    assert asked.status_code == 401
    assert 'Basic realm="dayloom"' in asked.headers["www-authenticate"]
    assert "Basic" not in program.get("/threads").headers["www-authenticate"]
    for name in ("ann", "", "anybody"):
        assert program.get("/calendar.ics", auth=(name, ANN)).status_code == 200
        assert program.head("/calendar.ics", auth=(name, ANN)).status_code == 200
    for credentials in ("Basic", "Basic !", "Basic Zmlyc3Q=", "Basic YW5uOg=="):
        assert program.get("/calendar.ics", headers={"authorization": credentials}).status_code == 401
    assert program.get("/calendar.ics", auth=("ann", "wrong")).json()["code"] == "bad_token"


def test_a_draft_is_tentative_until_it_is_applied(house: House) -> None:
    draft = house.draft("drafted-for-a-feed")
    draft.begin()
    newest, pinned = made(house.http, kind="draft"), made(house.http, kind="draft", thread_id=draft.thread)
    calendar = made(house.http)
    empty = house.http.get(pinned["path"])
    assert events_in(empty) == {}

    draft.drag((1, 2, 3))

    seen = house.http.get(pinned["path"])
    [(title, (status, start))] = events_in(seen).items()
    change = draft.preview().json()["changes"][0]
    assert (title, status) == (change["title"], "TENTATIVE")
    assert start == datetime.fromisoformat(change["after"]["start"])
    assert seen.headers["etag"] != empty.headers["etag"]
    assert house.http.get(pinned["path"], headers={"If-None-Match": seen.headers["etag"]}).status_code == 304
    assert events_in(house.http.get(newest["path"])) == events_in(seen)
    assert title not in events_in(house.http.get(calendar["path"]))

    assert draft.commit("apply", "for-a-feed").status_code == 200

    assert events_in(house.http.get(pinned["path"])) == events_in(house.http.get(newest["path"])) == {}
    assert events_in(house.http.get(calendar["path"]))[title] == ("CONFIRMED", start)


def test_a_feed_of_no_draft_is_an_empty_calendar(ann: httpx.Client, program: httpx.Client) -> None:
    assert events_in(program.get(made(ann, kind="draft")["path"])) == {}
    assert ann.post("/feeds", json={"kind": "draft", "thread_id": "nobody"}).status_code == 404
    assert ann.post("/feeds", json={"kind": "everything"}).status_code == 422


def command(server: Serving, *words: str) -> str:
    """Run `dayloom feed …` beside the service."""
    ran = subprocess.run((*PROGRAM, "feed", *words), env=server.environment, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_a_feed_is_made_listed_and_revoked_by_commands(server: Serving, program: httpx.Client) -> None:
    url = command(server, "create", "carl")
    id = url.rpartition("/")[2].partition("_")[0]

    assert program.get(url).status_code == 200
    assert f"{id}  carl  calendar" in command(server, "list")

    command(server, "revoke", id)

    assert program.get(url).status_code == 404
