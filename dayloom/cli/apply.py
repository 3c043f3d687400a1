"""`dayloom apply` and `dayloom undo`: from the draft into the calendar, and back."""

from __future__ import annotations

from dayloom.calendar_sync.apply import Outcome
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.labels import LABELS
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, plain, program
from dayloom.wiring import new_run_id
from prompts.changes import say_change, say_edit
from state.calendar_commit import Act
from state.ids import ThreadId
from state.run_status import RunStatus


@report_errors
def apply(screen: Terminal, *, thread: str, json: bool) -> ExitCode:
    """Write what the draft adds into the calendar."""
    return _carry_out(screen, Act.APPLY, ThreadId(thread), json=json)


@report_errors
def undo(screen: Terminal, *, thread: str, json: bool) -> ExitCode:
    """Take back what the thread wrote last."""
    return _carry_out(screen, Act.UNDO, ThreadId(thread), json=json)


def _carry_out(screen: Terminal, act: Act, thread: ThreadId, *, json: bool) -> ExitCode:
    with open_session(screen) as session:
        outcome = session.run(_commit(session, act, thread))
        locale = session.state(thread).locale
    if json:
        write_json(screen, {"status": RunStatus.SUCCESS.value, **outcome.model_dump(mode="json")})
        return ExitCode.DONE
    labels = LABELS[locale]
    screen.show(*(plain(f"  {say_change(change, locale)}") for change in outcome.changes))
    screen.show(*(plain(f"  {say_edit(edit, locale)}") for edit in outcome.edits))
    told = labels.applied if act is Act.APPLY else labels.list_taken_back if outcome.edits else labels.taken_back
    screen.tell(
        told.format(
            count=len(outcome.changes),
            tasks="task is" if len(outcome.changes) == 1 else "tasks are",
            thread=thread,
            program=program(),
        )
    )
    return ExitCode.DONE


async def _commit(session: Session, act: Act, thread: ThreadId) -> Outcome:
    commits = session.parts.commits
    commit = commits.apply if act is Act.APPLY else commits.undo
    return await commit(thread, key=f"{act.value}-{new_run_id()}", version=None)
