"""A real `dayloom serve` process for tests: started on a free port, killed at the end, killed and started in between.

with Serving(tmp_path / "home") as server:                       # the embedded server, the offline model
    server.http.get("/ok")

with Valkey(tmp_path) as store, Serving(tmp_path / "home", redis_url=store.url, model=scripted.base_url) as server:
    server.kill()
    server.start()                                              # the same port, the same data
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx
from ports import Port

PROGRAM = (sys.executable, "-P", "-c", "from dayloom.cli import main; main()")
PATIENCE = 100.0
"""Seconds a start may take, and an end, on a machine that does much else."""


class Serving:
    """One `dayloom serve` on a loopback port of its own.

    `folder` is its data folder; without `redis_url` the embedded server in it is the store. `model` is the base URL of
    a scripted model server; without it the model is `offline`. `settings` are further environment variables, None
    unsets one; `arguments` stand behind `dayloom serve`. What the process wrote is in `told`; `environment` serves
    further commands beside it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        redis_url: str | None = None,
        model: str | None = None,
        token: str | None = None,
        port: Port | None = None,
        arguments: tuple[str, ...] = (),
        command: str = "serve",
        **settings: str | None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._held = port or Port()
        self.port = self._held.number
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "serve.log"
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=self.url, timeout=PATIENCE, headers=headers, trust_env=False)
        self._command = (*PROGRAM, command, *arguments)
        self.environment = _environment(
            {
                "DAYLOOM_DATA_DIR": str(folder),
                "DAYLOOM_PORT": str(self.port),
                "DAYLOOM_REDIS_URL": redis_url,
                "DAYLOOM_TIMEZONE": "Europe/Berlin",
                **({"DAYLOOM_MODEL": "scripted", "OPENAI_BASE_URL": model, "OPENAI_API_KEY": "key"} if model else {}),
                **settings,
            }
        )

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.stop()
        self._held.close()

    @property
    def told(self) -> str:
        """Everything the processes wrote so far."""
        return self.log.read_text(errors="replace")

    @property
    def pid(self) -> int:
        """The process."""
        return self.process.pid

    def launch(self) -> None:
        """Start the process, and return at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment
            )

    def start(self) -> None:
        """Start the process, and return when it serves."""
        self.launch()
        self.until_ready()

    def until_ready(self) -> None:
        """Return when it serves."""
        end = time.monotonic() + PATIENCE
        while not self.answers():
            assert self.process.poll() is None, self.told
            assert time.monotonic() < end, self.told
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, and kill it when it does not; returns its exit code."""
        self.process.terminate()
        try:
            return self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def client(self, token: str | None = None, **more: str) -> httpx.Client:
        """Return a further client, perhaps somebody else's."""
        headers = {**({"authorization": f"Bearer {token}"} if token else {}), **more}
        return httpx.Client(base_url=self.url, timeout=PATIENCE, headers=headers, trust_env=False)

    def answers(self) -> bool:
        """Tell whether it serves."""
        try:
            return self.http.get("/ok").status_code == 200
        except httpx.TransportError:
            return False


def _environment(settings: dict[str, str | None]) -> dict[str, str]:
    """Return this process's environment with dayloom's settings replaced by these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYLOOM_", "OPENAI_"))}
    return {**kept, **{name: value for name, value in settings.items() if value is not None}}
