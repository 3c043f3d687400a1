"""What a person is told when nobody is watching, and the evidence that it went out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, StringConstraints

from state.ids import RunId, ThreadId
from state.schedule import Value

Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Words = Annotated[str, StringConstraints(max_length=100_000)]


class Channel(StrEnum):
    """How a message reaches somebody."""

    INBOX = "inbox"
    WEBHOOK = "webhook"
    EMAIL = "email"


class Message(Value):
    """A message to the person, with the job, run and thread it is from."""

    id: str
    at: AwareDatetime
    subject: Subject
    text: Words = ""
    job: str | None = None
    run: RunId | None = None
    thread: ThreadId | None = None
    read: bool = False


SEND_MESSAGE: Final = "send_message"
"""The tool that sends a message."""
ME: Final = "me"
"""How the model calls the person it works for, as the recipient of a message."""


class Letter(Value):
    """A message that a run wants to send: to the person themselves (`me`), or to an e-mail address."""

    to: str
    subject: Subject
    text: Words

    @property
    def to_person(self) -> bool:
        """Tell whether it is for the person themselves."""
        return self.to.lower() == ME


class Delivery(Value):
    """That a message went out: how, to whom, when, and what it is called there; `at` None while it is on its way."""

    channel: Channel
    to: str = ""
    id: str
    at: AwareDatetime | None = None


class Contact(Value):
    """Where a person wants to be told beside the inbox; `secret` signs what goes to their webhook."""

    webhook: str | None = None
    secret: str = ""
    email: str | None = None


class RunEnd(Value):
    """The end of a run, which somebody wants to be told by a webhook."""

    thread: ThreadId
    run: RunId


class Post(Value):
    """Something on its way to a webhook or an e-mail address: a message, or the end of a run.

    Its `id` is the same over all tries, so that whoever gets it twice can tell. `due` is when it is tried next, until
    it is delivered or given up; what came of it is kept for a while. `body` is what is told of the run, as it ended.
    """

    id: str
    channel: Channel
    to: str
    message: Message | None = None
    run_end: RunEnd | None = None
    body: dict[str, Any] | None = None
    made: AwareDatetime
    due: AwareDatetime
    tries: int = 0
    delivered: AwareDatetime | None = None
    given_up: AwareDatetime | None = None
    error: str | None = None

    @property
    def settled(self) -> AwareDatetime | None:
        """When nothing more was to be done."""
        return self.delivered or self.given_up
