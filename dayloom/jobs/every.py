"""How often, as people write it: `Sunday 18:00`, `every 2 weeks on Mon, Thu at 9am`, `hour`, or a crontab line."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from state.errors import BadInput
from state.job import Cron, Every, Recurrence

_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon", "周一", "星期一"),
            ("tuesday", "tue", "tues", "周二", "星期二"),
            ("wednesday", "wed", "周三", "星期三"),
            ("thursday", "thu", "thur", "thurs", "周四", "星期四"),
            ("friday", "fri", "周五", "星期五"),
            ("saturday", "sat", "周六", "星期六"),
            ("sunday", "sun", "周日", "周天", "星期日", "星期天"),
        ),
        1,
    )
    for name in names
}
_DAYS: Final = {
    "weekday": (1, 2, 3, 4, 5),
    "weekdays": (1, 2, 3, 4, 5),
    "weekend": (6, 7),
    "工作日": (1, 2, 3, 4, 5),
    "周末": (6, 7),
}
_UNITS: Final = {
    "day": "days",
    "days": "days",
    "daily": "days",
    "morning": "days",
    "evening": "days",
    "天": "days",
    "日": "days",
    "week": "weeks",
    "weeks": "weeks",
    "weekly": "weeks",
    "周": "weeks",
    "星期": "weeks",
}
_FILLERS: Final = {"every", "each", "on", "at", "and", "每", "每个", "的"}
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.：](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_CRON_FIELDS: Final = 5
_CRON_FIELD: Final = re.compile(r"[\d*,/-]+")
_WORD: Final = re.compile(
    r"\d{1,2}[:.：]\d{2}\s*(?:am|pm)?|\d{1,2}\s*(?:am|pm)|\d+|[a-z]+|每个|每|工作日|周末|(?:周|星期)[一二三四五六日天]|周|星期|天|日|的|\S",
    re.IGNORECASE,
)
_EXAMPLES: Final = (
    "write such as 'Sunday 18:00', 'day 7:30', '2 weeks on Mon, Thu at 9am', 'hour', or five crontab fields"
)


def read_recurrence(text: str, now: datetime, timezone: str) -> Recurrence:
    """Return how often a text says, counted from now; raises BadInput with a cure."""
    if len(fields := text.split()) == _CRON_FIELDS and all(_CRON_FIELD.fullmatch(each) for each in fields[:2]):
        return Cron(expression=text.strip(), timezone=timezone)
    if text.strip().lower() in {"hour", "hourly", "every hour", "每小时"}:
        return Cron(expression="0 * * * *", timezone=timezone)
    count, unit, weekdays, clock = 1, None, set[int](), None
    for word in _WORD.findall(text.lower()):
        if word in _FILLERS or word in {",", "，", "、"}:
            continue
        if word in _WEEKDAYS or word.removesuffix("s") in _WEEKDAYS:
            weekdays.add(_WEEKDAYS.get(word) or _WEEKDAYS[word.removesuffix("s")])
        elif word in _DAYS:
            weekdays.update(_DAYS[word])
        elif word in _UNITS and unit is None:
            unit = _UNITS[word]
        elif word.isdecimal() and unit is None and not weekdays and clock is None:
            count = int(word)
        elif (said := _clock(word)) is not None and clock is None:
            clock = said
        else:
            raise BadInput(f"{text!r} does not say how often: {word!r} was not understood; {_EXAMPLES}")
    if clock is None:
        raise BadInput(f"{text!r} says no time of day; {_EXAMPLES}")
    unit = unit or ("weeks" if weekdays else "days")
    if unit == "weeks" and not weekdays:
        weekdays = {now.isoweekday()}
    return Every.model_validate(
        {"count": count, "unit": unit, "at": clock, "weekdays": sorted(weekdays), "since": now, "timezone": timezone}
    )


def _clock(word: str) -> str | None:
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
