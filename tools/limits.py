"""What the person says of all their days: hours to work in, to keep free and to like, how much a day, how close."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from state.calendar_commit import Act
from state.desk import Desk
from state.limits import MINUTES_A_DAY, SINGLE, HoursLimit, Limits, with_hours
from state.schedule import Schedule, Status
from state.task_edit import EditKind, LimitsEdit, TaskEdit, with_edits
from state.tool import Effect
from tools.regions import Weekdays
from tools.registry import Arguments, Result, Toolbox
from tools.rules import limits as broken_limits
from tools.tasks import Hours, report_edits
from tools.texts import say_entry

limiting = Toolbox()

Name: TypeAlias = Literal[
    "hours", "free", "prefer", "most_minutes", "buffer", "notice", "lunch", "evening", "block", "count_events"
]
_Minutes: TypeAlias = Annotated[int, Field(ge=0, le=MINUTES_A_DAY)]
_HOURS: Final = ("hours", "free", "prefer")


class SaidLimits(Arguments):
    """What is said; all else stays."""

    hours: Hours | None = Field(default=None, description="Work only then; none after six: 00:00-18:00")
    free: Hours | None = None
    prefer: Hours | None = Field(default=None, description="Liked, not binding")
    category: Annotated[str, StringConstraints(max_length=200)] | None = None
    weekdays: Weekdays | None = None
    most_minutes: _Minutes | None = Field(default=None, description="A day")
    buffer: _Minutes | None = None
    notice: _Minutes | None = None
    lunch: bool | None = None
    evening: bool | None = Field(default=None, description="Nothing heavy after what ends late")
    block: _Minutes | None = Field(default=None, description="Most in one go; 0: any")
    count_events: bool | None = Field(default=None, description="In even days")
    clear: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _check_clear(self) -> Self:
        if both := sorted(name for name in self.clear if getattr(self, name) is not None):
            raise ValueError(f"{', '.join(both)} cannot be set and cleared at once")
        return self


class SetLimits(SaidLimits):
    """What is said, and for how long; all else stays."""

    always: bool = Field(default=False, description="For good, not only in this plan")


@limiting.add(Effect.OUTSIDE, act=Act.TASKS, kinds=[EditKind.LIMITS])
def set_limits(desk: Desk, args: SetLimits) -> Result:
    """Set what plans keep to; lengths in minutes."""
    before = desk.schedule
    old = before.usual if args.always else before.limits
    after = with_said(old, args)
    if after == old:
        return report_edits(desk, before)
    result = report_edits(
        desk, with_edits(before, [TaskEdit(id=0, limits=LimitsEdit(always=args.always, before=old, after=after))])
    )
    if not (lines := _say_outside(before, result.desk.schedule)):
        return result
    text = "\n".join([result.report.text, "Lie outside of it now, and stay until they are moved:", *lines])
    return Result(result.desk, result.report.model_copy(update={"text": text}))


def outside_limits(schedule: Schedule) -> list[int]:
    """Return the tasks of the draft that lie where the limits would not let them be placed now."""
    return [
        task.id
        for task in schedule.tasks
        if task.status is Status.SUGGESTED and any(any(broken_limits(schedule, task, at)) for at in task.slots)
    ]


def _say_outside(before: Schedule, after: Schedule) -> list[str]:
    known = frozenset(outside_limits(before))
    return [f"- {say_entry(after, after.by_id[id_])}" for id_ in outside_limits(after) if id_ not in known]


def with_said(base: Limits, args: SaidLimits) -> Limits:
    """Return limits with what is said now."""
    fields: dict[str, Any] = dict.fromkeys(args.clear)
    fields |= {name: () for name in args.clear if name in _HOURS}
    for name in SINGLE:
        if (value := getattr(args, name)) is not None:
            fields[name] = value
    if args.hours is not None:
        fields["hours"] = with_hours(base.hours, _limit(args, args.hours))
    if args.free is not None:
        free = HoursLimit(hours=args.free, weekdays=_weekdays(args))
        fields["free"] = tuple(dict.fromkeys((*base.free, free)))
    if args.prefer is not None:
        new = _limit(args, args.prefer)
        fields["prefer"] = (*(one for one in base.prefer if one.key != new.key), new)
    return base.model_copy(update=fields)


def _limit(args: SaidLimits, hours: str) -> HoursLimit:
    return HoursLimit(hours=hours, category=args.category, weekdays=_weekdays(args))


def _weekdays(args: SaidLimits) -> tuple[int, ...] | None:
    return tuple(sorted(set(args.weekdays))) if args.weekdays else None
