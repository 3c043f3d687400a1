"""How a time is said to the model and to people: always weekday, date and clock time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from state.schedule import Position, Schedule


class Locale(StrEnum):
    """Languages people can be answered in."""

    EN = "en"
    ZH = "zh"


_WEEKDAYS = {
    Locale.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Locale.ZH: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_WHOLE_DAY = {Locale.EN: "whole day", Locale.ZH: "全天"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday_name(weekday: int, locale: Locale = Locale.EN) -> str:
    """Return the short name of a weekday, 1 being Monday."""
    return _WEEKDAYS[locale][weekday - 1]


def say_date(day: date, locale: Locale = Locale.EN) -> str:
    """Return `Wed 25 Nov 2026` or `2026年11月25日 周三`."""
    name = weekday_name(day.isoweekday(), locale)
    if locale is Locale.ZH:
        return f"{day.year}年{day.month}月{day.day}日 {name}"
    return f"{name} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_span(start: datetime, end: datetime, locale: Locale = Locale.EN) -> str:
    """Return `Wed 25 Nov 2026 11:25-13:00`."""
    return f"{say_date(start.date(), locale)} {say_hours(start, end, locale)}"


def say_hours(start: datetime, end: datetime, locale: Locale = Locale.EN) -> str:
    """Return `11:25-13:00`, or `whole day` from one midnight to the next, on a day that has been named."""
    if start.time() == end.time() == time(0) and end.date() - start.date() == timedelta(days=1):
        return _WHOLE_DAY[locale]
    return f"{start:%H:%M}-{end:%H:%M}"


def say_moment(moment: datetime, locale: Locale = Locale.EN) -> str:
    """Return `Wed 25 Nov 2026 11:25`."""
    return f"{say_date(moment.date(), locale)} {moment:%H:%M}"


_LENGTHS = {
    Locale.EN: ("{minutes} min", "{hours} h", "{hours} h {minutes} min"),
    Locale.ZH: ("{minutes} 分钟", "{hours} 小时", "{hours} 小时 {minutes} 分钟"),
}


def say_minutes(minutes: int, locale: Locale = Locale.EN) -> str:
    """Return a length such as `45 min`, `2 h` or `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    shape = _LENGTHS[locale][0 if not hours else 2 if rest else 1]
    return shape.format(hours=hours, minutes=rest)


def say_position(schedule: Schedule, at: Position, locale: Locale = Locale.EN) -> str:
    """Return the weekday, date and clock times of a position, an event's own where it has them."""
    return say_span(*schedule.span_of(at), locale)
