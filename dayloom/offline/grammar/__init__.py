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


TEXT: Final = "\n".join(
    files(__package__ or "").joinpath(f"{name}.toml").read_text("utf-8")
    for name in ("orders", "questions", "limits", "replies", "words")
)
"""All the tables, for whoever asks which words stand in them."""

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
IS_QUESTION: Final = either(within(_REPLIES["question"], _LISTS))
"""What makes a question of a text, whatever request it holds."""

HEDGES: Final = either(within(_REPLIES["hedges"], _LISTS))
"""Words of negation, condition and part, which no name of a task is understood to hold."""

ASKING: Final = re.compile(rf"^(?:{_words('asking', Language.EN)})\s|^(?:{_words('asking', Language.ZH)})")
"""What stands before a change in a question about it."""

FOR_GOOD: Final = either(within(_REPLIES["for_good"], _LISTS))
"""What makes a limit one of all plans to come."""

VAGUE: Final = within(_REPLIES["vague"], _LISTS)
"""Words beside a day that make another one of it."""

EXAMPLES: Final = {language: tuple(_REPLIES["examples"][language]) for language in Language}
"""Requests to offer where one was not understood."""

SEVERAL_TASKS: Final = {
    language: whole({**dict.fromkeys(Language, ()), language: _REPLIES["several_tasks"][language]}, _LISTS)
    for language in Language
}
"""Names that mean several tasks."""

OTHERS: Final = either(whole(_REPLIES["others"], _LISTS))
SPOKEN: Final = either(whole(_REPLIES["spoken"], _LISTS))
"""Names that mean the tasks spoken of before, and all the others."""

NAME_LIST: Final = re.compile(r"\s*(?:,|&|(?<![a-z])and(?![a-z])|、|以及|和)\s*(?:and\s)?")
ARTICLE: Final = re.compile(r"^(?:(?:all|my|the|teh|a|an|our|task|called|named|任务|我的)\s+|我的)+|\s(?:task|please)$")
