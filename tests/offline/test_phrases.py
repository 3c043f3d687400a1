"""What the sentences of the offline model promise in every language."""

from __future__ import annotations

import re
from dataclasses import asdict

from dayloom.offline.phrases import PHRASES
from state.when import Locale

ENGLISH, CHINESE = asdict(PHRASES[Locale.EN]), asdict(PHRASES[Locale.ZH])


def test_every_sentence_is_translated() -> None:
    assert [name for name, text in ENGLISH.items() if CHINESE[name] == text] == []


def test_a_translation_fills_in_what_the_sentence_does() -> None:
    braces = re.compile(r"{(\w+)}")

    assert [name for name in ENGLISH if {*braces.findall(ENGLISH[name])} != {*braces.findall(CHINESE[name])}] == []
