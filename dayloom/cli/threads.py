"""`dayloom threads`: the conversations that are kept."""

from __future__ import annotations

from typing import Final

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from dayloom.stores.threads.index import Thread
from state.common import CommonState
from state.ids import ThreadId

_TITLE: Final = 60


@report_errors
def list_(screen: Terminal, *, json: bool) -> ExitCode:
    """List the threads, the one that changed last first, with how they stand and what was said first."""
    with open_session(screen) as session:
        found = [(line, _title(state)) for line, state in session.threads()]
    if json:
        write_json(screen, {"threads": [_to_json(*each) for each in found]})
        return ExitCode.DONE
    for each in found:
        screen.show(plain(_describe(*each)))
    if not found:
        screen.note('There are no threads. `dayloom plan "..."` or `dayloom chat` begins one.')
    return ExitCode.DONE


@report_errors
def delete(screen: Terminal, *, threads: tuple[str, ...]) -> ExitCode:
    """Delete threads and everything of them; what they have written into the calendar stays there."""
    with open_session(screen) as session:
        for thread in threads:
            session.run(session.parts.delete_thread(ThreadId(thread)))
            screen.tell(f"Thread {thread} is deleted.")
    return ExitCode.DONE


def _title(state: CommonState | None) -> str:
    """Return what was said first."""
    return one_line(state.messages[0].text) if state and state.messages else ""


def _to_json(line: Thread, title: str) -> dict[str, str]:
    when = {"created_at": line.created_at.isoformat(), "updated_at": line.updated_at.isoformat()}
    return {"thread_id": line.id, "status": line.status.value, **when, "title": title}


def _describe(line: Thread, title: str) -> str:
    short = title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
    return f"{line.id}  {line.updated_at.astimezone():%Y-%m-%d %H:%M}  {line.status.value:<11}  {short}".rstrip()
