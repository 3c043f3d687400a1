"""`dayloom audit`: who approved, refused, cancelled and wrote what on a thread."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal
from dayloom.stores.threads.audit import AuditEntry, audit_entries
from dayloom.stores.threads.index import ThreadIndex
from state.ids import ThreadId

_TOLD: Final = frozenset({"at", "who", "what", "run_id"})
"""What has a place of its own in a line."""


@report_errors
def audit(screen: Terminal, *, thread: str, json: bool) -> ExitCode:
    """Show the audit log once its chain is checked; a line that was changed since is an error that names it."""
    with open_session(screen) as session:
        entries = session.run(_entries(session, ThreadId(thread)))
    if json:
        shown = [entry.model_dump(mode="json") for entry in entries]
        write_json(screen, {"thread_id": thread, "entries": shown})
    else:
        for entry in entries:
            screen.tell(_line(entry))
    screen.note(f"{len(entries)} entries; none was changed, moved or removed since it was written")
    return ExitCode.DONE


async def _entries(session: Session, thread: ThreadId) -> list[AuditEntry]:
    await ThreadIndex(session.parts.checkpointer).require(thread)
    return audit_entries(await session.parts.threads.audit(thread))


def _line(entry: AuditEntry) -> str:
    about = entry.model_dump(mode="json", exclude_none=True, exclude={*_TOLD})
    facts = " ".join(f"{name}={value}" for name, value in about.items() if name != "n")
    at = entry.at.astimezone(UTC)
    return f"{entry.n:>4}  {at:%Y-%m-%d %H:%M:%S}Z  {entry.who}  {entry.what}  {entry.run_id or 'by hand'}  {facts}"
