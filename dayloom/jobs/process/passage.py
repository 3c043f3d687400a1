"""One attempt on its way through a program: waits for a place, starts it, holds the lease, says how it ended."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from dayloom.jobs.executor import Result
from dayloom.jobs.jobs import LEASE, MOST_KEPT, Jobs, with_last
from dayloom.jobs.process.agents import Agent, agent_of
from dayloom.jobs.process.folders import JobFolder
from dayloom.jobs.process.launch import how_to_answer, make_order
from dayloom.jobs.process.supervised import Supervised, kill_by_variable
from dayloom.jobs.process.supervisor import Order
from dayloom.jobs.process.tokens import Named, digest, new_token
from dayloom.jobs.process.workplace import Workplace
from dayloom.settings import ATTEMPT_TOKEN
from dayloom.stores.owner.workers import Place
from state.errors import AttemptEnded, BadInput, StoreUnavailable, UnknownJob, VersionMismatch
from state.job import Actor, Attempt, AttemptOutcome, Job, JobStatus

T = TypeVar("T")
log = logging.getLogger(__name__)

LOOK: Final = 0.5
"""Seconds between two looks at the job: it may have been called off, or be somebody else's."""
_RENEWED_BELOW: Final = LEASE * 2 / 3


class Passage:
    """A program from its claim to its end; `result` is what came of it, None until then."""

    def __init__(self, workplace: Workplace, jobs: Jobs, job: Job, attempt: Attempt) -> None:
        assert job.program is not None, "a program carries it out"
        self.result: Result | None = None
        self._workplace, self._jobs, self._job, self._attempt = workplace, jobs, job, attempt
        self._place = Place(job.program.agent, jobs.user, job.id, attempt.number)
        self._root = JobFolder.of(workplace.data_dir, jobs.user, job.id)
        self._folder = self._root.attempt(attempt.number)
        self._work = self._root.work(job.program, attempt.number)
        self._token = new_token(Named(jobs.user, job.id, attempt.number))
        self._lease = attempt.lease
        self._running: asyncio.Task[Result] | None = None
        self._supervised: Supervised | None = None
        self._placed = False
        self._stopped: AttemptOutcome | None = None

    def begin(self, ended: Callable[[], object]) -> None:
        """Begin; `ended` is called when the end is on record, or cannot be brought there."""
        self._task = asyncio.create_task(self._carry_out())
        self._task.add_done_callback(lambda _: ended())

    async def stop(self) -> None:
        """Have the program end, and return when it has."""
        self._ask_to_end(AttemptOutcome.CANCELLED)
        while self.result is None and not self._task.done():
            await asyncio.wait([self._task], timeout=0.05)

    async def kill(self) -> None:
        """Kill the program at once and forget about the attempt."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def wait(self) -> None:
        """Return when the end is on record."""
        await asyncio.wait([self._task])

    async def _carry_out(self) -> None:
        self.result = await self._attended()
        try:
            await _patiently(lambda: self._jobs.work(self._job.id))
        except Exception:
            log.exception("the end of attempt %d of job %s was not told", self._attempt.number, self._job.id)

    async def _attended(self) -> Result:
        """Run the program, and look every now and then whether it is to go on."""
        self._running = running = asyncio.create_task(self._run())
        try:
            while not running.done():
                await asyncio.wait([running], timeout=LOOK)
                if not running.done() and (why := await self._keep()) is not None:
                    self._ask_to_end(why)
            return running.result()
        except asyncio.CancelledError:
            if self._stopped is None:
                raise
            return Result(self._stopped)
        except (AttemptEnded, UnknownJob):
            return Result(AttemptOutcome.CANCELLED)
        except Exception as error:
            log.exception("attempt %d of job %s broke off", self._attempt.number, self._job.id)
            return Result(AttemptOutcome.LOST, error=f"it could not be looked after: {error}")
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def _ask_to_end(self, outcome: AttemptOutcome) -> None:
        self._stopped = self._stopped or outcome
        if self._supervised is not None:
            self._supervised.ask_to_end()
        else:
            (self._running or self._task).cancel()

    async def _keep(self) -> AttemptOutcome | None:
        """Hold lease and place for longer; return how the attempt ends when the program may not go on."""
        now = self._workplace.clock()
        try:
            if self._lease - now < _RENEWED_BELOW:
                await self._renew()
            else:
                await self._jobs.require_attempt(self._job.id, self._attempt.number)
        except (AttemptEnded, UnknownJob):
            return AttemptOutcome.CANCELLED
        except (StoreUnavailable, VersionMismatch):
            return None if now < self._lease else AttemptOutcome.LOST
        return None

    async def _renew(self) -> None:
        until = self._workplace.clock() + LEASE
        await self._note("", lease=until)
        self._lease = until
        if self._placed:
            await self._workplace.take(self._place, self._agent, until)

    async def _note(self, text: str, **changed: Any) -> Job:
        """Change the record of the attempt; raises AttemptEnded, UnknownJob and StoreUnavailable."""

        async def change(job: Job, _: Attempt) -> Job:
            return await self._jobs.change(job, Actor.SERVICE, text, attempts=with_last(job, **changed))

        return await self._jobs.for_attempt(self._job.id, self._attempt.number, change)

    async def _run(self) -> Result:
        assert self._job.program is not None, "a program carries it out"
        try:
            self._agent: Agent = agent_of(self._workplace.agents, self._job.program)
        except BadInput as unknown:
            return Result(AttemptOutcome.SPAWN_FAILED, error=str(unknown))
        await self._take_place()
        try:
            return await self._supervise()
        finally:
            self._placed = False
            with suppress(StoreUnavailable):  # it comes back by itself then
                await self._workplace.workers.give_back(self._place)

    async def _take_place(self) -> None:
        waits = False
        while not await self._workplace.take(self._place, self._agent, self._workplace.clock() + LEASE):
            if not waits:
                await self._note("It waits: too many programs are at work.")
                waits = True
            await asyncio.sleep(LOOK * (500 + secrets.randbelow(500)) / 1000)
        self._placed = True

    async def _supervise(self) -> Result:
        """Start the program and return how it ended."""
        lease = self._workplace.clock() + LEASE
        itself = self._workplace.itself
        job = await self._note("", token=digest(self._token), process=itself, lease=lease)
        self._lease = lease
        try:
            await asyncio.to_thread(self._root.attempt(self._attempt.number - MOST_KEPT).remove)
            await asyncio.to_thread(self._folder.make, self._work, self._prompt(job))
            supervised = await Supervised.start(self._order(job))
        except OSError as error:
            return Result(AttemptOutcome.SPAWN_FAILED, error=str(error))
        self._supervised = supervised
        try:
            return await self._follow(supervised)
        finally:
            self._supervised = None
            await asyncio.shield(supervised.close())

    def _prompt(self, job: Job) -> str:
        return self._workplace.prompt.for_program(job, how_to_answer(self._workplace.url))

    def _order(self, job: Job) -> Order:
        return make_order(
            job,
            self._attempt,
            self._agent,
            folder=self._folder,
            work=str(self._work),
            token=self._token,
            url=self._workplace.url,
            grace=self._workplace.grace,
        )

    async def _follow(self, supervised: Supervised) -> Result:
        began = await supervised.next_line()
        if began is not None and (why := began.get("spawn_failed")):
            return Result(AttemptOutcome.SPAWN_FAILED, error=why)
        if began is not None:
            with suppress(StoreUnavailable, VersionMismatch):  # the program is at work, whether this is told or not
                await self._note(f"{self._place.agent} has started as process {began['pid']}.")
            ended = await supervised.next_line()
            if ended is not None:
                return await self._judge(ended)
        left = await asyncio.to_thread(kill_by_variable, ATTEMPT_TOKEN, self._token)
        log.warning("the supervisor of job %s was killed; %d processes were left", self._job.id, left)
        return Result(AttemptOutcome.LOST, error="the process that looked after it was killed")

    async def _judge(self, ended: dict[str, Any]) -> Result:
        """Return what came of a program that has ended: its exit code and what it has handed in decide."""
        if left := ended["left"]:
            log.error("%d processes of job %s could not be killed", left, self._job.id)
        code, ending = ended["exit_code"], ended["ending"]
        printed = (await asyncio.to_thread(self._folder.read_printed)).replace(self._token, "***")
        told: dict[str, Any] = {"exit_code": code, "printed": printed}
        if ending == "timed out":
            seconds = self._agent.limits.seconds
            return Result(AttemptOutcome.TIMED_OUT, error=f"it took longer than {seconds:g} seconds", **told)
        if ending is not None:
            return Result(self._stopped or AttemptOutcome.LOST, **told)
        job = await _patiently(lambda: self._jobs.require_attempt(self._job.id, self._attempt.number))
        attempt = job.attempts[-1]
        if attempt.handed_in in (JobStatus.FAILED, JobStatus.BLOCKED):
            return Result(AttemptOutcome.FAILED, error=attempt.error, status=attempt.handed_in, **told)
        if code != 0:
            return Result(AttemptOutcome.FAILED, error=f"exit code {code}", **told)
        report = (await asyncio.to_thread(self._folder.read_result)).replace(self._token, "***")
        if report or any(output.attempt == attempt.number for output in job.outputs):
            return Result(AttemptOutcome.COMPLETED, report=report, **told)
        return Result(AttemptOutcome.FAILED, error="it ended without handing in a result", **told)


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Return what the store says, once it says anything: the end of a program is not to be lost."""
    while True:
        try:
            return await ask()
        except StoreUnavailable:
            await asyncio.sleep(LOOK)
