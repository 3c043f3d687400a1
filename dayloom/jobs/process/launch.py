"""What is started for an attempt: the command line, the environment, what the program is told."""

from __future__ import annotations

import os
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from dayloom.jobs.process.agents import Agent
from dayloom.jobs.process.folders import AttemptFolder
from dayloom.jobs.process.supervisor import Order
from dayloom.settings import ATTEMPT_TOKEN, ATTEMPT_URL, PROMPT_FILE, RESULT_FILE, environment
from state.job import Attempt, Job

_IN_FILE: Final = "{prompt_file}"


def session_id(job: Job, attempt: Attempt) -> str:
    """Return the id of an attempt's session, the same again when it continues the one before."""
    assert job.program is not None, "a program has sessions"
    number = 0 if job.program.session == "continued" else attempt.number
    return str(uuid5(NAMESPACE_URL, f"dayloom:{job.thread}/{number}"))


def command_line(job: Job, attempt: Attempt, agent: Agent, folder: AttemptFolder) -> list[str]:
    """Return the command with everything in its place."""
    assert job.program is not None, "a program has a command"
    stands_for = {
        "{agent}": job.program.agent,
        "{session}": session_id(job, attempt),
        _IN_FILE: str(folder.prompt),
    }
    words = list(agent.command)
    for name, value in stands_for.items():
        words = [word.replace(name, value) for word in words]
    return words


def make_order(
    job: Job,
    attempt: Attempt,
    agent: Agent,
    *,
    folder: AttemptFolder,
    work: str,
    token: str,
    url: str | None,
    grace: float,
) -> Order:
    """Return what the supervisor is to do."""
    limits, in_file = agent.limits, any(_IN_FILE in word for word in agent.command)
    own = {
        "HOME": work,
        **environment(agent.environment),
        "DAYLOOM_JOB": job.id,
        "DAYLOOM_ATTEMPT": str(attempt.number),
        PROMPT_FILE: str(folder.prompt),
        RESULT_FILE: str(folder.result),
        ATTEMPT_TOKEN: token,
        **({ATTEMPT_URL: attempt_url(url, job, attempt)} if url else {}),
    }
    return Order(
        command=command_line(job, attempt, agent, folder),
        environment={**environment(), **own},
        folder=work,
        standard_input=os.devnull if in_file else str(folder.prompt),
        output_file=str(folder.printed),
        grace=grace,
        **limits.model_dump(),
    )


def attempt_url(url: str, job: Job, attempt: Attempt) -> str:
    """Return where a program writes back."""
    return f"{url}/jobs/{job.id}/attempts/{attempt.number}"


def how_to_answer(url: str | None) -> str:
    """Return how a program hands in its result, for its prompt."""
    written = f"Write your report into the file that {RESULT_FILE} names, and end with exit code 0."
    if url is None:
        return written
    return (
        f"{written} Or use the address that {ATTEMPT_URL} names, with {ATTEMPT_TOKEN} as bearer: POST …/outputs "
        '{"kind": "code|document|data|config|other", "summary": "…", "text": "…" or "path": "…"} for each result, '
        'POST …/comments and …/log {"text": "…"}, POST …/status {"status": "…", "reason": "…"} at last; GET … tells '
        "how the job stands. Without a result the attempt has failed."
    )
