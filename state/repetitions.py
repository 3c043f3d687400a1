"""A task that comes again, as one task for each time within a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from state.schedule import Period, Repeat, Schedule, Task, parent_of


def repetitions(schedule: Schedule, task: Task, rule: Repeat) -> Iterator[Task]:
    """Yield one task for each time the task comes in the window, with a name that is the same in every window.

    Of a week of which only the end lies in the window those come last that belong there, by its share of the week.
    """
    parent = parent_of(task)
    first, last = schedule.date_of(1), schedule.date_of(schedule.window.days)
    for period in _periods(first, last, rule):
        inside = (min(period.last, last) - max(period.first, first)).days + 1
        share = round(rule.times * inside / ((period.last - period.first).days + 1))
        numbers = range(rule.times - share + 1, rule.times + 1) if period.first < first else range(1, share + 1)
        for number in numbers:
            own = {"parent": parent, "part": number, "repeat": rule, "period": period}
            yield task.model_copy(update={**own, "source_id": f"{parent}~{period.first.isoformat()}.{number}"})


def _periods(first: date, last: date, rule: Repeat) -> Iterator[Period]:
    day = first if rule.per == "day" else first - timedelta(days=first.weekday())
    length = timedelta(days=1 if rule.per == "day" else 7)
    while day <= last:
        yield Period(first=day, last=day + length - timedelta(days=1))
        day += length
