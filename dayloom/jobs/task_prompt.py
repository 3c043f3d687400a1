"""What an attempt is told: the task with all its fields, and what became of the attempt before.

A product may put the task in words of its own (a `Builder`); what an attempt cannot do without is added in any case.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from prompts.fence import fence
from state.errors import BadInput
from state.job import TRANSITIONS, Actor, AttemptOutcome, Job, JobStatus

log = logging.getLogger(__name__)

_MOST: Final = 4_000
"""Characters of an earlier result that the next attempt is shown."""

Builder: TypeAlias = Callable[[Job], str]
"""Puts a job in words."""


@dataclass(frozen=True)
class TaskPrompt:
    """Writes what attempts are told."""

    builder: Builder | None = None

    def words(self, job: Job) -> str:
        """Return what is to be done, as whoever gave the work away, or the builder, has put it."""
        if self.builder is not None:
            try:
                if isinstance(written := self.builder(job), str) and written.strip():
                    return written
                log.error("the builder of prompts wrote nothing for job %s; the built-in one is used", job.id)
            except Exception:
                log.exception("the builder of prompts failed for job %s; the built-in one is used", job.id)
        return job.description.strip() or job.title

    def notes(self, job: Job) -> str:
        """Return what an attempt cannot do without beside the words."""
        return "\n".join([*_watched(job), *_must_haves(job), *_before(job)])

    def message(self, job: Job) -> str:
        """Return words and notes in one."""
        return "\n".join(part for part in (self.words(job), self.notes(job)) if part)

    def for_program(self, job: Job, how_to_answer: str) -> str:
        """Return what a program is told, which knows nothing of jobs."""
        return "\n".join([self.message(job), "", *_standing(job), "", how_to_answer])


def load_builder(path: str | None) -> Builder | None:
    """Return the function that an import path such as `package.module:function` names; raises BadInput."""
    if path is None:
        return None
    module, _, name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:
        raise BadInput(f"DAYLOOM_WORKERS_PROMPT names {path!r}, which cannot be imported: {error}") from error


def _watched(job: Job) -> Iterator[str]:
    if job.watched:
        yield f"Watch: {job.watched}"


def _must_haves(job: Job) -> Iterator[str]:
    if job.must_haves:
        yield "The result must have these; end it with a line such as `[x] a date` for each that it has:"
        yield from (f"- {each}" for each in job.must_haves)


def _before(job: Job) -> Iterator[str]:
    """Say what became of the attempt before, and what the reviewer said."""
    if job.remark:
        yield f"The reviewer sent the last result back: {job.remark}"
    last = next((each for each in reversed(job.attempts) if each.outcome is not None), None)
    if last is None or (last.outcome is AttemptOutcome.COMPLETED and not job.remark):
        return
    if last.outcome is not AttemptOutcome.COMPLETED:
        yield f"Attempt {last.number} ended as {last.outcome}: {last.error or 'no reason was given'}"
    for output in (each for each in job.outputs if each.attempt == last.number):
        yield f"Attempt {last.number} handed in:\n{fence(_cut(output.text or output.path or output.summary))}"
    if last.outcome is not AttemptOutcome.COMPLETED and (produced := last.report or last.printed.strip()):
        yield f"Attempt {last.number} left behind:\n{fence(_cut(produced))}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[:_MOST]} …"


def _standing(job: Job) -> Iterator[str]:
    """Say how the job stands, and what its worker may make of it."""
    yield f"Job {job.id}: {job.title}. Priority {job.priority} (1 is the most urgent, 9 the least)."
    if job.reviewer:
        yield f"The result is reviewed by {job.reviewer}."
    yield f"The job is {JobStatus.WORKING}. You may bring it to:"
    for (before, after), step in TRANSITIONS.items():
        if before is JobStatus.WORKING and Actor.WORKER in step.by and step.only in (None, job.kind):
            yield f"- {after}: {step.when}"
