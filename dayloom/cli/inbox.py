"""`dayloom inbox`: what a person was told while nobody was watching."""

from __future__ import annotations

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain, program
from state.message import Message


@report_errors
def list_(screen: Terminal, *, unread: bool, json: bool) -> ExitCode:
    """List the messages, the newest first."""
    with open_session(screen) as session:
        found = session.run(session.jobs.post.inbox.all())
        shown = [message for message in found if not (unread and message.read)]
        if json:
            write_json(screen, {"messages": [message.model_dump(mode="json") for message in shown]})
            return ExitCode.DONE
        for message in shown:
            screen.show(plain(_describe(session, message)))
    if not shown:
        screen.note(f"There is no message. {program()} jobs add makes work that will tell you here.", "dim")
    return ExitCode.DONE


@report_errors
def show(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Show a message, and mark it as read."""
    with open_session(screen) as session:
        message = session.run(session.jobs.post.inbox.mark(id, read=True))
        if json:
            write_json(screen, {"message": message.model_dump(mode="json")})
            return ExitCode.DONE
        screen.note(_local(session, message), "dim")
    screen.show(plain(message.subject))
    if message.text:
        screen.show(plain(message.text))
    if message.job:
        screen.note(f"From job {message.job}: {program()} jobs show {message.job}", "dim")
    return ExitCode.DONE


@report_errors
def read(screen: Terminal, *, id: str | None, json: bool) -> ExitCode:
    """Mark a message as read, or all of them."""
    with open_session(screen) as session:
        inbox = session.jobs.post.inbox
        ids = [id] if id else [message.id for message in session.run(inbox.all()) if not message.read]
        marked = [session.run(inbox.mark(each, read=True)) for each in ids]
    if json:
        write_json(screen, {"messages": [message.model_dump(mode="json") for message in marked]})
    else:
        screen.tell(f"{len(marked)} marked as read.")
    return ExitCode.DONE


def _describe(session: Session, message: Message) -> str:
    mark = " " if message.read else "*"
    return one_line(f"{mark} {message.id:<16}  {_local(session, message)}  {message.subject}")


def _local(session: Session, message: Message) -> str:
    return f"{message.at.astimezone(session.settings.now().tzinfo):%a %Y-%m-%d %H:%M}"
