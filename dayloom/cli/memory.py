"""`dayloom memory`: what is remembered of the person, for them to look into and to change."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.session import Session, open_session
from dayloom.cli.terminal import Terminal, one_line, plain, program
from dayloom.memory.memory import FLOOR, SURE
from prompts.limit_words import say_limits
from state.errors import BadInput
from state.limits import NO_LIMITS
from state.memory import MemoryItem, MemoryKind, Origin
from state.when import Locale

_ORIGIN: Final = {
    Origin.PERSON: "you said so",
    Origin.FEEDBACK: "from your feedback",
    Origin.FOLDER: "from a file",
    Origin.BUILT_IN: "built in",
}
_OF_PERSON: Final = (Origin.PERSON, Origin.FEEDBACK)


@report_errors
def list_(screen: Terminal, *, json: bool) -> ExitCode:
    """List what is remembered."""
    with open_session(screen) as session:
        items = session.run(session.parts.memory.all())
    if json:
        return _write(screen, items)
    for item in items:
        about = f"{item.id:<20}  {item.kind:<10}  {item.confidence:.1f}  {_ORIGIN[item.origin]:<18}"
        screen.show(plain(one_line(f"{about}  {_in_short(item)}")))
    if not any(item.origin in _OF_PERSON for item in items):
        screen.note(f'Nothing of you is remembered. {program()} memory add "Never before ten" changes that.')
    return ExitCode.DONE


@report_errors
def export(screen: Terminal) -> ExitCode:
    """Write out everything that is remembered, as JSON."""
    with open_session(screen) as session:
        return _write(screen, session.run(session.parts.memory.all()))


@report_errors
def show(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Show one thing that is remembered, and where it came from."""
    with open_session(screen) as session:
        item, locale = session.run(session.parts.memory.get(id)), session.settings.locale
    return _tell(screen, item, locale, json=json)


@report_errors
def add(screen: Terminal, *, said: Mapping[str, Any], json: bool) -> ExitCode:
    """Remember something."""
    return _change(screen, lambda session: session.parts.memory.add(session.settings.now(), **_given(said)), json=json)


@report_errors
def edit(screen: Terminal, *, id: str, said: Mapping[str, Any], json: bool) -> ExitCode:
    """Change what is remembered."""
    if not (given := _given(said)):
        raise BadInput('Say what changes, such as --rule "Never before nine".')
    return _change(screen, lambda session: session.parts.memory.change(id, session.settings.now(), **given), json=json)


@report_errors
def promote(screen: Terminal, *, id: str, name: str, json: bool) -> ExitCode:
    """Make a skill of an experience."""
    return _change(screen, lambda session: session.parts.memory.promote(id, session.settings.now(), name), json=json)


@report_errors
def delete(screen: Terminal, *, id: str, json: bool) -> ExitCode:
    """Forget something."""
    with open_session(screen) as session:
        session.run(session.parts.memory.delete(id))
    if json:
        write_json(screen, {"deleted": id})
    else:
        screen.tell("Forgotten.")
    return ExitCode.DONE


def _change(screen: Terminal, change: Callable[[Session], Coroutine[Any, Any, MemoryItem]], *, json: bool) -> ExitCode:
    with open_session(screen) as session:
        item, locale = session.run(change(session)), session.settings.locale
    return _tell(screen, item, locale, json=json)


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, ())}


def _write(screen: Terminal, items: tuple[MemoryItem, ...]) -> ExitCode:
    write_json(screen, {"items": [item.model_dump(mode="json") for item in items]})
    return ExitCode.DONE


def _tell(screen: Terminal, item: MemoryItem, locale: Locale | None, *, json: bool) -> ExitCode:
    if json:
        write_json(screen, {"item": item.model_dump(mode="json")})
        return ExitCode.DONE
    screen.show(plain(one_line(f"{item.id}  {_in_short(item)}")))
    if item.kind is MemoryKind.SKILL:
        screen.show(plain(item.rule))
    for line in (*item.evidence, *_limits(item, locale or Locale.EN)):
        screen.show(plain(f"- {line}"))
    source = f"{_ORIGIN[item.origin]} {item.source}".strip()
    screen.note(f"{source}, confidence {item.confidence:.1f}{_doubt(item)}", "dim")
    return ExitCode.DONE


def _doubt(item: MemoryItem) -> str:
    """Return what follows from how little is certain of it."""
    if item.confidence < FLOOR:
        return f"; below {FLOOR} it is not used"
    return f"; below {SURE} no plan is bound by it" if item.confidence < SURE else ""


def _limits(item: MemoryItem, locale: Locale) -> list[str]:
    return [f"plans keep to it: {line}" for line in say_limits(item.limits, locale)] if item.limits != NO_LIMITS else []


def _in_short(item: MemoryItem) -> str:
    if item.kind is MemoryKind.SKILL:
        return f"{item.name}: {item.condition or item.rule}"
    return f"{item.condition}: {item.rule}" if item.condition else item.rule
