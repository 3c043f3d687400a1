"""The sentences of the offline model by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dayloom.offline.chinese import CHINESE
from dayloom.offline.english import Phrases
from state.when import Locale

PHRASES: Final[Mapping[Locale, Phrases]] = {Locale.EN: Phrases(), Locale.ZH: CHINESE}

__all__ = ["PHRASES", "Phrases"]
