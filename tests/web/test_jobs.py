"""Background work on the page: made, watched, reviewed."""

from __future__ import annotations

from axe import violations
from browser import Browser
from playwright.async_api import expect
from serving import Serving


async def test_a_job_is_made_looked_through_sent_back_and_accepted(browser: Browser, server: Serving) -> None:
    server.http.post("/sample").raise_for_status()
    async with browser.visit(f"{server.url}/#/-/jobs") as page:
        await page.get_by_role("button", name="New job").click()
        form = page.get_by_role("dialog", name="New job")
        await form.get_by_role("textbox", name="What is to be done").fill("What is at risk?")
        await form.get_by_role("textbox", name="Who reviews the result").fill("Ann")
        await form.get_by_role("button", name="Make the job").click()

        review = page.get_by_role("region", name="Is the result right?")
        await expect(page.get_by_role("region", name="Results")).to_contain_text("From attempt 1")
        await expect(page.get_by_role("log", name="Log")).to_contain_text("Attempt 1 is complete")
        assert await violations(page) == []
        await review.get_by_role("textbox").fill("Say it again")
        await review.get_by_role("button", name="Send back").click()

        await expect(page.get_by_role("region", name="Results")).to_contain_text("From attempt 2")
        await review.get_by_role("button", name="Accept").click()
        await expect(review).to_be_hidden()
        await page.get_by_role("link", name="All jobs").click()
        await expect(page.get_by_role("region", name="Done")).to_contain_text("What is at risk?")

    assert "Sent back: Say it again" in server.http.get(f"/jobs/{_only_job(server)}/log").text


async def test_what_is_refused_of_a_job_is_said_and_nothing_typed_is_lost(browser: Browser, server: Serving) -> None:
    async with browser.visit(f"{server.url}/#/-/jobs", expected=("422",)) as page:
        await page.get_by_role("button", name="Plan my week").click()
        form = page.get_by_role("dialog", name="New job")
        await form.get_by_role("textbox", name="How often").fill("now and then")
        await form.get_by_role("button", name="Make the job").click()
        await expect(form.get_by_role("alert")).to_contain_text("'now and then' does not say how often")

        await form.get_by_role("textbox", name="How often").fill("Sunday 18:00")
        await form.get_by_role("button", name="Make the job").click()
        await expect(page.get_by_role("heading", name="Plan my week")).to_be_visible()
        await expect(page.get_by_text("Every Sunday at 18:00")).to_be_visible()
        await page.get_by_role("button", name="Run now").click()
        await expect(page.get_by_role("log", name="Log")).to_contain_text("Attempt 1 is complete")


def _only_job(server: Serving) -> str:
    (job,) = server.http.get("/jobs").json()["jobs"]
    return job["id"]
