"""What the agent may do to the calendar: after a card, once, and back; together with what a person does by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from durable import DONE, EXECUTE, FINAL, REPLY, WEEK, Person
from stage import a_call

from dayloom.calendar_sync.apply import CalendarCommits
from dayloom.calendar_sync.calendar import export_calendar, put_calendar
from dayloom.calendar_sync.drafts import Drafts, Drag
from dayloom.calendars import uid_before, written_uid
from dayloom.stores.owner.calendar import RedisCalendar
from dayloom.stores.redis.connection import AsyncRedis
from graph.agent import RunStatus, Turn
from graph.build import build
from state.calendar_commit import CalendarEntry, Commit, Receipt
from state.change import ChangeKind
from state.common import RunSettings
from state.errors import NothingToAnswer, NothingToApply, NothingToUndo, RunCancelled
from state.ids import ThreadId
from state.interrupt import Interrupt, InterruptKind
from state.schedule import Schedule, Status
from state.transcript import ToolRan

DENTIST = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//test//EN\r
BEGIN:VEVENT\r
UID:dentist\r
DTSTAMP:20261101T000000Z\r
DTSTART:20261124T070000Z\r
DTEND:20261124T074000Z\r
SUMMARY:Dentist\r
END:VEVENT\r
END:VCALENDAR\r
"""
APPLY = {"action": "confirm", "speak": "Into your calendar?", "tool_call": a_call("apply_schedule")}
UNDO = {"action": "confirm", "speak": "Out of it again?", "tool_call": a_call("undo_apply")}


class Desk:
    """A person with a draft, a calendar, and an agent that writes into it."""

    def __init__(self, redis: AsyncRedis, **more: Any) -> None:
        self.person = Person(redis, **more)
        self.thread = self.person.thread
        self.store = RedisCalendar(redis)
        self.commits = CalendarCommits(self.person.threads, build(), self.store, self.person.addresses)

    async def drawn(self, *, day: int = 2, week: Schedule = WEEK) -> Schedule:
        """Begin a thread on a week, and place the essay by hand."""
        self.plays(REPLY)
        await self.person.say("Hello", week)
        return await self.moved(day=day)

    async def moved(self, *, day: int = 2) -> Schedule:
        """Place the essay by hand."""
        drafts = Drafts(self.person.threads, build(), self.person.previews)
        await drafts.edit(self.thread, [Drag(task_id=1, day=day, slot_start=1)], match=None)
        return await self.schedule()

    async def asked(self, call: dict[str, Any] = APPLY) -> Interrupt:
        """Ask for it; returns the card."""
        self.plays(EXECUTE, call, DONE, FINAL)
        card = (await self.person.say("Do it")).interrupt
        assert card is not None
        return card

    async def done(self, call: dict[str, Any] = APPLY) -> Turn:
        """Ask for it and approve."""
        await self.asked(call)
        return await self.person.answer("approve")

    def plays(self, *script: Any) -> None:
        """Let the model answer so from here on."""
        self.person.model.script[:] = script

    async def schedule(self) -> Schedule:
        return (await self.person.agent.state(self.thread)).schedule

    async def text(self) -> bytes:
        return export_calendar(await self.store.calendar())

    async def told(self) -> list[ToolRan]:
        """What the tools have answered."""
        told = await self.person.threads.transcript(self.thread)
        return [entry for step in told for entry in step.entries if isinstance(entry, ToolRan)]


@pytest.fixture
def desk(redis: AsyncRedis) -> Desk:
    return Desk(redis)


async def test_an_approved_apply_writes_the_draft_into_the_calendar_once(desk: Desk) -> None:
    before = await desk.drawn()

    turn = await desk.done()

    after = await desk.schedule()
    assert turn.status is RunStatus.SUCCESS
    assert (await desk.text()).count(b"SUMMARY:Essay") == 1
    assert (after.by_id[1].status, after.by_id[1].locked, after.by_id[1].slots) == (
        Status.EXISTING,
        True,
        before.by_id[1].slots,
    )
    assert after.by_id[2] == before.by_id[2]
    assert await desk.store.find_unfollowed(desk.thread) is None
    preview = await desk.person.previews.get(desk.thread)
    assert preview is not None
    assert (preview.schedule, preview.changes) == (after, ())


async def test_the_card_shows_what_goes_into_the_calendar(desk: Desk) -> None:
    await desk.drawn()

    card = await desk.asked()

    assert (card.kind, card.editable) == (InterruptKind.TOOL, ())
    assert [(change.task_id, change.kind) for change in card.changes] == [(1, ChangeKind.PLACE)]
    assert "goes into your calendar (1)" in card.description
    assert "Essay: Tue 24 Nov 2026 08:00-09:40" in card.description
    assert (await desk.store.calendar()).version == 0


@pytest.mark.parametrize("policy", [{"always_execute": True}, {"always_execute": True, "attended": False}])
async def test_no_policy_waives_the_card(redis: AsyncRedis, policy: dict[str, Any]) -> None:
    desk = Desk(redis, settings=RunSettings(**policy))
    await desk.drawn()

    await desk.asked()

    assert (await desk.store.calendar()).version == 0


async def test_approving_all_of_a_turn_does_not_waive_the_next_card(desk: Desk) -> None:
    await desk.drawn()
    await desk.asked()
    desk.plays(UNDO, DONE, FINAL)

    turn = await desk.person.answer("approve", scope="turn")

    assert turn.interrupt is not None
    assert turn.interrupt.call is not None
    assert turn.interrupt.call.name == "undo_apply"
    assert b"SUMMARY:Essay" in await desk.text()
    await desk.person.answer("approve")
    assert b"SUMMARY:Essay" not in await desk.text()


async def test_undo_gives_the_same_draft_and_calendar_back(desk: Desk) -> None:
    await put_calendar(desk.store, DENTIST.replace(b"T07", b"T19"), "Europe/Berlin")
    before = await desk.drawn(), await desk.text()
    await desk.done()

    card = await desk.asked(UNDO)
    assert [(change.task_id, change.kind) for change in card.changes] == [(1, ChangeKind.UNPLACE)]
    assert "Essay: Tue 24 Nov 2026 08:00-09:40" in card.description
    await desk.person.answer("approve")

    assert ((await desk.schedule()).tasks, await desk.text()) == (before[0].tasks, before[1])
    assert await desk.store.find_unfollowed(desk.thread) is None


async def test_a_rejection_changes_nothing_and_is_told_to_the_model(desk: Desk) -> None:
    before = await desk.drawn()
    await desk.asked()

    await desk.person.answer("reject", message="not yet")

    assert await desk.schedule() == before
    assert (await desk.store.calendar()).version == 0
    assert "not yet" in desk.person.model.prompts[-2].messages[-1].text


async def test_what_was_declined_may_be_asked_again_once_the_draft_is_another(desk: Desk) -> None:
    await desk.drawn()
    await desk.asked()
    move = {"action": "confirm", "speak": "?", "tool_call": a_call("move", task_id=1, day=3, slot_start=1)}
    desk.plays(APPLY, move, APPLY, DONE, FINAL)

    turn = await desk.person.answer("reject", message="on Wednesday, please")
    assert turn.interrupt is not None
    assert turn.interrupt.call is not None
    assert turn.interrupt.call.name == "move"
    turn = await desk.person.answer("approve")

    assert "was declined by the person" in "".join(m.text for p in desk.person.model.prompts for m in p.messages)
    assert turn.interrupt is not None
    assert "Wed 25 Nov 2026" in turn.interrupt.description
    await desk.person.answer("approve")
    assert b"SUMMARY:Essay" in await desk.text()


async def test_a_second_approval_is_refused(desk: Desk) -> None:
    await desk.drawn()
    await desk.done()

    with pytest.raises(NothingToAnswer):
        await desk.person.answer("approve")
    assert (await desk.store.calendar()).version == 1


async def test_a_clash_with_the_calendar_of_now_is_told_and_nothing_changes(desk: Desk) -> None:
    before = await desk.drawn()
    await desk.asked()
    await put_calendar(desk.store, DENTIST, "Europe/Berlin")

    await desk.person.answer("approve")

    [ran] = await desk.told()
    assert ran.refused
    assert "Dentist is now where the draft has Essay" in ran.text
    assert await desk.schedule() == before
    assert b"SUMMARY:Essay" not in await desk.text()


async def test_an_undo_is_refused_once_the_calendar_has_changed(desk: Desk) -> None:
    await desk.drawn()
    await desk.done()
    await desk.asked(UNDO)
    other = Desk(desk.person.redis, thread="other", name="other")
    await other.drawn(day=4)
    await other.commits.apply(other.thread, key="k", version=None)

    await desk.person.answer("approve")

    assert (await desk.told())[-1].refused
    assert (await desk.schedule()).by_id[1].status is Status.EXISTING


@pytest.mark.parametrize("call", [APPLY, UNDO])
async def test_where_there_is_nothing_to_do_there_is_no_card(desk: Desk, call: dict[str, Any]) -> None:
    desk.plays(EXECUTE, call, DONE, FINAL)

    turn = await desk.person.say("Do it", WEEK)

    assert turn.status is RunStatus.SUCCESS
    [ran] = await desk.told()
    assert ran.refused
    assert "nothing" in ran.text


async def test_by_hand_and_by_agent_take_each_other_back(desk: Desk) -> None:
    before = await desk.drawn()
    await desk.done()
    await desk.commits.undo(desk.thread, key="hand", version=None)
    assert (await desk.schedule()).tasks == before.tasks
    await desk.commits.apply(desk.thread, key="again", version=None)
    await desk.done(UNDO)

    assert (await desk.schedule()).tasks == before.tasks
    assert b"SUMMARY:Essay" not in await desk.text()
    with pytest.raises(NothingToUndo):
        await desk.commits.undo(desk.thread, key="no", version=None)
    await desk.done()
    with pytest.raises(NothingToApply):
        await desk.commits.apply(desk.thread, key="neither", version=None)


async def test_the_audit_log_names_the_call_that_was_approved(desk: Desk) -> None:
    await desk.drawn()
    await desk.done()

    records = await desk.person.threads.audit(desk.thread)

    [approved] = [each for each in records if each["what"] == "approve"]
    [wrote] = [each for each in records if each.get("call") == "apply_schedule"]
    assert wrote["digest"] == approved["digest"]


class Cut(BaseException):
    """Stands for the death of a process."""


async def _cut(*_: Any, **__: Any) -> None:
    raise Cut


async def _struck(desk: Desk, monkeypatch: pytest.MonkeyPatch, call: dict[str, Any]) -> None:
    """Approve, and die when the calendar has it and the thread has not."""
    await desk.asked(call)
    with monkeypatch.context() as patch:
        patch.setattr("nodes.dispatching._commit", _cut)
        with pytest.raises(Cut):
            await desk.person.answer("approve")


@pytest.mark.parametrize("call", [APPLY, UNDO])
async def test_a_run_that_dies_after_the_calendar_took_it_is_carried_on_to_the_same_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, call: dict[str, Any]
) -> None:
    await desk.drawn()
    if call is UNDO:
        await desk.done()
    version = (await desk.store.calendar()).version
    await _struck(desk, monkeypatch, call)
    await desk.commits.finish_commit(desk.thread)
    assert await desk.store.find_unfollowed(desk.thread) is not None

    turn = await desk.person.carry_on()

    assert turn is not None
    assert turn.status is RunStatus.SUCCESS
    assert (await desk.store.calendar()).version == version + 1
    existing = (await desk.schedule()).by_id[1].status is Status.EXISTING
    assert existing is (call is APPLY) is (b"SUMMARY:Essay" in await desk.text())
    assert await desk.store.find_unfollowed(desk.thread) is None


@pytest.mark.parametrize("call", [APPLY, UNDO])
async def test_a_run_that_is_cancelled_after_the_calendar_took_it_leaves_a_thread_that_follows(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, call: dict[str, Any]
) -> None:
    await desk.drawn()
    if call is UNDO:
        await desk.done()
    await _struck(desk, monkeypatch, call)
    await desk.person.cancel()

    await desk.commits.finish_commit(desk.thread)

    assert ((await desk.schedule()).by_id[1].status is Status.EXISTING) is (call is APPLY)
    await (desk.commits.undo if call is APPLY else desk.commits.apply)(desk.thread, key="k", version=None)
    assert (b"SUMMARY:Essay" in await desk.text()) is (call is UNDO)


async def test_a_run_that_was_cancelled_writes_nothing_afterwards(desk: Desk) -> None:
    await desk.drawn()
    await desk.asked()
    elsewhere = Person(desk.person.redis, name="elsewhere")

    class Late(RedisCalendar):
        """A calendar that is asked for just before the person cancels."""

        async def receipt(self, key: str) -> Receipt | None:
            await elsewhere.cancel()
            return await super().receipt(key)

    desk.person.book = Late(desk.person.redis)
    with pytest.raises(RunCancelled):
        await desk.person.answer("approve")

    assert (await desk.store.calendar()).version == 0


LATER = WEEK.model_copy(update={"window": WEEK.window.model_copy(update={"start": date(2026, 11, 30)})})


def an_old_entry(uid: str) -> CalendarEntry:
    """The essay on Monday 23 November, as it was written when a UID said nothing of the thread."""
    start = datetime(2026, 11, 23, 13, tzinfo=UTC)
    return CalendarEntry(uid=uid, title="Essay", start=start, end=start + timedelta(hours=1), sequence=7, at=start)


async def wrote_before(desk: Desk, thread: str) -> None:
    """Let the calendar hold the essay from before UIDs belonged to a thread."""
    entry, schedule = an_old_entry(uid_before("essay")), await desk.schedule()
    commit = Commit(id="old", thread=ThreadId(thread), tasks=(schedule.by_id[1],), uids=(entry.uid,))
    await desk.store.write("old", Receipt(request="r", commit=commit), [entry], before=await desk.store.calendar())


async def test_the_same_list_next_week_leaves_the_entries_of_this_week_where_they_are(desk: Desk) -> None:
    await desk.drawn(week=named())
    await desk.done()
    next_week = Desk(desk.person.redis, thread="next-week", name="next-week")
    await next_week.drawn(week=named(LATER))

    card = await next_week.asked()
    await next_week.person.answer("approve")

    assert [change.kind for change in card.changes] == [ChangeKind.PLACE]
    assert [f"{entry.start:%d %b}" for entry in (await desk.store.calendar()).entries] == ["24 Nov", "01 Dec"]


async def test_a_card_shows_the_entry_of_its_thread_that_moves_and_undo_that_it_comes_back(desk: Desk) -> None:
    await desk.drawn(week=named())
    await desk.done()
    desk.plays(REPLY)
    await desk.person.say("The same next week", named(LATER))
    await desk.moved()

    card = await desk.asked()
    await desk.person.answer("approve")
    [entry] = (await desk.store.calendar()).entries
    back = await desk.asked(UNDO)
    await desk.person.answer("approve")

    assert [change.kind for change in (*card.changes, *back.changes)] == [ChangeKind.MOVE, ChangeKind.MOVE]
    assert "Tue 24 Nov 2026 08:00-09:40 → Tue 1 Dec 2026 08:00-09:40" in card.description
    assert "Tue 1 Dec 2026 08:00-09:40 → Tue 24 Nov 2026 08:00-09:40" in back.description
    assert (f"{entry.start:%d %b}", entry.sequence) == ("01 Dec", 2)
    assert [f"{entry.start:%d %b}" for entry in (await desk.store.calendar()).entries] == ["24 Nov"]


async def test_undo_puts_an_entry_back_where_it_was_even_when_that_is_past_and_leaves_the_draft_where_it_is(
    desk: Desk,
) -> None:
    await desk.drawn(week=named())
    await desk.done()
    desk.plays(REPLY)
    open_only = LATER.model_copy(update={"window": LATER.window.model_copy(update={"allow_past": False})})
    await desk.person.say("The same next week", named(open_only))
    drawn = await desk.moved()
    await desk.done()

    desk.person.now = drawn.start_of(1, 1)
    back = await desk.asked(UNDO)
    await desk.person.answer("approve")

    assert "Tue 1 Dec 2026 08:00-09:40 → Tue 24 Nov 2026 08:00-09:40" in back.description
    assert [f"{entry.start:%d %b}" for entry in (await desk.store.calendar()).entries] == ["24 Nov"]
    after = await desk.schedule()
    assert after.window.not_before is not None
    assert after.by_id[1] == drawn.by_id[1]
    assert not after.is_past(after.by_id[1])


@pytest.mark.parametrize("writer", ["t", "other"])
async def test_an_entry_from_before_uids_belonged_to_a_thread_moves_with_its_own_thread_only(
    desk: Desk, writer: str
) -> None:
    await desk.drawn(week=named())
    await wrote_before(desk, desk.thread if writer == "t" else writer)

    outcome = await desk.commits.apply(desk.thread, key="k", version=None)

    entries = (await desk.store.calendar()).entries
    if writer == "t":
        assert [(entry.uid, entry.sequence > 7) for entry in entries] == [(uid_before("essay"), True)]
        assert [change.kind for change in outcome.changes] == [ChangeKind.MOVE]
    else:
        assert [entry.uid for entry in entries] == [uid_before("essay"), written_uid("essay", desk.thread)]
        assert [change.kind for change in outcome.changes] == [ChangeKind.PLACE]


async def test_a_draft_that_clashes_with_a_newer_calendar_opens_no_card(desk: Desk) -> None:
    before = await desk.drawn()
    await put_calendar(desk.store, DENTIST, "Europe/Berlin")
    desk.plays(EXECUTE, APPLY, DONE, FINAL)

    turn = await desk.person.say("Do it")

    [ran] = await desk.told()
    assert (turn.status, ran.refused) == (RunStatus.SUCCESS, True)
    assert "Dentist is now where the draft has Essay" in ran.text
    assert await desk.schedule() == before


async def test_what_the_person_has_declined_is_no_clash(redis: AsyncRedis) -> None:
    desk = Desk(redis, addresses=("me@example.org",))
    await desk.drawn()
    declined = b"ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.org\r\nSUMMARY:Dentist"
    await put_calendar(desk.store, DENTIST.replace(b"SUMMARY:Dentist", declined), "Europe/Berlin")

    await desk.asked()


def named(week: Schedule = WEEK) -> Schedule:
    """The same list of tasks, on these days."""
    return week.with_tasks([week.by_id[1].model_copy(update={"source_id": "essay", "slots": (), "status": "pending"})])


async def test_a_thread_that_was_begun_when_there_was_no_calendar_takes_it_in(desk: Desk) -> None:
    desk.plays(REPLY, REPLY)
    await desk.person.say("Hello")
    await put_calendar(desk.store, DENTIST, "Europe/Berlin")

    await desk.person.say("And now?")

    assert [task.title for task in (await desk.schedule()).tasks] == ["Dentist"]
