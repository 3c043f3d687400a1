"""Cards on the page show what would happen, and take every answer that the service takes."""

from __future__ import annotations

import re

from browser import Browser
from playwright.async_api import Page, Route, expect
from serving import Serving


async def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill(text)
    await box.press("Enter")


async def test_a_card_is_changed_and_approved_declined_and_remembered_and_what_acts_in_the_calendar_looks_so(
    browser: Browser, server: Serving
) -> None:
    server.http.post("/sample").raise_for_status()
    async with browser.visit(server.url) as page:
        await say(page, "Plan my tasks, keep Friday evening free")
        draft = page.get_by_role("article", name="Draft")
        await expect(draft.get_by_text("Problem sheet 6")).to_be_visible()
        await draft.get_by_role("button", name="Change").click()
        await draft.get_by_role("button", name="How it is planned").click()
        await page.get_by_role("option", name="As early as possible").click()
        await draft.get_by_role("button", name="Approve with this change").click()
        await expect(page.get_by_text("You changed this and approved it")).to_be_visible()
        await page.get_by_role("button", name="This was good").click()
        await expect(page.get_by_role("button", name="This was good")).to_have_count(0)

        await say(page, "Put it into my calendar")
        await expect(page.get_by_role("article", name="Calendar")).to_contain_text("changes to your calendar")
        await page.get_by_role("button", name="Decline").click()
        await page.get_by_label("What should be different?").fill("Never on Sundays")
        await page.get_by_role("button", name="Decline").click()
        await expect(page.get_by_text("You declined this: Never on Sundays")).to_be_visible()
        await page.get_by_role("button", name="Remember this").click()
        await expect(page.get_by_text("Remembered:")).to_be_visible()


async def test_a_question_is_answered_in_place_and_a_card_that_was_answered_elsewhere_says_so(
    browser: Browser, server: Serving
) -> None:
    server.http.post("/sample").raise_for_status()
    async with browser.visit(server.url, expected=("409", "net::ERR_FAILED")) as page:
        await say(page, "Move Problem sheet 6")
        question = page.get_by_role("article", name="Question")
        await question.get_by_label("Your answer").fill("Thursday at 10")
        await question.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("article", name="Draft")).to_be_visible()

        async def cut(route: Route) -> None:
            await route.abort()

        await page.route(re.compile("/stream"), cut)
        await page.reload()
        await expect(page.get_by_role("article", name="Draft")).to_be_visible()
        other = await page.context.new_page()
        await other.goto(page.url)
        await other.get_by_role("button", name="Approve", exact=True).click()
        await expect(other.get_by_text("You approved this")).to_be_visible()
        await page.get_by_role("button", name="Approve", exact=True).click()
        await expect(page.get_by_text("This card is out of date")).to_be_visible()
        await expect(page.get_by_text("You approved this")).to_be_visible()
