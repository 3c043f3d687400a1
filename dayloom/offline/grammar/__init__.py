"""The grammar as data: which sentences mean which request, in English and Chinese, one line each.

`orders.toml`, `questions.toml`, `limits.toml` and `replies.toml` hold the sentences, `words.toml` the lists of words;
`notation.py` says how a line is written. Texts are matched as `masks` leaves them: in lower case, titles, days and
times each hidden behind one character, and without the politeness around them.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any, Final

from dayloom.offline.grammar.notation import Language, either, to_pattern, whole, within
from dayloom.offline.grammar.sentence import sentences


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__ or "").joinpath(f"{name}.toml").read_text("utf-8"))


_LISTS: Final[Any] = _table("words")
_LIMITS: Final = _table("limits")
_REPLIES: Final = _table("replies")


def _words(name: str, language: Language) -> str:
    return "|".join(to_pattern(line, language, _LISTS[language]) for line in _REPLIES[name][language])


QUESTIONS: Final = sentences(_table("questions"), _LISTS)
"""Sentences that are understood only as a whole."""

ORDERS: Final = sentences(_table("orders"), _LISTS)
"""Sentences of which several may stand in one text."""

ONLY: Final = within(_LIMITS["only"], _LISTS)
KEEP_FREE: Final = within(_LIMITS["keep_free"], _LISTS)
RAPID: Final = either(within(_LIMITS["rapid"], _LISTS))
STEADY: Final = either(within(_LIMITS["steady"], _LISTS))
ORDER_FREE: Final = either(within(_LIMITS["order_free"], _LISTS))
ORDER_FIXED: Final = either(within(_LIMITS["order_fixed"], _LISTS))

YES: Final = either(whole(_REPLIES["yes"], _LISTS))
NO: Final = either(whole(_REPLIES["no"], _LISTS))
POLITE: Final = re.compile(
    rf"^(?:(?:(?:{_words('polite', Language.EN)})(?![a-z'])|[,;:.!\s]|{_words('polite', Language.ZH)})\s*)+"
)
TRAILING: Final = re.compile(
    rf"(?:(?:\s|^)(?:{_words('trailing', Language.EN)})(?=[\s,;:.!?]*$)|[,;:.!?\s]|{_words('trailing', Language.ZH)})+$"
)
STRONG_BREAK: Final = re.compile(
    rf"[;!?\n]+|\.(?=\s|$)|,?\s(?:{_words('then', Language.EN)})(?=\s)|,?(?:{_words('then', Language.ZH)})"
)
WEAK_BREAK: Final = re.compile(
    rf"(\s*,\s*(?:and\s|but\s)?|\s(?:{_words('and', Language.EN)})\s|{_words('and', Language.ZH)})"
)
SEVERAL_TASKS: Final = whole(_REPLIES["several_tasks"], _LISTS)
"""Names that mean several tasks."""

NAME_LIST: Final = re.compile(r"\s*(?:,|&|(?<![a-z])and(?![a-z])|、|以及|和)\s*(?:and\s)?")
ARTICLE: Final = re.compile(r"^(?:(?:my|the|a|an|our|task|called|named|任务|我的)\s+|我的)+|\s(?:task|please)$")
