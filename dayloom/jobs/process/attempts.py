"""Attempts that a program carries out, each watched by a task of the process that has claimed it.

That process alone knows how its program stands. It holds the attempt's lease while the program is alive; when the
process dies the program dies with it (`supervisor`), and any other closes the attempt as lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from dayloom.jobs.executor import Result
from dayloom.jobs.jobs import Jobs
from dayloom.jobs.process.agents import agent_of
from dayloom.jobs.process.folders import JobFolder
from dayloom.jobs.process.launch import command_line
from dayloom.jobs.process.passage import Passage
from dayloom.jobs.process.workplace import Workplace, is_gone
from state.errors import BadInput, NothingToAnswer
from state.ids import RunId
from state.job import Attempt, AttemptOutcome, Job
from state.ports import Accepted


@dataclass(frozen=True)
class Processes:
    """The programs that this process looks after: at work, or ended and not on record yet."""

    workplace: Workplace
    passages: dict[RunId, Passage] = field(default_factory=dict[RunId, Passage])

    async def aclose(self) -> None:
        """Kill every program."""
        await asyncio.gather(*(passage.kill() for passage in list(self.passages.values())))


@dataclass(frozen=True)
class ProcessAttempts:
    """Starts and watches the programs of a user's jobs; what has ended is brought on record by `jobs`."""

    processes: Processes
    jobs: Callable[[], Jobs]

    async def start(self, job: Job, attempt: Attempt) -> None:
        """Start the program of an attempt that this process has claimed; it waits when too many are at work."""
        workplace, passages = self.processes.workplace, self.processes.passages
        if attempt.worker == workplace.worker and attempt.token is None and attempt.run not in passages:
            passages[attempt.run] = passage = Passage(workplace, self.jobs(), job, attempt)
            passage.begin(lambda: passages.pop(attempt.run, None))

    async def stop(self, job: Job, attempt: Attempt) -> None:
        """Have a program of this process end, and return when it has; another process sees it by itself."""
        if (passage := self._passage(attempt)) is not None:
            await passage.stop()

    async def result(self, job: Job, attempt: Attempt) -> Result | None:
        """Return what came of an attempt; None while its program is alive, as far as is known."""
        workplace = self.processes.workplace
        if (passage := self._passage(attempt)) is not None:
            return passage.result
        if attempt.worker == workplace.worker and attempt.token is None:
            await self.start(job, attempt)
            return None
        elsewhere = attempt.worker != workplace.worker and not is_gone(attempt.process, workplace.itself)
        if elsewhere and attempt.lease > workplace.clock():
            return None
        return Result(AttemptOutcome.LOST, error="the process that looked after it is no more")

    async def wait(self, job: Job, attempt: Attempt) -> None:
        """Return when a program of this process has ended and this is on record."""
        if (passage := self._passage(attempt)) is not None:
            await passage.wait()

    async def describe(self, job: Job, attempt: Attempt) -> str:
        """Return the command and what it would be told."""
        assert job.program is not None, "a job for a process has one"
        workplace = self.processes.workplace
        try:
            agent = agent_of(workplace.agents, job.program)
        except BadInput as unknown:
            return str(unknown)
        line = command_line(job, attempt, agent, self._folder(job).attempt(attempt.number))
        return f"{' '.join(line)}\n\n{workplace.prompt.message(job)}"

    async def forget(self, job: Job) -> None:
        """Remove the folder of a job."""
        await asyncio.to_thread(self._folder(job).remove)

    async def answer(self, job: Job, given: Accepted) -> None:
        """Refuse it: a program asks by blocking its job, which a person sends back with a remark."""
        raise NothingToAnswer("A program does this job; send it back with what it is to know.")

    async def answered(self, job: Job) -> bool:
        """Return False: a program asks by blocking its job, which a person sends back."""
        return False

    async def newest_run(self, job: Job) -> RunId | None:
        """Return None: there are no runs."""
        return None

    def _passage(self, attempt: Attempt) -> Passage | None:
        return self.processes.passages.get(attempt.run)

    def _folder(self, job: Job) -> JobFolder:
        return JobFolder.of(self.processes.workplace.data_dir, self.jobs().user, job.id)
