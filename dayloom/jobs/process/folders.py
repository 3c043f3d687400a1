"""The folder of each job on this machine: what its programs work in, what they were told, what they have printed."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from state.errors import BadInput
from state.job import Job, Program, Text

MOST_REPORT: Final = 100_000
"""Characters of a report; more than that is to be handed in as a file."""
MOST_PRINTED: Final = 4_000
"""Characters from the end of what was printed that the attempt's record keeps."""


@dataclass(frozen=True)
class JobFolder:
    """The folder of a job."""

    path: Path

    @classmethod
    def of(cls, data_dir: Path, user: str, job: str) -> JobFolder:
        """Return the folder of this user's job; no id leaves its place."""
        return cls(data_dir / "jobs" / f"u-{quote(user, safe='')}" / f"j-{quote(job, safe='')}")

    def attempt(self, number: int) -> AttemptFolder:
        """Return where things of an attempt are kept."""
        return AttemptFolder(self.path / f"attempt-{number}")

    def work(self, program: Program, number: int) -> Path:
        """Return where a program works: where the attempts before have worked when it continues their session."""
        return self.path / "session" if program.session == "continued" else self.attempt(number).path / "work"

    def inside(self, job: Job, number: int, path: str) -> str:
        """Return a path that an attempt's program has named, seen from the job's folder; raises BadInput outside it."""
        assert job.program is not None, "a program has named it"
        root = self.path.resolve()
        named = root if "\0" in path else (self.work(job.program, number).resolve() / path).resolve()
        if not named.is_relative_to(root) or named == root:
            raise BadInput(f"{path!r} is not in the folder of this job; put the file there and name it again.")
        return str(named.relative_to(root))

    def open_file(self, path: str) -> BinaryIO | None:
        """Open a file by its path in this folder; None when it is not here, or leads out of it by now."""
        named = (self.path / path).resolve()
        if not named.is_relative_to(self.path.resolve()):
            return None
        try:
            file = open(named, "rb", opener=_without_links)  # noqa: SIM115  # whoever asked closes it
        except OSError:
            return None
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
        return None

    def remove(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class AttemptFolder:
    """What is kept of one attempt."""

    path: Path

    @property
    def prompt(self) -> Path:
        """What the program is told."""
        return self.path / "prompt.md"

    @property
    def printed(self) -> Path:
        """What it has printed, without the middle when that was too much."""
        return self.path / "printed.log"

    @property
    def result(self) -> Path:
        """Where it may leave its report."""
        return self.path / "result.md"

    def make(self, work: Path, prompt: str) -> None:
        """Make folder and prompt, which nobody else may read; raises OSError."""
        for folder in (self.path, work):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.result.unlink(missing_ok=True)
        for file, text in ((self.prompt, prompt), (self.printed, "")):
            with open(file, "w", encoding="utf-8", opener=_private, newline="") as written:
                written.write(text)

    def remove(self) -> None:
        """Remove everything of the attempt."""
        shutil.rmtree(self.path, ignore_errors=True)

    def read_result(self) -> Text:
        """Return the report that was left, or nothing; a link is not followed."""
        return _read(self.result, MOST_REPORT).strip()

    def read_printed(self) -> Text:
        """Return the end of what was printed."""
        return _read(self.printed, None)[-MOST_PRINTED:]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _read(path: Path, most: int | None) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace", opener=_without_links) as file:
            return file.read(most).replace("\0", "\N{REPLACEMENT CHARACTER}")
    except OSError:
        return ""


def _without_links(path: str, flags: int) -> int:
    # Neither a link to a file of the service nor a pipe that nobody writes into.
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
