"""A past conversation on the page: one slider moves words and calendar together."""

from __future__ import annotations

import re

from axe import violations
from browser import Browser
from playwright.async_api import expect
from serving import Serving

WORDS = "Plan my tasks"
TASK = re.compile("^Clean the survey data ?, suggested")


async def test_the_slider_moves_words_and_calendar_and_leads_back_to_now(browser: Browser, server: Serving) -> None:
    thread = _planned(server)
    async with browser.visit(f"{server.url}/#/{thread}/week") as page:
        messages, week = page.get_by_role("region", name="Messages"), page.get_by_role("region", name="Week")
        placed = week.get_by_role("button", name=TASK)
        await expect(placed).to_be_visible()
        await page.get_by_role("button", name="Replay").click()
        bar = page.get_by_role("region", name="Replay")
        slider = bar.get_by_role("slider", name="Moment of the conversation")
        await expect(slider).to_be_focused()
        await expect(page.get_by_role("textbox", name="Message")).to_be_hidden()

        await page.keyboard.press("Home")
        await expect(bar).to_contain_text(f"You: {WORDS}")
        await expect(bar).to_contain_text("1 of ")
        await expect(placed).to_be_hidden()
        await expect(messages).not_to_contain_text("14 placed.")

        assert await violations(page) == []
        await bar.get_by_role("button", name="Speed").click()
        await bar.get_by_role("button", name="Speed").click()
        await bar.get_by_role("button", name="Play").click()
        await expect(placed).to_be_visible()
        await expect(messages).to_contain_text("14 placed.")
        await expect(bar.get_by_role("button", name="Play")).to_be_visible()

        await bar.get_by_role("button", name="Back to now").click()
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        await expect(page.get_by_role("button", name="Replay")).to_be_focused()


def _planned(server: Serving) -> str:
    """Fill the account with the sample week, and let it be planned."""
    server.http.post("/sample").raise_for_status()
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    asked = {"input": {"messages": [{"role": "user", "content": WORDS}]}}
    approved = {"command": {"resume": {"decisions": [{"type": "approve"}]}}}
    for body in (asked, approved):
        answer = server.http.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "dayloom", **body})
        answer.raise_for_status()
    return thread
