"""What an attempt is told: the task with all its fields, and what became of the attempt before."""

from __future__ import annotations

from collections.abc import Iterator

from state.job import AttemptOutcome, Job


def task_message(job: Job) -> str:
    """Return the message with which the agent, or a program, is given a job."""
    return "\n".join(_lines(job))


def _lines(job: Job) -> Iterator[str]:
    yield job.description.strip() or job.title
    if job.watched:
        yield f"Watch: {job.watched}"
    if job.must_haves:
        yield "The result must have:"
        yield from (f"- {each}" for each in job.must_haves)
    if job.remark:
        yield f"The reviewer sent the last result back: {job.remark}"
    last = next((each for each in reversed(job.attempts) if each.outcome is not None), None)
    if last is not None and last.outcome is not AttemptOutcome.COMPLETED:
        yield f"Attempt {last.number} ended as {last.outcome}: {last.error or 'no reason was given'}"
