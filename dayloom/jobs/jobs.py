"""One user's jobs: kept, started when they are due, looked after until they have ended.

`work` brings a job as far as it can be brought now, one atomic change at a time, and may be called at any time, by
any number of processes: each change builds on the job as it was read, so only one of them makes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dayloom.jobs.due import check_recurrence, next_due
from dayloom.jobs.executor import Executor, Executors, Result
from dayloom.jobs.notices import event_of, message_of
from dayloom.messages.backoff import backoff
from dayloom.messages.post import PostOffice
from dayloom.runs.queue import Nudge, Queue
from dayloom.stores.owner.due import Due, DueKind
from dayloom.stores.owner.jobs import RedisJobs
from dayloom.stores.owner.told import Told
from state.errors import AttemptEnded, BadInput, IllegalStep, MovedOn, NothingToAnswer, UnknownJob, VersionMismatch
from state.ids import RunId
from state.interrupt import Answer
from state.job import (
    Actor,
    Attempt,
    AttemptOutcome,
    Comment,
    Job,
    JobKind,
    JobStatus,
    LogEntry,
    Output,
    OutputKind,
    following,
)
from state.ports import Accepted
from tools import TOOLBOX

LEASE: Final = timedelta(seconds=15)
"""How long an attempt is taken to be alive without a look at it."""
MOST_KEPT: Final = 50
"""Attempts, outputs and comments that a record keeps; the log keeps all of them."""
TRIES: Final = 10
"""How often a person's change is made anew because the job has changed meanwhile."""
_FIRST_DELAY: Final = 30.0
_LONGEST_DELAY: Final = 3600.0


@dataclass(frozen=True, kw_only=True)
class Jobs:
    """Keeps and carries out the jobs of one user; `worker` names this process, `new_run` makes up an id.

    A job is forgotten `keep` after it has ended, or never.
    """

    user: str
    store: RedisJobs
    executors: Executors
    queue: Queue
    clock: Callable[[], datetime]
    worker: str
    new_run: Callable[[], RunId]
    post: PostOffice
    keep: timedelta | None = None

    def executor(self, job: Job) -> Executor:
        """Return what carries a job out."""
        return self.executors[job.executor]

    async def add(self, job: Job, *, operation: str | None = None) -> Job:
        """Keep a new job and start it when it is due; raises BadInput for a recurrence that is never due, TooLarge."""
        now = self.clock()
        _check_allowed(job)
        if job.recurrence is not None:
            check_recurrence(job.recurrence, now)
            job = job.model_copy(update={"due": job.due or _next_due(job, now)})
        line = _line(now, Actor.PERSON, _added(job))
        await self.store.add(job, line, told=await self._told(None, job), operation=operation)
        await self.nudge(job.id)
        return await self.store.get(job.id)

    async def run(self, id: str, *, dry: bool = False) -> Job:
        """Start a job that waits or is blocked now, or only tell in its log what would be started.

        One that waits for its next try is tried now. Raises IllegalStep while an attempt runs, and when it has ended.
        """

        async def start(job: Job) -> Job:
            if job.status is JobStatus.WORKING and job.attempt is None:
                return await self.change(job, Actor.PERSON, "To be tried now.", due=self.clock(), dry_run=dry)
            if job.status is JobStatus.BLOCKED:
                return await self._send_back(job, "", dry_run=dry)
            if job.status is not JobStatus.PENDING:
                raise illegal(job, JobStatus.CLAIMED)
            return await self.change(job, Actor.PERSON, "Started by hand.", due=self.clock(), dry_run=dry)

        if (await self.store.get(id)).attempt is not None:
            await self.work(id)  # its attempt may be lost, and nobody else be there to see it
        return await self._by_person(id, start)

    async def reschedule(self, id: str, **changed: Any) -> Job:
        """Change when a supervision is due, or what it asks; raises BadInput when it is never due then."""

        async def change(job: Job) -> Job:
            after = Job.model_validate({**dict(job), **changed})
            assert after.recurrence is not None, "a supervision recurs"
            check_recurrence(after.recurrence, self.clock())
            return await self.change(job, Actor.PERSON, "Changed.", **changed, due=_next_due(after, self.clock()))

        return await self._by_person(id, change)

    async def cancel(self, id: str) -> Job:
        """Call a job off; what is under way is stopped. Raises IllegalStep when it has ended."""

        async def call_off(job: Job) -> Job:
            changed: dict[str, Any] = {"due": None}
            if job.attempt is not None:
                changed["attempts"] = with_last(job, lease=self.clock())
            return await self._move(job, JobStatus.CANCELLED, Actor.PERSON, "Called off.", **changed)

        return await self._by_person(id, call_off)

    async def accept(self, id: str) -> Job:
        """Accept what was handed in for review; raises IllegalStep."""
        done = {"completed_at": self.clock().astimezone(UTC)}
        return await self._by_person(id, lambda job: self._move(job, JobStatus.DONE, Actor.PERSON, "Accepted.", **done))

    async def send_back(self, id: str, remark: str) -> Job:
        """Have a job that is in review or blocked done anew, with a remark for the next attempt; raises IllegalStep."""
        return await self._by_person(id, lambda job: self._send_back(job, remark))

    async def answer(self, id: str, message: str = "", answer: Answer | None = None) -> Job:
        """Answer the question a job is blocked on, in words or as its card is answered; it goes on then.

        Raises NothingToAnswer, StaleAnswer and NotAllowed.
        """
        job = await self.store.get(id)
        if job.status is not JobStatus.BLOCKED or job.card is None:
            raise NothingToAnswer(f"The job is {job.status} and asks nothing.")
        given = Accepted(run=self.new_run(), at=self.clock(), message=message, answer=answer, card=job.card)
        await self.executor(job).answer(job, given)
        await self.nudge(id)
        return await self.store.get(id)

    async def comment(self, id: str, text: str) -> Job:
        """Add a comment."""

        async def add(job: Job) -> Job:
            comments = (*job.comments, Comment(at=self.clock(), by=Actor.PERSON, text=text))[-MOST_KEPT:]
            return await self.change(job, Actor.PERSON, f"Comment: {text}", comments=comments)

        return await self._by_person(id, add)

    async def _by_person(self, id: str, change: Callable[[Job], Awaitable[Job]]) -> Job:
        """Make a person's change to the newest state of a job, whoever else changes it, and see what follows."""
        version = 0
        for _ in range(TRIES):
            job = await self.store.get(id)
            version = job.version
            with suppress(MovedOn):
                changed = await change(job)
                await self.nudge(id)
                return changed
        raise VersionMismatch("The job is being changed all the time; try again.", current=version)

    async def require_attempt(self, id: str, number: int) -> Job:
        """Return a job that this attempt has; raises AttemptEnded when it is another one, or none, and UnknownJob."""
        job = await self.store.get(id)
        _required(job, number)
        return job

    async def for_attempt(self, id: str, number: int, change: Callable[[Job, Attempt], Awaitable[Job]]) -> Job:
        """Make a change to the newest state of a job as long as this attempt has it; raises AttemptEnded."""
        version = 0
        for _ in range(TRIES):
            job = await self.store.get(id)
            version = job.version
            with suppress(MovedOn):
                return await change(job, _required(job, number))
        raise VersionMismatch("The job is being changed all the time; try again.", current=version)

    async def wait(self, id: str) -> Job:
        """Return a job when this process has done for it what it can now."""
        job = await self.store.get(id)
        if job.attempts:
            await self.executor(job).wait(job, job.attempts[-1])
            job = await self.store.get(id)
        return job

    async def _send_back(self, job: Job, remark: str, **changed: Any) -> Job:
        text = f"Sent back: {remark}" if remark else "To be tried anew."
        again = {"remark": remark or None, "due": self.clock(), "card": None, **changed}
        return await self._move(job, JobStatus.PENDING, Actor.PERSON, text, **again)

    async def delete(self, id: str, *, under_way: bool = False) -> None:
        """Forget a job; raises IllegalStep for one that is under way, unless its run may go on by itself."""
        job = await self.store.get(id)
        if job.attempt is not None and not under_way:
            raise IllegalStep("An attempt has this job; cancel it first.", [JobStatus.CANCELLED])
        try:
            await self.store.delete(job)
        except MovedOn as changed:
            raise VersionMismatch("The job has changed meanwhile; look at it again.", current=job.version) from changed
        await self.executor(job).forget(job)

    async def nudge(self, id: str) -> None:
        """Have somebody look after a job now."""
        await self.queue.enqueue(nudge_of(Due(self.user, DueKind.JOB, id)))

    async def work(self, id: str) -> None:
        """Bring a job as far as it can be brought now."""
        while True:
            try:
                job = await self.store.get(id)
                if job.attempt is None and job.expires is not None and job.expires <= self.clock():
                    await self.store.delete(job)
                    return await self.executor(job).forget(job)
                if await self._step(job) is None and await self.store.remind(job):
                    return None
            except MovedOn:
                continue
            except UnknownJob:
                return None

    async def _step(self, job: Job) -> Job | None:
        """Make the next change that is due; None when there is nothing to do now."""
        match job.status:
            case JobStatus.PENDING:
                return await self._claim(job) if self._is_due(job) else None
            case JobStatus.CLAIMED:
                return await self._begin(job)
            case JobStatus.WORKING:
                return await self._look_after(job)
            case JobStatus.REVIEW if job.reviewer is None and not job.unmet:
                text = "Nobody reviews it: done."
                now = self.clock().astimezone(UTC)
                return await self._move(job, JobStatus.DONE, Actor.SERVICE, text, completed_at=now)
            case JobStatus.BLOCKED if job.card is not None and await self.executor(job).answered(job):
                text = "The question was answered."
                return await self._move(job, JobStatus.PENDING, Actor.PERSON, text, due=self.clock())
            case JobStatus.CANCELLED if (attempt := job.attempt) is not None:
                await self.executor(job).stop(job, attempt)
                return await self._close(job, Result(AttemptOutcome.CANCELLED))
            case _:
                return None

    def _is_due(self, job: Job) -> bool:
        return job.due is not None and job.due <= self.clock()

    async def _claim(self, job: Job) -> Job:
        """Take a job that is due; the attempt is on record before anything of it starts."""
        changed = {"attempts": await self._with_next_attempt(job), "tried_before": _last_number(job), "card": None}
        return await self._move(job, JobStatus.CLAIMED, Actor.SERVICE, f"Claimed by {self.worker}.", **changed)

    async def _with_next_attempt(self, job: Job) -> tuple[Attempt, ...]:
        now = self.clock()
        attempt = Attempt(
            number=_last_number(job) + 1,
            worker=self.worker,
            # A question that was answered goes on as the run that carries its answer.
            run=(await self.executor(job).newest_run(job) if job.card else None) or self.new_run(),
            started=now,
            lease=now + LEASE,
            executor=job.executor,
        )
        return (*job.attempts, attempt)[-MOST_KEPT:]

    async def _begin(self, job: Job) -> Job:
        attempt = job.attempt
        assert attempt is not None, "what is claimed has an attempt"
        if not job.dry_run:
            await self.executor(job).start(job, attempt)
        return await self._move(job, JobStatus.WORKING, Actor.SERVICE, f"Attempt {attempt.number} begins.")

    async def _look_after(self, job: Job) -> Job | None:
        attempt = job.attempt
        if attempt is None:
            if not self._is_due(job):
                return None
            text = f"Attempt {_last_number(job) + 1} begins."
            job = await self.change(job, Actor.SERVICE, text, attempts=await self._with_next_attempt(job), due=None)
            attempt = job.attempt
            assert attempt is not None, "it was just opened"
        result = await self._result(job, attempt)
        if result is None:
            if attempt.lease > self.clock():
                return None
            return await self.change(job, Actor.SERVICE, "", attempts=with_last(job, lease=self.clock() + LEASE))
        if result.card is not None:
            closed = self._closed(job, result)
            texts = (*result.notes, f"It asks: {result.report}")
            return await self._move(job, JobStatus.BLOCKED, Actor.WORKER, *texts, attempts=closed, card=result.card)
        return await self._conclude(job, result)

    async def _result(self, job: Job, attempt: Attempt) -> Result | None:
        executor = self.executor(job)
        if job.dry_run:
            return Result(AttemptOutcome.DRY_RUN, report=await executor.describe(job, attempt))
        return await executor.result(job, attempt)

    async def _conclude(self, job: Job, result: Result) -> Job:
        now = self.clock()
        closed: dict[str, Any] = {"attempts": self._closed(job, result), "dry_run": False}
        text = _ended(job, result)
        if result.status is not None:
            return await self._move(job, result.status, Actor.WORKER, *result.notes, text, due=None, **closed)
        if result.outcome is AttemptOutcome.COMPLETED:
            if result.report:
                closed["outputs"] = (*job.outputs, _output(job, result, now))[-MOST_KEPT:]
            closed["remark"] = None
        elif result.outcome is not AttemptOutcome.DRY_RUN:
            if (tries := _last_number(job) - job.tried_before) < job.max_attempts:
                retry = now + backoff(tries, first=_FIRST_DELAY, longest=_LONGEST_DELAY)
                text = f"{text} Next try at {_clock_time(retry)}."
                return await self.change(job, Actor.SERVICE, *result.notes, text, due=retry, **closed)
            text = f"{text} No attempts are left."
        if job.kind is JobKind.SUPERVISION:
            return await self._await_next(job, result, text, closed)
        if result.outcome is AttemptOutcome.COMPLETED:
            unmet = job.model_copy(update={"outputs": closed.get("outputs", job.outputs)}).unmet
            missing = [f"It does not say that it has: {', '.join(unmet)}."] if unmet else []
            return await self._move(job, JobStatus.REVIEW, Actor.WORKER, *result.notes, text, *missing, **closed)
        return await self._move(job, JobStatus.BLOCKED, Actor.SERVICE, *result.notes, text, due=None, **closed)

    async def _await_next(self, job: Job, result: Result, text: str, closed: dict[str, Any]) -> Job:
        due = _next_due(job, job.attempts[-1].started)
        text = f"{text} Next at {due.isoformat(timespec='minutes')}." if due else f"{text} It is not due again."
        return await self._move(job, JobStatus.PENDING, Actor.SERVICE, *result.notes, text, due=due, **closed)

    async def _close(self, job: Job, result: Result) -> Job:
        return await self.change(job, Actor.SERVICE, _ended(job, result), attempts=self._closed(job, result))

    def _closed(self, job: Job, result: Result) -> tuple[Attempt, ...]:
        return with_last(
            job,
            outcome=result.outcome,
            error=result.error,
            report=result.report,
            exit_code=result.exit_code,
            printed=result.printed,
            ended=self.clock(),
        )

    async def _move(self, job: Job, status: JobStatus, by: Actor, *texts: str, **changed: Any) -> Job:
        if status not in following(job.status, job.kind, by):
            raise illegal(job, status)
        return await self.change(job, by, *texts, status=status, **changed)

    async def change(self, job: Job, by: Actor, *texts: str, **changed: Any) -> Job:
        """Change a job as it was read, with lines in its log; raises MovedOn when it is not so any more."""
        now = self.clock()
        after = Job.model_validate({**dict(job), **changed, "updated": now})
        if after.status.ended and self.keep is not None:
            after = after.model_copy(update={"expires": now + self.keep})
        lines = [_line(now, by, text) for text in texts if text]
        told = await self._told(job, after)
        kept = await self.store.change(job, after, *lines, told=told)
        for post in told.posts:
            await self.queue.enqueue(nudge_of(Due(self.user, DueKind.POST, post.id)))
        return kept

    async def _told(self, before: Job | None, after: Job) -> Told:
        """Return what the owner is told of a change."""
        event, message = event_of(before, after), message_of(before, after) if before else None
        told = await self.post.told(message) if message else Told()
        return replace(told, events=[*([event] if event else []), *told.events])


def nudge_of(due: Due) -> Nudge:
    """Return the nudge to look after something: its kind is the name, and it is given `user` and `id`."""
    return Nudge(id=f"{due.kind}/{due.owner}/{due.id}", name=due.kind.value, given={"user": due.owner, "id": due.id})


def _next_due(job: Job, after: datetime) -> datetime | None:
    """Return when a supervision is due again; None when it is not enabled, or not before its end."""
    assert job.recurrence is not None, "a supervision recurs"
    due = next_due(job.recurrence, after) if job.enabled else None
    return due if due is None or job.until is None or due <= job.until else None


def _check_allowed(job: Job) -> None:
    """Raise BadInput when a job allows what is no tool that acts outside the draft."""
    known = [tool.name for tool in TOOLBOX if tool.always_confirm]
    for name in job.allow:
        if name not in known:
            raise BadInput(f"{name!r} does not act outside the draft, so it need not be allowed; {', '.join(known)} do")


def illegal(job: Job, status: JobStatus, actor: Actor | None = None) -> IllegalStep:
    """Return the refusal of a step, with those that are legal (for this actor)."""
    legal = following(job.status, job.kind, actor)
    choice = f"it may become {', '.join(legal)}" if legal else "it has ended"
    return IllegalStep(f"The job is {job.status} and cannot become {status}: {choice}.", legal)


def _required(job: Job, number: int) -> Attempt:
    attempt = job.attempt
    if attempt is None or attempt.number != number or not job.status.under_way:
        raise AttemptEnded(f"Attempt {number} has ended, or its job was called off; nothing of it is taken any more.")
    return attempt


def _line(at: datetime, by: Actor, text: str) -> LogEntry:
    return LogEntry(at=at, by=by, text=text)


def _added(job: Job) -> str:
    when = f"due {job.due.isoformat(timespec='minutes')}" if job.due else "started by hand"
    return f"Added: {job.title} ({when})."


def _ended(job: Job, result: Result) -> str:
    number = job.attempts[-1].number
    done = result.report or (job.outputs[-1].summary if job.outputs else "")
    words = {
        AttemptOutcome.COMPLETED: f"Attempt {number} is complete: {done}",
        AttemptOutcome.CANCELLED: f"Attempt {number} was stopped.",
        AttemptOutcome.DRY_RUN: f"Attempt {number} was a dry run; this would be started: {result.report}",
    }
    return words.get(result.outcome, f"Attempt {number} failed ({result.outcome}): {result.error or result.report}")


def _output(job: Job, result: Result, now: datetime) -> Output:
    summary = result.report.strip().splitlines()[0][:200]
    return Output(
        kind=OutputKind.DOCUMENT, summary=summary, text=result.report, attempt=job.attempts[-1].number, at=now
    )


def with_last(job: Job, **changed: Any) -> tuple[Attempt, ...]:
    """Return the attempts of a job, the last one changed."""
    return (*job.attempts[:-1], job.attempts[-1].model_copy(update=changed))


def _last_number(job: Job) -> int:
    return job.attempts[-1].number if job.attempts else 0


def _clock_time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
