"""Every example runs as printed; those that talk to a service are given the address of a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from serving import Serving

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_runs(example: Path, tmp_path: Path) -> None:
    if "sys.argv" in example.read_text(encoding="utf-8"):
        with Serving(tmp_path / "home") as server:
            done = run(example, server.url)
    else:
        done = run(example)

    assert done.returncode == 0, done.stderr
    assert "ended: success" in done.stdout


def run(example: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-P", example, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
