"""Cards and questions as a person sees them: what would happen, and what may be answered."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dayloom.cli.labels import LABELS
from dayloom.cli.terminal import one_line, plain, program
from prompts.changes import say_each, say_left
from state.change import Change, ChangeKind, Placed, Unplaced
from state.ids import ThreadId
from state.interrupt import AnswerType, Interrupt, InterruptKind
from state.schedule import Schedule
from state.when import Locale, say_span
from tools import TOOLBOX

STRATEGY: Final = "strategy"
"""The field of a card that a way of planning stands for."""
_MARKS: Final = {ChangeKind.PLACE: "+", ChangeKind.MOVE: "→", ChangeKind.UNPLACE: "−"}
_STYLES: Final = {ChangeKind.PLACE: "green", ChangeKind.MOVE: "yellow", ChangeKind.UNPLACE: "red"}


def card_view(asked: Interrupt, locale: Locale) -> RenderableType:
    """Return the card with everything it would change."""
    title = LABELS[locale].cards[asked.kind]
    return Panel(
        Group(*_inside(asked, locale)), title=plain(title, "bold"), title_align="left", box=box.ROUNDED, expand=True
    )


def _inside(asked: Interrupt, locale: Locale) -> Iterator[RenderableType]:
    if asked.edits or not asked.changes:
        yield plain(asked.description)
    elif asked.call is None or TOOLBOX.acts_outside(asked.call.name):
        yield plain(asked.description.partition("\n")[0])
    for number, step in enumerate(asked.steps, 1):
        until = f" ({one_line(step.done_when)})" if step.done_when else ""
        yield plain(f"{number}. {one_line(step.content)}{until}")
    if asked.changes and not asked.edits:
        yield changes_view(asked.changes, locale)
        if left := say_left(asked.description, asked.changes):
            yield plain(left)
    if asked.editable and STRATEGY not in asked.editable:
        yield plain(LABELS[locale].editable, "dim")


def say_arguments(arguments: dict[str, Any]) -> str:
    """Return `day=3, slot_start=5`."""
    return ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())


def changes_view(changes: Sequence[Change], locale: Locale) -> RenderableType:
    """Return changes, one a line, each with its old and new time and its reason; a reason all share stands once."""
    reasons = {change.reason for change in changes}
    shared = next(iter(reasons)) if len(reasons) == 1 and len(changes) > 1 else None
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, min_width=16)
    table.add_column(min_width=28)
    for change in changes:
        style = _STYLES[change.kind]
        what = plain(f"{_MARKS[change.kind]} {LABELS[locale].kinds[change.kind]}", style)
        title = plain(one_line(change.title), "bold")
        if change.reason and not shared:
            title.append_text(plain(f"\n{one_line(change.reason)}", "not bold dim"))
        table.add_row(what, title, _times(change, locale))
    return Group(table, plain(one_line(shared), "dim")) if shared else table


def _times(change: Change, locale: Locale) -> Text:
    before, after = _time(change.before, locale), _time(change.after, locale)
    if change.kind is ChangeKind.PLACE:
        return Text(after)
    return Text(f"{before}\n→ {after}")


def _time(at: Placed | None, locale: Locale) -> str:
    return say_span(at.start, at.end, locale) if at else LABELS[locale].no_place


def pending_view(found: Sequence[Unplaced], schedule: Schedule, locale: Locale) -> RenderableType:
    """Return the tasks that have no place, each with its reason; nothing when all have one."""
    lines = [Text(LABELS[locale].pending.format(count=len(found)), style="bold")] if found else []
    lines += [plain(f"  {one_line(line)}") for line in say_each(found, schedule, locale)]
    return Group(*lines)


def how_to_answer(asked: Interrupt, thread: ThreadId, locale: Locale) -> list[str]:
    """Return lines with the commands that answer this card, fit to be copied."""
    labels = LABELS[locale]
    ways = {
        AnswerType.APPROVE: ["--approve"] + ["--approve-all"] * (asked.kind is not InterruptKind.REORDER),
        AnswerType.EDIT: [f'--edit "{labels.another_way if STRATEGY in asked.editable else labels.another_place}"'],
        AnswerType.REJECT: [f'--reject "{labels.your_reason}"'],
        AnswerType.RESPOND: [f'--reply "{labels.your_reply}"'],
    }
    options = [option for kind in asked.allowed for option in ways[kind]]
    return [labels.how_to_answer, *(f"  {program()} answer {shlex.quote(thread)} {option}" for option in options)]
