"""The request nearest to words that were not understood."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

from dayloom.offline import grammar
from dayloom.offline.grammar.notation import Language
from dayloom.offline.words import normalise
from state.when import Locale

_WORD: Final = re.compile(r"[a-z0-9]+|[^\x00-\x7f\s]")


def nearest_example(text: str, locale: Locale) -> str:
    """Return the example that shares most words with a text, then most of its letters."""
    said = normalise(text)
    words = set(_WORD.findall(said))

    def likeness(example: str) -> tuple[int, float]:
        known = normalise(example)
        return len(words & set(_WORD.findall(known))), SequenceMatcher(None, said, known).ratio()

    return max(grammar.EXAMPLES[Language(locale.value)], key=likeness)
