"""`dayloom doctor`: what works, and the cure for what does not."""

from __future__ import annotations

from pathlib import Path

from doubles import Fault
from shell import Shell


def test_a_sound_installation_is_told_so(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL=None)

    found = shell("doctor")

    assert found.code == 0
    assert [line.split()[0] for line in found.out.splitlines()] == ["✓"] * 5
    assert "Valkey" in found.out
    assert "none yet" in found.out
    assert "offline: built in" in found.out
    assert "Europe/Berlin; it is " in found.out


def test_a_server_elsewhere_is_named_without_its_password(shell: Shell) -> None:
    shell.set(DAYLOOM_REDIS_URL="redis://me:secret@127.0.0.1:1/0")

    found = shell("doctor")

    assert found.code == 5
    assert "✗ store" in found.out
    assert "redis://127.0.0.1:1/0 cannot be reached. Start the server, or correct DAYLOOM_REDIS_URL." in found.out
    assert "secret" not in found.out + found.err


def test_a_data_folder_that_cannot_be_written_is_told(shell: Shell) -> None:
    Path("occupied").write_text("", encoding="utf-8")
    shell.set(DAYLOOM_REDIS_URL=None, DAYLOOM_DATA_DIR=str(shell.folder / "occupied"))

    found = shell("doctor")

    assert found.code == 5
    assert "✗ data folder" in found.out
    assert "choose another one with DAYLOOM_DATA_DIR" in found.out


def test_a_model_that_answers_is_told(shell: Shell) -> None:
    server = shell.model(["yes"])

    found = shell("doctor")

    assert found.code == 0
    assert "✓ model       scripted answers." in found.out
    assert len(server.requests) == 1


def test_a_model_that_refuses_the_key_is_told(shell: Shell) -> None:
    shell.model([Fault("status", 401)])

    found = shell("doctor")

    assert found.code == 5
    assert "Check OPENAI_API_KEY" in found.out
