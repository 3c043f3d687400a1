"""The sentences of the offline model by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dayloom.llm.offline.chinese import CHINESE
from dayloom.llm.offline.english import ENGLISH
from dayloom.llm.offline.sentences import Phrases
from state.when import Locale

PHRASES: Final[Mapping[Locale, Phrases]] = {Locale.EN: ENGLISH, Locale.ZH: CHINESE}

__all__ = ["PHRASES", "Phrases"]
