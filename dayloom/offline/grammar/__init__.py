"""The grammar as data: which sentences mean which request, in English and Chinese.

Texts are matched as `masks` leaves them: in lower case, titles, days and times each hidden behind one character, and
without the politeness around them. In patterns `{w}` stands for days and times.
"""

from dayloom.offline.grammar.limit import KEEP_FREE, ONLY, ORDER_FIXED, ORDER_FREE, RAPID, STEADY
from dayloom.offline.grammar.manner import (
    ARTICLE,
    GROUP_OF_TASKS,
    NAME_LIST,
    NO,
    POLITE,
    STRONG_BREAK,
    TRAILING,
    WEAK_BREAK,
    YES,
)
from dayloom.offline.grammar.order import FORMS
from dayloom.offline.grammar.question import AMOUNT, ASKS_FOR_TIME, QUESTIONS
from dayloom.offline.grammar.sentence import Bag, Form, Kind

__all__ = [
    "AMOUNT",
    "ARTICLE",
    "ASKS_FOR_TIME",
    "FORMS",
    "GROUP_OF_TASKS",
    "KEEP_FREE",
    "NAME_LIST",
    "NO",
    "ONLY",
    "ORDER_FIXED",
    "ORDER_FREE",
    "POLITE",
    "QUESTIONS",
    "RAPID",
    "STEADY",
    "STRONG_BREAK",
    "TRAILING",
    "WEAK_BREAK",
    "YES",
    "Bag",
    "Form",
    "Kind",
]
