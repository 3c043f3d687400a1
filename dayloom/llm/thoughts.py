"""What a model thinks aloud, told apart from what it says.

Thoughts stand between tags, whose opening one the prompt may have written already, or in a channel of their own (the
harmony format of gpt-oss). They are never shown, stored or believed.
"""

from __future__ import annotations

import re
from typing import Final

from dayloom.llm.listener import Listener

_NAMES: Final = r"(?:seed:)?(?:think|thinking|thought|reasoning)"
_MARK: Final = re.compile(
    rf"(?P<opens><{_NAMES}>|\[THINK\]|◁think▷|<\|channel\|>\s*(?:analysis|commentary))"
    rf"|(?P<closes></{_NAMES}>|\[/THINK\]|◁/think▷|<\|channel\|>\s*final[^{{\n]{{0,40}}?<\|message\|>)"
    r"|<\|(?:start|end|return|call|im_end|eot_id)\|>|</s>",
    re.IGNORECASE,
)
_ARRIVING: Final = re.compile(r"(?:<\|channel\|>[^{\n]{0,60}|[<\[◁][^>\]▷\s]{0,18})\Z")
"""What may become a mark with the next piece."""
_BARE_CHANNELS: Final = re.compile(r"\A\s*analysis(?=\S).*assistantfinal", re.DOTALL)
"""Harmony whose marks were dropped, as some servers do."""


class ThoughtFilter:
    """A listener that passes on to another one what is not thought.

    `thinking` tells whether what comes next is thought, `unopened` whether a thought ended that was never opened.
    """

    def __init__(self, listener: Listener, *, thinking: bool = False) -> None:
        self._listener = listener
        self._held = ""
        self._opened = False
        self.thinking = thinking
        self.unopened = False

    def hear(self, piece: str) -> None:
        """Pass on what is certainly said; where a thought ends that was never opened, all before it was one."""
        self._held += piece
        while mark := _MARK.search(self._held):
            self._pass_on(mark.start())
            self._held = self._held[len(mark[0]) :]
            if mark["opens"]:
                self.thinking = self._opened = True
            elif mark["closes"]:
                self._close()
        arriving = _ARRIVING.search(self._held)
        self._pass_on(arriving.start() if arriving else len(self._held))

    def forget(self) -> None:
        """Take back what was heard so far."""
        self._held = ""
        self._listener.forget()

    def end(self, text: str) -> None:
        """Take the whole answer, in its final form."""
        self._listener.end(text)

    def flush(self) -> None:
        """Pass on what was held back, because nothing follows."""
        self._pass_on(len(self._held))

    def _close(self) -> None:
        if not self._opened:
            self.unopened = True
            self._listener.forget()
        self.thinking = self._opened = False

    def _pass_on(self, length: int) -> None:
        if not self.thinking:
            self._listener.hear(self._held[:length])
        self._held = self._held[length:]


class _Words:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def hear(self, piece: str) -> None:
        self.pieces.append(piece)

    def forget(self) -> None:
        self.pieces.clear()

    def end(self, text: str) -> None:
        self.pieces = [text]


def split_thoughts(text: str) -> tuple[str, bool]:
    """Return what is said, and whether a thought is still open at the end."""
    words = _Words()
    listener = ThoughtFilter(words)
    listener.hear(_BARE_CHANNELS.sub("", text))
    listener.flush()
    return "".join(words.pieces), listener.thinking


def without_thoughts(text: str) -> str:
    """Return what is said in plain text."""
    return split_thoughts(text)[0].strip()
