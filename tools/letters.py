"""Messages that go out: shown whole on a card, and handed over by a port once they are approved."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from state.calendar_commit import Act
from state.desk import Desk
from state.message import ME, Letter, Subject
from state.tool import Effect, ToolReport
from tools.registry import Arguments, Result, Toolbox

letters = Toolbox()


class NewLetter(Arguments):
    """Whom a message is for, and what it says."""

    to: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=320)] = Field(
        default=ME, description="me, for the person themselves, or an e-mail address"
    )
    subject: Subject
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


@letters.add(Effect.OUTSIDE, act=Act.SEND)
def send_message(desk: Desk, args: NewLetter) -> Result:
    """Send a message when asked to: to the person, or by e-mail to somebody else."""
    letter = Letter(to=args.to, subject=args.subject, text=args.text)
    report = ToolReport(text="Not sent yet.", data={"letter": letter.model_dump(mode="json")})
    return Result(desk, report, letter=letter)
