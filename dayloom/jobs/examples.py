"""Jobs that are ready to be used: each is a name, and what of a job it fills in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from dayloom.jobs.every import read_recurrence
from dayloom.jobs.service import new_job
from state.errors import BadInput
from state.job import Job, ReportKind


class ExampleName(StrEnum):
    """What a ready job is called."""

    WEEKLY_PLAN = "weekly-plan"
    DEADLINES_AT_RISK = "deadlines-at-risk"
    CALENDAR_ADDRESS = "calendar-address"


EXAMPLES: Final[Mapping[ExampleName, Mapping[str, Any]]] = {
    ExampleName.WEEKLY_PLAN: {"title": "Plan my week", "every": "Sunday 18:00", "report": ReportKind.WEEK},
    ExampleName.DEADLINES_AT_RISK: {
        "title": "Which deadlines are at risk?",
        "every": "day 7:00",
        "report": ReportKind.RISKS,
    },
    ExampleName.CALENDAR_ADDRESS: {
        "title": "Replan when my calendar changes",
        "description": "Replan",
        "every": "hour",
        "report": ReportKind.CHANGES,
    },
}


def make_job(id: str, now: datetime, timezone: str, example: ExampleName | None, said: Mapping[str, Any]) -> Job:
    """Return a job as somebody has said, who left the rest to an example; `every` is how often, as people write it.

    Raises BadInput with a cure.
    """
    fields = {**(EXAMPLES[example] if example else {}), **said}
    if not fields.get("title"):
        raise BadInput(f"say what is to be done, or take one of the examples: {', '.join(ExampleName)}")
    if example is ExampleName.CALENDAR_ADDRESS and not fields.get("source"):
        raise BadInput("this example reads a calendar; give its address as source (--source https://…)")
    every = fields.pop("every", None)
    recurrence = read_recurrence(every, now, timezone) if every else None
    return new_job(id, now, **fields, recurrence=recurrence)
