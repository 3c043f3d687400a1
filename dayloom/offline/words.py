"""The closed vocabulary of days and times, English and Chinese, as data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import time
from functools import lru_cache
from typing import Final

WEEKDAYS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("monday", "mon", "周一", "星期一", "礼拜一"), (1,)),
    **dict.fromkeys(("tuesday", "tues", "tue", "tuseday", "周二", "星期二", "礼拜二"), (2,)),
    **dict.fromkeys(("wednesday", "wed", "wednsday", "wensday", "wendesday", "周三", "星期三", "礼拜三"), (3,)),
    **dict.fromkeys(("thursday", "thurs", "thur", "thu", "thrusday", "周四", "星期四", "礼拜四"), (4,)),
    **dict.fromkeys(("friday", "fri", "firday", "周五", "星期五", "礼拜五"), (5,)),
    **dict.fromkeys(("saturday", "sat", "saterday", "周六", "星期六", "礼拜六"), (6,)),
    **dict.fromkeys(("sunday", "sun", "周日", "周天", "星期日", "星期天", "礼拜天", "礼拜日"), (7,)),
}
"""Names of single weekdays; 1 is Monday."""

DAY_GROUPS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("weekend", "weekends", "周末", "双休日"), (6, 7)),
    **dict.fromkeys(
        ("weekday", "weekdays", "workday", "workdays", "work days", "working days", "working day", "工作日", "平日"),
        (1, 2, 3, 4, 5),
    ),
    **dict.fromkeys(
        ("every day", "each day", "daily", "any day", "all days", "everyday", "每天", "每日", "天天"),
        (1, 2, 3, 4, 5, 6, 7),
    ),
}
"""Names of several weekdays."""

NOON: Final = time(12)
EVENING: Final = time(18)

DAYPARTS: Final[Mapping[str, tuple[time | None, time | None]]] = {
    **dict.fromkeys(("morning", "forenoon", "早上", "上午", "早晨", "清晨", "凌晨"), (None, NOON)),
    **dict.fromkeys(("lunchtime", "lunch time", "lunch", "midday", "中午", "午休"), (NOON, time(14))),
    **dict.fromkeys(("afternoon", "下午", "午后"), (NOON, EVENING)),
    **dict.fromkeys(("evening", "night", "晚上", "晚间", "夜里", "夜晚", "傍晚", "晚"), (EVENING, None)),
}
"""Parts of the day as (from, until); None is the open end of the day."""

AHEAD: Final[Mapping[str, int]] = {
    **dict.fromkeys(("today", "今天", "今日"), 0),
    **dict.fromkeys(("tomorrow", "tmrw", "tmr", "明天", "明日"), 1),
    **dict.fromkeys(("the day after tomorrow", "day after tomorrow", "后天"), 2),
    "大后天": 3,
    **dict.fromkeys(("yesterday", "昨天", "昨日"), -1),
    **dict.fromkeys(("the day before yesterday", "day before yesterday", "前天"), -2),
}
"""Days counted from today."""

MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}

NUMBERS: Final[Mapping[str, int]] = {
    **{
        word: value
        for value, word in enumerate(
            ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
        )
    },
    **{word: value for value, word in enumerate("一二三四五六七八九十", start=1)},
    "a": 1,
    "an": 1,
    "两": 2,
    "十一": 11,
    "十二": 12,
}

ORDINALS: Final[Mapping[str, int]] = {
    **{word: value for value, word in enumerate(("first", "second", "third", "fourth", "fifth", "sixth"), start=1)},
    **{f"第{word}": value for value, word in enumerate("一二三四五六", start=1)},
    **{f"{value}{ending}": value for value, ending in enumerate(("st", "nd", "rd", "th", "th", "th"), start=1)},
    "last": -1,
    "最后": -1,
}
"""How somebody picks one of several things."""

PRONOUNS: Final = frozenset(
    {"it", "that", "this", "that one", "this one", "it instead", "the task", "它", "这个", "那个", "这个任务"}
)
"""Words that stand for the task spoken of before."""

_SIMPLIFIED: Final = str.maketrans(
    "週禮點後間個兩時換動務劃麼麽這繼續撤銷無謂順課學業調開從給還錯對幫請嗎號鐘節計畫賦閒閑隨變條誰為會麗",
    "周礼点后间个两时换动务划么么这继续撤销无谓顺课学业调开从给还错对帮请吗号钟节计画赋闲闲随变条谁为会丽",
)
_PUNCTUATION: Final = str.maketrans({"。": ". ", "\n": " ; ", "(": ", ", ")": ", ", "—": ", ", "…": ". "})
_QUOTES: Final = str.maketrans("“”‘’「」『』《》`", '""\'\'""""""\'')


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return the text in one width, case, script and spacing, so that the grammar need not care."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold().translate(_SIMPLIFIED)
    return re.sub(r",[\s,]+", ", ", " ".join(plain.translate(_PUNCTUATION).split()))


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest first, English ones as whole words."""
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    english = "|".join(word.replace("\\ ", " ") for word in longest_first if word.isascii())
    chinese = "|".join(word for word in longest_first if not word.isascii())
    return "|".join(part for part in (rf"(?<![a-z])(?:{english})(?![a-z])" if english else "", chinese) if part)
