"""What goes wrong is told in one sentence, with the right exit code, and never as a traceback."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from shell import Shell, place

from dayloom.cli.report import ExitCode
from dayloom.stores.redis.connection import connect
from dayloom.stores.redis.embedded import embedded
from dayloom.stores.redis.keys import SCHEMA
from dayloom.stores.redis.schema import MARKER


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "nowhere"), "there is no thread 'nowhere'"),
        (("replay", "nowhere"), "there is no thread 'nowhere'"),
        (("answer", "nowhere", "--approve"), "there is no thread 'nowhere'"),
        (("plan", "Go on", "--thread", "nowhere"), "there is no thread 'nowhere'"),
        (("chat", "--thread", "nowhere"), "there is no thread 'nowhere'"),
        (("plan", "  "), "There is no message"),
        (("plan", "x", "--yes", "--no-input"), "--yes and --no-input contradict each other"),
        (("plan", "x", "--thread", "nowhere", "--days", "3"), "belong to files"),
        (("plan", "x", "--timezone", "Berlin"), "There is no time zone 'Berlin'"),
        (("plan", "x", "--days", "0"), "no such week"),
        (("plan", "x", "--start", "9999-12-30"), "9999-12-30 cannot be planned; use a year from 1900 to 9000"),
        (("plan", "x", "--start", "0001-01-01"), "0001-01-01 cannot be planned"),
        (("plan", "x", "--calendar", "absent.ics"), "absent.ics: there is no such file"),
        (("plan", "x", "--calendar", "broken.ics"), "broken.ics, line 1: not a calendar; the first line must be"),
        (("plan", "x", "--tasks", "tasks.xlsx"), "tasks.xlsx: tasks are read from"),
        (("plan", "x", "--out", "plan.txt"), "name a file that ends in .ics"),
        (("plan", "x", "--out", "absent/plan.ics"), "name a file in a folder that exists"),
    ],
)
def test_a_wrong_request_is_told_with_code_2(shell: Shell, words: tuple[str, ...], complaint: str) -> None:
    Path("broken.ics").write_text("<html>\n", encoding="utf-8")
    Path("tasks.xlsx").write_text("do this", encoding="utf-8")

    found = shell(*words)

    assert (found.code, found.out) == (2, "")
    assert complaint in found.err
    assert found.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("plan",),
        ("plan", "x", "--start", "tomorrow"),
        ("plan", "x", "--grid", "minutes"),
        ("answer",),
        ("fly",),
        ("show", "x", "--loud"),
    ],
)
def test_what_cannot_be_read_as_a_command_ends_with_code_2(shell: Shell, words: tuple[str, ...]) -> None:
    found = shell(*words)

    assert (found.code, found.out) == (2, "")
    assert found.err


def test_with_json_an_error_is_an_object_with_the_same_keys(shell: Shell) -> None:
    shell.model([{"action": "reply", "speak": "Hello."}])

    found = shell("show", "nowhere", "--json")

    assert found.code == 2
    assert found.json["thread_id"] == "nowhere"
    assert found.json["status"] == "error"
    assert found.json["outcome"] == {
        "status": "failed",
        "code": "unknown_thread",
        "message": "there is no thread 'nowhere'",
    }
    how_read = {"left_out", "notes"}
    assert found.json.keys() == shell.plan("Hello", "--json").json.keys() - how_read


def test_a_bad_setting_is_told_with_code_2(shell: Shell) -> None:
    shell.set(DAYLOOM_MAX_ROUNDS="many")

    found = shell("show", "x")

    assert found.code == 2
    assert found.err.startswith("dayloom: DAYLOOM_MAX_ROUNDS is 'many', which cannot be used")


def test_a_model_at_a_closed_port_is_told_with_code_5(shell: Shell) -> None:
    shell.set(
        DAYLOOM_MODEL="gpt", OPENAI_BASE_URL=f"http://127.0.0.1:{closed_port()}/v1", OPENAI_API_KEY="sk-not-to-be-seen"
    )

    found = shell.plan("Plan", "--json")

    assert found.code == 5
    assert found.json["status"] == "error"
    assert found.json["outcome"]["status"] == "failed"
    assert found.json["outcome"]["code"] == "model_unreachable"
    assert "OPENAI_BASE_URL" in found.json["outcome"]["message"]
    assert "sk-not-to-be-seen" not in found.out + found.err


def test_a_turn_that_failed_is_kept_and_can_be_said_again(shell: Shell) -> None:
    shell.set(DAYLOOM_MODEL="gpt", OPENAI_BASE_URL=f"http://127.0.0.1:{closed_port()}/v1", OPENAI_API_KEY="key")
    shell.plan("Plan")
    shell.model([{"action": "execute"}, place(2, 1, 3)])

    found = shell("plan", "Plan", "--thread", shell.thread)

    assert found.code == 4


@pytest.mark.parametrize("words", [("show", "x"), ("replay", "x"), ("answer", "x", "--approve"), ("plan", "x")])
def test_a_store_at_a_closed_port_is_told_with_code_5(shell: Shell, words: tuple[str, ...]) -> None:
    shell.set(DAYLOOM_REDIS_URL=f"redis://127.0.0.1:{closed_port()}", DAYLOOM_MODEL="offline")

    found = shell(*words)

    assert (found.code, found.out) == (5, "")
    assert "cannot be reached" in found.err
    assert found.err.startswith("dayloom: ")


@pytest.mark.parametrize("words", [("show", "x"), ("plan", "x"), ("demo", "--json")])
def test_a_data_folder_that_cannot_be_used_is_told_with_code_5(shell: Shell, words: tuple[str, ...]) -> None:
    Path("occupied").write_text("a file stands where the folder should be", encoding="utf-8")
    shell.set(DAYLOOM_REDIS_URL=None, DAYLOOM_DATA_DIR=str(shell.folder / "occupied" / "data"), DAYLOOM_MODEL="offline")

    found = shell(*words)

    assert found.code == 5
    assert "cannot be used: Not a directory" in found.err
    assert "DAYLOOM_DATA_DIR" in found.err


def test_a_server_binary_that_does_not_run_is_told_with_code_5(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None, DAYLOOM_REDIS_SERVER="/nowhere/valkey-server")

    found = shell("show", "x")

    assert found.code == 5
    assert "/nowhere/valkey-server cannot be run" in found.err


@pytest.mark.parametrize("command", [["replay", "t1"], ["show", "t1"], ["plan", "Plan"], ["serve", "--port", "0"]])
def test_a_store_of_another_dayloom_is_named_instead_of_looking_empty(
    shell: Shell, tmp_path: Path, command: list[str]
) -> None:
    with asyncio.Runner() as runner:
        server = embedded(tmp_path / "newer")
        url = runner.run(server.__aenter__())
        client = connect(url)
        runner.run(client.set(MARKER, SCHEMA + 1))
        shell.set(DAYLOOM_REDIS_URL=url)
        found = shell(*command)
        runner.run(client.aclose())
        runner.run(server.__aexit__(None, None, None))

    assert found.code == ExitCode.UNREACHABLE
    assert "was written by a newer dayloom" in found.err
    assert "Traceback" not in found.err
