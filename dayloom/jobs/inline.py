"""Attempts that the agent carries out itself: each is a run on the job's thread, with all that a run guarantees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dayloom.calendar_sync.new_schedule import next_days
from dayloom.calendar_sync.writer import SEEN
from dayloom.jobs.executor import Result
from dayloom.jobs.report import BEFORE, compose_report, note_places
from dayloom.jobs.source import read_source
from dayloom.jobs.task_prompt import TaskPrompt
from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from dayloom.runs.run import MultitaskStrategy, Run
from dayloom.runs.tenants import MODE, MODELS, Tenant
from prompts.wording import say_model_failure
from state.common import CommonState, RunSettings
from state.errors import BadInput, UnknownModel, UnknownRun
from state.events import EventType
from state.ids import RunId
from state.job import ATTEMPT, Attempt, AttemptOutcome, Job, JobKind, JobRequest, JobStatus, job_thread
from state.message import SEND_MESSAGE
from state.outcome import NOT_UNDERSTOOD, OutcomeStatus
from state.ports import Accepted, Clock
from state.run_status import RunStatus
from state.when import Locale

_OUTCOMES: Final = {RunStatus.TIMEOUT: AttemptOutcome.TIMED_OUT, RunStatus.CANCELLED: AttemptOutcome.CANCELLED}
_UNCHANGED: Final = {
    Locale.EN: "The calendar at {host} is as it was before; there was nothing to do.",
    Locale.ZH: "{host} 的日历没有变化，无需处理。",
}


@dataclass(frozen=True, kw_only=True)
class InlineAttempts:
    """Starts and watches the runs of a user's jobs; `settings` are those of work that nobody watches."""

    tenant: Tenant
    models: Models
    settings: RunSettings
    prompt: TaskPrompt
    clock: Clock
    private: bool = False
    """Whether calendars may be read from addresses in a private network."""

    async def start(self, job: Job, attempt: Attempt) -> None:
        """Start the run of an attempt; one that was started before stays as it is.

        One whose model is missing, or that reads a calendar first, is started when its result is looked for.
        """
        if job.source is None and self._missing_models(job) is None:
            await self._run(job, attempt)

    async def _run(self, job: Job, attempt: Attempt) -> None:
        runs = self.tenant.runs
        try:
            await runs.get(job.thread, attempt.run)
        except UnknownRun:
            state = await runs.threads.state(job.thread)
            request = self._request(job)
            about = {**request.about, ATTEMPT: attempt.number}
            asked = Accepted(run=attempt.run, at=attempt.started, **{**dict(request), "about": about})
            await runs.start(job.thread, await self._on_days(job, asked, state), MultitaskStrategy.ENQUEUE)

    def _request(self, job: Job) -> JobRequest:
        if job.request is not None:
            return job.request
        mode = Mode(job.mode) if job.mode else None
        settings = mode.budgets(self.settings) if mode else self.settings
        about: dict[str, Any] = {MODELS: list(job.models)} if job.models else {}
        about |= {MODE: job.mode} if job.mode else {}
        return JobRequest(
            message=self.prompt.words(job),
            task=self.prompt.notes(job),
            settings=settings.model_copy(update={"allowed": job.allow}),
            about=about,
        )

    async def _on_days(self, job: Job, asked: Accepted, state: CommonState | None) -> Accepted:
        """Return the request with the days it is about: from now on, and again so each time a supervision is due."""
        # What is tried again, or works in a conversation of the person's, keeps the days that are there.
        keeps_days = job.kind is JobKind.TODO or job.thread != job_thread(job.id)
        if state is not None and keeps_days:
            return asked
        before = state.schedule if state is not None else None
        days = await next_days(self.tenant.calendar, before, self.clock(), self.tenant.commits.addresses)
        about = {**asked.about, BEFORE: note_places(before) if before else None}
        if days is None:
            return asked.model_copy(update={"about": about})
        return asked.model_copy(update={"schedule": days.schedule, "about": {**about, SEEN: days.seen}})

    async def stop(self, job: Job, attempt: Attempt) -> None:
        """Cancel the run of an attempt, if it was started."""
        try:
            await self.tenant.runs.cancel(job.thread, attempt.run)
        except UnknownRun:
            return

    async def result(self, job: Job, attempt: Attempt) -> Result | None:
        """Return what came of an attempt; None while its run goes on, which is started when nobody did before."""
        try:
            run = await self.tenant.runs.get(job.thread, attempt.run)
        except UnknownRun:
            return await self._begin(job, attempt)
        return await self._ended(job, run) if run.status.final else None

    async def _begin(self, job: Job, attempt: Attempt) -> Result | None:
        if missing := self._missing_models(job):
            return Result(AttemptOutcome.SPAWN_FAILED, error=missing, status=JobStatus.BLOCKED)
        if job.source is not None:
            try:
                host, _ = await read_source(self.tenant, job.source, str(self.clock().tzinfo), private=self.private)
            except BadInput as wrong:
                return Result(AttemptOutcome.FAILED, error=str(wrong))
            state = await self.tenant.threads.state(job.thread)
            if state is not None and state.calendar == await self.tenant.calendar.version_of_both():
                return Result(AttemptOutcome.COMPLETED, report=_UNCHANGED[state.locale].format(host=host))
        await self._run(job, attempt)
        return None

    def _missing_models(self, job: Job) -> str | None:
        """Return why none of the models of a job can be asked; None when one can."""
        try:
            self.models.in_turn(job.models)
        except UnknownModel as missing:
            return str(missing)
        return None

    async def _ended(self, job: Job, run: Run) -> Result:
        state = await self.tenant.threads.state(job.thread)
        notes = [*self._left_out(job), *await self._tries(run), *await self._sent(run)]
        card, outcome = (state.interrupt, state.outcome) if state else (None, None)
        if run.status is RunStatus.INTERRUPTED and card is not None:
            return Result(AttemptOutcome.COMPLETED, report=card.description, card=card.id, notes=notes)
        if run.status is not RunStatus.SUCCESS or state is None or outcome is None:
            why = outcome.message if outcome and outcome.message else await self._why(run)
            return Result(_OUTCOMES.get(run.status, AttemptOutcome.FAILED), error=why, notes=notes)
        if outcome.status is not OutcomeStatus.COMPLETED or not outcome.message.strip():
            # What was not understood will not be understood the next time either.
            again = JobStatus.BLOCKED if outcome.code == NOT_UNDERSTOOD else None
            why = outcome.message.strip() or "it ended without a report"
            return Result(AttemptOutcome.FAILED, error=why, status=again, notes=notes)
        report = await compose_report(job.report, state, run.asked.about.get(BEFORE))
        return Result(AttemptOutcome.COMPLETED, report=report, notes=notes)

    def _left_out(self, job: Job) -> Sequence[str]:
        """Return a line for each model of a job that cannot be asked here."""
        known = self.models.names
        return [f"{name} is not configured here, so it was not asked." for name in job.models if name not in known]

    async def _tries(self, run: Run) -> Sequence[str]:
        """Return a line for each request to a model that came to nothing."""
        return [
            f"{event.data['failed']}: {say_model_failure(event.data['reason'], Locale.EN)} Next: {event.data['model']}."
            for event in await self.tenant.runs.events(run)
            if event.type is EventType.MODEL_RETRY
        ]

    async def _sent(self, run: Run) -> Sequence[str]:
        """Return what each message that went out came to."""
        return [
            event.data["text"]
            for event in await self.tenant.runs.events(run)
            if event.type is EventType.TOOL_COMPLETED and event.data["name"] == SEND_MESSAGE
        ]

    async def _why(self, run: Run) -> str:
        """Return why a run was broken off, as its last event says."""
        codes = [event.data.get("code") for event in await self.tenant.runs.events(run)]
        return f"the run ended with {run.status} ({codes[-1]})" if codes and codes[-1] else f"the run was {run.status}"

    async def wait(self, job: Job, attempt: Attempt) -> None:
        """Return: a run goes on, whoever waits."""

    async def forget(self, job: Job) -> None:
        """Do nothing: the thread stays, as any other."""

    async def describe(self, job: Job, attempt: Attempt) -> str:
        """Return what the agent would be asked."""
        request = self._request(job)
        return "\n".join(part for part in (request.message, request.task) if part)

    async def answer(self, job: Job, given: Accepted) -> None:
        """Start the run that carries the answer on the thread of the job."""
        request = self._request(job)
        asked = given.model_copy(update={"settings": request.settings, "about": request.about})
        await self.tenant.runs.start(job.thread, asked)

    async def answered(self, job: Job) -> bool:
        """Tell whether the question a job is blocked on is open no longer, and what came then has ended."""
        card, _ = await self.tenant.threads.open_card(job.thread)
        return card is None or card.id != job.card

    async def newest_run(self, job: Job) -> RunId | None:
        """Return the newest run on a job's thread."""
        runs = await self.tenant.runs.list(job.thread, limit=1)
        return runs[0].id if runs else None
