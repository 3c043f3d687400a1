"""What a person likes of their days: followed by planners where nothing is lost for it, and counted by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import called, desk, event, slots, task

from state.desk import Desk
from state.limits import Limits
from state.schedule import HALF_HOURS, Position, Schedule, Source, Task, even_grid
from state.tool import Objective
from tools import TOOLBOX
from tools.places import lay
from tools.planners.figures import WISHES, WishKind

NONE = Limits(lunch=False, evening=False, block=0)
HOURS = even_grid(60, 10 * 60, 22 * 60)


def liking(on: Desk, **said: Any) -> Desk:
    return called(TOOLBOX, on, "set_limits", **said).desk


def without_wishes(on: Desk) -> Desk:
    said = {**NONE.model_dump(exclude_none=True, exclude={"hours", "free", "prefer"}), "prefer": "00:00-24:00"}
    return liking(liking(on, **said), prefer="00:00-24:00", category="work")


def spans(schedule: Schedule, day: int, source: Source | None = None) -> list[tuple[int, int]]:
    """First and last minute of what lies on a day."""
    found = [
        (_minute(schedule.grid[at.slot_start - 1].start), _minute(schedule.grid[at.slot_end - 1].end) or 24 * 60)
        for one in schedule.tasks
        for at in one.slots
        if at.day == day and (source is None or one.source is source)
    ]
    return sorted(found)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def against(schedule: Schedule, said: dict[str, tuple[int, int]]) -> dict[WishKind, int]:
    """Count by the clock what goes against the usual wishes and preferred minutes by category, in hours and days."""
    found = dict.fromkeys(WishKind, 0)
    for day in range(1, schedule.window.days + 1):
        busy = spans(schedule, day)
        if any(start < 690 for start, _ in busy) and any(end > 840 for _, end in busy):
            free = [at for at in range(690, 781, 10) if all(end <= at or start >= at + 60 for start, end in busy)]
            found[WishKind.LUNCH] += not free
        run = 0
        for hour in range(24):
            working = any(start <= hour * 60 < end for start, end in spans(schedule, day, Source.TASK_ITEM))
            run = run + 1 if working else 0
            found[WishKind.BLOCK] += run > 2
        for one in schedule.tasks:
            for at in one.slots if one.source is Source.TASK_ITEM else ():
                if at.day == day:
                    hours = [_minute(schedule.grid[slot - 1].start) for slot in range(at.slot_start, at.slot_end + 1)]
                    first, last = said.get(one.category, (0, 1440))
                    found[WishKind.PREFER] += sum(not first <= hour <= last - 60 for hour in hours)
                    found[WishKind.EVENING] += sum(_tired(schedule, day, hour) for hour in hours)
    return found


def _tired(schedule: Schedule, day: int, hour: int) -> bool:
    """Tell whether an hour comes after an event that ends late, or on the morning after one."""
    today = [end for start, end in spans(schedule, day, Source.EVENT) if start >= 720]
    before = [end for start, end in spans(schedule, day - 1, Source.EVENT) if start >= 720]
    return any(1200 <= end <= hour for end in today) or (any(end >= 1320 for end in before) and hour < 600)


def cost(schedule: Schedule, said: dict[str, tuple[int, int]]) -> int:
    return sum(against(schedule, said).values())


def figures(result: Any) -> dict[WishKind, Objective]:
    kinds = {name: kind for kind, name in WISHES.items()}
    return {kinds[one.name]: one for one in result.report.objectives if one.name in kinds}


def a_day(random: Random) -> Desk:
    """Two days of hours with events, and three tasks of a few hours, one of them to be done first."""
    events = [
        event(number, "Event", slots(day, start, start + random.randint(0, 1)))
        for number, (day, start) in enumerate(product((1, 2), (1, 3, 6, 10)), start=1)
        if random.random() < 0.4
    ]
    work = [
        task(20 + number, f"Task {number}", duration=random.randint(1, 3), category=random.choice("AB"), order=number)
        for number in range(random.randint(2, 3))
    ]
    return desk(*events, *work, grid=HOURS, days=2, buffer=random.choice((0, 0, 1)))


def on_same_days(before: Schedule, after: Schedule) -> Iterator[Schedule]:
    """Yield every plan that lays each task on the day it has."""
    laid = [one for one in after.suggested if not before.by_id[one.id].slots]
    yield from _laid(lay(after, [(one.id, None) for one in laid]), laid)


def _laid(schedule: Schedule, left: list[Task]) -> Iterator[Schedule]:
    if not left:
        yield schedule
        return
    one = left[0]
    at = one.slots[0]
    for start in range(1, len(schedule.grid) - one.duration + 2):
        there = Position(day=at.day, slot_start=start, slot_end=start + one.duration - 1)
        if not _broken(schedule, one, there):
            yield from _laid(schedule.with_tasks([one.model_copy(update={"slots": (there,)})]), left[1:])


def _broken(schedule: Schedule, one: Task, there: Position) -> bool:
    for other in schedule.tasks:
        for at in other.slots:
            if at.day == there.day:
                apart = schedule.window.buffer
                if there.slot_start <= at.slot_end + apart and at.slot_start <= there.slot_end + apart:
                    return True
                tied = other.source is Source.TASK_ITEM and other.category == one.category
                if tied and ((other.order or 0) < (one.order or 0)) != (at.slot_end < there.slot_start):
                    return True
    return False


@pytest.mark.parametrize("seed", range(24))
def test_no_plan_on_the_same_days_is_liked_more_and_none_places_more(seed: int) -> None:
    random = Random(seed)
    on, said = a_day(random), {}
    if random.random() < 0.6:
        on, said = liking(on, prefer="16:00-20:00", category="A"), {"A": (960, 1200)}

    result = called(TOOLBOX, on, "draft_plan")

    before, after = on.schedule, result.desk.schedule
    free = called(TOOLBOX, without_wishes(on), "draft_plan").desk.schedule
    assert {one.id for one in after.pending} == {one.id for one in free.pending} or sum(
        10 - one.priority for one in after.pending
    ) <= sum(10 - one.priority for one in free.pending)
    assert cost(after, said) == min(cost(plan, said) for plan in on_same_days(before, after))
    counted = {kind: (against(before, said)[kind], count) for kind, count in against(after, said).items()}
    told = figures(result)
    assert all((told[kind].before, told[kind].after) == counted[kind] for kind in told)
    assert told.keys() >= {kind for kind, (old, new) in counted.items() if old != new}
    assert all((one.bound or 0) <= one.after and (not one.proven or one.bound == one.after) for one in told.values())


def clock(schedule: Schedule, id_: int) -> str:
    [at] = schedule.by_id[id_].slots
    return f"{schedule.start_of(at.day, at.slot_start):%a %H:%M}-{schedule.end_of(at.day, at.slot_end):%H:%M}"


def test_a_long_day_keeps_an_hour_free_at_noon_unless_it_is_said_otherwise() -> None:
    on = desk(*(task(n, f"T{n}", duration=4) for n in range(1, 5)), grid=HALF_HOURS, days=1)

    liked = called(TOOLBOX, on, "draft_plan").desk.schedule
    through = called(TOOLBOX, liking(on, lunch=False, block=0), "draft_plan").desk.schedule

    assert not against_lunch(liked)
    assert against_lunch(through)


def against_lunch(schedule: Schedule) -> bool:
    return bool(against(schedule, {})[WishKind.LUNCH])


def test_work_goes_into_the_office_hours_of_weekdays_and_other_tasks_anywhere() -> None:
    tasks = [task(n, f"T{n}", duration=8, category="Work" if n < 6 else "garden") for n in range(1, 8)]
    on = desk(*tasks, grid=HALF_HOURS, days=7)

    after = called(TOOLBOX, on, "draft_plan").desk.schedule

    office = [clock(after, n) for n in range(1, 6)]
    assert {day[:3] for day in office} == {"Mon", "Tue", "Wed", "Thu", "Fri"}
    assert all(day[4:9] >= "09:00" and day[10:] <= "18:00" for day in office)
    assert {clock(after, n)[:3] for n in (6, 7)} == {"Sat", "Sun"}


def test_preferred_hours_are_left_rather_than_a_task() -> None:
    tasks = [task(n, f"T{n}", duration=4, category="study") for n in range(1, 4)]
    on = liking(desk(*tasks, grid=HALF_HOURS, days=1), prefer="08:00-12:00", category="study", block=0)

    result = called(TOOLBOX, on, "draft_plan")

    found = figures(result)[WishKind.PREFER]
    assert not list(result.desk.schedule.pending)
    assert (found.before, found.after) == (0, 4)


def test_nothing_heavy_follows_an_event_that_ends_late() -> None:
    tasks = [task(1, "Essay", duration=2), task(2, "Letter", duration=1)]
    lecture, concert = event(8, "Lecture", slots(1, 1, 20)), event(9, "Concert", slots(1, 21, 25))
    full = event(10, "Trip", slots(2, 1, 26))
    on = desk(lecture, concert, full, *tasks, grid=HALF_HOURS, days=2)

    after = called(TOOLBOX, on, "draft_plan").desk.schedule
    anyhow = called(TOOLBOX, liking(on, evening=False), "draft_plan").desk.schedule

    assert clock(after, 1) == "Tue 21:00-22:00"
    assert clock(anyhow, 1)[:3] == clock(after, 2)[:3] == "Mon"


def test_work_pauses_after_two_hours_or_after_what_the_person_says() -> None:
    on = desk(*(task(n, f"T{n}", duration=3) for n in range(1, 4)), grid=HALF_HOURS, days=1)

    usual = called(TOOLBOX, on, "draft_plan").desk.schedule
    longer = called(TOOLBOX, liking(on, block=180), "draft_plan").desk.schedule

    assert [clock(usual, n)[4:] for n in (1, 2, 3)] == ["08:00-09:30", "10:00-11:30", "12:00-13:30"]
    assert [clock(longer, n)[4:] for n in (1, 2)] == ["08:00-09:30", "09:30-11:00"]


def test_a_day_that_runs_full_loses_no_task_to_a_wish() -> None:
    on = desk(*(task(n, f"T{n}", duration=4, category="work") for n in range(1, 8)), grid=HALF_HOURS, days=1)

    assert not list(called(TOOLBOX, on, "draft_plan").desk.schedule.pending)


def test_free_places_and_what_helps_a_deadline_go_where_it_is_liked() -> None:
    due = datetime(2026, 11, 24, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    on = desk(task(1, "Essay", duration=2, category="study", deadline=due), grid=HALF_HOURS, days=2)
    on = liking(on, prefer="18:00-20:00", category="study")

    free = called(TOOLBOX, on, "find_free", duration=2, task_id=1).report
    [risk] = called(TOOLBOX, on, "at_risk").report.data["tasks"]

    assert "Mon 23 Nov 2026 18:00-19:00" in free.text.splitlines()[1]
    assert "Mon 23 Nov 2026 18:00-19:00" in risk["cures"][0]["text"]


def test_a_place_that_is_taken_is_told_with_what_lies_there() -> None:
    full = event(8, "DB assignment", slots(1, 1, 13)), event(9, "Lecture", slots(1, 14, 28))
    on = desk(*full, task(1, "Essay", slots(2, 1, 2)), grid=HALF_HOURS, days=2)

    moved = called(TOOLBOX, on, "relocate", tasks={"task_ids": [1]}, region={"days": [1]})

    assert "; there: DB assignment until 14:30, Lecture until 22:00" in moved.report.unplaced[0].reason


def test_replanning_goes_where_it_is_liked() -> None:
    tasks = [task(1, "Run", slots(1, 3, 4), category="sport"), task(2, "Essay", slots(2, 3, 6))]
    on = liking(desk(*tasks, grid=HALF_HOURS, days=3), prefer="18:00-22:00", category="sport")

    after = called(TOOLBOX, on, "replan", keep_free=[{"days": [1]}]).desk.schedule

    assert clock(after, 1)[4:] >= "18:00"
    assert clock(after, 2) == clock(on.schedule, 2)
