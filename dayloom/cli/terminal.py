"""The terminal: results on one stream, progress on the other, and text of strangers made harmless."""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.text import Text

_KEPT: Final = frozenset("\n\t\u200d")
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


_PLAIN: Final = {"┃": "#", "…": "...", "·": "-", "→": "->", "—": "-", "–": "-", "’": "'", "‘": "'", "“": '"', "”": '"'}
"""What stands for a sign that the terminal cannot show."""
_BOX: Final = range(0x2500, 0x2580)


def _degrade(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return something plain for what an encoding lacks: an error handler of codecs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign) or _box(sign) for sign in signs), error.end


def _box(sign: str) -> str:
    """Return the plain sign for one that draws a box, else a question mark."""
    if ord(sign) not in _BOX:
        return "?"
    name = unicodedata.name(sign)
    return "|" if name.endswith("VERTICAL") else "-" if name.endswith("HORIZONTAL") else "+"


codecs.register_error("degrade", _degrade)


class _Console(Console):
    """Writes on to nobody when its reader has gone away: a run does not stop, or end otherwise, because of `| head`."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


@dataclass(frozen=True)
class Terminal:
    """Where a command writes; `json` leaves stdout to one JSON object.

    `interactive` tells whether a person can be asked: nothing is asked without a terminal on both ends.
    """

    out: Console
    err: Console
    json: bool = False
    interactive: bool = False

    @property
    def lively(self) -> bool:
        """Tell whether moving progress can be shown."""
        return self.err.is_terminal and not self.err.is_dumb_terminal

    def show(self, *results: RenderableType) -> None:
        """Write results for people; with `json` there are none."""
        if not self.json:
            self.out.print(*results, sep="\n")

    def tell(self, text: str, style: str = "") -> None:
        """Write a sentence that belongs to the results; with `json` it is progress."""
        (self.err if self.json else self.out).print(plain(text), style=style, soft_wrap=True)

    def write(self, text: str) -> None:
        """Write a result for programs, as it is."""
        try:
            self.out.file.write(text)
            self.out.file.flush()
        except BrokenPipeError:
            self.out.on_broken_pipe()

    def note(self, text: str, style: str = "") -> None:
        """Write a line of progress."""
        self.err.print(plain(text), style=style, soft_wrap=True)


def terminal(*, json: bool = False) -> Terminal:
    """Return the terminal of this process, which shows something plain for every sign that its encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="degrade")
    out, err = (_Console(highlight=False, emoji=False, stderr=stderr) for stderr in (False, True))
    interactive = not json and sys.stdin.isatty() and out.is_terminal
    return Terminal(out=out, err=err, json=json, interactive=interactive)


def program() -> str:
    """Return what to type to run dayloom again: its name where the shell finds it, else the path it was called by."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "dayloom" and shutil.which("dayloom") is None else "dayloom"


def plain(text: str, style: str = "") -> Text:
    """Return text that shows as it is written: no markup, and no characters that steer a terminal."""
    return Text(printable(text), style=style)


def printable(text: str) -> str:
    """Return the text without control and formatting characters; line breaks and tabs stay."""
    return "".join(char for char in text if char in _KEPT or unicodedata.category(char) not in _DROPPED)


def one_line(text: str) -> str:
    """Return printable text on one line."""
    return " ".join(printable(text).split())
