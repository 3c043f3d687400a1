"""Whatever is called in whatever sequence, the rules of the schedule hold; judged by the naive oracle."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from any_call import any_arguments
from builders import STEADY, any_desk, called, desks, randoms, slots
from hypothesis import given, settings
from oracle import disorder, faults, put

from state.calendar_commit import Commit, is_written, with_commit
from state.desk import Desk
from state.errors import BadArguments
from state.ids import ThreadId
from state.limits import NO_LIMITS
from state.schedule import Position, Schedule, Source, Status, Task, parent_of
from state.tool import Effect, ToolReport
from state.violation import Violation, ViolationKind
from tools import TOOLBOX
from tools.applying import refuse
from tools.dispatch import Performed
from tools.regions import Days
from tools.registry import Arguments, Nothing, Result, Tool, Toolbox

SIMPLE = ("place", "move", "swap", "unplace", "batch_move", "queue_apply")
NAMES = (*(tool.name for tool in TOOLBOX), *SIMPLE, *SIMPLE)


def a_call(chance: Random, on: Desk, names: Sequence[str] = NAMES) -> tuple[str, dict[str, Any]]:
    """A call with arguments that mostly make sense, now and then beyond every edge."""
    tool = TOOLBOX[chance.choice(names)]
    return tool.name, any_arguments(chance, on, tool)


def wanted(on: Desk, name: str, arguments: dict[str, Any]) -> dict[int, Position | None] | None:
    """What a simple edit asks for, task by task; None when it may not be asked of these tasks at all."""
    by_id = on.schedule.by_id
    if name == "queue_apply":
        arguments = {"task_id": on.queue.current or 0, **arguments}
    if name == "batch_move":
        items = arguments["items"]
    elif name == "swap":
        one, other = (by_id.get(arguments[field]) for field in ("task_id", "other_task_id"))
        items = [_item(one, other), _item(other, one)]
    elif name == "unplace":
        items = [{"task_id": arguments["task_id"], "day": None}]
    else:
        items = [arguments]
    asked = [by_id.get(item["task_id"]) for item in items]
    needed = {"place": Status.PENDING, "move": Status.SUGGESTED, "swap": Status.SUGGESTED, "unplace": Status.SUGGESTED}
    for one in asked:
        if one is None or one.source is Source.EVENT or one.status is Status.EXISTING or one.locked:
            return None
        if one.status is not needed.get(name, one.status):
            return None
    return {
        one.id: slots(item["day"], item["slot_start"], item["slot_start"] + one.duration - 1) if item["day"] else None
        for one, item in zip(asked, items, strict=True)
        if one is not None
    }


def _item(one: Task | None, other: Task | None) -> dict[str, Any]:
    if one is None or other is None or other.position is None:
        return {"task_id": 0, "day": None}
    return {"task_id": one.id, "day": other.position.day, "slot_start": other.position.slot_start}


def holds(before: Desk, after: Performed, tool: Tool) -> None:
    """Assert what must be true after every call; what acts outside the draft leaves everything where it lies."""
    old, new = before.schedule, after.desk.schedule
    events = {edit.id for edit in after.edits if edit.event}
    # What is in the calendar lies where its person puts it, over each other too.
    fixed = {f"{one.id}" for one in new.tasks if one.status is Status.EXISTING} if events else set[str]()
    if any(edit.limits for edit in after.edits):
        assert (new.tasks, new.ended, new.version) == (old.tasks, old.ended, old.version + 1)
        return
    # What lay there before a limit was set, or stands in the calendar beside an event, may go on to break it.
    there = {f"{one.id}" for one in old.tasks if one.status is Status.EXISTING}
    known = sum(old.bounds != NO_LIMITS or wrong.split()[0] in there for wrong in faults(old))
    assert len([wrong for wrong in faults(new) if wrong.split()[0] not in fixed]) <= known
    if not before.allow_reorder:
        assert disorder(new, before.order_scope) <= disorder(old, before.order_scope)
    assert new is old or new.version == old.version + 1
    if after.report.violations:
        assert after.desk is before
        assert after.changes == ()
    if events:
        around_events(old, new, events)
        return
    if after.edits:
        edited(old, new, {edit.id for edit in after.edits})
        return
    moved = {one.id for one in new.tasks if one.slots != old.by_id[one.id].slots}
    if tool.effect is Effect.OUTSIDE:
        assert not moved
        return
    written = {one.id for one in old.tasks if is_written(one)} & moved if tool.moves_written else set[int]()
    assert all(new.by_id[id_].movable for id_ in written)
    fixed = {one.id for one in old.tasks if not one.movable} - written
    assert [one for one in new.tasks if one.id in fixed] == [one for one in old.tasks if one.id in fixed]
    assert {change.task_id for change in after.changes} == moved


def around_events(old: Schedule, new: Schedule, ids: set[int]) -> None:
    """Assert what must be true after a change of events: all else stays, but for drafts that give way."""
    assert all(one.source is Source.EVENT for each in (old, new) for one in each.tasks if one.id in ids)
    for one in new.tasks:
        if one.id not in ids and one != old.by_id[one.id] and old.by_id[one.id].status is not Status.EXISTING:
            assert (old.by_id[one.id].status, one.status, one.slots) == (Status.SUGGESTED, Status.PENDING, ())
    assert {one.id for one in old.tasks} - ids == {one.id for one in new.tasks} - ids


def edited(old: Schedule, new: Schedule, ids: set[int]) -> None:
    """Assert what must be true after a change of the list: all else stays as it is, and nothing new has a place."""
    assert [one for one in new.tasks if one.id not in ids] == [one for one in old.tasks if one.id not in ids]
    assert all(one.source is not Source.EVENT for one in new.tasks if one.id in ids)
    there = {parent_of(one) for one in old.tasks}
    wholes = {one.parent for one in (*old.tasks, *new.tasks) if one.id in ids and one.parent in there}
    for one in new.tasks:
        if one.id in ids and one.slots and one.id in old.by_id:
            assert one.slots == old.by_id[one.id].slots or not old.by_id[one.id].slots or one.parent or wholes
    # What is split or joined changes its length; no minute of work is won or lost by it.
    plain = old.ended == new.ended and all(one.repeat is None for one in (*old.tasks, *new.tasks))
    if plain and len(new.tasks) != len(old.tasks) and wholes:
        assert sum(one.duration for one in old.tasks) == sum(one.duration for one in new.tasks)
    gone = {one.id for one in old.tasks} - {*new.by_id, *new.ended_by_id}
    assert all(old.by_id[id_].parent or any(one.repeat for one in new.tasks) for id_ in gone)


def newly(chance: Random, on: Desk) -> Desk:
    """The same desk, now and then with what of it the thread wrote last: into the calendar, or of the list of tasks."""
    if chance.random() < 0.3:
        return with_changed_list(on)
    if chance.random() < 0.3:
        return in_parts(chance, on)
    written = tuple(one for one in on.schedule.tasks if one.movable and one.slots)
    if not written or chance.random() < 0.5:
        return on
    newest = Commit(id="c", thread=ThreadId("t"), tasks=written, uids=())
    return on.model_copy(update={"schedule": with_commit(on.schedule, newest), "commit": newest})


def in_parts(chance: Random, on: Desk) -> Desk:
    """The same desk with a task split or coming again, where that can be."""
    ids = [one.id for one in on.schedule.tasks if one.movable]
    if not ids:
        return on
    name, said = chance.choice([("split_task", {"parts": 2}), ("repeat", {"per": "week", "times": 2, "apart": 2})])
    return called(TOOLBOX, on, name, task_id=chance.choice(ids), **said).desk


def with_changed_list(on: Desk) -> Desk:
    """The same desk after every task that may be was dropped, which can be taken back."""
    ids = [one.id for one in on.schedule.tasks if one.source is Source.TASK_ITEM and one.status is not Status.EXISTING]
    if not ids:
        return on
    dropped = called(TOOLBOX, on, "drop_task", task_ids=ids)
    wrote = Commit(id="c", thread=ThreadId("t"), edits=dropped.edits)
    return dropped.desk.model_copy(update={"commit": wrote})


def try_out(toolbox: Toolbox, name: str, examples: int = 120) -> None:
    """Call a tool with what its schema allows, again and again; it must run, and now and then do its work."""
    done: list[bool] = []

    @settings(STEADY, max_examples=examples)
    @given(chance=randoms())
    def call(chance: Random) -> None:
        on = newly(chance, any_desk(chance))
        try:
            after = called(toolbox, on, name, **any_arguments(chance, on, toolbox[name]))
        except BadArguments:
            return
        holds(on, after, toolbox[name])
        done.append(not after.report.violations)

    call()
    assert any(done), f"{name} never once did its work: what its schema allows does not let it"


@pytest.mark.parametrize("name", [tool.name for tool in TOOLBOX])
def test_every_tool_works_with_what_its_schema_allows_and_keeps_the_rules(name: str) -> None:
    try_out(TOOLBOX, name)


class Flight(Arguments):
    """Where to fly."""

    days: Days


new = Toolbox()


@new.add(Effect.DRAFT)
def fly(desk: Desk, args: Flight) -> Result:
    """Raise on some days only."""
    if 2 in args.days:
        raise LookupError("no wings")
    return Result(desk, ToolReport(text="Flown."))


@new.add(Effect.DRAFT)
def balk(desk: Desk, args: Nothing) -> Result:
    """Refuse whatever is asked."""
    return refuse(desk, [Violation(kind=ViolationKind.LOCKED, message="never")])


@pytest.mark.parametrize(("name", "told"), [("fly", "no wings"), ("balk", "balk never once did its work")])
def test_a_new_tool_that_fails_or_never_does_its_work_is_found(name: str, told: str) -> None:
    with pytest.raises((LookupError, AssertionError), match=told):
        try_out(new, name)


@settings(STEADY, max_examples=400)
@given(chance=randoms())
def test_the_rules_hold_after_every_call_of_every_sequence(chance: Random) -> None:
    on = any_desk(chance)
    for _ in range(chance.randint(1, 8)):
        name, arguments = a_call(chance, on)
        try:
            after = called(TOOLBOX, on, name, **arguments)
        except BadArguments:
            continue
        holds(on, after, TOOLBOX[name])
        if TOOLBOX[name].effect is Effect.READ:
            assert after.desk.schedule is on.schedule
        on = after.desk


@settings(STEADY, max_examples=1000)
@given(chance=randoms())
def test_an_edit_does_what_was_asked_or_nothing_and_is_never_refused_without_need(chance: Random) -> None:
    on = any_desk(chance)
    name, arguments = a_call(chance, on, SIMPLE)
    try:
        after = called(TOOLBOX, on, name, **arguments)
    except BadArguments:
        return
    asked = wanted(on, name, arguments)

    trial = put(on.schedule, asked) if asked is not None else None
    new = disorder(trial, on.order_scope) - disorder(on.schedule, on.order_scope) if trial else set[tuple[int, int]]()
    possible = trial is not None and not faults(trial) and (on.allow_reorder or not new)
    assert bool(after.report.violations) is not possible
    if trial is not None and possible:
        assert after.desk.schedule.tasks == trial.tasks
    else:
        assert after.desk is on


@settings(STEADY, max_examples=250)
@given(chance=randoms())
def test_disorder_that_was_there_may_stay_but_none_is_added(chance: Random) -> None:
    on = any_desk(chance, ordered=False)
    for _ in range(3):
        name, arguments = a_call(chance, on)
        try:
            after = called(TOOLBOX, on, name, **arguments)
        except BadArguments:
            continue
        holds(on, after, TOOLBOX[name])
        on = after.desk


@settings(STEADY, max_examples=250)
@given(chance=randoms())
def test_find_free_lists_every_place_that_fits_and_no_other(chance: Random) -> None:
    on = any_desk(chance, most_tasks=5)
    pool = [one for one in on.schedule.tasks if one.movable]
    if not pool:
        return
    one = chance.choice(pool)

    told = called(TOOLBOX, on, "find_free", duration=one.duration, task_id=one.id, limit=100).report.data["places"]

    assert {(place["day"], place["slot_start"]) for place in told} == _brute(on, one)


def _brute(on: Desk, one: Task) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    known = disorder(on.schedule, on.order_scope)
    for day in range(1, on.schedule.window.days + 1):
        for first in range(1, len(on.schedule.grid) + 1):
            at = slots(day, first, first + one.duration - 1)
            trial = put(on.schedule, {one.id: at})
            fits = not faults(trial) and (on.allow_reorder or disorder(trial, on.order_scope) <= known)
            if fits and at != one.position:
                found.add((day, first))
    return found


@settings(STEADY, max_examples=50)
@given(on=desks())
def test_no_read_changes_the_desk(on: Desk) -> None:
    assert called(TOOLBOX, on, "get_overview").desk is on
    assert called(TOOLBOX, on, "query_range", day=1).desk is on
    assert called(TOOLBOX, on, "find_free", duration=1).desk is on
    assert called(TOOLBOX, on, "list_tasks").desk is on
    assert called(TOOLBOX, on, "get_task_info", task_id=1).desk is on
    assert called(TOOLBOX, on, "queue_status").desk is on
