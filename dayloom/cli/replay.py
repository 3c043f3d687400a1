"""`dayloom replay`: the conversation as it happened, from the store alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, assert_never
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from dayloom.cli.card import card_view, say_arguments
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.labels import LABELS, Labels
from dayloom.cli.report import ExitCode
from dayloom.cli.session import open_session
from dayloom.cli.terminal import Terminal, one_line, plain
from graph.agent import Scene
from prompts.wording import say_model_failure
from state.change import Change
from state.decision import PlanStep
from state.ids import ThreadId
from state.interrupt import Answer, Interrupt, InterruptKind
from state.tool import ToolCall
from state.transcript import (
    Answered,
    ByHand,
    Card,
    Corrected,
    Ended,
    Feedback,
    Message,
    ModelFailed,
    Previewed,
    Said,
    ToolRan,
    WentBack,
)
from state.when import Locale

_changes: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])
_steps: TypeAdapter[tuple[PlanStep, ...]] = TypeAdapter(tuple[PlanStep, ...])

TOOL_TEXT: Final = 240
"""Characters a tool call and what it told the model are cut to."""


@report_errors
def replay(screen: Terminal, *, thread: str, json: bool) -> ExitCode:
    """Tell everything that was said, called, shown, answered and published, in order."""
    with open_session(screen) as session:
        scenes = session.scenes(ThreadId(thread))
    if json:
        write_json(screen, {"thread_id": thread, "entries": [each for scene in scenes for each in _plain(scene)]})
    for scene in scenes:
        screen.show(*_scene_lines(scene))
    return ExitCode.DONE


def _plain(scene: Scene) -> Iterator[dict[str, Any]]:
    for entry in scene.entries:
        yield {"at": scene.at.isoformat(), "run_id": scene.run, **entry.model_dump(mode="json")}


def _scene_lines(scene: Scene) -> Iterator[RenderableType]:
    locale = scene.state.locale
    at = scene.at.astimezone(ZoneInfo(scene.state.schedule.timezone))
    for entry in scene.entries:
        head = Text(f"{at:%Y-%m-%d %H:%M:%S}  ", style="dim")
        yield head.append_text(_entry_line(entry, locale))
        if isinstance(entry, Card):
            yield Padding(card_view(read_card(entry), locale), (0, 0, 0, 2))


def _entry_line(entry: Said, locale: Locale) -> Text:
    labels = LABELS[locale]
    match entry:
        case Message(role="person", text=text):
            return plain(f"{labels.person}: {text}", "bold")
        case Message(text=text):
            return plain(f"{labels.agent}: {text}")
        case ToolRan():
            mark = f" ({labels.refused})" if entry.refused else ""
            call = f"{entry.name}({say_arguments(entry.arguments)})"
            return plain(_cut(f"{call}{mark}: {one_line(entry.text)}"), "dim")
        case Corrected():
            return plain(one_line(labels.corrected.format(complaint=entry.complaint)), "dim")
        case ModelFailed():
            tries = (f"{each.model}: {say_model_failure(each.reason, locale)}" for each in entry.tries)
            return plain(one_line(" ".join(tries)), "dim")
        case Card():
            return plain(labels.asks, "yellow")
        case Answered():
            return plain(_answer_line(entry.answer, locale), "bold")
        case Previewed():
            count = sum(1 for change in entry.changes if change.after)
            return plain(labels.preview.format(version=entry.version, state=entry.state.value, count=count), "dim")
        case ByHand() | WentBack() | Feedback():
            return plain(_act_line(entry, labels), "bold")
        case Ended():
            code = f" ({entry.outcome.code})" if entry.outcome.code else ""
            return plain(labels.ended.format(status=entry.outcome.status.value) + code, "bold")
        case _:
            assert_never(entry)


def _act_line(entry: ByHand | WentBack | Feedback, labels: Labels) -> str:
    """Say what the person did beside the conversation."""
    match entry:
        case ByHand():
            return labels.by_hand[entry.act].format(count=len(entry.changes))
        case WentBack():
            return labels.went_back
        case Feedback():
            return f"{labels.feedback[entry.kind]}{f': {entry.text}' if entry.text else ''}"


def _cut(text: str) -> str:
    return text if len(text) <= TOOL_TEXT else f"{text[: TOOL_TEXT - 1]}…"


def _answer_line(answer: Answer, locale: Locale) -> str:
    labels = LABELS[locale]
    words = f": {answer.message}" if answer.message.strip() else ""
    return f"{labels.person}: {labels.answers[answer.type.value]}{words}"


def read_card(card: Card) -> Interrupt:
    """Return the card from the value outsiders saw; who asked is not part of it."""
    [action], ours = card.payload["action_requests"], card.payload["dayloom"]
    kind = InterruptKind(ours["kind"])
    return Interrupt(
        id=card.interrupt_id,
        kind=kind,
        asker="plan",
        description=action["description"],
        call=ToolCall(name=action["name"], arguments=action["args"]) if kind is InterruptKind.TOOL else None,
        steps=_steps.validate_python(action["args"].get("steps", ())) if kind is InterruptKind.PLAN else (),
        changes=_changes.validate_python(ours["changes"]),
        editable=tuple(ours["editable"]),
        state_version=ours["state_version"],
        digest=ours["digest"],
    )
