"""What a person can ask the offline model for: one small value per kind of request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from dayloom.offline.whereabouts import Where
from tools.planners.draft import Strategy


@dataclass(frozen=True)
class Limits:
    """Where tasks may not lie, and the only places where they may."""

    keep_free: tuple[Where, ...] = ()
    allowed: tuple[Where, ...] = ()

    def plus(self, other: Limits) -> Limits:
        """Return both together; a newer `only there` replaces an older one."""
        free = tuple(dict.fromkeys(self.keep_free + other.keep_free))
        return Limits(keep_free=free, allowed=other.allowed or self.allowed)


@dataclass(frozen=True)
class Tasks:
    """Several tasks, by where they lie now and by a word of their category or title; neither means all.

    `spoken_of` means those that were spoken of before, `others` all but those and but the ones named in `but`.
    """

    where: tuple[Where, ...] = ()
    word: str = ""
    spoken_of: bool = False
    others: bool = False
    but: tuple[str, ...] = ()


@dataclass(frozen=True)
class Amount:
    """How long something takes, in minutes or in slots."""

    minutes: int | None = None
    slots: int | None = None


@dataclass(frozen=True)
class PlanTasks:
    """Place all tasks that have no place, or those named; with a strategy also those that have one."""

    strategy: Strategy | None = None
    limits: Limits = Limits()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpreadEvenly:
    """Even out the daily load."""

    limits: Limits = Limits()


@dataclass(frozen=True)
class Replan:
    """Mend the plan: what clashes, was missed, ran late, or lies where it may not gets a new place."""

    limits: Limits = Limits()
    late: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhatWasMissed:
    """Tell which work was to be done by now and is not."""


@dataclass(frozen=True)
class KeepFree:
    """Limits said alone: clear these places, or put them under the request they belong to.

    `spoken_of` tells that `not on Sunday` was said, which speaks of the task that a question is open about.
    """

    limits: Limits
    spoken_of: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class MoveTask:
    """Move or place one named task; `days` or `minutes` move it by so much, nothing at all leaves open where to.

    `source` is where the person believes it to lie.
    """

    name: str
    to: tuple[Where, ...] = ()
    days: int = 0
    limits: Limits = Limits()
    minutes: int = 0
    source: tuple[Where, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class MoveBeside:
    """Move or place one named task before, or after, another entry."""

    name: str
    other: str
    before: bool


@dataclass(frozen=True)
class SwapTasks:
    """Exchange the places of two named tasks, or of the two that `first` names when there is no `second`."""

    first: str
    second: str


@dataclass(frozen=True)
class RemoveTask:
    """Take one named task out of the draft; `source` is where the person believes it to lie."""

    name: str
    source: tuple[Where, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class ClearTasks:
    """Take several tasks out of the draft."""

    tasks: Tasks


@dataclass(frozen=True)
class Relocate:
    """Move several tasks into a region."""

    tasks: Tasks
    to: tuple[Where, ...]
    limits: Limits = Limits()


@dataclass(frozen=True)
class GroupBySubject:
    """Put tasks of one subject next to each other within a day."""

    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class WhatIsOn:
    """Tell what lies on some days; nowhere means the whole window, `meetings` what the calendar holds alone."""

    where: tuple[Where, ...] = ()
    meetings: bool = False


@dataclass(frozen=True)
class WhatIsOpen:
    """Tell which tasks have no place."""


@dataclass(frozen=True)
class WhereIs:
    """Tell when one named task is."""

    name: str


@dataclass(frozen=True)
class WhenDue:
    """Tell by when one named task has to be done; nothing named means all that have a deadline."""

    name: str = ""
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class HowLong:
    """Tell how long one named task takes."""

    name: str


@dataclass(frozen=True)
class AddTask:
    """Put a new task on the list, with its length and, where said, by when it has to be done and on which day."""

    title: str
    amount: Amount | None = None
    due: tuple[Where, ...] = ()
    on: tuple[Where, ...] = ()


@dataclass(frozen=True)
class ChangeTask:
    """Change what is said of one named task, its length also by `minutes`; what is None or empty stays."""

    name: str
    title: str = ""
    amount: Amount | None = None
    due: tuple[Where, ...] = ()
    priority: int | None = None
    locked: bool | None = None
    minutes: int = 0


@dataclass(frozen=True)
class EndTask:
    """Mark one named task as done, or drop it, or take that back."""

    name: str
    done: bool = True
    back: bool = False
    took: Amount | None = None


@dataclass(frozen=True)
class SplitTask:
    """Plan one named task in so many parts, or in parts of at least and at most so long; nothing leaves it open."""

    name: str
    parts: int | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None


@dataclass(frozen=True)
class JoinTask:
    """Make one task again of the parts of one."""

    name: str


@dataclass(frozen=True)
class RepeatTask:
    """Let a task, new or on the list, come again so many times a day or week; never again with `times` 0."""

    title: str
    times: int = 1
    per: Literal["day", "week"] = "day"
    apart: int = 1
    amount: Amount | None = None
    weekdays: tuple[int, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class SetLimits:
    """Say what plans keep to, for these days or for good (`always`); `clear` are limits that no longer hold."""

    hours: str = ""
    free: str = ""
    weekdays: tuple[int, ...] = ()
    most: Amount | None = None
    buffer: Amount | None = None
    notice: Amount | None = None
    clear: tuple[str, ...] = ()
    always: bool = False


@dataclass(frozen=True)
class ShowLimits:
    """Tell what plans keep to."""


@dataclass(frozen=True)
class AddEvent:
    """Put an event into the calendar, on a day at a time; an hour unless said."""

    title: str
    on: tuple[Where, ...] = ()
    amount: Amount | None = None


@dataclass(frozen=True)
class ChangeEvent:
    """Cancel the `which` (0 the first, -1 the last, None all) of the events somewhere or with somebody, or move it."""

    which: int | None
    where: tuple[Where, ...]
    minutes: int = 0
    to: tuple[Where, ...] = ()
    person: str = ""


@dataclass(frozen=True)
class Invite:
    """Add people to those who take part in one named event."""

    name: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class MeetingsWith:
    """Tell which events there are with somebody."""

    person: str
    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class Lasts:
    """A length of time alone: the answer to how long something takes."""

    amount: Amount


@dataclass(frozen=True)
class NextUp:
    """Tell what is on now and comes next."""


@dataclass(frozen=True)
class AtRisk:
    """Tell which deadlines can no longer be held, or whether that of one named task can."""

    name: str = ""


@dataclass(frozen=True)
class Why:
    """Tell why one named task lies where it lies."""

    name: str


@dataclass(frozen=True)
class WouldFit:
    """Tell whether a task would have a place there: a question, whatever it asks about."""

    move: MoveTask


@dataclass(frozen=True)
class AskedOfChange:
    """A question about a change, such as whether one should keep Friday free: it is no request for it."""


@dataclass(frozen=True)
class DropWishes:
    """Take back what was to be kept free, there or altogether."""

    where: tuple[Where, ...] = ()


@dataclass(frozen=True)
class CannotYet:
    """Asks for something that people often want and this model cannot do; `what` is the name of its sentence."""

    what: str


@dataclass(frozen=True)
class WhenFree:
    """Tell when there is time, perhaps for a certain length."""

    where: tuple[Where, ...] = ()
    amount: Amount | None = None


@dataclass(frozen=True)
class WhichDay:
    """Tell on which days there is most free time, or least."""

    fullest: bool = False


@dataclass(frozen=True)
class Undo:
    """Take the last change of the draft back."""


@dataclass(frozen=True)
class Apply:
    """Put the draft into the calendar."""


@dataclass(frozen=True)
class TakeBack:
    """Take what was put into the calendar out of it again."""


@dataclass(frozen=True)
class GoOn:
    """Continue with what is open."""


@dataclass(frozen=True)
class There:
    """A place alone: the answer to `where to?`, or another place `instead` of the one said before."""

    where: tuple[Where, ...]
    instead: bool = False


@dataclass(frozen=True)
class Meant:
    """Corrects which task was meant."""

    name: str


_NAMING: Final = (
    MoveTask,
    MoveBeside,
    RemoveTask,
    WhereIs,
    WhenDue,
    Why,
    ChangeTask,
    EndTask,
    SplitTask,
    JoinTask,
    Invite,
)


def names_in(request: object) -> tuple[str, ...]:
    """Return the task names a request speaks of."""
    if isinstance(request, SwapTasks):
        return (request.first, request.second)
    if isinstance(request, Replan):
        return request.late
    return (request.name,) if isinstance(request, _NAMING) else ()


@dataclass(frozen=True)
class WhoAreYou:
    """Asks what answers here."""


@dataclass(frozen=True)
class Help:
    """Asks what can be asked for, or greets."""


@dataclass(frozen=True)
class Thanks:
    """Says thank you."""


@dataclass(frozen=True)
class Unknown:
    """Words the grammar does not know; they may still pick one of several tasks."""

    text: str


Work: TypeAlias = (
    PlanTasks
    | Replan
    | SpreadEvenly
    | KeepFree
    | MoveTask
    | MoveBeside
    | SwapTasks
    | RemoveTask
    | ClearTasks
    | Relocate
    | GroupBySubject
    | WhatIsOn
    | WhatIsOpen
    | WhereIs
    | WhenDue
    | HowLong
    | WouldFit
    | AddTask
    | ChangeTask
    | EndTask
    | SplitTask
    | JoinTask
    | RepeatTask
    | SetLimits
    | ShowLimits
    | AddEvent
    | ChangeEvent
    | Invite
    | MeetingsWith
    | NextUp
    | AtRisk
    | WhatWasMissed
    | Why
    | WhenFree
    | WhichDay
    | DropWishes
    | CannotYet
    | AskedOfChange
    | Undo
    | Apply
    | TakeBack
)
"""Requests that take a tool."""

WRITES: Final = (
    PlanTasks,
    Replan,
    SpreadEvenly,
    KeepFree,
    MoveTask,
    MoveBeside,
    SwapTasks,
    RemoveTask,
    ClearTasks,
    Relocate,
    GroupBySubject,
    Undo,
    Apply,
    TakeBack,
    DropWishes,
    AddTask,
    ChangeTask,
    EndTask,
    SplitTask,
    JoinTask,
    RepeatTask,
    SetLimits,
    AddEvent,
    ChangeEvent,
    Invite,
)
"""Requests that change something."""

TAKES_LIMITS: Final = (PlanTasks, Replan, SpreadEvenly, Relocate, MoveTask)
"""Requests that limits can be put under."""

Request: TypeAlias = Work | GoOn | There | Meant | Lasts | WhoAreYou | Help | Thanks | Unknown


@dataclass(frozen=True)
class Reading:
    """What one utterance says: requests in order, yes or no, whether the order of tasks may change, and the rest."""

    requests: tuple[Request, ...] = ()
    agrees: bool | None = None
    may_reorder: bool | None = None
    unread: str = ""
