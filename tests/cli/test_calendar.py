"""A calendar is kept once, and threads without files of their own plan in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from shell import CALENDAR, Shell, place

from dayloom.stores.owner.user_events import RedisUserEvents
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys

HELLO = {"action": "reply", "speak": "Hello."}
EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}
WEEK = ("--start", "2026-11-23", "--days", "7")
DENTIST = CALENDAR.replace("algebra@tests", "dentist@tests").replace("Linear algebra", "Dentist")


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without telling of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def home(shell: Shell) -> Shell:
    """A shell with a store of its own."""
    shell.set(DAYLOOM_REDIS_URL=None)
    return shell


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the files of the folder are served."""
    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def titles(schedule: dict[str, object]) -> list[str]:
    """Titles of everything on a schedule."""
    tasks = schedule["tasks"]
    assert isinstance(tasks, list)
    return sorted(task["title"] for task in tasks)


def test_a_plan_without_files_is_made_in_the_calendar_that_is_kept(home: Shell) -> None:
    home.model([HELLO, HELLO])
    kept = home("calendar", "import", "week.ics")
    planned = home("plan", "Hello", *WEEK, "--json")
    with_tasks = home("plan", "Hello", *WEEK, "--tasks", "tasks.csv", "--json")

    assert kept.code == 0
    assert "Entries in your calendar now: 2; 2 new, 0 gone." in kept.out
    assert titles(planned.json["schedule"]) == ["Linear algebra"]
    assert titles(with_tasks.json["schedule"]) == ["Linear algebra", "Problem sheet 6", "Read chapter 4", "Vocabulary"]


def test_what_is_imported_later_is_taken_in_by_a_thread_without_files(home: Shell) -> None:
    home.model([HELLO, HELLO])
    thread = home("plan", "Hello", *WEEK, "--json").json["thread_id"]
    home("calendar", "import", "week.ics")

    later = home("plan", "Hello", "--thread", thread, "--json")

    assert titles(later.json["schedule"]) == ["Linear algebra"]


def test_importing_again_says_what_changed(home: Shell) -> None:
    (home.folder / "dentist.ics").write_text(DENTIST, encoding="utf-8")
    home("calendar", "import", "week.ics")

    again = home("calendar", "import", "week.ics")
    both = home("calendar", "import", "week.ics", "dentist.ics", "--json")
    without = home("calendar", "import", "dentist.ics")
    shown = home("calendar", "show", *WEEK, "--json")

    assert "Nothing has changed, entries as before: 2." in again.out
    assert {name: both.json[name] for name in ("entries", "new", "gone", "unchanged", "left_out")} == {
        "entries": 3,
        "new": 1,
        "gone": 0,
        "unchanged": False,
        "left_out": [],
    }
    assert "0 new, 1 gone" in without.out
    assert titles(shown.json["schedule"]) == ["Dentist"]


def test_a_calendar_is_read_from_its_address(home: Shell, address: str) -> None:
    found = home("calendar", "import", f"{address}/week.ics?token=secret")
    shown = home("calendar", "show", *WEEK, "--list")
    missing = home("calendar", "import", f"{address}/nothing.ics?token=secret")
    no_calendar = home("calendar", "import", f"{address}/tasks.csv")

    assert found.code == 0
    assert "Mon 23 Nov 2026\n  08:00-09:40 │ Linear algebra" in shown.out
    assert (missing.code, no_calendar.code) == (2, 2)
    assert "127.0.0.1: answers with status 404 and no calendar" in missing.err
    assert "secret" not in missing.err
    assert "not a calendar" in no_calendar.err


def test_an_address_where_nobody_answers_is_named_without_its_secret(home: Shell) -> None:
    found = home("calendar", "import", "http://127.0.0.1:9/secret.ics")

    assert found.code == 2
    assert "127.0.0.1: the calendar cannot be fetched" in found.err
    assert "secret" not in found.err


def test_what_is_applied_says_where_it_is_and_comes_out_as_a_file(home: Shell) -> None:
    home.model([EXECUTE, place(2, 1, 9), DONE, "Done."])
    home("calendar", "import", "week.ics")
    home("plan", "Plan", *WEEK, "--tasks", "tasks.csv", "--thread", "t1", "--yes")

    applied = home("apply", "t1")
    shown = home("calendar", "show", *WEEK, "--json")
    out = home("calendar", "export", "mine.ics")

    assert "1 task is in your calendar of dayloom now. Look at it: dayloom calendar show" in applied.out
    assert "Read chapter 4" in titles(shown.json["schedule"])
    assert out.code == 0
    text = (home.folder / "mine.ics").read_text("utf-8")
    assert "SUMMARY:Linear algebra" in text
    assert "SUMMARY:Read chapter 4" in text


def test_tasks_alone_leave_the_calendar_of_the_thread_as_it_was_and_the_other_way_round(home: Shell) -> None:
    home.model([HELLO] * 3)
    home.plan("Hello")
    (home.folder / "more.csv").write_text("title,duration\nPoster,2\n", encoding="utf-8")
    (home.folder / "dentist.ics").write_text(DENTIST, encoding="utf-8")

    tasks = home("plan", "Hello", "--tasks", "more.csv", "--thread", home.thread, "--json")
    calendar = home("plan", "Hello", "--calendar", "dentist.ics", "--thread", home.thread, "--json")
    other = home("plan", "Hello", "--tasks", "more.csv", "--thread", home.thread, "--start", "2026-11-30")

    assert titles(tasks.json["schedule"]) == ["Linear algebra", "Poster"]
    assert titles(calendar.json["schedule"]) == ["Dentist", "Poster"]
    assert (other.code, "give the calendar again, too" in other.err) == (2, True)


def test_the_grid_the_hours_and_the_limits_are_those_that_were_asked_for(home: Shell) -> None:
    home.model([HELLO] * 2)
    limits = ("--grid", "quarter-hours", "--hours", "7-21:30", "--max-hours-a-day", "3", "--buffer", "20")

    schedule = home("plan", "Hello", *WEEK, *limits, "--json").json["schedule"]
    wrong = home("plan", "Hello", *WEEK, "--hours", "22:00-07:00")

    assert (schedule["grid"][0], len(schedule["grid"])) == ({"slot": 1, "start": "07:00", "end": "07:15"}, 58)
    assert (schedule["window"]["daily_cap"], schedule["window"]["buffer"]) == (12, 2)
    assert (wrong.code, "write such as 07:00-22:00" in wrong.err) == (2, True)


def test_what_nobody_misses_is_counted_and_everything_is_listed_on_request(home: Shell) -> None:
    home.model([HELLO] * 4)
    lines = ("plan", "Hello", "--start", "2026-12-07", "--calendar", "week.ics")

    short, whole, quiet, data = (home(*lines, *more) for more in ((), ("--verbose",), ("--quiet",), ("--json",)))

    assert "Linear algebra" not in short.err
    assert "2 outside the planned days (--verbose lists them)" in short.err
    assert "Linear algebra" in whole.err
    assert "planned days" not in quiet.err
    assert any("Linear algebra" in line for line in data.json["left_out"])


def test_threads_are_listed_and_deleted(home: Shell) -> None:
    home.model([HELLO] * 2)
    none = home("threads", "list")
    first, second = (home("plan", said, "--json").json["thread_id"] for said in ("Hello there", "And again"))

    listed = home("threads", "list")
    data = home("threads", "list", "--json").json["threads"]
    deleted = home("threads", "delete", first)
    again = home("threads", "delete", first)

    assert "There are no threads." in none.err
    assert [line.split()[0] for line in listed.out.splitlines()] == [second, first]
    assert listed.out.splitlines()[1].endswith("Hello there")
    assert [(line["thread_id"], line["status"], line["title"]) for line in data] == [
        (second, "idle", "And again"),
        (first, "idle", "Hello there"),
    ]
    assert (deleted.code, again.code) == (0, 2)
    assert [line["thread_id"] for line in home("threads", "list", "--json").json["threads"]] == [second]


def test_a_thread_that_cannot_be_read_hides_no_other(shell: Shell, store_url: str) -> None:
    shell.model([HELLO] * 2)
    spoilt, whole = (shell("plan", "Hello", "--json").json["thread_id"] for _ in range(2))

    async def spoil() -> None:
        key = ThreadKeys(LOCAL_OWNER, spoilt).of(KeyKind.CHECKPOINTS)
        async with connect(store_url) as client:
            await client.hset(key, mapping=dict.fromkeys(await client.hkeys(key), b"spoilt"))

    asyncio.run(spoil())
    listed = shell("threads", "list", "--json").json["threads"]

    assert {spoilt: "", whole: "Hello"}.items() <= {line["thread_id"]: line["title"] for line in listed}.items()
    assert shell("threads", "delete", spoilt).code == 0


def test_what_comes_next_is_read_off_the_newest_thread(home: Shell) -> None:
    home.model([EXECUTE, place(2, 1, 9), DONE, "Done."])
    home("calendar", "import", "week.ics")

    before = home("next", "--json").json["entries"]
    home.plan("Plan", "--yes")
    after = home("next")

    assert [one["title"] for one in before] == ["Linear algebra"]
    assert after.out.splitlines() == [
        "next Mon 23 Nov 2026 08:00-09:40  Linear algebra",
        "next Mon 23 Nov 2026 16:25-18:05  Read chapter 4",
    ]
    assert home("next", "--thread", home.thread, "--limit", "1", "--json").json["entries"][0]["running"] is False


def test_an_import_is_told_to_whoever_watches_the_calendar(shell: Shell, store_url: str) -> None:
    async def types(start: int) -> tuple[int, list[str]]:
        async with connect(store_url) as redis:
            page = await RedisUserEvents(redis).page(start)
        return page.next, [event.type.value for event in page.events]

    shell("calendar", "import", "week.ics")
    begun, _ = asyncio.run(types(2**40))
    (shell.folder / "week.ics").write_text(CALENDAR.replace("Linear algebra", "Algebra"), encoding="utf-8")
    shell("calendar", "import", "week.ics")
    shell("calendar", "import", "week.ics")

    assert asyncio.run(types(begun))[1] == ["calendar.changed"]
