"""The report of a run: what the agent says, and the list that the job wants beside it, made from the plan itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from prompts.changes import say_open
from prompts.deliver import without_place
from state.common import CommonState
from state.job import ReportKind
from state.schedule import Schedule, Source, Task
from state.tool import ToolCall
from state.when import Locale, say_date, say_hours, say_moment
from tools import TOOLBOX
from tools.dispatch import check, perform

BEFORE: Final = "before"
"""What a request for a run is about: where everything lay when the run was asked for (`note_places`)."""
_AT_RISK: Final = "at_risk"


@dataclass(frozen=True)
class _Words:
    """The headlines of one language."""

    week: str
    nothing: str
    event: str
    risks: str
    none_at_risk: str
    late: str
    came: str
    went: str
    moved_event: str
    moved_task: str
    lost: str
    placed: str
    unchanged: str


_WORDS: Final[Mapping[Locale, _Words]] = {
    Locale.EN: _Words(
        week="Your days from {first} to {last}:",
        nothing="nothing planned",
        event="in the calendar",
        risks="Deadlines at risk:",
        none_at_risk="No deadline of these days is at risk.",
        late="due {due}: {reason}",
        came="New in the calendar",
        went="No longer in the calendar",
        moved_event="Moved in the calendar",
        moved_task="Moved in your plan",
        lost="Without a place now",
        placed="Placed in your plan",
        unchanged="Nothing in the calendar or in your plan has moved.",
    ),
    Locale.ZH: _Words(
        week="{first} 至 {last} 的安排：",
        nothing="无安排",
        event="日历",
        risks="有风险的截止日期：",
        none_at_risk="这些天里没有截止日期有风险。",
        late="截止 {due}：{reason}",
        came="日历中新增",
        went="日历中已删除",
        moved_event="日历中已改期",
        moved_task="计划中已移动",
        lost="现在没有位置",
        placed="计划中新安排",
        unchanged="日历和计划都没有变动。",
    ),
}

Places = Mapping[str, Any]
"""By source and id: the title of an entry and when it begins, None without a place."""


async def compose_report(kind: ReportKind, state: CommonState, before: Places | None) -> str:
    """Return what the agent said at the end of a run, and what such a job reports; of risks only what is proven."""
    assert state.outcome is not None, "the run has ended"
    match kind:
        case ReportKind.WORDS:
            lines: list[str] = []
        case ReportKind.WEEK:
            lines = list(_week(state))
        case ReportKind.RISKS:
            return "\n".join(await asyncio.to_thread(lambda: list(_risks(state))))
        case ReportKind.CHANGES:
            lines = list(_changed(before or {}, note_places(state.schedule), state))
    return "\n\n".join(part for part in (state.outcome.message.strip(), "\n".join(lines)) if part)


def note_places(schedule: Schedule) -> dict[str, Any]:
    """Return where everything lies, as plain JSON."""
    return {f"{task.source}:{task.source_id}": [task.title, _begin(schedule, task)] for task in schedule.tasks}


def _begin(schedule: Schedule, task: Task) -> str | None:
    return schedule.span_of(task.position)[0].isoformat() if task.position else None


def _week(state: CommonState) -> Iterator[str]:
    schedule, locale = state.schedule, state.locale
    words = _WORDS[locale]
    first, last = (say_date(schedule.date_of(day), locale) for day in (1, schedule.window.days))
    yield words.week.format(first=first, last=last)
    entries = sorted(
        (at.day, *schedule.span_of(at), task.title, task.source is Source.EVENT)
        for task in schedule.tasks
        for at in task.slots
    )
    for day in range(1, schedule.window.days + 1):
        on = [
            f"{say_hours(start, end, locale)} {title}" + (f" ({words.event})" if event else "")
            for at, start, end, title, event in entries
            if at == day
        ]
        yield f"- {say_date(schedule.date_of(day), locale)}: {'; '.join(on) or words.nothing}"
    yield from say_open(without_place(state), schedule, locale)


def _risks(state: CommonState) -> Iterator[str]:
    words, schedule = _WORDS[state.locale], state.schedule
    performed = perform(check(TOOLBOX, ToolCall(name=_AT_RISK)), state.desk)
    found = performed.report.data["tasks"]
    yield words.risks if found else words.none_at_risk
    for one in found:
        due = say_moment(datetime.fromisoformat(one["deadline"]).astimezone(schedule.zone), state.locale)
        cures = "".join(f"; {cure['text']}" for cure in one["cures"])
        yield f"- {one['title']}, {words.late.format(due=due, reason=one['reason'])}{cures}"


def _changed(before: Places, now: Places, state: CommonState) -> Iterator[str]:
    words = _WORDS[state.locale]
    events, tasks = (f"{source}:" for source in (Source.EVENT, Source.TASK_ITEM))
    heads = {
        words.came: [_say(now[each], state) for each in now if each.startswith(events) and each not in before],
        words.went: [_say(before[each], state) for each in before if each.startswith(events) and each not in now],
        words.moved_event: list(_moved(events, before, now, state)),
        words.moved_task: list(_moved(tasks, before, now, state)),
        words.placed: [
            _say(now[each], state)
            for each in now
            if each.startswith(tasks) and now[each][1] and not before.get(each, ("", None))[1]
        ],
        words.lost: [_say(before[each], state) for each in now if _lost(each, tasks, before, now)],
    }
    if not any(heads.values()):
        yield words.unchanged
    for head, lines in heads.items():
        if lines:
            yield f"{head}:"
            yield from (f"- {line}" for line in lines)


def _moved(source: str, before: Places, now: Places, state: CommonState) -> Iterator[str]:
    for each in now:
        if each.startswith(source) and before.get(each, ("", None))[1] and now[each][1] not in (None, before[each][1]):
            yield f"{_say(before[each], state)} → {_when(now[each][1], state)}"


def _lost(each: str, tasks: str, before: Places, now: Places) -> bool:
    return each.startswith(tasks) and now[each][1] is None and before.get(each, ("", None))[1] is not None


def _say(entry: Any, state: CommonState) -> str:
    title, begin = entry
    return f"{title}: {_when(begin, state)}" if begin else str(title)


def _when(begin: str, state: CommonState) -> str:
    return say_moment(datetime.fromisoformat(begin).astimezone(state.schedule.zone), state.locale)
