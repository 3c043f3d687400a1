"""The programs that have carried out jobs, or do: read off the attempts, which are all the register there is."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import AwareDatetime

from state.job import Attempt, AttemptOutcome, ExecutorKind, Job, WorkerProcess
from state.schedule import Value


class Worker(Value):
    """A program and its attempt; `watched_by` is the process that looks after it, None while it waits for a place."""

    job: str
    title: str
    attempt: int
    agent: str
    watched_by: WorkerProcess | None
    started: AwareDatetime
    ended: AwareDatetime | None
    outcome: AttemptOutcome | None
    exit_code: int | None


def workers_of(jobs: Iterable[Job]) -> list[Worker]:
    """Return the programs of these jobs: those at work first, then the one that began last."""
    found = [_worker(job, attempt) for job in jobs for attempt in job.attempts if _is_of_program(attempt)]
    return sorted(found, key=lambda worker: (worker.outcome is not None, -worker.started.timestamp()))


def _is_of_program(attempt: Attempt) -> bool:
    return attempt.executor is ExecutorKind.PROCESS and attempt.outcome is not AttemptOutcome.DRY_RUN


def _worker(job: Job, attempt: Attempt) -> Worker:
    assert job.program is not None, "a program carries it out"
    told = {name: getattr(attempt, name) for name in ("started", "ended", "outcome", "exit_code")}
    return Worker(
        job=job.id,
        title=job.title,
        attempt=attempt.number,
        agent=job.program.agent,
        watched_by=attempt.process,
        **told,
    )
