"""From segments to slots: where exactly each item lies, with the tasks of one category side by side."""

from __future__ import annotations

from state.schedule import Position, Schedule
from tools.places import lay
from tools.planners.assignment import Assignment
from tools.planners.problem import STAY, UNPLACED, Segment


def pull_forward(found: Assignment) -> Assignment:
    """Return the assignment with every moved item in the first segment of its day that takes it."""
    best = found.copy()
    for item in sorted(range(len(best.choices)), key=lambda item: (best.choices[item], item)):
        choice = best.choices[item]
        if choice < 0:
            continue
        best.put(item, UNPLACED)
        span = best.span(item)
        day = best.problem.of_day[best.problem.segments[choice].day]
        earlier = (one.index for one in day if one.index < choice and best.admits(item, one.index, span))
        best.put(item, next(earlier, choice))
    return best


def schedule_of(found: Assignment) -> Schedule:
    """Return the schedule with every item where the assignment has it; what has no place is left as it is."""
    wanted = positions_of(found)
    return lay(found.problem.schedule, wanted.items()) if wanted else found.problem.schedule


def positions_of(found: Assignment) -> dict[int, Position]:
    """Return where exactly each moved item lies, by the id of its task."""
    problem, wanted = found.problem, dict[int, Position]()
    for day in problem.of_day:
        last: str | None = None
        for index, segment in enumerate(day):
            names = _names(found, segment)
            if not names:
                continue
            following = next((set(after) for one in day[index + 1 :] if (after := _names(found, one))), set[str]())
            sequence = _sequence(names, last, following)
            starts = found.layout(segment, sequence) or found.layout(segment) or {}
            wanted |= {problem.items[item].task.id: _at(found, item, segment, start) for item, start in starts.items()}
            last = sequence[-1]
    return wanted


def _names(found: Assignment, segment: Segment) -> list[str]:
    movers = [found.problem.items[item] for item in sorted(found.movers[segment.index])]
    stayers = [found.problem.items[item] for item in found.stayers(segment.index)]
    return sorted({item.task.category for item in (*movers, *stayers)})


def _sequence(names: list[str], last: str | None, following: set[str]) -> list[str]:
    """Begin with what came last, and end with what comes next, if that is there."""
    first = [last] if last is not None and last in names else []
    rest = [name for name in names if name not in first]
    shared = [name for name in rest if name in following]
    return [*first, *(name for name in rest if name not in shared[-1:]), *shared[-1:]]


def _at(found: Assignment, item: int, segment: Segment, start: int) -> Position:
    assert found.choices[item] != STAY, "only moved items are laid out"
    return Position(day=segment.day, slot_start=start, slot_end=start + found.problem.items[item].duration - 1)
