"""What the person says of all their days, in their own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from state.limits import LimitName, Limits, unsaid_wishes
from state.schedule import Schedule
from state.violation import Violation
from state.when import Locale, say_date, say_minutes, weekday_name


@dataclass(frozen=True)
class LimitWords:
    """One language's words for limits."""

    names: Mapping[str, str]
    before: str
    after: str
    between: str
    all_day: str
    days: str
    about: str
    nothing: str
    yes: str
    no: str
    unlimited: str
    usual: str
    listed: str
    joint: str
    line: str
    broken: Mapping[LimitName, str]


LIMIT_WORDS: Final[Mapping[Locale, LimitWords]] = {
    Locale.EN: LimitWords(
        names={
            "hours": "working hours",
            "free": "kept free",
            "prefer": "preferred hours",
            "most_minutes": "most work a day",
            "buffer": "free around every entry",
            "notice": "notice before a task",
            "lunch": "an hour free between 11:30 and 14:00 of a long day",
            "evening": "nothing heavy after an event that ends late",
            "block": "most work in one go",
            "count_events": "days evened with their events counted",
        },
        before="until {last}",
        after="from {first}",
        between="{first}-{last}",
        all_day="the whole day",
        days=" on {days}",
        about=" for {category}",
        nothing="none",
        yes="yes",
        no="no",
        unlimited="no limit",
        usual="{line} (unless you say otherwise)",
        listed=", ",
        joint="; ",
        line="{name}: {value}",
        broken={
            "hours": "{title} then lies outside your working hours.",
            "free": "{title} then lies in hours that you keep free.",
            "most_minutes": "{day} then holds more than your most work a day ({most}).",
            "buffer": "{title} then lies closer to {other} than the {buffer} that you keep free around every entry.",
        },
    ),
    Locale.ZH: LimitWords(
        names={
            "hours": "工作时段",
            "free": "留空",
            "prefer": "偏好时段",
            "most_minutes": "每天最多工作",
            "buffer": "每个日程前后留空",
            "notice": "任务前的提前量",
            "lunch": "日程长的一天在 11:30 到 14:00 之间留出一小时",
            "evening": "晚上结束得晚的活动之后不安排费力的任务",
            "block": "连续工作最长",
            "count_events": "均衡各天时把活动算在内",
        },
        before="{last} 之前",
        after="{first} 之后",
        between="{first}-{last}",
        all_day="全天",
        days="（{days}）",
        about="（{category}）",
        nothing="无",
        yes="是",
        no="否",
        unlimited="不限",
        usual="{line}（默认）",
        listed="、",
        joint="；",
        line="{name}：{value}",
        broken={
            "hours": "{title}这样就在你的工作时段之外。",
            "free": "{title}这样就占了你要留空的时间。",
            "most_minutes": "{day}的工作这样就超过每天最多的 {most}。",
            "buffer": "{title}这样离{other}不到你要在前后留空的 {buffer}。",
        },
    ),
}


def say_limits(limits: Limits, locale: Locale) -> Iterator[str]:
    """Yield one line for each limit that is said."""
    words = LIMIT_WORDS[locale]
    for name, value in limits.said().items():
        yield words.line.format(name=words.names[name], value=say_limit(name, value, locale))


def say_wishes(limits: Limits, locale: Locale) -> Iterator[str]:
    """Yield one line for each wish that holds although nothing is said of it."""
    return (LIMIT_WORDS[locale].usual.format(line=line) for line in say_limits(unsaid_wishes(limits), locale))


def say_broken(wrong: Violation, after: Schedule, locale: Locale) -> str:
    """Return which limit a task breaks where it lies now, in one sentence."""
    words, task, window = LIMIT_WORDS[locale], after.by_id[wrong.task_id or 0], after.window
    return words.broken[wrong.limit or "hours"].format(
        title=task.title,
        other=after.by_id[wrong.other_task_id].title if wrong.other_task_id else "",
        day=say_date(after.date_of(task.slots[0].day), locale),
        most=say_minutes((window.daily_cap or 0) * after.slot_minutes, locale),
        buffer=say_minutes(window.buffer * after.slot_minutes, locale),
    )


def say_limit(name: str, value: Any, locale: Locale) -> str:
    """Return the plain value of a limit as a person says it."""
    words = LIMIT_WORDS[locale]
    if value is None or value == []:
        return words.nothing
    if isinstance(value, bool):
        return words.yes if value else words.no
    if name == "block" and not value:
        return words.unlimited
    if isinstance(value, int):
        return say_minutes(value, locale)
    return words.listed.join(_say_hours(each, locale) for each in value)


def _say_hours(said: Mapping[str, Any], locale: Locale) -> str:
    words = LIMIT_WORDS[locale]
    first, last = said["hours"].split("-")
    shape = words.before if first == "00:00" else words.after if last == "24:00" else words.between
    told = (words.all_day if (first, last) == ("00:00", "24:00") else shape).format(first=first, last=last)
    if weekdays := said.get("weekdays"):
        told += words.days.format(days=_days(weekdays, locale))
    if category := said.get("category"):
        told += words.about.format(category=category)
    return told


def _days(weekdays: Sequence[int], locale: Locale) -> str:
    """Return weekdays, three and more in a row as a stretch."""
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) > 2 and last - first + 1 == len(weekdays):
        return f"{weekday_name(first, locale)}-{weekday_name(last, locale)}"
    return LIMIT_WORDS[locale].listed.join(weekday_name(day, locale) for day in weekdays)
