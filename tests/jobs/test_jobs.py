"""A job lives its life: claimed when it is due, tried again, reviewed, told in its log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from job_house import House, Open
from stage import NOW

from dayloom.offline import OfflineModel
from state.errors import IllegalStep, MovedOn, UnknownJob
from state.job import AttemptOutcome, Every, JobKind, JobStatus
from state.ports import Accepted

REPLY = {"speak": "The summary is written.", "reason": "done", "action": "reply"}
ASK: dict[str, Any] = {"speak": "For whom is it?", "reason": "unclear", "action": "ask_user"}
GIVE_UP: dict[str, Any] = {
    "speak": "",
    "reason": "no",
    "action": "abort",
    "abort": {"code": "impossible", "user_message": "It cannot be written.", "internal_reason": "x"},
}


async def done(house: House, **fields: Any) -> Any:
    job = await house.jobs.add(house.job(due=NOW, **fields))
    return await house.jobs.store.get(job.id)


async def test_a_todo_that_is_due_is_carried_out_and_its_report_is_its_output(house: Open) -> None:
    job = await done(house(REPLY))
    assert (job.status, job.completed_at) == (JobStatus.DONE, NOW)
    assert [output.text for output in job.outputs] == ["The summary is written."]
    assert [(a.number, a.outcome) for a in job.attempts] == [(1, AttemptOutcome.COMPLETED)]


async def test_with_a_reviewer_it_waits_for_review_and_goes_on_with_the_remark_when_sent_back(house: Open) -> None:
    at_home = house(REPLY, REPLY)
    job = await done(at_home, reviewer="bob")
    assert job.status is JobStatus.REVIEW
    await at_home.jobs.send_back(job.id, "Say it shorter.")
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.REVIEW
    assert "Say it shorter." in at_home.model.shown
    assert (await at_home.jobs.accept(job.id)).status is JobStatus.DONE


async def test_a_job_without_a_due_time_waits_until_it_is_started(house: Open) -> None:
    at_home = house(REPLY)
    job = await at_home.jobs.add(at_home.job())
    await at_home.later(days=400)
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.PENDING
    await at_home.jobs.run(job.id)
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE


async def test_what_does_not_say_that_it_has_what_it_must_have_is_looked_at_by_a_person(house: Open) -> None:
    has_both = {**REPLY, "speak": "The summary.\n\n- [x] A date\n- [x] figures"}
    at_home = house({**REPLY, "speak": "The summary.\n[x] a date\n[ ] figures"}, has_both)
    job = await done(at_home, must_haves=["a date", "figures"])
    assert (job.status, job.unmet) == (JobStatus.REVIEW, ("figures",))
    assert "It does not say that it has: figures." in [line.text for line in await at_home.jobs.store.log(job.id)]

    await at_home.jobs.send_back(job.id, "The figures are missing.")
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE


async def test_two_failures_then_success_are_three_attempts_with_growing_pauses(house: Open) -> None:
    at_home = house(GIVE_UP, GIVE_UP, REPLY)
    job = await done(at_home)
    assert job.status is JobStatus.WORKING
    assert timedelta(seconds=20) < job.due - NOW < timedelta(seconds=40)
    await at_home.later(seconds=41)
    job = await at_home.jobs.store.get(job.id)
    assert job.due is not None
    assert timedelta(seconds=44) < job.due - at_home.now < timedelta(seconds=76)
    assert "It cannot be written." in at_home.model.shown
    await at_home.later(seconds=77)
    job = await at_home.jobs.store.get(job.id)
    assert job.status is JobStatus.DONE
    assert [each.outcome for each in job.attempts] == ["failed", "failed", "completed"]


async def test_without_attempts_left_it_is_blocked_and_can_be_tried_anew(house: Open) -> None:
    at_home = house(GIVE_UP, REPLY)
    job = await done(at_home, max_attempts=1)
    assert job.status is JobStatus.BLOCKED
    await at_home.jobs.send_back(job.id, "")
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.DONE


async def test_what_the_offline_model_does_not_understand_is_no_report(house: Open) -> None:
    job = await done(house(asked=OfflineModel()), max_attempts=1)
    assert (job.status, job.outputs) == (JobStatus.BLOCKED, ())
    assert "did not understand" in (job.attempts[-1].error or "")


async def test_a_question_blocks_it_and_the_answer_goes_on(house: Open) -> None:
    at_home = house(ASK, REPLY)
    job = await done(at_home)
    assert (job.status, job.card is not None) == (JobStatus.BLOCKED, True)
    runs = at_home.service.tenants.of("ann").runs
    await runs.start(job.thread, Accepted(run=at_home.service.new_run(), at=NOW, message="For the board."))
    job = await at_home.jobs.store.get(job.id)
    assert (job.status, len(job.attempts)) == (JobStatus.DONE, 2)


SUNDAY = Every(unit="weeks", at="18:00", weekdays=(7,), since=NOW, timezone="UTC")


async def test_a_supervision_is_due_again_also_after_failures_and_catches_up_once(house: Open) -> None:
    at_home = house(REPLY, GIVE_UP, REPLY)
    job = await at_home.jobs.add(at_home.job(kind=JobKind.SUPERVISION, recurrence=SUNDAY, max_attempts=1))
    first = job.due
    assert first is not None
    assert (first.weekday(), first.hour) == (6, 18)
    at_home.now = first
    for week in (1, 2):
        await at_home.later()
        job = await at_home.jobs.store.get(job.id)
        assert (job.status, job.due) == (JobStatus.PENDING, first + timedelta(weeks=week))
        at_home.now = first + timedelta(weeks=week)
    at_home.now += timedelta(weeks=5, hours=1)
    await at_home.later()
    job = await at_home.jobs.store.get(job.id)
    assert job.due == first + timedelta(weeks=8)
    assert [each.outcome for each in job.attempts] == ["completed", "failed", "completed"]


async def test_a_supervision_is_never_due_after_its_end(house: Open) -> None:
    at_home = house(REPLY)
    over = {"kind": JobKind.SUPERVISION, "recurrence": SUNDAY, "until": NOW + timedelta(hours=1)}
    job = await at_home.jobs.add(at_home.job(**over))

    assert job.due is None
    assert (await at_home.jobs.reschedule(job.id, until=None)).due is not None
    assert (await at_home.jobs.reschedule(job.id, until=NOW)).due is None


async def test_an_illegal_step_names_the_legal_ones(house: Open) -> None:
    at_home = house(REPLY)
    job = await done(at_home)
    with pytest.raises(IllegalStep, match="it has ended"):
        await at_home.jobs.cancel(job.id)
    waiting = await at_home.jobs.add(at_home.job())
    with pytest.raises(IllegalStep, match="it may become claimed, cancelled") as refused:
        await at_home.jobs.accept(waiting.id)
    assert refused.value.more["legal"] == ["claimed", "cancelled"]


async def test_each_change_builds_on_the_job_as_it_was_read(house: Open) -> None:
    at_home = house()
    job = await at_home.jobs.add(at_home.job())
    await at_home.jobs.comment(job.id, "First.")
    with pytest.raises(MovedOn):
        await at_home.jobs.store.change(job, job)


async def test_a_foreign_job_is_a_missing_one(house: Open) -> None:
    at_home = house()
    job = await at_home.jobs.add(at_home.job())
    with pytest.raises(UnknownJob):
        await at_home.service.of("bob").store.get(job.id)
    assert await at_home.service.of("bob").store.all() == ()


async def test_two_processes_start_what_is_due_once(house: Open) -> None:
    one, other = house(*[REPLY] * 20, worker="one"), house(*[REPLY] * 20, worker="two")
    job = await one.jobs.add(one.job(due=NOW + timedelta(hours=1)))
    one.now = other.now = datetime(2030, 1, 1, tzinfo=UTC)
    await asyncio.gather(*(each.jobs.work(job.id) for each in (one, other) * 5))
    job = await one.jobs.store.get(job.id)
    assert (job.status, len(job.attempts)) == (JobStatus.DONE, 1)
    assert len(one.model.prompts) + len(other.model.prompts) == 1


async def test_the_log_tells_its_life_in_plain_words(house: Open) -> None:
    at_home = house(REPLY)
    assert await at_home.log(await done(at_home)) == [
        f"Added: Write the summary (due {NOW.isoformat(timespec='minutes')}).",
        "Claimed by worker-1.",
        "Attempt 1 begins.",
        "Attempt 1 is complete: The summary is written.",
        "Nobody reviews it: done.",
    ]


async def test_a_dry_run_tells_what_would_be_asked_and_starts_nothing(house: Open) -> None:
    at_home = house(REPLY)
    job = await done(at_home, dry_run=True, must_haves=["a date"])

    assert (job.status, job.dry_run, at_home.model.prompts) == (JobStatus.BLOCKED, False, [])
    assert job.attempts[0].outcome is AttemptOutcome.DRY_RUN
    assert "- a date" in job.attempts[0].report
    await at_home.jobs.run(job.id)
    assert (await at_home.jobs.store.get(job.id)).status is JobStatus.REVIEW
