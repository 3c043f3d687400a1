"""Says places, tasks and changes to a person, each time with weekday, date and clock time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dayloom.offline.facts import Exchange, Facts
from dayloom.offline.grid import days_of, lies_in, slots_of
from dayloom.offline.requests import Amount, Limits, RepeatTask
from dayloom.offline.whereabouts import Where
from prompts.changes import say_change
from prompts.deliver import without_place
from prompts.limit_words import LIMIT_WORDS, say_limit
from state.change import ChangeKind, changes
from state.limits import effective
from state.schedule import Position, Source, Task
from state.turn import baseline_schedule
from state.violation import ViolationKind
from state.when import Locale, say_date, say_moment, say_position, weekday_name
from tools import TOOLBOX
from tools.occupancy import board
from tools.planners.draft import Strategy
from tools.rules import limits

LISTED: Final = 6
"""So many changes or tasks are told one by one."""

_WHY_ZH: Final[Mapping[str, str]] = {
    ViolationKind.OUT_OF_RANGE: "超出了每天的时段",
    ViolationKind.WRONG_STATUS: "任务的状态不允许",
    ViolationKind.LOCKED: "任务是锁定的",
    ViolationKind.OVERLAP: "与别的安排冲突",
    ViolationKind.HOST_TAKEN: "那个活动里已经有任务了",
    ViolationKind.STRADDLES_HOST: "会跨出活动的边界",
    ViolationKind.OUTSIDE_WINDOW: "不在计划范围内",
    ViolationKind.DEADLINE: "不符合最早或截止时间",
    ViolationKind.NOT_ALLOWED_DAY: "不是允许的日子或时段",
    ViolationKind.LIMIT: "不在工作时段内，或在要留空的时段里",
    ViolationKind.ORDER: "会打乱任务的先后顺序",
    ViolationKind.DURATION: "时长不符",
    ViolationKind.PAUSE: "会跨过较长的休息时间",
    ViolationKind.INFEASIBLE: "没有可行的安排",
    ViolationKind.DEFECT: "这个工具本身出了错",
}


def say_task(facts: Facts, task: Task) -> str:
    """Return the title in quotes."""
    return f"“{task.title}”"


def say_at(facts: Facts, position: Position) -> str:
    """Return the weekday, date and clock times of a position."""
    return say_position(facts.schedule, position, facts.state.locale)


def say_choices(facts: Facts, tasks: Iterable[Task]) -> str:
    """Return numbered candidates, each with its category and place, so that `the second` can be said."""
    lines: list[str] = []
    for number, task in enumerate(tasks, start=1):
        about = [task.category] if task.category else []
        about += [say_at(facts, task.position)] if task.position else [facts.say.no_place_yet]
        named = facts.say.list_in_brackets.format(names=facts.say.separator.join(about))
        lines.append(f"{number}. {task.title}{'' if facts.state.locale is Locale.ZH else ' '}{named}")
    return "\n".join(lines)


def say_amount(facts: Facts, amount: Amount) -> str:
    """Return a length of time, in hours where it is whole hours."""
    say = facts.say
    if amount.slots:
        return say.slots.format(count=amount.slots)
    hours, rest = divmod(amount.minutes or 0, 60)
    if rest or not hours:
        return say.minutes.format(count=amount.minutes)
    return say.an_hour if hours == 1 else say.hours.format(count=hours)


def say_often(facts: Facts, request: RepeatTask) -> str:
    """Return how often a task comes, and when, as far as that was said."""
    say, locale = facts.say, facts.state.locale
    often = {"day": (say.daily, say.times_a_day), "week": (say.weekly, say.times_a_week)}[request.per]
    if request.weekdays and request.times == len(request.weekdays):
        told = say.on_days.format(days="/".join(weekday_name(day, locale) for day in request.weekdays))
    else:
        told = often[0] if request.times == 1 else often[1].format(count=request.times)
    told += f" {request.since}-{request.until}" if request.since else ""
    return told + (say.days_apart if request.apart > 1 else "")


def say_window(facts: Facts) -> str:
    """Return the first and the last date that is planned."""
    schedule, locale = facts.schedule, facts.state.locale
    return f"{say_date(schedule.date_of(1), locale)} – {say_date(schedule.date_of(schedule.window.days), locale)}"


def say_places(facts: Facts, places: Iterable[Where]) -> str:
    """Return places as they are understood: `Fri from 18:00, Sat`."""
    return facts.say.separator.join(_say_where(facts, place) for place in places)


def say_how(facts: Facts, limits: Limits, strategy: Strategy | None = None) -> str:
    """Return strategy and limits as the tail of a sentence, empty when there are none."""
    said = {Strategy.STEADY: facts.say.steady, Strategy.RAPID: facts.say.rapid}.get(strategy, "") if strategy else ""
    if limits.keep_free:
        said += facts.say.keeping_free.format(where=say_places(facts, limits.keep_free))
    if limits.allowed:
        said += facts.say.only_in.format(where=say_places(facts, limits.allowed))
    return said


def say_why_not(facts: Facts, task: Task, to: Sequence[Where]) -> str:
    """Return why a task has no place there, as far as deadline, earliest day and what lies there tell."""
    schedule, say, locale = facts.schedule, facts.say, facts.state.locale
    days = sorted({day for place in to for day in days_of(place, schedule, facts.today)})
    why: list[str] = []
    if task.deadline and all(schedule.start_of(day, 1) >= task.deadline for day in days):
        why.append(say.due_at.format(deadline=say_moment(task.deadline.astimezone(schedule.zone), locale)))
    if task.earliest and all(schedule.end_of(day, len(schedule.grid)) <= task.earliest for day in days):
        why.append(say.not_before.format(earliest=say_moment(task.earliest.astimezone(schedule.zone), locale)))
    why = why or _bars(facts, task, days, to) or _order_bars(facts, task, days[:1])
    if not why:
        lying = [stay for day in days[:1] for stay in board(schedule).on(day) if stay.task.id != task.id]
        there = [stay for stay in lying if lies_in(stay.position, to, schedule, facts.today)]
        why = [
            say.taken_until.format(title=stay.task.title, time=f"{schedule.span_of(stay.position)[1]:%H:%M}")
            for stay in there[:2]
        ]
    return say.why_not.format(why=say.separator.join(why)) if why else say.stop


def _bars(facts: Facts, task: Task, days: Sequence[int], to: Sequence[Where]) -> list[str]:
    """Return what the person said that bars every place there: of all their days, or of the days of this task."""
    schedule, locale, found = facts.schedule, facts.state.locale, Counter[str]()
    for day in days:
        slots = {slot for place in to for slot in slots_of(place, schedule.grid, touching=False)}
        for start in [slot for slot in slots if slot + task.duration - 1 <= len(schedule.grid)]:
            at = Position(day=day, slot_start=start, slot_end=start + task.duration - 1)
            broken = [wrong.limit or wrong.kind.value for wrong in limits(schedule, task, at)]
            if not broken:
                return []
            found.update(broken)
    said = effective(schedule.limits, schedule.usual)
    named = {
        name: f"{LIMIT_WORDS[locale].names[name]} {say_limit(name, said.said()[name], locale)}" for name in said.said()
    }
    named[ViolationKind.NOT_ALLOWED_DAY.value] = facts.say.not_its_days
    return [named[name] for name, _ in found.most_common(1) if name in named]


def _order_bars(facts: Facts, task: Task, days: Sequence[int]) -> list[str]:
    """Return which task of the same sequence lies so that this one may not lie on any of these days."""
    if facts.state.allow_reorder or task.order is None or not days:
        return []
    group = (one for one in facts.schedule.tasks if one.category == task.category and one.order and one.position)
    for one in group:
        assert one.position is not None, "only those that are placed"
        assert one.order is not None, "only those in a sequence"
        if one.order < task.order and one.position.day > max(days):
            return [facts.say.comes_after.format(title=one.title)]
        if one.order > task.order and one.position.day < min(days):
            return [facts.say.comes_before.format(title=one.title)]
    return []


def say_refusal(facts: Facts, refused: Exchange) -> str:
    """Return why a call was refused; in Chinese by kind, because tools speak English."""
    why = "; ".join(line.removeprefix("- ") for line in refused.text.splitlines()[1:]) or refused.text
    if facts.state.locale is Locale.ZH and TOOLBOX[refused.call.name].act is None:
        why = _say_kinds(refused) or why
    return facts.say.refused.format(why=why)


def say_fixed(facts: Facts, task: Task) -> str:
    """Return that a task cannot be changed, and why."""
    say = facts.say
    why = say.from_calendar if task.source is Source.EVENT or not task.locked else say.locked
    return say.not_movable.format(title=say_task(facts, task), why=why)


def say_changed(facts: Facts) -> str:
    """Return how many tasks this turn has placed, moved and taken out."""
    say = facts.say
    kinds = [change.kind for change in changes(baseline_schedule(facts.state), facts.schedule)]
    wording = {ChangeKind.PLACE: say.placed, ChangeKind.MOVE: say.moved, ChangeKind.UNPLACE: say.unplaced}
    counted = [words.format(count=kinds.count(kind)) for kind, words in wording.items() if kind in kinds]
    return say.separator.join(counted)


def say_changes(facts: Facts) -> list[str]:
    """Return the changes of this turn, counted and then one by one as far as there is room."""
    changed = changes(baseline_schedule(facts.state), facts.schedule)
    if not changed:
        return []
    lines = [f"- {say_change(change, facts.state.locale)}" for change in changed]
    return [f"{say_changed(facts)}{facts.say.stop}", *_first_lines(facts, lines)]


def say_open(facts: Facts) -> list[str]:
    """Return the tasks that have no place, with the reason where there is one."""
    pending = without_place(facts.state)
    if not pending:
        return []
    lines = [f"- {one.title}: {one.reason}" for one in pending]
    return [facts.say.still_open.format(tasks=facts.say.tasks(len(pending))), *_first_lines(facts, lines)]


def say_stuck(facts: Facts) -> list[str]:
    """Return the tasks that were to be moved and still lie where they were, with the reason."""
    stuck = [one for one in facts.state.unplaced if facts.schedule.by_id[one.task_id].position is not None]
    return [facts.say.stuck, *_first_lines(facts, [f"- {one.title}: {one.reason}" for one in stuck])] if stuck else []


def _first_lines(facts: Facts, lines: Sequence[str]) -> list[str]:
    more = len(lines) - LISTED
    return [*lines[:LISTED], *([facts.say.more.format(count=more)] if more > 0 else [])]


def _say_kinds(refused: Exchange) -> str:
    kinds = (line.removeprefix("- ").partition(":")[0] for line in refused.text.splitlines())
    return "；".join(dict.fromkeys(_WHY_ZH[kind] for kind in kinds if kind in _WHY_ZH))


def _say_where(facts: Facts, place: Where) -> str:
    locale, days = facts.state.locale, ""
    if place.weekdays and not place.weeks:
        days = "/".join(weekday_name(weekday, locale) for weekday in place.weekdays)
    elif place.dated:
        meant = days_of(place, facts.schedule, facts.today)
        dates = [say_date(facts.schedule.date_of(day), locale) for day in (meant[:1] + meant[1:][-1:])]
        days = " – ".join(dates)
    return " ".join(said for said in (days, _say_clock(facts, place)) if said)


def _say_clock(facts: Facts, place: Where) -> str:
    if place.at is not None:
        return f"{place.at:%H:%M}"
    if place.start is not None and place.end is not None:
        return f"{place.start:%H:%M}-{place.end:%H:%M}"
    if place.start is not None:
        return facts.say.from_time.format(time=f"{place.start:%H:%M}")
    return facts.say.until_time.format(time=f"{place.end:%H:%M}") if place.end is not None else ""
