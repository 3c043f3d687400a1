"""What the page suggests to say is understood by the model that answers where there is no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from dayloom.offline.reader import read_text
from dayloom.offline.requests import Unknown

_WORDS: Final = Path(__file__).parents[2] / "dayloom" / "web" / "src" / "i18n"
_LIST: Final = re.compile(r"(?:suggestions|asks): \[([^]]*)\]")
SUGGESTED: Final = [
    said
    for file in ("en/conversation.ts", "zh/conversation.ts", "en/start.ts", "zh/start.ts")
    for listed in _LIST.findall((_WORDS / file).read_text("utf-8"))
    for said in re.findall(r'"([^"]+)"', listed)
]


@pytest.mark.parametrize("said", SUGGESTED)
def test_what_the_page_suggests_is_understood(said: str) -> None:
    reading = read_text(said)

    assert reading.requests
    assert not reading.unread
    assert not any(isinstance(request, Unknown) for request in reading.requests)


def test_the_page_suggests_something_in_both_languages() -> None:
    assert len(SUGGESTED) >= 14
