"""How often a task comes again, as people write it: `daily`, `3x a week, not on following days`, `每周三次`."""

from __future__ import annotations

import re
from typing import Final

from pydantic import ValidationError

from state.schedule import Repeat

_NUMBERS: Final = {
    word: number
    for number, words in {
        1: "once one einmal ein eine 一",
        2: "twice two zweimal zwei 两 二",
        3: "three thrice dreimal drei 三",
        4: "four viermal vier 四",
        5: "five fünfmal fünf 五",
        6: "six sechsmal sechs 六",
        7: "seven siebenmal sieben 七",
    }.items()
    for word in words.split()
}
_DAY: Final = re.compile(r"\b(?:daily|day|täglich|tag|tage)\b|[每天日]{2}|天")
_WEEK: Final = re.compile(r"\b(?:weekly|week|wöchentlich|woche)\b|周|星期|礼拜")
_NOT_FOLLOWING: Final = re.compile(
    r"not on (?:two )?(?:following|consecutive) days|nicht an (?:aufeinanderfolgenden|folgenden) tagen"
    r"|every other day|不(?:要)?(?:连续|隔日|挨着)[^,，]*"
)
_APART: Final = re.compile(r"(\d) days apart|(\d) tage abstand|(?:相隔|间隔)\s*(\d) ?天")
_TIMES: Final = re.compile(r"(\d{1,2})|([^\W\d_]+)")


def read_rule(text: str) -> Repeat | None:
    """Return the rule a text says; None when it says none, or one that no week has room for."""
    plain = text.strip().casefold()
    following, apart = _NOT_FOLLOWING.search(plain), _APART.search(plain)
    rest = _APART.sub("", _NOT_FOLLOWING.sub("", plain))
    per = "week" if _WEEK.search(rest) else "day" if _DAY.search(rest) else None
    if per is None:
        return None
    days = int(next(filter(None, apart.groups()))) if apart else 2 if following else 1 if per == "week" else 0
    try:
        return Repeat(times=_times(rest), per=per, apart=days)
    except ValidationError:
        return None


def _times(text: str) -> int:
    """Return how many times; once where no number is said."""
    if found := re.search(r"\d{1,2}", text):
        return int(found[0])
    words = re.findall(r"[^\W\d_]+", text)
    known = [_NUMBERS[word] for word in words if word in _NUMBERS]
    known += [_NUMBERS[found[0]] for found in re.finditer(r"[一两二三四五六七](?=次|回|遍)", text)]
    return known[0] if known else 1
