"""The sentences of the offline model, as fields to be filled in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language; braces are filled with `str.format`."""

    who: str
    greeting: str
    thanks: str
    lost: str
    too_long: str
    still_lost: str
    help: str
    unread: str
    nothing_open: str
    left_as_is: str
    declined: str
    misspoken: str
    noted_order: str
    no_tasks: str
    all_placed: str
    not_found: str
    which_one: str
    not_movable: str
    where_to: str
    no_such_time: str
    no_place: str
    instead: str
    not_placed: str
    none_there: str
    already_free: str
    already_there: str
    may_reorder: str
    needs_reorder: str
    nothing_to_group: str
    nothing_to_undo: str
    nothing_to_apply: str
    nothing_to_take_back: str
    applied: str
    taken_back: str
    refused: str
    propose_plan: str
    propose_anew: str
    propose_relocate: str
    propose_clear: str
    propose_spread: str
    propose_group: str
    propose_undo: str
    propose_apply: str
    propose_take_back: str
    propose_swap: str
    propose_remove: str
    propose_move: str
    looking: str
    step_plan: str
    step_relocate: str
    step_spread: str
    step_group: str
    step_keep_free: str
    step_move: str
    step_swap: str
    step_remove: str
    step_clear: str
    step_undo: str
    step_apply: str
    step_take_back: str
    step_read: str
    keeping_free: str
    only_in: str
    steady: str
    rapid: str
    placed: str
    moved: str
    unplaced: str
    nothing_changed: str
    nothing_needed: str
    stuck: str
    one_task: str
    several_tasks: str
    evidence: str
    still_open: str
    more: str
    day: str
    nothing_that_day: str
    free: str
    nothing_free: str
    free_for: str
    none_open: str
    is_at: str
    has_no_place: str
    separator: str
    stop: str
    from_time: str
    until_time: str
    minutes: str
    slots: str
    those_tasks: str
    no_place_yet: str
    from_calendar: str
    locked: str
    nothing_to_continue: str

    def tasks(self, count: int) -> str:
        """Return `1 task` or `3 tasks`."""
        return self.one_task if count == 1 else self.several_tasks.format(count=count)
