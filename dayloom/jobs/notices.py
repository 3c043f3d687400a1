"""What the owner of a job is told of a change: an event always, and a message when it ends, asks, or is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from prompts.wording import locale_of
from state.job import AttemptOutcome, Job, JobKind, JobStatus
from state.message import Message
from state.user_event import UserEventType
from state.when import Locale

_EVENTS: Final[Mapping[JobStatus, UserEventType]] = {
    JobStatus.WORKING: UserEventType.JOB_STARTED,
    JobStatus.REVIEW: UserEventType.JOB_REVIEW,
    JobStatus.BLOCKED: UserEventType.JOB_BLOCKED,
    JobStatus.DONE: UserEventType.JOB_ENDED,
    JobStatus.FAILED: UserEventType.JOB_ENDED,
    JobStatus.CANCELLED: UserEventType.JOB_ENDED,
}
_SUBJECTS: Final = {
    Locale.EN: {
        "done": "Done: {title}",
        "failed": "Failed: {title}",
        "asks": "A question: {title}",
        "blocked": "Needs you: {title}",
        "review": "To be reviewed: {title}",
    },
    Locale.ZH: {
        "done": "已完成：{title}",
        "failed": "失败：{title}",
        "asks": "有一个问题：{title}",
        "blocked": "需要您处理：{title}",
        "review": "待审核：{title}",
    },
}


def event_of(before: Job | None, after: Job) -> tuple[UserEventType, dict[str, Any]] | None:
    """Return the event of a change, with what it says of the job; None when it stands as before."""
    if before is not None and before.status is after.status:
        return None
    if _ends_round(before, after):
        type = UserEventType.JOB_ENDED
    else:
        type = UserEventType.JOB_ADDED if before is None else _EVENTS.get(after.status)
    if type is None:
        return None
    due = after.due.isoformat() if after.due else None
    names = {"job_id": after.id, "thread_id": after.thread, "title": after.title}
    return type, {**names, "kind": after.kind.value, "status": after.status.value, "due": due}


def message_of(before: Job, after: Job) -> Message | None:
    """Return what the owner is told of a change; None of one that waits for nobody, or that a person made."""
    found = _what(before, after)
    if found is None:
        return None
    kind, text = found
    last = after.attempts[-1] if after.attempts else None
    return Message(
        id=f"{after.id}-{before.version + 1}",
        at=after.updated,
        subject=_SUBJECTS[locale_of(after.title)][kind].format(title=after.title[:200]),
        text=text,
        job=after.id,
        run=last.run if last else None,
        thread=after.thread,
    )


def _what(before: Job, after: Job) -> tuple[str, str] | None:
    """Return which message a change is, and its text."""
    if before.status is after.status:
        return None
    last = after.attempts[-1] if after.attempts else None
    report, error = _handed_in(after), (last.error or last.report) if last else ""
    match after.status:
        case JobStatus.REVIEW if after.reviewer is not None or after.unmet:
            return "review", report
        case JobStatus.BLOCKED:
            return ("asks", report) if after.card is not None else ("blocked", error)
        case JobStatus.DONE if before.reviewer is None:
            return "done", report
        case JobStatus.FAILED:
            return "failed", error
        case JobStatus.PENDING if _ends_round(before, after) and last and last.outcome is not AttemptOutcome.DRY_RUN:
            return ("done", report) if last.outcome is AttemptOutcome.COMPLETED else ("failed", error)
        case _:
            return None


def _handed_in(job: Job) -> str:
    """Return what the last attempt has to say, or else what it has handed in."""
    last = job.attempts[-1] if job.attempts else None
    if last and last.report:
        return last.report
    return (job.outputs[-1].text or job.outputs[-1].summary) if job.outputs else ""


def _ends_round(before: Job | None, after: Job) -> bool:
    """Tell whether a supervision has done its work, until it is due again."""
    supervised = after.kind is JobKind.SUPERVISION and after.status is JobStatus.PENDING
    return supervised and before is not None and before.status is JobStatus.WORKING
