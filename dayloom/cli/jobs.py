"""`dayloom jobs`: work that outlives conversations, done when it is due."""

from __future__ import annotations

import asyncio
import secrets
import shlex
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain, program
from dayloom.jobs.examples import ExampleName, make_job
from dayloom.jobs.jobs import Jobs
from dayloom.jobs.process.registry import workers_of
from state.errors import BadInput
from state.job import AttemptOutcome, Job, JobStatus, Output, Program

_EXIT: Final = {
    JobStatus.WORKING: ExitCode.UNFINISHED,
    JobStatus.FAILED: ExitCode.UNFINISHED,
    JobStatus.BLOCKED: ExitCode.WAITING,
    JobStatus.REVIEW: ExitCode.WAITING,
}


_ALL: Final = 100_000
_GLANCE: Final = 0.2
"""Seconds between two looks at the log of a job that is at work."""


@report_errors
def add(
    screen: Terminal,
    *,
    title: str | None,
    example: str | None,
    wait: timedelta | None,
    fields: dict[str, Any],
    by: dict[str, Any],
    json: bool,
) -> ExitCode:
    """Keep a new job; it is carried out when it is due, by `dayloom serve` or `dayloom worker`."""
    with open_session(screen) as session:
        now, zone = session.settings.now(), session.settings.timezone
        id = secrets.token_hex(6)
        due = now + wait if wait is not None else None
        given = {**fields, "title": title, "due": due, "program": _program(**by)}
        said = {name: value for name, value in given.items() if value is not None}
        job = make_job(id, now, zone, _example(example), said)
        kept = session.run(_added(session.jobs, job))
    if kept.due is None and not kept.attempts:
        screen.note(f"It waits until it is started: {program()} jobs run {id}", "dim")
    return _tell(screen, kept, json=json)


@report_errors
def list_(screen: Terminal, *, json: bool) -> ExitCode:
    """List the jobs, oldest first."""
    with open_session(screen) as session:
        jobs = session.run(session.jobs.store.all())
    if json:
        write_json(screen, {"jobs": [job.model_dump(mode="json") for job in jobs]})
        return ExitCode.DONE
    for job in jobs:
        screen.show(plain(_describe(job)))
    if not jobs:
        screen.note(f'There are no jobs. {program()} jobs add "Plan my week" --every "Sunday 18:00" makes one.')
    return ExitCode.DONE


@report_errors
def workers(screen: Terminal, *, json: bool) -> ExitCode:
    """List the programs that carry out jobs, or have."""
    with open_session(screen) as session:
        found = workers_of(session.run(session.jobs.store.all()))
    if json:
        write_json(screen, {"workers": [worker.model_dump(mode="json") for worker in found]})
        return ExitCode.DONE
    for worker in found:
        stands = f"{worker.outcome or 'at work'}  {_local(session, worker.started)}"
        screen.show(plain(one_line(f"{worker.job}/{worker.attempt}  {worker.agent:<9}  {stands}  {worker.title}")))
    if not found:
        screen.note("No program has carried out a job.")
    return ExitCode.DONE


@report_errors
def show(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Show a job with its attempts."""
    return _with_job(screen, id, lambda jobs: jobs.store.get(id), json=json, whole=True)


@report_errors
def run(screen: Terminal, *, id: str, dry: bool, json: bool) -> ExitCode:
    """Carry a job out now, or tell what would be started."""

    async def carry_out(jobs: Jobs) -> Job:
        await jobs.run(id, dry=dry)
        return await jobs.wait(id)

    return _follow(screen, id, carry_out, json=json)


@report_errors
def answer(screen: Terminal, *, id: str, words: str, json: bool) -> ExitCode:
    """Answer the question a job is blocked on, and follow how it goes on."""
    return _follow(screen, id, lambda jobs: jobs.answer(id, words), json=json)


@report_errors
def cancel(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Call a job off."""
    return _with_job(screen, id, lambda jobs: jobs.cancel(id), json=json)


@report_errors
def review(screen: Terminal, *, id: str, accept: bool, send_back: str | None, json: bool) -> ExitCode:
    """Accept what a job has handed in, or send it back."""
    if accept == (send_back is not None):
        raise BadInput('Say --accept, or --send-back "what is to be better".')
    return _with_job(
        screen, id, lambda jobs: jobs.accept(id) if accept else jobs.send_back(id, send_back or ""), json=json
    )


@report_errors
def log(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Show the log of a job."""
    with open_session(screen) as session:
        session.run(session.jobs.store.get(id))
        lines = session.run(session.jobs.store.log(id))
    if json:
        write_json(screen, {"lines": [line.model_dump(mode="json") for line in lines]})
        return ExitCode.DONE
    for line in lines:
        screen.show(plain(one_line(f"{_local(session, line.at)}  {line.by:<7}  {line.text}")))
    return ExitCode.DONE


@report_errors
def outputs(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Show what a job has handed in, the newest last."""
    with open_session(screen) as session:
        job = session.run(session.jobs.store.get(id))
    if json:
        write_json(screen, {"outputs": [output.model_dump(mode="json") for output in job.outputs]})
        return ExitCode.DONE
    for output in job.outputs:
        screen.note(f"Attempt {output.attempt}, {_local(session, output.at)}", "dim")
        screen.show(plain(_content(output)))
    if not job.outputs:
        screen.note("Nothing was handed in yet.")
    return ExitCode.DONE


async def _added(jobs: Jobs, job: Job) -> Job:
    """Add a job; what begins at once ends before this process does, which its program would not survive."""
    await jobs.add(job)
    return await jobs.wait(job.id)


def _program(
    agent: str | None, command: str | None, session: str, seconds: timedelta | None, limits: dict[str, int | None]
) -> Program | None:
    """Return what is to carry a job out; None for the agent itself. Raises BadInput."""
    if agent is None and command is None:
        return None
    named: dict[str, Any] = {name: value for name, value in limits.items() if value is not None}
    if seconds is not None:
        named["seconds"] = seconds.total_seconds()
    try:
        words = shlex.split(command) if command is not None else []
        asked: dict[str, Any] = {"agent": agent} if agent is not None else {}
        return Program.model_validate({**asked, "command": words, "session": session, "limits": named or None})
    except ValueError as error:  # pydantic's is one, too
        raise BadInput(f"The program cannot be started so: {error}") from error


def _follow(screen: Terminal, id: str, ask: Callable[[Jobs], Coroutine[Any, Any, Job]], *, json: bool) -> ExitCode:
    """Have a job go on, show its log meanwhile, and tell how it stands then."""

    async def carry_out(jobs: Jobs, session: Session) -> Job:
        shown = len(await jobs.store.log(id, 0, _ALL))
        at_work = asyncio.ensure_future(ask(jobs))
        while True:
            done = at_work.done()
            for line in await jobs.store.log(id, shown, _ALL):
                screen.note(one_line(f"{_local(session, line.at)}  {line.text.splitlines()[0]}"), "dim")
                shown += 1
            if done:
                await at_work
                return await jobs.store.get(id)
            await asyncio.wait([at_work], timeout=_GLANCE)

    with open_session(screen) as session:
        job = session.run(carry_out(session.jobs, session))
    return _tell(screen, job, json=json, whole=True)


def _example(name: str | None) -> ExampleName | None:
    if name is None:
        return None
    try:
        return ExampleName(name)
    except ValueError:
        raise BadInput(f"there is no example {name!r}; there are {', '.join(ExampleName)}") from None


def _with_job(
    screen: Terminal, id: str, ask: Callable[[Jobs], Coroutine[Any, Any, Job]], *, json: bool, whole: bool = False
) -> ExitCode:
    with open_session(screen) as session:
        job = session.run(ask(session.jobs))
    return _tell(screen, job, json=json, whole=whole)


def _tell(screen: Terminal, job: Job, *, json: bool, whole: bool = False) -> ExitCode:
    if json:
        write_json(screen, {"job": job.model_dump(mode="json")})
    else:
        screen.show(plain(_describe(job)))
        for attempt in job.attempts if whole else ():
            screen.show(
                plain(one_line(f"  attempt {attempt.number}: {attempt.outcome or 'at work'}  {attempt.error or ''}"))
            )
            if attempt.outcome is AttemptOutcome.DRY_RUN:
                screen.show(plain(attempt.report))
        if whole and job.outputs:
            screen.show(plain(_content(job.outputs[-1])))
        if whole and job.card is not None:
            screen.show(plain(f"It asks: {job.attempts[-1].report}"))
            screen.note(f'Answer it: {program()} jobs answer {job.id} "yes"')
        elif whole and job.status is JobStatus.WORKING:
            screen.note("It goes on later; dayloom serve and dayloom worker see to it.", "dim")
    return _EXIT.get(job.status, ExitCode.DONE) if whole else ExitCode.DONE


def _content(output: Output) -> str:
    return output.text if output.path is None else f"{output.path}: {output.summary}\n{output.text}".rstrip()


def _describe(job: Job) -> str:
    zone = ZoneInfo(job.recurrence.timezone) if job.recurrence else None
    due = f"  due {job.due.astimezone(zone):%a %Y-%m-%d %H:%M}" if job.due and not job.status.ended else ""
    return one_line(f"{job.id}  {job.status:<9}  {job.title}{due}")


def _local(session: Session, moment: datetime) -> str:
    return moment.astimezone(session.settings.now().tzinfo).isoformat(sep=" ", timespec="seconds")
