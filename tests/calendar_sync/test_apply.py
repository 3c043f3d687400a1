"""What applying a draft and taking it back promise, whoever repeats it and wherever it is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from builders import slots
from durable import WEEK, Person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dayloom.calendar_sync.apply import CalendarCommits
from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.calendar_sync.drafts import Drafts, Drag
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis, connect
from dayloom.stores.redis.keys import LOCAL_OWNER, KeyKind, ThreadKeys
from graph.build import build
from state.change import ChangeKind
from state.common import Phase
from state.errors import (
    CalendarChanged,
    CardOpen,
    KeyReused,
    MatchFailed,
    NothingToApply,
    NothingToUndo,
    RuleBroken,
    UnknownThread,
    VersionMismatch,
)
from state.ids import ThreadId
from state.schedule import Schedule, Status
from state.tool import Effect
from state.transcript import ByHand
from tools.edits import Batch
from tools.registry import Result, Toolbox

REPLY = {"action": "reply", "speak": "Here it is."}
DENTIST = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:dentist\r
DTSTAMP:20261101T000000Z\r
DTSTART:20261124T%b00Z\r
DTEND:20261124T%b00Z\r
SUMMARY:Dentist\r
END:VEVENT\r
END:VCALENDAR\r
"""
EARLY, LATE = DENTIST % (b"0700", b"0740"), DENTIST % (b"1900", b"1930")


class Desk:
    """A person with a draft and a calendar."""

    def __init__(self, redis: AsyncRedis, **more: Any) -> None:
        self.person = Person(redis, [REPLY] * 20, **more)
        self.thread = self.person.thread
        self.store = RedisCalendar(redis)
        graph = build()
        self.drafts = Drafts(self.person.threads, graph, self.person.previews)
        self.commits = CalendarCommits(self.person.threads, graph, self.store)

    async def begun(self, schedule: Schedule = WEEK) -> Schedule:
        """Start the thread, nothing placed."""
        await self.person.say("Hello", schedule)
        return await self.schedule()

    async def drawn(self, day: int = 2, slot: int = 1) -> Schedule:
        """Place the essay by hand."""
        await self.begun()
        await self.drafts.edit(self.thread, [Drag(task_id=1, day=day, slot_start=slot)], match=None)
        return await self.schedule()

    async def schedule(self) -> Schedule:
        return (await self.person.agent.state(self.thread)).schedule

    async def text(self) -> bytes:
        return export_calendar(await self.store.calendar())


@pytest.fixture
def desk(redis: AsyncRedis) -> Desk:
    return Desk(redis)


async def test_apply_writes_the_draft_into_the_calendar_and_marks_it_existing(desk: Desk) -> None:
    await put_calendar(desk.store, LATE, "Europe/Berlin")
    before = await desk.drawn()

    outcome = await desk.commits.apply(desk.thread, key="k", version=before.version)

    after = await desk.schedule()
    assert [change.kind for change in outcome.changes] == [ChangeKind.PLACE]
    assert (outcome.state_version, outcome.calendar_version) == (after.version, 2)
    assert after.by_id[1].status is Status.EXISTING
    assert after.by_id[2] == before.by_id[2]
    assert b"SUMMARY:Essay" in await desk.text()
    assert b"SUMMARY:Dentist" in await desk.text()
    assert (await desk.drafts.newest(desk.thread)).version == outcome.preview_version


async def test_a_defect_in_the_tool_that_moves_is_refused_by_name(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await desk.begun()
    broken = Toolbox()

    @broken.add(Effect.DRAFT)
    def batch_move(desk: Any, args: Batch) -> Result:
        """Move nothing."""
        raise LookupError("no such day")

    monkeypatch.setattr("dayloom.calendar_sync.drafts.TOOLBOX", broken)
    with pytest.raises(RuleBroken, match="batch_move failed through a defect") as refused:
        await desk.drafts.edit(desk.thread, [Drag(task_id=1, day=2, slot_start=1)], match=None)

    assert [wrong["kind"] for wrong in refused.value.violations] == ["defect"]
    assert await desk.schedule() == before


async def test_repeating_a_key_changes_nothing_and_answers_the_same(desk: Desk) -> None:
    version = (await desk.drawn()).version
    first = await desk.commits.apply(desk.thread, key="k", version=version)
    stands = await desk.schedule(), await desk.text()

    assert await desk.commits.apply(desk.thread, key="k", version=version) == first
    assert (await desk.schedule(), await desk.text()) == stands


async def test_a_key_is_good_for_one_request(desk: Desk) -> None:
    version = (await desk.drawn()).version
    await desk.commits.apply(desk.thread, key="k", version=version)

    with pytest.raises(KeyReused):
        await desk.commits.apply(desk.thread, key="k", version=version + 1)
    with pytest.raises(KeyReused):
        await desk.commits.undo(desk.thread, key="k", version=version)


async def test_another_version_than_the_one_seen_is_refused(desk: Desk) -> None:
    version = (await desk.drawn()).version

    with pytest.raises(VersionMismatch):
        await desk.commits.apply(desk.thread, key="k", version=version - 1)
    assert (await desk.store.calendar()).version == 0


async def test_a_draft_without_news_is_refused(desk: Desk) -> None:
    await desk.begun()

    with pytest.raises(NothingToApply):
        await desk.commits.apply(desk.thread, key="k", version=None)
    with pytest.raises(NothingToUndo):
        await desk.commits.undo(desk.thread, key="l", version=None)
    with pytest.raises(UnknownThread):
        await desk.commits.apply(ThreadId("nowhere"), key="m", version=None)


async def test_what_was_applied_cannot_be_moved_until_it_is_taken_back(desk: Desk) -> None:
    await desk.drawn()
    await desk.commits.apply(desk.thread, key="k", version=None)
    drag = [Drag(task_id=1, day=3, slot_start=3)]

    with pytest.raises(RuleBroken, match="in the calendar"):
        await desk.drafts.edit(desk.thread, drag, match=None)
    await desk.commits.undo(desk.thread, key="l", version=None)
    assert (await desk.drafts.edit(desk.thread, drag, match=None)).schedule.by_id[1].slots == (slots(3, 3, 4),)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.tuples(st.integers(2, 7), st.integers(1, 11)),
    second=st.tuples(st.integers(2, 7), st.integers(1, 11)),
    text=st.sampled_from([b"", LATE]),
    twice=st.booleans(),
)
async def test_undo_restores_schedule_and_calendar(
    store_url: str, first: tuple[int, int], second: tuple[int, int], text: bytes, twice: bool
) -> None:
    async with connect(store_url) as redis:
        await redis.flushall()
        desk = Desk(redis)
        if text:
            await put_calendar(desk.store, text, "Europe/Berlin")
        await desk.drawn(*first)
        stages = [(await desk.schedule(), await desk.text())]
        await desk.commits.apply(desk.thread, key="1", version=None)
        if twice and (first[0] != second[0] or abs(first[1] - second[1]) > 1):  # each takes two slots
            await desk.drafts.edit(desk.thread, [Drag(task_id=2, day=second[0], slot_start=second[1])], match=None)
            stages.append((await desk.schedule(), await desk.text()))
            await desk.commits.apply(desk.thread, key="2", version=None)
            await desk.commits.undo(desk.thread, key="-2", version=None)
            assert _same(stages.pop(), (await desk.schedule(), await desk.text()))
            await desk.drafts.edit(desk.thread, [Drag(task_id=2, day=None, slot_start=None)], match=None)
        await desk.commits.undo(desk.thread, key="-1", version=None)

        assert _same(stages.pop(), (await desk.schedule(), await desk.text()))


def _same(before: tuple[Schedule, bytes], after: tuple[Schedule, bytes]) -> bool:
    return before[0].tasks == after[0].tasks and before[1] == after[1] and before[0].version < after[0].version


async def test_undo_is_refused_once_the_calendar_has_changed(desk: Desk) -> None:
    await desk.drawn()
    await desk.commits.apply(desk.thread, key="k", version=None)
    await put_calendar(desk.store, LATE, "Europe/Berlin")

    with pytest.raises(CalendarChanged):
        await desk.commits.undo(desk.thread, key="l", version=None)
    assert b"SUMMARY:Essay" in await desk.text()


async def test_a_draft_that_clashes_with_the_calendar_as_it_is_now_is_refused(desk: Desk) -> None:
    await desk.drawn(2, 1)
    await put_calendar(desk.store, EARLY, "Europe/Berlin")

    with pytest.raises(CalendarChanged, match="Dentist is now where the draft has Essay"):
        await desk.commits.apply(desk.thread, key="k", version=None)


async def test_nothing_is_applied_or_moved_under_an_open_card(redis: AsyncRedis) -> None:
    desk = Desk(redis)
    await desk.person.asked()

    with pytest.raises(CardOpen):
        await desk.commits.apply(desk.thread, key="k", version=None)
    with pytest.raises(CardOpen):
        await desk.drafts.edit(desk.thread, [Drag(task_id=2, day=4, slot_start=1)], match=None)


async def test_a_draft_can_be_edited_after_its_run_was_cancelled(redis: AsyncRedis) -> None:
    desk = Desk(redis)
    await desk.person.asked()
    await desk.person.cancel()

    preview = await desk.drafts.edit(desk.thread, [Drag(task_id=2, day=4, slot_start=1)], match=None)

    assert preview.schedule.by_id[2].slots == (slots(4, 1, 2),)
    assert (await desk.person.say("And now?")).state.schedule == preview.schedule


async def test_an_edit_names_the_rule_it_would_break_and_changes_nothing(desk: Desk) -> None:
    before = await desk.begun()

    with pytest.raises(RuleBroken) as wrong:
        await desk.drafts.edit(
            desk.thread, [Drag(task_id=1, day=1, slot_start=1), Drag(task_id=2, day=9, slot_start=1)], match=None
        )
    assert {each["kind"] for each in wrong.value.violations} == {"overlap", "outside_window"}
    assert await desk.schedule() == before


async def test_an_edit_of_an_older_preview_is_refused(desk: Desk) -> None:
    await desk.drawn()
    seen = (await desk.drafts.newest(desk.thread)).version

    with pytest.raises(MatchFailed):
        await desk.drafts.edit(desk.thread, [Drag(task_id=1, day=3, slot_start=3)], match=[seen - 1])
    assert (
        await desk.drafts.edit(desk.thread, [Drag(task_id=1, day=3, slot_start=3)], match=[seen])
    ).version == seen + 1


async def test_the_audit_log_and_the_replay_say_that_it_was_by_hand(desk: Desk) -> None:
    await desk.drawn()
    await desk.commits.apply(desk.thread, key="k", version=None)

    records = await desk.person.threads.audit(desk.thread)
    told = await desk.person.threads.transcript(desk.thread)

    assert [each["by_hand"] for each in records if "by_hand" in each] == ["edit", "apply"]
    acts = [entry.act.value for step in told for entry in step.entries if isinstance(entry, ByHand)]
    assert acts == ["edit", "apply"]


async def test_what_is_done_by_hand_is_no_run(desk: Desk, redis: AsyncRedis) -> None:
    await desk.drawn()
    await desk.commits.apply(desk.thread, key="k", version=None)

    runs = await redis.hkeys(ThreadKeys(LOCAL_OWNER, desk.thread).of(KeyKind.RUNS))

    assert [run for run in runs if not run.startswith(b"run-")] == []
    assert (await desk.person.say("Go on")).state.phase is Phase.DONE


async def test_the_model_is_told_what_the_person_has_moved(desk: Desk) -> None:
    await desk.drawn()

    await desk.person.say("Go on")

    assert "The person has moved these themselves since" in desk.person.model.shown
    await desk.person.say("And again")
    assert "The person has moved these themselves since" not in desk.person.model.shown


async def test_two_applies_at_once_write_once(redis: AsyncRedis) -> None:
    one, other = Desk(redis), Desk(redis)
    version = (await one.drawn()).version

    outcomes = await asyncio.gather(
        *(desk.commits.apply(desk.thread, key="k", version=version) for desk in (one, other)), return_exceptions=True
    )

    settled = await other.commits.apply(other.thread, key="k", version=version)
    assert settled in outcomes
    assert (await one.store.calendar()).version == 1
    assert (await one.text()).count(b"SUMMARY:Essay") == 1


class Cut(BaseException):
    """Stands for the death of a process."""


def _dies(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> Callable[[], None]:
    async def die(*_: Any, **__: Any) -> None:
        raise Cut

    monkeypatch.setattr(desk.store, name, die) if name == "note_followed" else monkeypatch.setattr(
        "dayloom.calendar_sync.apply.commit_edit", die
    )
    return monkeypatch.undo


@pytest.mark.parametrize("where", ["thread", "note_followed"])
@pytest.mark.parametrize("again", ["repeat", "note_followed", "other"])
async def test_a_commit_that_was_cut_off_is_finished(
    redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch, where: str, again: str
) -> None:
    desk = Desk(redis)
    version = (await desk.drawn()).version
    revived = _dies(desk, monkeypatch, where)
    with pytest.raises(Cut):
        await desk.commits.apply(desk.thread, key="k", version=version)
    revived()

    later = Desk(redis)
    if again == "note_followed":
        await later.commits.finish_commit(later.thread)
    if again == "other":
        with pytest.raises(NothingToApply):
            await later.commits.apply(later.thread, key="other", version=None)
    outcome = await later.commits.apply(later.thread, key="k", version=version)

    schedule = await later.schedule()
    assert schedule.by_id[1].status is Status.EXISTING
    assert (outcome.state_version, outcome.calendar_version) == (schedule.version, 1) == (version + 1, 1)
    assert await later.store.find_unfollowed(later.thread) is None
    taken = await later.commits.undo(later.thread, key="u", version=None)
    assert taken.calendar_version == 2
    assert (await later.text()).count(b"BEGIN:VEVENT") == 0


async def test_a_commit_is_given_up_when_the_draft_moved_on_before_it_was_finished(
    redis: AsyncRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(redis)
    version = (await desk.drawn()).version
    revived = _dies(desk, monkeypatch, "thread")
    with pytest.raises(Cut):
        await desk.commits.apply(desk.thread, key="k", version=version)
    revived()
    await desk.drafts.edit(desk.thread, [Drag(task_id=1, day=5, slot_start=5)], match=None)

    for _ in range(2):
        with pytest.raises(CalendarChanged, match="moved on"):
            await desk.commits.apply(desk.thread, key="k", version=version)
    assert b"SUMMARY:Essay" not in await desk.text()
    await desk.commits.apply(desk.thread, key="new", version=None)
    assert (await desk.text()).count(b"SUMMARY:Essay") == 1
