"""What a tool is, and the box that holds them all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from state.calendar_commit import Act
from state.desk import Desk
from state.errors import UnknownTool
from state.message import Letter
from state.task_edit import EditKind, TaskEdit
from state.tool import Effect, ToolReport, ToolSpec
from state.violation import Violation


class Arguments(BaseModel):
    """Base of every tool's arguments: strict types, unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Nothing(Arguments):
    """No arguments."""


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True)
class Result:
    """The desk after the call, and what there is to say; the same desk means nothing changed.

    `edits` are changes of events, which may lie outside the days on the desk; `letter` is what is to be sent.
    """

    desk: Desk
    report: ToolReport
    edits: tuple[TaskEdit, ...] = ()
    letter: Letter | None = None


Guard: TypeAlias = Callable[[Desk], Violation | None]
"""Looks at the desk before a tool runs, also after approval, and says why it may not."""


@dataclass(frozen=True)
class Tool:
    """A pure function with typed arguments, its effect, and the fields a person may edit on its card.

    `act` is what happens outside the draft once the person has approved; `run` shows on the desk what comes of it. What
    changes the list of tasks may do so in the ways of `kinds`. One with `moves_written` makes draft again of what the
    thread has written into the calendar, where that is to move. What `delegates` has a child run report.
    """

    name: str
    summary: str
    effect: Effect
    arguments: type[Arguments]
    run: Callable[[Desk, Any], Result]
    editable: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    act: Act | None = None
    kinds: frozenset[EditKind] = frozenset()
    moves_written: bool = False
    delegates: bool = False

    @property
    def writes(self) -> bool:
        """Tell whether the call must be confirmed."""
        return self.effect is not Effect.READ

    @property
    def always_confirm(self) -> bool:
        """Tell whether even a waived confirmation does not cover it: it acts outside the draft."""
        return self.effect is Effect.OUTSIDE

    @cached_property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What a person may choose from, for each editable field that takes one of a few words."""
        kinds = {name: self.arguments.model_fields[name].annotation for name in self.editable}
        return {
            name: tuple(str(each.value) for each in kind)
            for name, kind in kinds.items()
            if isinstance(kind, type) and issubclass(kind, Enum)
        }

    @cached_property
    def spec(self) -> ToolSpec:
        """The tool as the model sees it."""
        return ToolSpec(
            name=self.name,
            summary=self.summary,
            parameters=self.arguments.model_json_schema(),
            effect=self.effect,
            editable=self.editable,
        )


class Toolbox:
    """Tools by name, in the order they were added."""

    def __init__(self, *parts: Toolbox) -> None:
        """Hold everything the parts hold."""
        self._tools: dict[str, Tool] = {tool.name: tool for part in parts for tool in part}

    def add(
        self,
        effect: Effect,
        *,
        editable: tuple[str, ...] = (),
        guards: tuple[Guard, ...] = (),
        act: Act | None = None,
        kinds: Iterable[EditKind] = (),
        moves_written: bool = False,
        delegates: bool = False,
    ) -> Callable[[Callable[[Desk, A], Result]], Callable[[Desk, A], Result]]:
        """Register a function: name from its name, summary from its docstring, schema from its `args` annotation."""

        def register(run: Callable[[Desk, A], Result]) -> Callable[[Desk, A], Result]:
            arguments = _arguments_of(run, "args")
            self._tools[run.__name__] = Tool(
                name=run.__name__,
                summary=" ".join((run.__doc__ or "").split()),
                effect=effect,
                arguments=arguments,
                run=run,
                editable=editable,
                guards=guards,
                act=act,
                kinds=frozenset(kinds),
                moves_written=moves_written,
                delegates=delegates,
            )
            return run

        return register

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __getitem__(self, name: str) -> Tool:
        """Return the tool, or raise UnknownTool naming those that exist."""
        try:
            return self._tools[name]
        except KeyError:
            raise UnknownTool(f"no tool {name!r}", hint=f"Tools are: {', '.join(self._tools)}.") from None

    def acts_outside(self, name: str | None) -> bool:
        """Tell whether this is a tool that acts outside the draft."""
        return any(tool.act is not None for tool in self if tool.name == name)

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The catalogue the model sees."""
        return tuple(tool.spec for tool in self)


def _arguments_of(run: Callable[..., Result], parameter: str) -> type[Arguments]:
    kind = inspect.get_annotations(run, eval_str=True)[parameter]
    assert issubclass(kind, Arguments), f"{run.__name__} must annotate its arguments"
    return kind
