"""A throw-away Postgres server, where its programs are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FOLDERS = "/usr/lib/postgresql"


@contextmanager
def postgres() -> Generator[str | None]:
    """Yield the address of a fresh server, or None where Postgres is not installed or will not start."""
    programs = _programs()
    if programs is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        identity = _somebody(folder)
        data = folder / "data"
        made = _run(identity, programs / "initdb", "-D", data, "-U", "bench", "-A", "trust", "--no-sync", "-E", "UTF8")
        if made.returncode:
            yield None
            return
        options = f"-k {folder} -c listen_addresses="
        control = programs / "pg_ctl"
        _run(identity, control, "-D", data, "-o", options, "-l", data / "log", "-w", "start")
        try:
            yield f"host={folder} user=bench dbname=postgres"
        finally:
            _run(identity, control, "-D", data, "-m", "immediate", "-w", "stop")


def _programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version first."""
    installed = sorted(Path(_FOLDERS).glob("*/bin/initdb"), reverse=True)
    found = installed[0] if installed else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _somebody(folder: Path) -> dict[str, Any]:
    """Return as whom to run it, since Postgres refuses to run as root, and give that user the folder."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(identity: dict[str, Any], *words: Path | str) -> subprocess.CompletedProcess[bytes]:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run([str(word) for word in words], check=False, cwd="/", **identity, **quiet)
