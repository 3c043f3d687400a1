"""LangGraph's own dev server with our graph in it, as `langgraph dev` starts it: what `dayloom serve` is compared with.

with DevServer(tmp_path / "reference") as reference:
    langgraph_sdk.get_client(url=reference.url)

Nothing of it leaves the machine: no browser, no tracing, no usage figures, no search for a newer version. It writes
into the folder it is started in, which is why that folder only links to the repository.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, Self

import httpx
from ports import Port

ROOT = Path(__file__).parents[1]
PROGRAM: Final = (sys.executable, "-P", "-m", "langgraph_cli", "dev", "--no-browser", "--no-reload")
WORKERS: Final = 8
PATIENCE: Final = 100.0
QUIET: Final = {
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LANGGRAPH_NO_VERSION_CHECK": "true",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LOG_LEVEL": "WARNING",
}


class CannotStart(Exception):
    """The dev server does not come up here."""


class DevServer:
    """One `langgraph dev` on a loopback port of its own; `settings` are further environment variables."""

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for entry in ROOT.iterdir():
            if not entry.name.startswith("."):
                (folder / entry.name).symlink_to(entry)
        self._folder = folder
        self._log = folder / "dev_server.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYLOOM_", "OPENAI_"))}
        self._environment = {
            **kept,
            **QUIET,
            "DAYLOOM_MODEL": "offline",
            "DAYLOOM_TIMEZONE": "Europe/Berlin",
            "DAYLOOM_DATA_DIR": str(folder / "home"),
            **settings,
        }

    def __enter__(self) -> Self:
        self._port = Port()
        self.url = f"http://127.0.0.1:{self._port.number}"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                (*PROGRAM, "--port", str(self._port.number), "--n-jobs-per-worker", str(WORKERS)),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )
        try:
            self._until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._port.close()

    @property
    def told(self) -> str:
        """Everything it wrote so far."""
        return self._log.read_text(errors="replace")

    def _until_ready(self) -> None:
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise CannotStart(self.told[-2000:])
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ok", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False
