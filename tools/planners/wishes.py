"""What the planners' arguments have in common."""

from __future__ import annotations

from collections.abc import Iterable

from state.desk import Desk
from state.order import inversions
from state.schedule import Position, Schedule
from tools.planners.build import Pair
from tools.regions import Cell, Region, cells_of, free_cells


def closed_cells(schedule: Schedule, keep_free: Iterable[Region]) -> frozenset[Cell]:
    """Return every cell that is to stay free, by this call or by what the person has said of all their days."""
    return free_cells(schedule).union(*(region.cells(schedule) for region in keep_free))


def tolerated_pairs(desk: Desk) -> frozenset[Pair] | None:
    """Return the pairs that are out of order already and may stay so; None when order does not matter."""
    return None if desk.allow_reorder else inversions(desk.schedule, desk.order_scope)


def lies_in(at: Position, cells: frozenset[Cell]) -> bool:
    """Tell whether the position shares a slot with the cells."""
    return any(cell in cells for cell in cells_of(at))
