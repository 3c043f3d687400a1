"""Attempts that the agent carries out itself: each is a run on the job's thread, with all that a run guarantees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from dayloom.jobs.executor import Result
from dayloom.jobs.task_prompt import TaskPrompt
from dayloom.runs.run import MultitaskStrategy
from dayloom.runs.runs import Runs
from state.common import RunSettings
from state.errors import UnknownRun
from state.ids import RunId
from state.job import Attempt, AttemptOutcome, Job, JobRequest
from state.outcome import Outcome, OutcomeStatus
from state.ports import Accepted
from state.run_status import RunStatus

_OUTCOMES = {RunStatus.TIMEOUT: AttemptOutcome.TIMED_OUT, RunStatus.CANCELLED: AttemptOutcome.CANCELLED}


@dataclass(frozen=True)
class InlineAttempts:
    """Starts and watches the runs of a user's jobs."""

    runs: Runs
    settings: RunSettings
    prompt: TaskPrompt

    async def start(self, job: Job, attempt: Attempt) -> None:
        """Start the run of an attempt; one that was started before stays as it is."""
        asked = Accepted(run=attempt.run, at=attempt.started, **dict(self._request(job)))
        await self.runs.start(job.thread, asked, MultitaskStrategy.ENQUEUE)

    def _request(self, job: Job) -> JobRequest:
        about = {"model": job.models[0]} if job.models else {}
        return job.request or JobRequest(message=self.prompt.message(job), settings=self.settings, about=about)

    async def stop(self, job: Job, attempt: Attempt) -> None:
        """Cancel the run of an attempt, if it was started."""
        try:
            await self.runs.cancel(job.thread, attempt.run)
        except UnknownRun:
            return

    async def result(self, job: Job, attempt: Attempt) -> Result | None:
        """Return what came of an attempt; None while its run goes on, which is started when nobody did before."""
        try:
            run = await self.runs.get(job.thread, attempt.run)
        except UnknownRun:
            await self.start(job, attempt)
            return None
        if not run.status.final:
            return None
        state = await self.runs.threads.state(job.thread)
        card = state.interrupt if state else None
        if run.status is RunStatus.INTERRUPTED and card is not None:
            return Result(AttemptOutcome.COMPLETED, report=card.description, card=card.id)
        outcome = state.outcome if state else None
        if run.status is RunStatus.SUCCESS and _is_complete(outcome):
            return Result(AttemptOutcome.COMPLETED, report=outcome.message)
        why = outcome.message if outcome and outcome.message else f"the run ended with {run.status}"
        return Result(_OUTCOMES.get(run.status, AttemptOutcome.FAILED), error=why)

    async def wait(self, job: Job, attempt: Attempt) -> None:
        """Return: a run goes on, whoever waits."""

    async def forget(self, job: Job) -> None:
        """Do nothing: the thread stays, as any other."""

    async def describe(self, job: Job, attempt: Attempt) -> str:
        """Return what the agent would be asked."""
        return self._request(job).message

    async def answered(self, job: Job) -> bool:
        """Tell whether the question a job is blocked on is open no longer, and what came then has ended."""
        card, _ = await self.runs.threads.open_card(job.thread)
        return card is None or card.id != job.card

    async def newest_run(self, job: Job) -> RunId | None:
        """Return the newest run on a job's thread."""
        runs = await self.runs.list(job.thread, limit=1)
        return runs[0].id if runs else None


def _is_complete(outcome: Outcome | None) -> TypeGuard[Outcome]:
    return outcome is not None and outcome.status is OutcomeStatus.COMPLETED and bool(outcome.message.strip())
