"""LangGraph's JavaScript SDK in a folder of its own: each method called once, or one program of it run."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from api.behaviour import SLOW, TALK

PACKAGES: Final = ("@langchain/langgraph-sdk@1.15.0", "@langchain/core@1.4.0")
QUIETLY: Final = ("--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps", "--fetch-retries=0")
"""Without React, which the package names as a peer and its client does not load."""
HERE: Final = Path(__file__).parent
NOT_CALLED: Final = {"threads.stream": "a client of the v2 protocol; see the newest clients in chat-clients.md"}


def package_folder(cache: Path) -> Path:
    """Return a folder with the package, installed when it is not yet; skips the test where that cannot be."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node or npm is missing")
    with (cache / "lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not (cache / "package-lock.json").exists():
            command = ["npm", "install", *QUIETLY, *PACKAGES]
            done = subprocess.run(command, cwd=cache, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"{PACKAGES[0]} cannot be installed here: {done.stderr[-300:]}")
    return cache


def run(program: str, folder: Path, *arguments: str) -> Any:
    """Return the JSON that a program beside this file prints."""
    command = ["node", str(HERE / program), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def outcomes(url: str, key: str, folder: Path) -> tuple[set[str], dict[str, str]]:
    """Return the methods of the SDK, and what came of each that was called: `works`, or the status."""
    found = run("sdk_calls.mjs", folder, url, key, TALK, json.dumps(SLOW))
    return set(found["methods"]), found["outcomes"]


def python_name(name: str) -> str:
    """Return what the Python SDK calls a method."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
