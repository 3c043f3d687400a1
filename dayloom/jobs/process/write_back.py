"""What the program of one attempt says of its job, and nothing of any other: outputs, comments, lines, how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dayloom.jobs.jobs import MOST_KEPT, Jobs, illegal, with_last
from dayloom.jobs.process.folders import JobFolder
from dayloom.jobs.process.tokens import fits, read_token
from dayloom.stores.owner.jobs import RedisJobs
from dayloom.stores.redis.connection import AsyncRedis
from state.errors import HandedIn, Incomplete, UnknownJob
from state.job import Actor, Attempt, Comment, Job, JobStatus, Output, OutputKind, following


async def find_attempt(client: AsyncRedis, token: str, job: str, number: int) -> str | None:
    """Return whose job it is when this is the token of this attempt, whether it has ended or not."""
    named = read_token(token)
    if named is None or (named.job, named.number) != (job, number):
        return None
    try:
        attempts = (await RedisJobs(client, owner=named.user).get(job)).attempts
    except UnknownJob:
        return None
    return named.user if any(each.number == number and fits(each, token) for each in attempts) else None


@dataclass(frozen=True)
class WriteBack:
    """One attempt's way back to its job; all raise AttemptEnded once the attempt has ended."""

    jobs: Jobs
    job: str
    number: int
    data_dir: Path

    async def look(self) -> Job:
        """Return the job."""
        return await self.jobs.require_attempt(self.job, self.number)

    async def comment(self, text: str) -> Job:
        """Add a comment to the job."""
        return await self._change(f"Comment: {text}", lambda job, now: {"comments": _with_comment(job, text, now)})

    async def log(self, text: str) -> Job:
        """Add a line to the log of the job."""
        return await self._change(text, lambda job, now: {})

    async def hand_in(self, kind: OutputKind, summary: str, text: str, path: str | None) -> Job:
        """Add an output; raises HandedIn when it was added before, and BadInput for a path outside the job's folder."""

        def add(job: Job, now: datetime) -> dict[str, Any]:
            inside = None
            if path is not None:
                inside = JobFolder.of(self.data_dir, self.jobs.user, job.id).inside(job, self.number, path)
            said = {"kind": kind, "summary": summary, "text": text, "path": inside, "attempt": self.number}
            if any(output.model_dump(exclude={"at"}) == said for output in job.outputs):
                raise HandedIn("This output was handed in before.")
            return {"outputs": (*job.outputs, Output(**said, at=now))[-MOST_KEPT:]}

        return await self._change(f"Handed in: {summary}", add)

    async def conclude(self, status: JobStatus, reason: str) -> Job:
        """Say what the job is to become when the program has ended; `working` says that it has begun.

        Raises IllegalStep, HandedIn when it was said before, and Incomplete for a review of nothing.
        """
        if status is JobStatus.WORKING:
            return await self.look()

        def say(job: Job, now: datetime) -> dict[str, Any]:
            if status not in following(JobStatus.WORKING, job.kind, Actor.WORKER):
                raise illegal(job, status, Actor.WORKER)
            if status is JobStatus.REVIEW and not any(output.attempt == self.number for output in job.outputs):
                raise Incomplete("There is nothing to review: hand in an output first.", ["an output"])
            return {"attempts": with_last(job, handed_in=status, error=reason or None)}

        return await self._change(f"To be {status}: {reason}" if reason else f"To be {status}.", say)

    async def _change(self, text: str, changed: Callable[[Job, datetime], dict[str, Any]]) -> Job:
        async def change(job: Job, attempt: Attempt) -> Job:
            if attempt.handed_in is not None:
                raise HandedIn(f"Attempt {self.number} was handed in already; nothing is added to it.")
            fields = changed(job, self.jobs.clock())
            return await self.jobs.change(job, Actor.WORKER, text, **fields)

        return await self.jobs.for_attempt(self.job, self.number, change)


def _with_comment(job: Job, text: str, now: datetime) -> tuple[Comment, ...]:
    return (*job.comments, Comment(at=now, by=Actor.WORKER, text=text))[-MOST_KEPT:]
