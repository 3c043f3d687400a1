"""What carries out the attempts of jobs, as the jobs see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from state.ids import RunId
from state.job import Attempt, AttemptOutcome, ExecutorKind, Job, JobStatus
from state.ports import Accepted


@dataclass(frozen=True)
class Result:
    """What came of an attempt.

    `card` is the question it stopped at. `status` is what the job becomes when trying again is no use (failed,
    blocked). `notes` are lines for the log. `exit_code` and `printed` are those of a program.
    """

    outcome: AttemptOutcome
    report: str = ""
    error: str | None = None
    card: str | None = None
    status: JobStatus | None = None
    exit_code: int | None = None
    printed: str = ""
    notes: Sequence[str] = ()


class Executor(Protocol):
    """Starts and watches attempts; each may be asked anything at any time, and more than once."""

    async def start(self, job: Job, attempt: Attempt) -> None:
        """Start an attempt, and return before it has ended; one that was started before stays as it is."""
        ...

    async def stop(self, job: Job, attempt: Attempt) -> None:
        """Stop an attempt, if it was started."""
        ...

    async def result(self, job: Job, attempt: Attempt) -> Result | None:
        """Return what came of an attempt; None while it goes on, which is started when nobody did before."""
        ...

    async def wait(self, job: Job, attempt: Attempt) -> None:
        """Return when this process has done for an attempt what it can."""
        ...

    async def forget(self, job: Job) -> None:
        """Remove what attempts have left behind outside the store."""
        ...

    async def describe(self, job: Job, attempt: Attempt) -> str:
        """Return what would be started, for a dry run."""
        ...

    async def answer(self, job: Job, given: Accepted) -> None:
        """Take the answer to the question a job is blocked on; raises as `Runs.start` does."""
        ...

    async def answered(self, job: Job) -> bool:
        """Tell whether the question a job is blocked on is open no longer."""
        ...

    async def newest_run(self, job: Job) -> RunId | None:
        """Return the newest run on a job's thread."""
        ...


Executors: TypeAlias = Mapping[ExecutorKind, Executor]
