"""What a run tells while it works: the agent's words as they arrive, what it is busy with, what went wrong on the way.

On a terminal the words grow in a place of their own at the bottom and are printed for good when they are complete; what
is retracted before that simply disappears. Elsewhere only complete messages are printed.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from dayloom.cli.labels import LABELS, Labels
from dayloom.cli.terminal import Terminal, one_line, plain
from state.events import Event, EventType
from state.when import Locale

SHOWN_LINES = 8
"""So many of the newest lines of growing words are shown."""


class Progress:
    """Shows the events of runs; `final` tells whether closing words are printed here or by the command."""

    def __init__(self, terminal: Terminal, locale: Locale, words: Console, *, final: bool) -> None:
        self._terminal = terminal
        self._words = words
        self._final = final
        self._growing = ""
        self._busy = ""
        self._live: Live | None = None
        self._spinner = Spinner("dots")
        self.locale = locale

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()

    @property
    def labels(self) -> Labels:
        """The words of the thread's language."""
        return LABELS[self.locale]

    def emit(self, event: Event) -> None:
        """Show one event."""
        match event.type:
            case EventType.RUN_STARTED | EventType.ROUND_STARTED:
                self._move(self.labels.thinking)
            case EventType.TOOL_STARTED:
                self._move(self.labels.working)
            case EventType.TOOL_COMPLETED | EventType.TOOL_BLOCKED | EventType.INTERRUPT_RESOLVED:
                self._move(self.labels.thinking)
            case EventType.MESSAGE_DELTA:
                self._growing += str(event.data.get("text", ""))
                self._move(self._busy)
            case EventType.MESSAGE_RETRACTED:
                self._growing = ""
                self._move(self._busy)
            case EventType.MESSAGE if not event.data.get("of_card"):
                self._say(str(event.data["text"]), final=bool(event.data.get("final")))
            case EventType.CORRECTION:
                self._note(self.labels.corrected.format(complaint=event.data["complaint"]))
            case EventType.MODEL_RETRY:
                self._note(self.labels.retrying)
            case EventType.ORDER_GUARD_RESTORED:
                self._note(self.labels.restored)
            case EventType.INTERRUPT_OPENED | EventType.RUN_INTERRUPTED:
                self.rest()
            case EventType.RUN_COMPLETED | EventType.RUN_FAILED | EventType.RUN_CANCELLED:
                self.rest()
            case _:
                pass

    def note_cut_off(self, *, stopped: bool) -> None:
        """Say that a run goes on that was cut off, or that the person has `stopped`."""
        self._terminal.note(self.labels.goes_on if stopped else self.labels.cut_off, "yellow")

    def rest(self) -> None:
        """Take everything that moves off the terminal."""
        self._growing = ""
        if self._live is not None:
            self._live.stop()
            self._live = None

    @contextmanager
    def _still(self) -> Generator[None]:
        busy = self._live is not None
        self.rest()
        yield
        if busy:
            self._move(self._busy)

    def _say(self, text: str, *, final: bool) -> None:
        with self._still():
            if not final or self._final:
                self._words.print(plain(text), soft_wrap=True)

    def _note(self, text: str) -> None:
        with self._still():
            self._terminal.note(one_line(text), "dim")

    def _move(self, busy: str) -> None:
        self._busy = busy
        if not self._terminal.lively:
            return
        if self._live is None:
            self._live = Live(console=self._terminal.err, transient=True, refresh_per_second=12)
            self._live.start()
        self._live.update(self._picture())

    def _picture(self) -> Group:
        lines = list(plain(self._growing).wrap(self._terminal.err, max(self._terminal.err.width - 1, 1)))
        self._spinner.update(text=Text(self._busy, style="dim"))
        return Group(*(lines[-SHOWN_LINES:] if self._growing else ()), self._spinner)
