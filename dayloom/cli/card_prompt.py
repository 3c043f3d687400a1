"""Asking the person at the terminal what to do with an open card."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from dayloom.cli.card import STRATEGY, card_view
from dayloom.cli.card_edit import edit_from_words
from dayloom.cli.labels import LABELS
from dayloom.cli.terminal import Terminal, printable
from state.common import CommonState
from state.interrupt import Answer, AnswerType, Interrupt
from state.when import Locale
from tools.answer_words import EDIT

Ask = Callable[[str], str]
"""Shows a prompt and returns a line; raises EOFError when there is none."""


def line_reader(terminal: Terminal) -> Ask:
    """Return what reads a line from the person; the prompt is shown only where there is one to read it."""
    if terminal.interactive and find_spec("readline"):
        import_module("readline")  # which makes `input` edit lines and remember them

    def ask(prompt: str) -> str:
        return input(printable(prompt) if terminal.interactive else "")

    return ask


def answer_from_person(terminal: Terminal, asked: Interrupt, state: CommonState, ask: Ask) -> Answer | str:
    """Show the card and return what the person says to it, an edit read already; an empty line asks again."""
    locale = state.locale
    terminal.show(card_view(asked, locale))
    while True:
        words = ask(LABELS[locale].prompts[asked.kind]).strip()
        if words.lower() in EDIT and AnswerType.EDIT in asked.allowed:
            words = ask(LABELS[locale].edit.format(example=_example(asked, locale))).strip()
            if words:
                return edit_from_words(asked, words, state)
        elif words:
            return words


def _example(asked: Interrupt, locale: Locale) -> str:
    labels = LABELS[locale]
    return labels.another_way if STRATEGY in asked.editable else labels.another_place
