"""Changes and open tasks in words: for cards, summaries and the record the model is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from prompts.limit_words import LIMIT_WORDS, say_limit
from prompts.wording import WORDS
from state.calendar_commit import Act
from state.change import Change, ChangeKind, Unplaced, with_times
from state.event_edit import EventRule
from state.preview import Clash
from state.schedule import Repeat, Schedule, Task
from state.taken_in import TakenIn, news_of
from state.task_edit import EditKind, FieldChange, TaskChange
from state.when import Locale, say_date, say_moment, say_span, weekday_name

LISTED: Final = 60
"""Longer lists are cut here, and say so."""
NAMED: Final = 3
"""So many tasks are named in one sentence, and so many changes before a card."""


def say_card(
    changed: Sequence[Change],
    left: Sequence[Unplaced],
    after: Schedule,
    locale: Locale,
    act: Act | None = None,
    *,
    edits: Sequence[TaskChange] = (),
    outside: Sequence[Task] = (),
) -> str:
    """Return what a tool card promises: every change, what finds no place, and what stays where it should not.

    All of it, however long: what is approved is what is shown. `act` tells that it acts in the calendar or in the list
    of tasks, whose changes are `edits`. `outside` are the tasks of the draft that then lie against the limits.
    """
    words = WORDS[locale]
    homeless = [one for one in left if after.by_id[one.task_id].position is None]
    stuck = [one for one in left if after.by_id[one.task_id].position is not None]
    promised = _say_promised(changed, locale, act, edits)
    lines = [_card_head(changed, locale, act, edits), *(f"- {line}" for line in promised)]
    if outside:
        lines.append(words.outside.format(titles=_titles(outside, locale)))
    for title, ones in ((words.pending, homeless), (words.stuck, stuck)):
        lines += (
            [title.format(count=len(ones)), *(f"- {line}" for line in say_each(ones, after, locale))] if ones else []
        )
    return "\n".join(lines)


def say_first(
    changed: Sequence[Change], locale: Locale, act: Act | None = None, *, edits: Sequence[TaskChange] = ()
) -> str:
    """Return the first changes of a card, and how many more it has: what is said before it is shown."""
    lines = _list_lines(_say_promised(changed, locale, act, edits), locale, NAMED)
    return "\n".join([_card_head(changed, locale, act, edits), *lines])


def _card_head(changed: Sequence[Change], locale: Locale, act: Act | None, edits: Sequence[TaskChange]) -> str:
    words = WORDS[locale]
    heads: dict[Act | None, str] = {Act.APPLY: words.apply_card, Act.UNDO: words.undo_card}
    limits = any(edit.kind is EditKind.LIMITS for edit in edits)
    events = any(edit.event for edit in edits)
    listed = words.limits_card if limits else words.events_card if events else words.list_card
    head = listed if edits else heads.get(act, words.tool_card)
    return head.format(count=len(edits or changed))


def _say_promised(changed: Sequence[Change], locale: Locale, act: Act | None, edits: Sequence[TaskChange]) -> list[str]:
    say = _say_taken_back if act is Act.UNDO and not edits else say_change
    return [*(say_edit(edit, locale) for edit in edits), *(say(change, locale) for change in changed)]


def say_left(description: str, changed: Sequence[Change]) -> str:
    """Return what the words of a card tell after its changes: what has no place, and how it is edited."""
    tails = [description.rpartition(f"- {say_change(changed[-1], locale)}\n") for locale in Locale]
    return next((left for _, found, left in tails if found), "")


def say_choices(choices: Mapping[str, Sequence[str]], locale: Locale) -> Iterator[str]:
    """Yield one line per editable field that takes one of a few words."""
    say = WORDS[locale]
    for words in choices.values():
        yield say.choices.format(values=say.either.join(say.chosen.get(word, word) for word in words))


def say_changes(changed: Sequence[Change], locale: Locale, most: int = LISTED) -> Iterator[str]:
    """Yield a headline and one line per change, up to so many."""
    words = WORDS[locale]
    yield words.changes.format(count=len(changed)) if changed else words.no_changes
    yield from _list_lines([say_change(change, locale) for change in changed], locale, most)


def say_open(unplaced: Sequence[Unplaced], schedule: Schedule, locale: Locale) -> Iterator[str]:
    """Yield a headline and one line per task that has no place; nothing when all have one."""
    if unplaced:
        yield WORDS[locale].pending.format(count=len(unplaced))
        yield from _list_lines(list(say_each(unplaced, schedule, locale)), locale)


def say_each(left: Sequence[Unplaced], schedule: Schedule, locale: Locale) -> Iterator[str]:
    """Yield a line per task with its reason; parts of one task that have the same reason are one to its person."""
    wholes = Counter((schedule.by_id[one.task_id].parent or one.task_id, one.reason) for one in left)
    for one in left:
        count = wholes.pop((schedule.by_id[one.task_id].parent or one.task_id, one.reason), 0)
        if count:
            title = WORDS[locale].in_parts.format(title=one.title, count=count) if count > 1 else one.title
            yield f"{title}: {one.reason}"


def say_change(change: Change, locale: Locale) -> str:
    """Return `Essay: Wed 25 Nov 2026 11:50-13:00 → Thu …` in the person's language, with the planner's reason."""
    words = WORDS[locale]
    before = say_span(change.before.start, change.before.end, locale) if change.before else words.unplaced
    after = say_span(change.after.start, change.after.end, locale) if change.after else words.unplaced
    reason = f" ({change.reason})" if change.reason else ""
    if change.kind is ChangeKind.PLACE:
        return f"{change.title}: {after}{reason}"
    return f"{change.title}: {before} → {after}{reason}"


def say_edits(edits: Sequence[TaskChange], locale: Locale) -> Iterator[str]:
    """Yield a headline and one line per change: of the list of tasks, of the calendar, of what plans keep to."""
    words, events = WORDS[locale], [edit for edit in edits if edit.event]
    limits = [edit for edit in edits if edit.kind is EditKind.LIMITS]
    for head, ones in (
        (words.list_changed, [edit for edit in edits if edit not in events and edit not in limits]),
        (words.events_changed, events),
        (words.limits_changed, limits),
    ):
        if ones:
            yield head.format(count=len(ones))
            yield from _list_lines([say_edit(edit, locale) for edit in ones], locale)


def say_edit(edit: TaskChange, locale: Locale) -> str:
    """Return `Essay: length 90 min → 120 min; due nothing → Fri 27 Nov 2026 18:00`, or what else becomes of a task."""
    words, joint = WORDS[locale], "；" if locale is Locale.ZH else "; "
    if edit.kind is EditKind.LIMITS:
        shape = words.limits_always if edit.title else words.limits_now
        return shape.format(fields=joint.join(_say_limit(field, locale) for field in edit.fields))
    fields = joint.join(_say_field(field, edit.kind, locale) for field in edit.fields)
    place = words.gives_up.format(place=say_span(edit.place.start, edit.place.end, locale)) if edit.place else ""
    took = words.took.format(minutes=edit.took) if edit.took else ""
    return words.edits[edit.kind].format(title=edit.title, fields=fields) + took + place + _say_note(edit, locale)


def _say_note(edit: TaskChange, locale: Locale) -> str:
    """Return what is told beside the change of an event: how much of a series, whom, clashes."""
    words, note, joint = WORDS[locale], edit.event, "、" if locale is Locale.ZH else ", "
    if note is None:
        return ""
    told = [words.scopes[note.scope] if note.scope else ""]
    told += [words.clashes.format(titles=joint.join(note.clashes))] if note.clashes else []
    told += [words.tell.format(people=joint.join(note.tell))] if note.tell else []
    return "".join([*told, "" if note.kept else words.not_kept])


def _say_field(field: FieldChange, kind: EditKind, locale: Locale) -> str:
    name, after = WORDS[locale].fields[field.field], _say_value(field.field, field.after, locale)
    if kind is EditKind.CANCEL_EVENT:
        after = _say_value(field.field, field.before, locale)
    if kind in (EditKind.ADD, EditKind.ADD_EVENT, EditKind.CANCEL_EVENT):
        return after if field.field in ("title", "minutes", "category", "when") else f"{name} {after}"
    return f"{name} {_say_value(field.field, field.before, locale)} → {after}"


def _say_limit(field: FieldChange, locale: Locale) -> str:
    name = field.field.removeprefix("limits.")
    before, after = (say_limit(name, value, locale) for value in (field.before, field.after))
    return f"{LIMIT_WORDS[locale].names[name]} {before} → {after}"


def _say_value(field: str, value: Any, locale: Locale) -> str:
    """Return a plain value as a person says it."""
    words = WORDS[locale]
    if value is None:
        return words.nothing
    match field:
        case "minutes":
            return words.minutes.format(count=value)
        case "repeat":
            return say_rule(Repeat.model_validate(value), locale)
        case "rule":
            return _say_event_rule(EventRule.model_validate(value), locale)
        case "parts":
            return " + ".join(words.minutes.format(count=each) for each in value)
        case "earliest" | "deadline":
            return say_moment(datetime.fromisoformat(value), locale)
        case "weekdays":
            return ("、" if locale is Locale.ZH else ", ").join(weekday_name(day, locale) for day in value)
        case "when":
            return _say_when(value[0], value[1], locale)
        case "attendees":
            return ("、" if locale is Locale.ZH else ", ").join(value)
        case "locked":
            return words.yes if value else words.no
        case _:
            return str(value)


def say_missed(gone_by: Sequence[Task], overdue: Sequence[Task], locale: Locale) -> str:
    """Return what was missed, a few of it by name, with the offer of a new place; empty when nothing was."""
    words = WORDS[locale]
    said = [words.gone_by.format(titles=_titles(gone_by, locale))] if gone_by else []
    said += [words.overdue.format(titles=_titles(overdue, locale))] if overdue else []
    return " ".join([*said, words.offer_places]) if said else ""


def _say_when(first: str, last: str, locale: Locale) -> str:
    """Return the time of an event: a span, or its days where it takes whole ones."""
    if "T" in first:
        return say_span(datetime.fromisoformat(first), datetime.fromisoformat(last), locale)
    days = [say_date(date.fromisoformat(day), locale) for day in dict.fromkeys((first, last))]
    return "–".join(days)


def say_outdated(clashes: Sequence[Clash], locale: Locale) -> str:
    """Return that a draft no longer fits the calendar, a few of the clashes, and how it is mended."""
    words = WORDS[locale]
    said = [words.now_there.format(event=clash.event, title=clash.title) for clash in clashes[:NAMED]]
    if len(clashes) > NAMED:
        said.append(words.others.format(count=len(clashes) - NAMED))
    return words.outdated.format(news=("；" if locale is Locale.ZH else "; ").join(said))


def _say_event_rule(rule: EventRule, locale: Locale) -> str:
    words = WORDS[locale]
    often = words.comes_each[rule.per] if rule.every == 1 else words.comes_every[rule.per].format(count=rule.every)
    return often + (words.comes_until.format(day=say_date(rule.until, locale)) if rule.until else "")


def say_rule(rule: Repeat, locale: Locale) -> str:
    """Return how often a task comes, as a person says it."""
    words = WORDS[locale]
    often = (words.times_a_day if rule.per == "day" else words.times_a_week).format(count=rule.times)
    return often + (words.days_apart.format(count=rule.apart) if rule.apart > 1 else "")


def say_taken_in(before: Schedule, found: TakenIn, locale: Locale) -> str:
    """Return one sentence about what changed in calendar and tasks since the last turn; empty when nothing did."""
    words = WORDS[locale]
    if found.refused:
        return words.not_taken_in.format(why=found.refused)
    news = news_of(before, found.schedule)
    parts = ((words.came, news.came), (words.went, news.went), (words.moved, news.moved), (words.lost, news.unplaced))
    said = [part.format(titles=_titles(tasks, locale)) for part, tasks in parts if tasks]
    return words.taken_in.format(news=("；" if locale is Locale.ZH else "; ").join(said)) if said else ""


def _titles(tasks: Sequence[Task], locale: Locale) -> str:
    titles = [task.title for task in tasks[:NAMED]]
    if len(tasks) > NAMED:
        titles.append(WORDS[locale].others.format(count=len(tasks) - NAMED))
    return ("、" if locale is Locale.ZH else ", ").join(titles)


def say_booked(
    schedule: Schedule, written: Sequence[Task], taken_back: Sequence[Task], locale: Locale
) -> Iterator[str]:
    """Yield what became of the calendar: a headline and one line per task; nothing when nothing was done there."""
    words = WORDS[locale]
    for head, tasks in ((words.applied, written), (words.taken_back, taken_back)):
        if tasks:
            yield head.format(count=len(tasks))
            yield from _list_lines([_say_booked(schedule, task, locale) for task in tasks], locale)


def _say_booked(schedule: Schedule, task: Task, locale: Locale) -> str:
    at = with_times(schedule, task.position)
    return f"{task.title}: {say_span(at.start, at.end, locale)}" if at else task.title


def _say_taken_back(change: Change, locale: Locale) -> str:
    at = change.before
    if change.after is not None:
        return say_change(change, locale)
    return f"{change.title}: {say_span(at.start, at.end, locale)}" if at else change.title


def _list_lines(lines: list[str], locale: Locale, most: int = LISTED) -> Iterator[str]:
    yield from (f"- {line}" for line in lines[:most])
    if len(lines) > most:
        yield WORDS[locale].more.format(count=len(lines) - most)
