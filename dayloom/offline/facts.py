"""What the offline model knows when it decides: the state, the person's wishes, and what the tools answered so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from langchain_core.messages import AIMessage, ToolMessage

from dayloom.offline.dialogue import Wishes, read_wishes
from dayloom.offline.phrases import PHRASES, Phrases
from dayloom.offline.requests import names_in
from dayloom.offline.task_names import find_tasks, is_called
from prompts.wording import NO_REASON
from state.common import CommonState, split_history
from state.schedule import Schedule, Task
from state.tool import ToolCall


@dataclass(frozen=True)
class Exchange:
    """A call of this turn and what came of it."""

    call: ToolCall
    text: str
    data: dict[str, Any]
    refused: bool
    declined: bool

    @property
    def done(self) -> bool:
        """Tell whether the tool did what it was asked."""
        return not self.refused and not self.declined


@dataclass(frozen=True)
class Facts:
    """Everything a decision is made from."""

    state: CommonState

    @cached_property
    def wishes(self) -> Wishes:
        """What the person wants."""
        return read_wishes(self.state)

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The calls of the open turn, in order."""
        return tuple(_exchanges(self.state))

    @property
    def schedule(self) -> Schedule:
        """The draft as it stands."""
        return self.state.schedule

    @property
    def say(self) -> Phrases:
        """The sentences in the person's language."""
        return PHRASES[self.state.locale]

    @property
    def today(self) -> date:
        """The date on which the turn began."""
        return self.state.today

    @property
    def may_reorder(self) -> bool | None:
        """Whether the person allowed reordering; None when they said nothing about it."""
        return True if self.state.allow_reorder else self.wishes.may_reorder

    @property
    def declined(self) -> bool:
        """Tell whether the person's latest answer was a plain no, on a card or to a question."""
        silent = self.exchanges and self.exchanges[-1].declined and self.state.rejections
        if silent and self.state.rejections[-1].reason in NO_REASON.values():
            return True
        return self.wishes.declined

    @property
    def misspoken(self) -> bool:
        """Tell whether the person typed a yes while a card was open, which counts as declining it."""
        return bool(self.exchanges) and self.exchanges[-1].declined and self.wishes.agreed

    @property
    def lost(self) -> int:
        """How many of the person's latest words were of no use, not even to pick one of several tasks."""
        return 0 if self.wishes.lost and self._hint_helped() else self.wishes.lost

    def find(self, name: str) -> tuple[Task, ...]:
        """Return the tasks a name may mean."""
        return find_tasks(name, self.state, self.wishes.hints)

    def last_done(self, *names: str, task_id: int | None = None) -> Exchange | None:
        """Return the latest call of these tools that did its work in this turn, or None."""
        return self._latest(names, task_id, refused=False)

    def last_refusal(self, *names: str, task_id: int | None = None) -> Exchange | None:
        """Return the latest call of these tools that was refused in this turn, or None."""
        return self._latest(names, task_id, refused=True)

    def has_changed(self, name: str, *tools: str) -> bool:
        """Tell whether one of these tools has changed something of this name in the list or the calendar."""
        return any(
            is_called(name, edit["task_id"], edit["title"], (edit.get("event") or {}).get("tell", ()))
            for exchange in self.exchanges
            if exchange.done and exchange.call.name in tools
            for edit in exchange.data.get("edits", ())
        )

    def has_called(self, call: ToolCall) -> bool:
        """Tell whether exactly this call was made in this turn."""
        return any(exchange.call == call for exchange in self.exchanges)

    def _latest(self, names: tuple[str, ...], task_id: int | None, *, refused: bool) -> Exchange | None:
        fitting = (
            exchange
            for exchange in reversed(self.exchanges)
            if exchange.call.name in names
            and (task_id is None or exchange.call.arguments.get("task_id") == task_id)
            and (exchange.refused if refused else exchange.done)
        )
        return next(fitting, None)

    def _hint_helped(self) -> bool:
        hints = self.wishes.hints
        return any(
            find_tasks(name, self.state, hints) != find_tasks(name, self.state, hints[:-1])
            for request in self.wishes.work
            for name in names_in(request)
        )


def _exchanges(state: CommonState) -> Iterator[Exchange]:
    calls: dict[str, ToolCall] = {}
    for message in split_history(state.messages)[1]:
        if isinstance(message, AIMessage):
            for made in message.tool_calls:
                calls[made["id"] or ""] = ToolCall(name=made["name"], arguments=made["args"])
        elif isinstance(message, ToolMessage) and message.tool_call_id in calls:
            kept = cast("dict[str, Any]", message.artifact or {})
            yield Exchange(
                call=calls[message.tool_call_id],
                text=message.text,
                data=kept.get("data") or {},
                refused=bool(kept.get("refused")) or message.status == "error",
                declined=bool(kept.get("declined")),
            )
