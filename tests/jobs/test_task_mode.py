"""A job's run is the chat's graph in task mode: what it may do unasked, what it is told, whom it asks, which days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from doubles import Fault, ScriptedModelServer
from job_house import House, Open
from stage import NOW

from dayloom.calendar_sync.task_list import add_list
from dayloom.calendars import File
from dayloom.llm.chat_completions.model import ChatCompletionsApi
from dayloom.llm.models import Models
from dayloom.offline import OfflineModel
from dayloom.settings import Settings
from dayloom.wiring import open_models
from state.errors import BadInput, NothingToAnswer
from state.job import AttemptOutcome, Every, Job, JobKind, JobStatus
from state.transcript import ModelFailed

EXECUTE = {"action": "execute", "reason": "one step", "speak": ""}
ADD: dict[str, Any] = {
    "action": "confirm",
    "reason": "it is wanted",
    "tool_call": {"name": "add_tasks", "arguments": {"tasks": [{"title": "Call Anna", "minutes": 30}]}},
    "speak": "I add it.",
}
DONE = {"action": "done", "reason": "all done", "goal_check": "It is on the list.", "speak": ""}
REPLY = {"speak": "The summary is written.", "reason": "done", "action": "reply"}
GIVE_UP: dict[str, Any] = {
    "action": "abort",
    "reason": "no",
    "abort": {"code": "impossible", "user_message": "The figures are missing.", "internal_reason": "x"},
}
DAILY = Every(at="07:00", since=NOW, timezone="UTC")


async def carried_out(house: House, **fields: Any) -> Job:
    job = await house.jobs.add(house.job(due=NOW, **fields))
    return await house.jobs.store.get(job.id)


async def listed(house: House) -> list[Any]:
    items = (await house.service.tenants.of("ann").calendar.calendar_and_tasks())[1]
    return [item.fields["title"] for item in items]


async def test_what_the_job_allows_acts_outside_the_draft_without_a_question(house: Open) -> None:
    at_home = house(EXECUTE, ADD, DONE, "Anna is on your list.")
    job = await carried_out(at_home, allow=("add_tasks",))

    assert (job.status, await listed(at_home)) == (JobStatus.DONE, ["Call Anna"])


async def test_what_it_does_not_allow_is_asked_and_goes_on_with_the_answer(house: Open) -> None:
    at_home = house(EXECUTE, ADD, DONE, "Anna is on your list.")
    job = await carried_out(at_home)
    assert (job.status, await listed(at_home)) == (JobStatus.BLOCKED, [])
    assert "Call Anna" in job.attempts[-1].report

    answered = await at_home.jobs.answer(job.id, "yes")
    assert (answered.status, await listed(at_home)) == (JobStatus.DONE, ["Call Anna"])
    assert answered.outputs[-1].text == "Anna is on your list."


async def test_only_a_blocked_job_can_be_answered(house: Open) -> None:
    at_home = house()
    job = await at_home.jobs.add(at_home.job())
    with pytest.raises(NothingToAnswer):
        await at_home.jobs.answer(job.id, "yes")


async def test_a_tool_that_does_not_act_outside_cannot_be_allowed(house: Open) -> None:
    at_home = house()
    with pytest.raises(BadInput, match=r"'place' .* add_tasks"):
        await at_home.jobs.add(at_home.job(allow=("place",)))


async def test_the_next_attempt_is_told_what_the_last_one_produced_its_error_and_the_remark(house: Open) -> None:
    at_home = house(REPLY, GIVE_UP, REPLY)
    job = await carried_out(at_home, reviewer="bob", must_haves=("a date",), description="Write it up.")
    assert "nobody watches" in at_home.model.shown
    assert "- a date" in at_home.model.shown

    await at_home.jobs.send_back(job.id, "Say it shorter.")
    assert "Say it shorter." in at_home.model.shown
    assert "Attempt 1 handed in:\n<data>\nThe summary is written.\n</data>" in at_home.model.shown
    await at_home.later(seconds=60)
    assert "The figures are missing." in at_home.model.shown
    assert "Say it shorter." in at_home.model.shown


async def test_what_is_not_understood_is_not_tried_again(house: Open) -> None:
    job = await carried_out(house(asked=OfflineModel()), title="Frobnicate the blubs")
    assert (job.status, len(job.attempts)) == (JobStatus.BLOCKED, 1)


async def test_each_model_of_a_job_is_asked_in_turn_and_each_try_is_told(house: Open) -> None:
    busy = [Fault("status", 503)] * 20
    async with ScriptedModelServer(lambda request: busy.pop() if request.body["model"] == "first" else REPLY) as server:
        api = ChatCompletionsApi(base_url=server.base_url, api_key="sk-1")
        at_home = house(models=Models("first", [api.model("first"), api.model("second")], sleep=at_once))
        job = await carried_out(at_home, models=("first", "third", "second"))
        await api.aclose()

    log = await at_home.log(job)
    assert job.status is JobStatus.DONE
    assert "third is not configured here, so it was not asked." in log
    assert any(line.startswith("first: ") and line.endswith("Next: second.") for line in log)
    steps = await at_home.service.tenants.of("ann").threads.transcript(job.thread)
    entries = [entry for each in steps for entry in each.entries if isinstance(entry, ModelFailed)]
    assert {each.model for entry in entries for each in entry.tries} == {"first"}


async def at_once(_: float) -> None:
    """Wait no time."""


async def test_a_job_none_of_whose_models_is_configured_says_so(house: Open) -> None:
    async with open_models(Settings()) as models:
        at_home = house(models=models)
        job = await carried_out(at_home, models=("far-away",))

    attempt = job.attempts[-1]
    assert (job.status, attempt.outcome) == (JobStatus.BLOCKED, AttemptOutcome.SPAWN_FAILED)
    assert attempt.error == "None of far-away is configured here; there are offline."


async def test_a_supervision_plans_the_days_from_each_due_time_on_and_keeps_its_draft(house: Open) -> None:
    at_home = house(asked=OfflineModel())
    tenant = at_home.service.tenants.of("ann")
    await add_list(
        tenant.calendar, File("tasks.csv", b"title,duration,earliest\nEssay,2h,2026-11-26\n"), NOW, timezone="UTC"
    )
    kept = at_home.job(title="Plan my week", kind=JobKind.SUPERVISION, recurrence=DAILY, due=NOW)
    job = await at_home.jobs.add(kept)
    first = (await tenant.agent.state(job.thread)).schedule
    await at_home.later(hours=48)
    second = (await tenant.agent.state(job.thread)).schedule

    assert second.window.start - first.window.start == timedelta(days=2)
    assert first.window.start > date(2026, 1, 1)
    [before], [after] = (tuple(each.suggested) for each in (first, second))
    assert after.position is not None
    assert before.position is not None
    assert second.span_of(after.position) == first.span_of(before.position)
