"""Parts of a schedule as the model names them: a region of the grid, and a filter of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from state.schedule import Position, Schedule, Status, Task, Weekday
from tools.registry import Arguments

Cell: TypeAlias = tuple[int, int]
"""A day of the window and a slot of that day, both counted from 1."""

# Upper limits keep numbers inside what dates and stores can hold; the real ones come from the schedule.
TaskId: TypeAlias = Annotated[int, Field(ge=1, le=2**53)]
DayNumber: TypeAlias = Annotated[int, Field(ge=1, le=366)]
SlotOfDay: TypeAlias = Annotated[int, Field(ge=1, le=1440)]
TaskIds: TypeAlias = Annotated[tuple[TaskId, ...], Field(min_length=1)]
Days: TypeAlias = Annotated[tuple[DayNumber, ...], Field(min_length=1)]
Weekdays: TypeAlias = Annotated[tuple[Weekday, ...], Field(min_length=1)]


class Region(Arguments):
    """A part of the grid: the cells that meet every limit given; no limit at all means the whole window."""

    days: Days | None = Field(default=None, description="Day numbers of the window, 1 is its first day")
    weekdays: Weekdays | None = Field(default=None, description="1 is Monday, 7 is Sunday")
    slot_start: SlotOfDay | None = Field(default=None, description="First slot of the day that belongs to it")
    slot_end: SlotOfDay | None = Field(default=None, description="Last slot of the day that belongs to it, inclusive")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.slot_start and self.slot_end and self.slot_end < self.slot_start:
            raise ValueError(f"slot_end {self.slot_end} is before slot_start {self.slot_start}")
        return self

    def has_day(self, schedule: Schedule, day: int) -> bool:
        """Tell whether some cells of this day belong to the region, as far as days and weekdays go."""
        if self.days is not None and day not in self.days:
            return False
        return self.weekdays is None or schedule.date_of(day).isoweekday() in self.weekdays

    def has_slot(self, slot: int) -> bool:
        """Tell whether this slot belongs to the region on the days it has."""
        return (self.slot_start or slot) <= slot <= (self.slot_end or slot)

    def cells(self, schedule: Schedule) -> frozenset[Cell]:
        """Return every (day, slot) of the region that lies in the window."""
        slots = [slot.slot for slot in schedule.grid if self.has_slot(slot.slot)]
        days = [day for day in range(1, schedule.window.days + 1) if self.has_day(schedule, day)]
        return frozenset((day, slot) for day in days for slot in slots)

    def covers(self, schedule: Schedule, position: Position) -> bool:
        """Tell whether the position lies wholly inside the region."""
        return (
            self.has_day(schedule, position.day)
            and self.has_slot(position.slot_start)
            and self.has_slot(position.slot_end)
        )

    def touches(self, schedule: Schedule, position: Position) -> bool:
        """Tell whether at least one slot of the position lies inside the region."""
        return self.has_day(schedule, position.day) and any(self.has_slot(slot) for _, slot in cells_of(position))


class TaskFilter(Arguments):
    """Which tasks are meant: those that meet everything given; nothing given means every task that may be moved.

    Days, weekdays and slots say where a task lies now; one slot in there is enough, and then no pending task matches.
    """

    task_ids: TaskIds | None = None
    category: str | None = Field(default=None, description="Exact category, upper or lower case")
    title: str | None = Field(default=None, description="Part of the title, upper or lower case")
    status: Status | None = None
    days: Days | None = None
    weekdays: Weekdays | None = Field(default=None, description="1 is Monday, 7 is Sunday")
    slot_start: SlotOfDay | None = None
    slot_end: SlotOfDay | None = None

    @property
    def place(self) -> Region | None:
        """Where a matching task lies now, or None when that is left open."""
        limits = (self.days, self.weekdays, self.slot_start, self.slot_end)
        if all(limit is None for limit in limits):
            return None
        return Region(days=self.days, weekdays=self.weekdays, slot_start=self.slot_start, slot_end=self.slot_end)

    @model_validator(mode="after")
    def _place_is_valid(self) -> Self:
        _ = self.place
        return self

    def matches(self, schedule: Schedule, task: Task) -> bool:
        """Tell whether the agent may move this task and the filter means it."""
        return task.movable and self.describes(schedule, task)

    def describes(self, schedule: Schedule, task: Task) -> bool:
        """Tell whether the filter means this entry, be it movable or not."""
        return (
            (self.task_ids is None or task.id in self.task_ids)
            and (self.category is None or task.category.casefold() == self.category.casefold())
            and (self.title is None or self.title.casefold() in task.title.casefold())
            and (self.status is None or task.status is self.status)
            and self._lies_there(schedule, task)
        )

    def _lies_there(self, schedule: Schedule, task: Task) -> bool:
        region = self.place
        return region is None or any(region.touches(schedule, position) for position in task.slots)


def cells_of(position: Position) -> Iterator[Cell]:
    """Return every (day, slot) a position covers."""
    return ((position.day, slot) for slot in range(position.slot_start, position.slot_end + 1))


def free_cells(schedule: Schedule) -> frozenset[Cell]:
    """Return every (day, slot) that the person keeps free."""
    if not schedule.bounds.free:
        return frozenset()
    return frozenset((day, slot) for day in range(1, schedule.window.days + 1) for slot in schedule.kept_free(day))
