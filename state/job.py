"""A job: a durable piece of work that outlives conversations. Values, and the table of its states.

A todo is done once, a supervision again and again. An attempt is one passage of a job through a worker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from state.common import RunSettings
from state.ids import RunId, ThreadId
from state.schedule import Title, Value, Weekday

Text = Annotated[str, StringConstraints(max_length=100_000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Priority = Annotated[int, Field(ge=1, le=9)]
"""1 is the most urgent, 9 the least."""


class JobKind(StrEnum):
    """How often a job is done."""

    TODO = "todo"
    SUPERVISION = "supervision"


class JobStatus(StrEnum):
    """How far a job is."""

    PENDING = "pending"
    CLAIMED = "claimed"
    WORKING = "working"
    REVIEW = "review"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Tell whether nothing follows."""
        return not any(before is self for before, _ in TRANSITIONS)

    @property
    def under_way(self) -> bool:
        """Tell whether an attempt has the job."""
        return self in (JobStatus.CLAIMED, JobStatus.WORKING)


class Actor(StrEnum):
    """Who moves a job from one state to another."""

    PERSON = "person"
    """Its owner, or the reviewer."""
    SERVICE = "service"
    """What starts jobs and looks after their attempts."""
    WORKER = "worker"
    """Whoever carries out the attempt."""


class Transition(Value):
    """A step that a job may take: who takes it, and when."""

    by: tuple[Actor, ...]
    when: str
    only: JobKind | None = None


_S: Final = JobStatus
_BY_PERSON: Final = (Actor.PERSON,)
_BY_SERVICE: Final = (Actor.SERVICE,)
_BY_WORKER: Final = (Actor.SERVICE, Actor.WORKER)

TRANSITIONS: Final[Mapping[tuple[JobStatus, JobStatus], Transition]] = {
    (_S.PENDING, _S.CLAIMED): Transition(by=_BY_SERVICE, when="it is due, or started by hand"),
    (_S.PENDING, _S.CANCELLED): Transition(by=_BY_PERSON, when="called off"),
    (_S.CLAIMED, _S.WORKING): Transition(by=_BY_WORKER, when="the attempt begins"),
    (_S.CLAIMED, _S.FAILED): Transition(by=_BY_SERVICE, when="it cannot be carried out"),
    (_S.CLAIMED, _S.BLOCKED): Transition(by=_BY_SERVICE, when="attempts used up"),
    (_S.CLAIMED, _S.CANCELLED): Transition(by=_BY_PERSON, when="called off"),
    (_S.WORKING, _S.REVIEW): Transition(by=_BY_WORKER, when="an output is handed in", only=JobKind.TODO),
    (_S.WORKING, _S.PENDING): Transition(by=_BY_SERVICE, when="until the next due time", only=JobKind.SUPERVISION),
    (_S.WORKING, _S.FAILED): Transition(by=_BY_WORKER, when="given up for good"),
    (_S.WORKING, _S.BLOCKED): Transition(by=_BY_WORKER, when="a question, a dry run, or attempts used up"),
    (_S.WORKING, _S.CANCELLED): Transition(by=_BY_PERSON, when="called off"),
    (_S.REVIEW, _S.DONE): Transition(by=(Actor.PERSON, Actor.SERVICE), when="accepted, or nobody reviews"),
    (_S.REVIEW, _S.PENDING): Transition(by=_BY_PERSON, when="sent back with a remark"),
    (_S.REVIEW, _S.CANCELLED): Transition(by=_BY_PERSON, when="called off"),
    (_S.BLOCKED, _S.PENDING): Transition(by=_BY_PERSON, when="answered, or to be tried anew"),
    (_S.BLOCKED, _S.CANCELLED): Transition(by=_BY_PERSON, when="called off"),
}
"""Every step there is; the picture, the API and what a worker may do are taken from it."""


ATTEMPT: Final = "attempt"
"""What a request for a run is about: the number of the attempt of a job that it is."""
_THREAD: Final = "job-"


def job_thread(id: str) -> ThreadId:
    """Return the thread on which a job's runs live."""
    return ThreadId(f"{_THREAD}{id}")


def job_of(thread: ThreadId) -> str | None:
    """Return the job whose runs live on a thread; None for the thread of a conversation."""
    return thread.removeprefix(_THREAD) if thread.startswith(_THREAD) else None


def following(status: JobStatus, kind: JobKind, actor: Actor | None = None) -> tuple[JobStatus, ...]:
    """Return the states that a job of this kind may take next, or those into which this actor may bring it."""
    return tuple(
        after
        for (before, after), step in TRANSITIONS.items()
        if before is status and step.only in (None, kind) and (actor is None or actor in step.by)
    )


class Cron(Value):
    """Due when a five-field crontab expression says so, read in a time zone."""

    type: Literal["cron"] = "cron"
    expression: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    timezone: str


class Every(Value):
    """Due every so many days or weeks from a first day on, at a clock time of a time zone, on some weekdays or all."""

    type: Literal["every"] = "every"
    count: Annotated[int, Field(ge=1, le=400)] = 1
    unit: Literal["days", "weeks"] = "days"
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    weekdays: tuple[Weekday, ...] = ()
    since: AwareDatetime
    timezone: str


Recurrence: TypeAlias = Annotated[Cron | Every, Field(discriminator="type")]


class OutputKind(StrEnum):
    """What an output holds."""

    CODE = "code"
    DOCUMENT = "document"
    DATA = "data"
    CONFIG = "config"
    OTHER = "other"


class Output(Value):
    """What an attempt has handed in: text, or the path of a file in the job's folder."""

    kind: OutputKind = OutputKind.OTHER
    summary: Line
    text: Text = ""
    path: str | None = None
    attempt: int
    at: AwareDatetime


class Comment(Value):
    """A remark on a job."""

    at: AwareDatetime
    by: Actor
    text: Line


class AttemptOutcome(StrEnum):
    """How an attempt has ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    LOST = "lost"
    SPAWN_FAILED = "spawn_failed"
    DRY_RUN = "dry_run"


class ExecutorKind(StrEnum):
    """Who carries out the attempts of a job."""

    INLINE = "inline"
    """The agent itself, as a run on the job's thread."""
    PROCESS = "process"
    """A program."""


class ProcessLimits(Value):
    """What a program may use: seconds, bytes of memory (of each of its processes), bytes of what it prints, open files.

    What it prints beyond that is dropped from the middle; beyond the others it is stopped.
    """

    seconds: Annotated[float, Field(gt=0, le=604_800)] = 3_600.0
    memory: Annotated[int, Field(ge=16_000_000, le=1_000_000_000_000)] = 4_000_000_000
    output: Annotated[int, Field(ge=1_000, le=100_000_000)] = 1_000_000
    files: Annotated[int, Field(ge=16, le=100_000)] = 256


Argument = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00]*$")]


class Program(Value):
    """What a process attempt starts: an agent that the operator has set up, by its name, or a command.

    In the arguments `{agent}`, `{session}` and `{prompt_file}` stand for the name of the agent, the id of the session
    and a file with the prompt, which comes by standard input otherwise. A `continued` session has one folder and one id
    in all attempts, a `fresh` one its own in each.
    """

    agent: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")] = "command"
    command: Annotated[tuple[Argument, ...], Field(max_length=1_000)] = ()
    session: Literal["fresh", "continued"] = "fresh"
    limits: ProcessLimits | None = None


class WorkerProcess(Value):
    """A process on a host; `started` tells it from a later one of the same number."""

    host: str
    pid: int
    started: float


class Attempt(Value):
    """One passage of a job through a worker; `lease` is until when it is taken to be alive.

    Of a program: the `process` that looks after it, the digest of the `token` it writes back with, what it has
    `handed_in`, its `exit_code` and the end of what it has `printed`.
    """

    number: int
    worker: str
    run: RunId
    started: AwareDatetime
    lease: AwareDatetime
    executor: ExecutorKind = ExecutorKind.INLINE
    process: WorkerProcess | None = None
    token: str | None = None
    handed_in: JobStatus | None = None
    exit_code: int | None = None
    printed: Text = ""
    outcome: AttemptOutcome | None = None
    error: str | None = None
    report: Text = ""
    ended: AwareDatetime | None = None


class ReportKind(StrEnum):
    """What a report lists, beside what the agent says."""

    WORDS = "words"
    """Nothing more."""
    WEEK = "week"
    """The days of the plan, with what has no place."""
    RISKS = "risks"
    """The deadlines that cannot be held, as proven, or not as the plan stands."""
    CHANGES = "changes"
    """What came, went and moved in the calendar, and what was moved for it."""


class JobRequest(Value):
    """What each run of a job is asked, when somebody has put it as a run; `task` and `about` as `Accepted` has them."""

    message: str
    task: str = ""
    settings: RunSettings = RunSettings()
    about: dict[str, Any] = Field(default_factory=dict)


class Job(Value):
    """A job as it stands; `version` grows with every change.

    `due` is when it is to begin next: at once when that has passed, never by itself when there is none. `watched` is
    the person or thing a supervision looks after, `remark` what the reviewer said when sending it back, `card` the
    question it is blocked on. `allow` are the tools that may act outside the draft without a question, `models` those
    that are asked in turn, `mode` how hard they think. `source` is the address of a calendar that is read first: while
    it says what it said before there is nothing to do. What is not `enabled` is
    not due until it is, and at `expires` one that has ended is forgotten. `payload` and `metadata` are plain JSON of
    whoever asked. Of `attempts` the newest are kept; `tried_before` is the number of the last one before it was
    claimed. After `dry_run` the next one only tells what it would start.
    """

    id: str
    version: int = 1
    kind: JobKind = JobKind.TODO
    title: Title
    description: Text = ""
    watched: str | None = None
    priority: Priority = 5
    must_haves: tuple[Line, ...] = ()
    reviewer: str | None = None
    status: JobStatus = JobStatus.PENDING
    recurrence: Recurrence | None = None
    until: AwareDatetime | None = None
    enabled: bool = True
    request: JobRequest | None = None
    payload: dict[str, Any] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    due: AwareDatetime | None = None
    allow: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    executor: ExecutorKind = ExecutorKind.INLINE
    program: Program | None = None
    dry_run: bool = False
    mode: str | None = None
    source: str | None = None
    report: ReportKind = ReportKind.WORDS
    thread: ThreadId
    max_attempts: Annotated[int, Field(ge=1, le=20)] = 3
    tried_before: int = 0
    attempts: tuple[Attempt, ...] = ()
    outputs: tuple[Output, ...] = ()
    comments: tuple[Comment, ...] = ()
    remark: str | None = None
    card: str | None = None
    created: AwareDatetime
    updated: AwareDatetime
    completed_at: AwareDatetime | None = None
    expires: AwareDatetime | None = None

    @model_validator(mode="after")
    def _recurs_as_its_kind_says(self) -> Self:
        if (self.kind is JobKind.SUPERVISION) != (self.recurrence is not None):
            raise ValueError("a supervision says when it is due again, and only a supervision does")
        return self

    @model_validator(mode="after")
    def _has_a_program_if_one_carries_it_out(self) -> Self:
        if (self.executor is ExecutorKind.PROCESS) != (self.program is not None):
            raise ValueError("a job that a process carries out names its program, and only such a job does")
        return self

    @property
    def attempt(self) -> Attempt | None:
        """The attempt that is under way."""
        last = self.attempts[-1] if self.attempts else None
        return last if last is not None and last.outcome is None else None

    @property
    def unmet(self) -> tuple[str, ...]:
        """What it must have and the newest results do not say that they have, each in a line such as `[x] a date`."""
        last = max((output.attempt for output in self.outputs), default=0)
        texts = [f"{output.summary}\n{output.text}" for output in self.outputs if output.attempt == last]
        said = {found.casefold() for text in texts for found in _MET.findall(text)}
        return tuple(each for each in self.must_haves if each.casefold() not in said)

    @property
    def wake(self) -> AwareDatetime | None:
        """When it must be looked at next; None when only a person moves it on."""
        if self.attempt is not None and (self.status.under_way or self.status is JobStatus.CANCELLED):
            return self.attempt.lease
        if self.status.ended:
            return self.expires
        return self.due if self.status is JobStatus.PENDING or self.status.under_way else None


_MET: Final = re.compile(r"^\s*(?:[-*]\s+)?\[[xX]\]\s+(.+?)\s*$", re.MULTILINE)


class LogEntry(Value):
    """One line of a job's log, in plain words."""

    at: AwareDatetime
    by: Actor
    text: Text
