"""The ready jobs, carried out by the offline model: what each reports is worth reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
from calendar_page import CalendarPage
from job_house import House, Open
from stage import NOW

from dayloom.calendar_sync.task_list import add_list
from dayloom.calendars import File
from dayloom.jobs.examples import ExampleName, make_job
from dayloom.messages.post import Outward
from dayloom.offline import OfflineModel
from state.errors import BadInput
from state.job import Job, JobKind, JobStatus

LIST = b"title,duration,deadline\nEssay,2h,2026-11-27\nReport,9h,2026-11-22T12:00\n"


async def begun(house: Open, example: ExampleName, **said: str) -> tuple[House, Job]:
    """Return a house with tasks, and the job of an example that has been carried out once."""
    at_home = house(asked=OfflineModel(), outward=Outward(private=True))
    calendar = at_home.service.tenants.of("ann").calendar
    await add_list(calendar, File("tasks.csv", LIST), NOW, timezone="UTC")
    job = await at_home.jobs.add(make_job(example.value, NOW, "UTC", example, said))
    return at_home, await again(at_home, job)


async def again(at_home: House, job: Job) -> Job:
    await at_home.jobs.run(job.id)
    return await at_home.jobs.store.get(job.id)


async def test_the_weekly_plan_lists_the_days_and_what_has_no_place_and_comes_again(house: Open) -> None:
    _, job = await begun(house, ExampleName.WEEKLY_PLAN)
    report = job.outputs[-1].text

    assert (job.kind, job.status) == (JobKind.SUPERVISION, JobStatus.PENDING)
    assert job.due is not None
    assert (job.due.isoweekday(), job.due.hour) == (7, 18)
    [essay] = [line for line in report.splitlines() if line.endswith(" Essay")]
    assert essay.startswith("- Sun 22 Nov 2026: ")
    assert "- Mon 23 Nov 2026: nothing planned" in report
    assert "- Report: " in report


async def test_deadlines_at_risk_are_told_with_why_and_what_helps(house: Open) -> None:
    _, job = await begun(house, ExampleName.DEADLINES_AT_RISK)
    first, *risks = job.outputs[-1].text.splitlines()

    assert first == "Deadlines at risk:"
    assert risks[0].startswith("- Report, due Sun 22 Nov 2026 12:00: fits nowhere, whatever else moves")


async def test_a_calendar_that_changed_is_read_and_replanned_and_one_that_did_not_starts_no_run(house: Open) -> None:
    with CalendarPage() as page:
        page.event("20261123T090000Z", "20261123T100000Z")
        at_home, job = await begun(house, ExampleName.CALENDAR_ADDRESS, source=page.address)
        assert "New in the calendar:\n- Dentist: Mon 23 Nov 2026 09:00" in job.outputs[-1].text
        assert "Placed in your plan:\n- Essay: Sun 22 Nov 2026 08:00" in job.outputs[-1].text

        page.event("20261123T090000Z", "20261123T100000Z", stamp="20261122T000000Z")
        job = await again(at_home, job)
        assert job.outputs[-1].text == "The calendar at 127.0.0.1 is as it was before; there was nothing to do."
        assert len(await at_home.service.tenants.of("ann").runs.list(job.thread)) == 1

        page.event("20261122T080000Z", "20261122T090000Z")
        job = await again(at_home, job)

    report = job.outputs[-1].text
    assert "Moved in the calendar:\n- Dentist: Mon 23 Nov 2026 09:00 → Sun 22 Nov 2026 08:00" in report
    assert "Moved in your plan:\n- Essay: Sun 22 Nov 2026 08:00 → " in report


async def test_an_address_that_cannot_be_read_is_an_error_that_does_not_name_its_secret(house: Open) -> None:
    with CalendarPage() as page:
        _, job = await begun(house, ExampleName.CALENDAR_ADDRESS, source=f"{page.address}-secret-42")

    assert job.attempts[-1].error == "127.0.0.1: answers with status 404 and no calendar"


async def test_a_private_address_is_refused_unless_the_operator_allows_it(house: Open) -> None:
    with CalendarPage() as page:
        at_home = house()
        made = make_job("x", NOW, "UTC", ExampleName.CALENDAR_ADDRESS, {"source": page.address})
        job = await again(at_home, await at_home.jobs.add(made))

    assert "lies in a private network" in (job.attempts[-1].error or "")


@pytest.mark.parametrize(
    ("example", "cure"), [(ExampleName.CALENDAR_ADDRESS, "--source"), (None, "weekly-plan, deadlines-at-risk")]
)
def test_what_is_missing_is_named(example: ExampleName | None, cure: str) -> None:
    with pytest.raises(BadInput, match=cure):
        make_job("x", NOW + timedelta(), "UTC", example, {})
