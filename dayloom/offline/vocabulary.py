"""The words the grammar knows, to tell which of a text it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dayloom.offline import grammar
from dayloom.offline.masks import mask
from dayloom.offline.words import AHEAD, DAY_GROUPS, DAYPARTS, MONTHS, NUMBERS, ORDINALS, WEEKDAYS

_WORD: Final = re.compile(r"[a-z0-9'-]+")
_KNOWN: Final = frozenset(
    word
    for text in (grammar.TEXT, *WEEKDAYS, *DAY_GROUPS, *DAYPARTS, *AHEAD, *MONTHS, *NUMBERS, *ORDINALS)
    for word in _WORD.findall(text)
    if not word.isdigit()
)


def unknown_words(text: str, titles: Sequence[str]) -> tuple[str, ...]:
    """Return the English words and numbers of a text that stand in no sentence, no list and no title."""
    masked = mask(text, titles, lambda _: False).text
    named = {word for title in titles for word in _WORD.findall(title.casefold())}
    return tuple(word for word in _WORD.findall(masked) if word not in _KNOWN | named)
