"""Every way a turn can go wrong.

DayloomError
├── Correctable            the model can repair this itself; feed it back
│   ├── MalformedDecision  the reply is not one of the allowed decisions
│   ├── UnknownTool        the decision names a tool that does not exist
│   ├── BadArguments       the arguments do not fit the tool's schema
│   ├── OutOfTurn          a decision that is not allowed at this point
│   └── RepeatedRejection  the same call again, unchanged, after a person declined it
├── Refused                the person's answer or request cannot be accepted as it stands
│   ├── NothingToAnswer    no card or question is open on this thread
│   ├── StaleAnswer        the answer is for another card, or the schedule moved on
│   ├── ThreadBusy         a run is at work on this thread
│   │   └── WorkspaceBusy  a run is at work on another thread of this workspace
│   ├── NotAllowed         this card does not take that kind of answer, or that edit
│   ├── UnknownThread      there is no such thread
│   ├── ThreadExists       there is such a thread already
│   ├── UnknownRun         there is no such run on this thread
│   ├── UnknownStep        there is no such step on this thread, or nothing to go on with at it
│   ├── UnknownTask        there is no such task in the list
│   ├── UnknownEvent       there is no such event in the calendar
│   ├── UnknownJob         there is no such job
│   ├── UnknownMessage     there is no such message
│   ├── UnknownItem        nothing of this id is remembered
│   ├── IllegalStep        a job may not go from its state to the one that was asked for
│   ├── AttemptEnded       what a worker says comes too late
│   ├── HandedIn           what a worker hands in was handed in before
│   ├── Incomplete         a worker says it is done, and something is missing
│   ├── NotSent            a message cannot go out to whom it is for
│   ├── NothingToApply     the draft holds nothing that the calendar does not have
│   ├── NothingToUndo      this thread has written nothing that can be taken back
│   ├── NoCalendar         there is no calendar here to write into
│   ├── CalendarChanged    the calendar is not as it was when the draft was made, or written
│   ├── VersionMismatch    somebody has changed what the request builds on
│   │   └── MatchFailed    the same, when the request says so by If-Match
│   ├── CardOpen           a card is open on this thread; it must be answered first
│   ├── RuleBroken         an edit would break rules of the schedule; `violations` says which
│   ├── ChildFailed        a run that a part of the work was given to has come to nothing
│   ├── KeyReused          an idempotency key was used for another request
│   ├── TooLarge           more than is kept
│   └── BadInput           a file or a value a person gave cannot be read
│       └── UnknownModel   no such model may be asked here
├── Unreadable             a stored value cannot be read; it is left as it is, never reset
│   ├── Damaged            it is not what was written
│   └── TooNew             a newer dayloom wrote it
├── Stopped                a run may not commit its step; nothing of it was written
│   ├── RunCancelled       somebody cancelled it
│   ├── Superseded         another run has taken the thread over
│   ├── MovedOn            the thread has a newer step than the one it built on
│   └── Unapproved         the step would change the schedule without an approval that holds
└── Unavailable            something outside is down; try again later
    ├── ModelUnavailable   the model, and every fallback, failed
    └── StoreUnavailable   the store does not answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from state.usage import FailedTry, Usage


class DayloomError(Exception):
    """Root of everything dayloom raises on purpose; its text is fit for a person, and `more` for a program."""

    more: Mapping[str, Any] = MappingProxyType({})


class Correctable(DayloomError):
    """A mistake the model can repair when told what was wrong and what is allowed."""

    def __init__(self, complaint: str, *, hint: str) -> None:
        super().__init__(complaint)
        self.complaint = complaint
        self.hint = hint


class MalformedDecision(Correctable):
    """The reply is not one of the allowed decisions."""


class UnknownTool(Correctable):
    """The decision names a tool that does not exist."""


class BadArguments(Correctable):
    """The arguments do not fit the tool's schema."""


class OutOfTurn(Correctable):
    """A decision that is well formed but not allowed at this point."""


class RepeatedRejection(Correctable):
    """The same call again, unchanged, after a person declined it."""


class Refused(DayloomError):
    """What a person asked for cannot be done as it stands; nothing was changed."""


class NothingToAnswer(Refused):
    """No card or question is open on this thread."""


class StaleAnswer(Refused):
    """The answer is for another card, or the schedule has moved on since it was shown."""


class ThreadBusy(Refused):
    """A run is at work on this thread."""


class WorkspaceBusy(ThreadBusy):
    """A run is at work on another thread of this workspace."""


class NotAllowed(Refused):
    """This card does not take that kind of answer, or that edit."""


class UnknownThread(Refused):
    """There is no such thread."""


class ThreadExists(Refused):
    """There is such a thread already."""


class UnknownRun(Refused):
    """There is no such run on this thread."""


class UnknownStep(Refused):
    """There is no such step on this thread, or nothing to go on with at it."""


class UnknownTask(Refused):
    """There is no such task in the list."""


class UnknownEvent(Refused):
    """There is no such event in the calendar."""


class UnknownJob(Refused):
    """There is no such job."""


class UnknownMessage(Refused):
    """There is no such message in the inbox."""


class UnknownItem(Refused):
    """Nothing of this id is remembered."""


class IllegalStep(Refused):
    """A job may not go from its state to the one that was asked for; `more` names those it may go to."""

    def __init__(self, text: str, legal: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.more = MappingProxyType({"legal": list(legal)})


class AttemptEnded(Refused):
    """What a worker says comes too late: its attempt has ended."""


class HandedIn(Refused):
    """What a worker hands in was handed in before."""


class Incomplete(Refused):
    """A worker says that it is done, and something is missing; `more` says what."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        super().__init__(message)
        self.more = {"missing": list(missing)}


class NotSent(Refused):
    """A message cannot go out to whom it is for."""


class NothingToApply(Refused):
    """The draft holds nothing that the calendar does not have."""


class NothingToUndo(Refused):
    """This thread has written nothing into the calendar that can be taken back."""


class NoCalendar(Refused):
    """There is no calendar here that a draft could be written into."""


class CalendarChanged(Refused):
    """The calendar is not as it was when the draft was made, or written."""


class VersionMismatch(Refused):
    """Somebody has changed what the request builds on; `more` has the `current` version."""

    def __init__(self, message: str, *, current: int) -> None:
        super().__init__(message)
        self.more = {"current": current}


class MatchFailed(VersionMismatch):
    """What the request names by If-Match is not what there is now."""


class CardOpen(Refused):
    """A card or question is open on this thread, and what is asked would make it void."""


class RuleBroken(Refused):
    """An edit would break rules of the schedule; `violations` says which, as plain data."""

    def __init__(self, message: str, *, violations: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(message)
        self.violations = violations
        self.more = {"violations": [*violations]}


class KeyReused(Refused):
    """An idempotency key was used for another request."""


class TooLarge(Refused):
    """More than is kept."""


class ChildFailed(Refused):
    """A run that a part of the work was given to has come to nothing, or may not be started."""


class BadInput(Refused):
    """A file or a value that a person gave cannot be read."""


class UnknownModel(BadInput):
    """No model of this name may be asked here."""


class Unreadable(DayloomError):
    """A stored value cannot be read; it was left as it is."""


class Damaged(Unreadable):
    """A stored value is not what was written."""


class TooNew(Unreadable):
    """A stored value was written by a newer dayloom, which can read it."""


class Stopped(DayloomError):
    """A run may not commit its step; nothing of the step was written."""


class RunCancelled(Stopped):
    """Somebody cancelled the run."""


class Superseded(Stopped):
    """Another run has taken the thread over."""


class MovedOn(Stopped):
    """The thread has a newer step than the one this run built on."""


class Unapproved(Stopped):
    """The step would change the schedule without an approval that holds."""


class Unavailable(DayloomError):
    """Something outside is down."""


class ModelUnavailable(Unavailable):
    """The model, and every fallback, failed.

    `code` says how (for outcomes and exit codes), `usage` what was spent on it, `tries` who was asked. `discreet`
    ones are for people who only chat here: the message names no address, and they are told what the code means in their
    own language. `entries` are what the transcript is to tell of it.
    """

    entries: tuple[Any, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        code: str = "model_unavailable",
        usage: Usage | None = None,
        tries: tuple[FailedTry, ...] = (),
        discreet: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.usage = usage or Usage()
        self.tries = tries
        self.discreet = discreet


class StoreUnavailable(Unavailable):
    """The store does not answer."""
