"""The way from an empty account to the first plan, and what is set once: calendar in and out, messages, the model."""

from __future__ import annotations

from pathlib import Path

from axe import violations
from browser import Browser, drop_file
from playwright.async_api import expect
from serving import Serving

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:dentist-1
DTSTAMP:20261101T090000Z
DTSTART:20991124T083000Z
DTEND:20991124T091500Z
SUMMARY:Dentist
END:VEVENT
BEGIN:VEVENT
UID:odd-1
DTSTAMP:20261101T090000Z
DTSTART:SOON
SUMMARY:Odd
END:VEVENT
END:VCALENDAR
"""


async def test_an_empty_account_comes_to_its_first_plan_in_three_steps(
    browser: Browser, server: Serving, tmp_path: Path
) -> None:
    (tmp_path / "mine.ics").write_text(CALENDAR)
    async with browser.visit(server.url) as page:
        await expect(page.get_by_role("heading", name="Step 1 of 3: Your calendar")).to_be_visible()
        await drop_file(page, page.get_by_text("Drop an .ics file here"), tmp_path / "mine.ics")
        await expect(page.get_by_role("status").filter(has_text="Read: ")).to_contain_text("DTSTART 'SOON'")
        await page.get_by_role("button", name="Next", exact=True).click()

        await page.get_by_role("textbox", name="Add tasks").fill("Essay 2h\nRead chapter 6, 90min\nLaundry 1h")
        await page.get_by_role("button", name="Keep 3 tasks").click()
        await page.get_by_role("button", name="Next", exact=True).click()
        await page.reload()  # the way goes on where it was
        await expect(page.get_by_role("heading", name="Step 3 of 3: Ask for a plan")).to_be_visible()
        await expect(page.get_by_text("a built-in grammar answers")).to_be_visible()

        await (
            page.get_by_role("region", name="Three steps").get_by_role("button", name="Spread my tasks evenly").click()
        )
        await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
        await expect(page.get_by_role("heading", name="Three steps")).to_have_count(0)


async def test_a_sample_week_is_one_click_and_the_way_can_be_left(browser: Browser, server: Serving) -> None:
    async with browser.visit(server.url) as page:
        await page.get_by_role("button", name="Use a sample week").click()
        await expect(page.get_by_role("heading", name="Step 3 of 3: Ask for a plan")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("button", name="Not now").click()
        await expect(page.get_by_role("heading", name="Three steps")).to_have_count(0)

        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("tab", name="Calendar").click()
        async with page.expect_download() as file:
            await page.get_by_role("link", name="Download calendar.ics").click()
        assert (await file.value).suggested_filename == "calendar.ics"
        await page.get_by_role("button", name="Make an address").click()
        address = await page.get_by_text(f"{server.url}/feeds/").inner_text()
        assert "BEGIN:VEVENT" in server.http.get(address).text
        assert await violations(page) == []
        await page.get_by_role("button", name="Revoke the address").click()
        await expect(page.get_by_text("No address was made yet.")).to_be_visible()
        assert server.http.get(address).status_code == 404

        await page.get_by_role("tab", name="Messages").click()
        await page.get_by_role("textbox", name="E-mail").fill("ann@example.org")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        assert server.http.get("/contact").json()["email"] == "ann@example.org"
        await page.get_by_role("tab", name="Model").click()
        await expect(page.get_by_text("answers with its built-in grammar, no language model")).to_be_visible()
        await page.keyboard.press("Escape")

        server.http.post("/jobs", json={"title": "Chase Anna", "due": "2026-01-01T08:00:00Z"})
        await page.get_by_role("button", name="Inbox, 1 unread").click()
        await page.get_by_role("button", name="Chase Anna", expanded=False).click()
        await expect(page.get_by_role("button", name="Inbox", exact=True, include_hidden=True)).to_be_attached()
        assert await violations(page) == []
        await page.get_by_role("button", name="Delete “").click()
        await expect(page.get_by_text("No messages.")).to_be_visible()
