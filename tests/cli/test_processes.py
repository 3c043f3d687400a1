"""Programs that are killed, and programs that work side by side: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from doubles import Fault, ScriptedModelServer
from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}
FILES = (
    "--calendar",
    "week.ics",
    "--tasks",
    "tasks.csv",
    "--start",
    "2026-11-23",
    "--days",
    "7",
    "--grid",
    "periods12",
    "--past",
)


def wait_for(server: ScriptedModelServer, requests: int) -> None:
    while len(server.requests) < requests:
        time.sleep(0.02)


def read_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    while words not in process.stdout.readline():
        assert process.poll() is None


def test_a_kill_while_a_card_is_open_loses_nothing(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Done."])
    assert shell("plan", "Plan chapter 4", *FILES, "--thread", "t").code == 4
    asking = shell.start("chat", "--thread", "t", stdin=subprocess.PIPE)
    read_until(asking, "Proposed change")
    asking.kill()
    asking.wait()

    found = shell("answer", "t", "--approve", "--json")

    assert found.code == 0
    assert [change["title"] for change in found.json["changes"]] == ["Read chapter 4"]


def test_a_card_that_has_expired_is_not_acted_on(shell: Shell) -> None:
    shell.set(DAYLOOM_CARD_EXPIRY="1s")
    shell.model([EXECUTE, place(2, 1, 3)])
    assert shell.plan().code == 4
    time.sleep(1.1)

    refused = shell("answer", shell.thread, "--approve")

    assert refused.code != 0
    assert "expired" in refused.err


def test_a_kill_in_the_middle_of_the_work_goes_on_with_the_next_command(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    look = {"action": "continue", "speak": "Looking.", "tool_call": {"name": "get_overview", "arguments": {}}}
    hanging = shell.model([EXECUTE, place(2, 1, 3), look, Fault("hang")])
    working = shell.start("plan", "Plan chapter 4", *FILES, "--thread", "t", "--yes")
    wait_for(hanging, 4)
    working.kill()
    working.wait()
    shell.model([DONE, "Done after all."])

    found = shell("answer", "t", "--approve", "--json")

    assert found.code == 0
    assert "was cut off; it goes on now" in found.err
    assert found.json["outcome"]["message"] == "Done after all."
    assert [change["title"] for change in found.json["changes"]] == ["Read chapter 4"]
    told = shell("replay", "t", "--json").json["entries"]
    assert [entry["name"] for entry in told if entry["type"] == "tool"] == ["place", "get_overview"]


def test_what_is_said_after_ctrl_c_answers_no_card_that_nobody_has_seen(shell: Shell) -> None:
    hanging = shell.model([Fault("hang"), EXECUTE, place(2, 1, 3)])
    chat = shell.start("chat", *FILES, stdin=subprocess.PIPE)
    assert chat.stdin is not None
    chat.stdin.write("Plan chapter 4\n")
    chat.stdin.flush()
    wait_for(hanging, 1)
    chat.send_signal(signal.SIGINT)
    while not hanging.disconnects:
        time.sleep(0.02)

    out, _ = chat.communicate("continue\n")

    assert chat.returncode == 4
    assert "Proposed change" in out


def test_ctrl_c_stops_the_model_and_the_conversation_goes_on(shell: Shell) -> None:
    first, second = ({"action": "reply", "speak": each} for each in ("First.", "Second."))
    hanging = shell.model([Fault("hang"), first, second])
    chat = shell.start("chat", stdin=subprocess.PIPE)
    assert chat.stdin is not None
    chat.stdin.write("one\n")
    chat.stdin.flush()
    wait_for(hanging, 1)
    chat.send_signal(signal.SIGINT)
    while not hanging.disconnects:
        time.sleep(0.02)

    out, err = chat.communicate("two\n")

    assert chat.returncode == 0
    assert "Stopped." in err
    assert "You stopped the last run on this thread" in err
    assert "cut off" not in err
    assert out.index("First.") < out.index("Second.")


def test_two_processes_share_one_data_folder(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    shell.model(lambda _: {"action": "reply", "speak": "Hello."})

    both = [shell.start("plan", "Hello", "--thread", name, *FILES, "--json") for name in ("one", "two")]
    told = [process.communicate()[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert all('"Hello."' in each for each in told)
    assert [shell("show", name, "--json").code for name in ("one", "two")] == [0, 0]


def test_a_reader_that_goes_away_is_told_nothing(shell: Shell) -> None:
    program = shell.start("--help")
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()

    assert program.stderr.read() == ""


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_a_reader_that_goes_away_changes_no_exit_code_and_no_state(shell: Shell, json: tuple[str, ...]) -> None:
    shell.model([EXECUTE, place(2, 1, 3)])
    program = shell.start("plan", "Plan chapter 4", *FILES, "--thread", shell.thread, "--no-input", *json)
    assert program.stdout is not None
    program.stdout.close()

    assert program.wait() == 4
    assert shell("show", shell.thread, "--json").json["interrupt"] is not None


def test_what_an_encoding_cannot_show_is_shown_plainly_and_json_loses_nothing(shell: Shell) -> None:
    (shell.folder / "tasks.csv").write_text("title,duration\nEssay über 城市,2\n", encoding="utf-8")
    shell.set(PYTHONIOENCODING="ascii")
    shell.model([{"action": "execute", "speak": "Los."}, place(2, 1, 9)])
    asking = shell.start("plan", "Plan", *FILES, "--thread", shell.thread, "--no-input")
    out, err = asking.communicate()
    shown, _ = shell.start("show", shell.thread, "--json").communicate()

    assert (asking.returncode, "Traceback" in err) == (4, False)
    assert "Essay ?ber ??" in out
    assert json.loads(shown)["schedule"]["tasks"][-1]["title"] == "Essay über 城市"


IN_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from dayloom.cli import main; main()"
"""A program whose terminal is that of its input."""


def test_a_closed_terminal_leaves_no_store_running(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)
    ours, theirs = pty.openpty()
    chat = subprocess.Popen(
        (sys.executable, "-P", "-c", IN_TERMINAL, "chat"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    heard = b""
    while b"> " not in heard:
        heard += os.read(ours, 4096)
    [store] = (shell.folder / "data").rglob("*.sock")
    os.close(ours)
    chat.wait()

    while listens(store):
        time.sleep(0.02)


def listens(path: Path) -> bool:
    """Tell whether a server takes connections at a socket."""
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(path)) == 0
