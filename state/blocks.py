"""A task in parts: how long each is, and the parts of one that is planned in blocks from the start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from state.schedule import Schedule, Task, parent_of

MOST_PARTS: Final = 50


def block_lengths(slots: int, parts: int | None, least: int = 1, most: int | None = None) -> list[int] | None:
    """Return the slots of each part, as even as can be; None when it cannot be split so."""
    number = parts or (-(-slots // most) if most else slots // least)
    if not 2 <= number <= min(slots, MOST_PARTS):
        return None
    each, more = divmod(slots, number)
    return None if each < least else [each + (index < more) for index in range(number)]


def part_minutes(schedule: Schedule, task: Task, lengths: Sequence[int]) -> list[int | None]:
    """Return the minutes of each part: whole slots, and what is left for the last."""
    if task.minutes is None or not lengths:
        return [None] * len(lengths)
    ends = [min(task.minutes, end * schedule.slot_minutes) for end in accumulate(lengths)]
    ends[-1] = task.minutes
    return [max(1, end - start) for start, end in pairwise([0, *ends])]


def in_blocks(schedule: Schedule, task: Task, least: int, most: int) -> Iterator[Task]:
    """Yield a task as blocks of at least and at most so many slots; nothing when it cannot be split so."""
    lengths, parent = block_lengths(task.duration, None, least, most) or [], parent_of(task)
    for number, (length, minutes) in enumerate(zip(lengths, part_minutes(schedule, task, lengths), strict=True), 1):
        fields = {"duration": length, "minutes": minutes, "parent": parent, "part": number}
        yield task.model_copy(update=fields | ({"source_id": f"{parent}~{number}"} if number > 1 else {}))
