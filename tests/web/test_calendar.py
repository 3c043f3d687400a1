"""The calendar: what lies on it, moving it by hand and by keyboard, the way into the stored calendar and back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from browser import Browser
from playwright.async_api import FloatRect, Locator, Page, expect
from serving import Serving

DESK: Final[dict[str, Any]] = {"viewport": {"width": 1400, "height": 1100}}
SUGGESTED: Final = "suggested by the draft"
PROPOSED: Final = "would be here, if you agree"
WRITTEN: Final = "work in your calendar"


def start_thread(server: Serving) -> str:
    """Fill the account with the sample week, and let the agent ask for its plan."""
    server.http.post("/sample").raise_for_status()
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    say(server, thread, "Plan my tasks, keep Friday evening free")
    return thread


def say(server: Serving, thread: str, text: str) -> None:
    """Say something, and wait for the answer."""
    _run(server, thread, {"input": {"messages": [{"role": "user", "content": text}]}})


def approve(server: Serving, thread: str) -> None:
    """Approve the open card."""
    _run(server, thread, {"command": {"resume": {"decisions": [{"type": "approve"}]}}})


def _run(server: Serving, thread: str, body: dict[str, Any]) -> None:
    server.http.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "dayloom", **body}).raise_for_status()


def start_of(server: Serving, thread: str, title: str) -> str | None:
    """Return when a task begins in the draft, as the service keeps it."""
    preview = server.http.get(f"/threads/{thread}/preview").json()
    return next((one["after"]["start"] for one in preview["changes"] if one["title"] == title), None)


def entry(page: Page, title: str, kind: str = SUGGESTED) -> Locator:
    """Return an entry by its title and by what it is."""
    return page.get_by_role("button", name=re.compile(f"^{re.escape(title)} ?, {re.escape(kind)}"))


def waiting(page: Page, title: str) -> Locator:
    """Return a task in the tray."""
    return page.get_by_role("region", name="Without a place").get_by_role("listitem").filter(has_text=title)


async def box_of(shown: Locator) -> FloatRect:
    """Return where something is; it may be drawn anew between two looks."""
    while True:
        await expect(shown).to_be_visible()
        if (box := await shown.bounding_box()) is not None:
            return box


async def drag(page: Page, shown: Locator, x: float, y: float) -> None:
    """Drag something by a point near its upper edge to where that point shall be."""
    box = await box_of(shown)
    await page.mouse.move(box["x"] + 20, box["y"] + 6)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 30, box["y"] + 16)
    await page.mouse.move(x, y, steps=6)
    await page.mouse.up()


async def drag_beside(page: Page, shown: Locator, other: Locator, day: str) -> None:
    """Drag something into the column of a day, to the time of another entry."""
    column, row = await box_of(page.get_by_label(day)), await box_of(other)
    await drag(page, shown, column["x"] + column["width"] / 2, row["y"] + 6)


async def choose(page: Page, dialog: Locator, field: str, option: str) -> None:
    """Choose one of a few by keyboard."""
    await dialog.get_by_role("button", name=field).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("option", name=option).focus()
    await page.keyboard.press("Enter")


async def test_a_draft_is_moved_by_hand_written_into_the_calendar_and_taken_back(
    browser: Browser, server: Serving
) -> None:
    thread = start_thread(server)
    async with browser.visit(f"{server.url}/#/{thread}/week", expected=("422",), **DESK) as page:
        await expect(entry(page, "Listening exercise", PROPOSED)).to_be_visible()
        await expect(entry(page, "Hiking club day", "all-day event")).to_be_visible()

        approve(server, thread)
        listening = entry(page, "Listening exercise")
        await drag_beside(page, listening, listening, "Friday")
        await expect(listening).to_have_accessible_name(re.compile("Fri .*08:55–09:40"))
        await expect(page.get_by_text(re.compile("Listening exercise is now at Fri"))).to_be_visible()
        assert "T08:55" in str(start_of(server, thread, "Listening exercise"))

        essay = entry(page, "Short essay: Mi ciudad")
        await drag_beside(page, essay, entry(page, "Read chapter 5: Diagonalisation"), "Monday")
        await expect(essay).to_have_accessible_name(re.compile("Sun .*not moved: Linear algebra is there"))
        assert "T10:55" in str(start_of(server, thread, "Short essay: Mi ciudad"))

        report, tray = entry(page, "Write the report"), page.get_by_role("region", name="Without a place")
        box = await box_of(tray)
        await drag(page, report, box["x"] + 60, box["y"] + 20)
        await expect(waiting(page, "Write the report")).to_be_visible()
        assert start_of(server, thread, "Write the report") is None
        await drag_beside(page, waiting(page, "Write the report"), entry(page, "Fit the regression model"), "Friday")
        await expect(report).to_have_accessible_name(re.compile("Fri .*10:00–12:35"))

        await page.get_by_role("button", name="Write to calendar…").click()
        await expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(14)
        await page.get_by_role("button", name="Write to calendar", exact=True).click()
        await expect(entry(page, "Write the report", WRITTEN)).to_be_visible()
        events = server.http.get("/calendar/events", params={"days": 14}).json()["events"]
        assert "Write the report" in {one["title"] for one in events}

        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(report).to_be_visible()


async def test_an_entry_is_moved_by_keyboard_from_another_time_zone_and_a_card_shows_the_old_place(
    browser: Browser, server: Serving
) -> None:
    thread = start_thread(server)
    approve(server, thread)
    there = {"timezone_id": "Pacific/Auckland", **DESK}
    async with browser.visit(f"{server.url}/#/{thread}/week", **there) as page:
        await expect(page.get_by_text("Times in Europe/Berlin")).to_be_visible()
        vocabulary = entry(page, "Vocabulary unit 7")
        await expect(vocabulary).to_have_accessible_name(re.compile("08:00–08:45"))

        await vocabulary.focus()
        await page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Vocabulary unit 7")
        await expect(dialog.get_by_text("keeps the days even")).to_be_visible()
        await choose(page, dialog, "Day", "Tuesday")
        await expect(dialog.get_by_text("Watch the lecture on shortest paths is there.")).to_be_visible()
        await choose(page, dialog, "Time", "08:55")
        await expect(dialog.get_by_text("It fits there.")).to_be_visible()
        await dialog.get_by_role("button", name="Move here").focus()
        await page.keyboard.press("Enter")
        await expect(vocabulary).to_have_accessible_name(re.compile("Tue .*08:55–09:40"))
        await expect(page.get_by_text("Vocabulary unit 7 is now at")).to_be_visible()  # kept, and not only shown
        assert "T08:55:00+01:00" in str(start_of(server, thread, "Vocabulary unit 7"))

        say(server, thread, "Move Problem sheet 6 to Wednesday 15:30")
        await expect(entry(page, "Problem sheet 6", "was here")).to_have_accessible_name(re.compile("10:00–12:35"))
        await expect(entry(page, "Problem sheet 6", PROPOSED)).to_have_accessible_name(re.compile("15:30–18:05"))


CLOCK_CHANGE: Final = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:brunch-1
DTSTAMP:20261101T090000Z
DTSTART;TZID=Europe/Berlin:20270328T100000
DTEND;TZID=Europe/Berlin:20270328T113000
SUMMARY:Brunch
END:VEVENT
END:VCALENDAR
"""


async def test_the_stored_calendar_is_changed_by_hand_and_the_day_of_a_clock_change_is_right(
    browser: Browser, server: Serving
) -> None:
    calendar = CLOCK_CHANGE.replace("\n", "\r\n").encode()
    server.http.put("/calendar", content=calendar, headers={"content-type": "text/calendar"}).raise_for_status()
    server.http.post("/tasks", json=[{"title": "Essay", "duration": "90min"}]).raise_for_status()
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    week = {"configurable": {"week": {"start": "2027-03-28", "days": 1, "grid": "quarter-hours"}}}
    _run(server, thread, {"input": {"messages": [{"role": "user", "content": "Plan my tasks"}]}, "config": week})
    there = {"timezone_id": "America/Santiago", **DESK}
    async with browser.visit(f"{server.url}/#/{thread}/week", **there) as page:
        brunch = entry(page, "Brunch", "event of your calendar")
        await expect(brunch).to_have_accessible_name(re.compile("Sun 28 Mar ?, 10:00–11:30"))
        await expect(entry(page, "Essay", PROPOSED)).to_have_accessible_name(re.compile("Sun 28 Mar"))

        today = datetime.now(ZoneInfo("Europe/Berlin")).date()
        server.http.post(
            "/calendar/events", json={"title": "Dentist", "start": f"{today}T12:00", "minutes": 60}
        ).raise_for_status()
        await page.goto(f"{server.url}/#/-/week")
        await page.get_by_role("button", name="Today", exact=True).click()
        dentist = entry(page, "Dentist", "event of your calendar")
        box = await box_of(dentist)
        await drag(page, dentist, box["x"] + 20, box["y"] + 6 + box["height"])
        await expect(dentist).to_have_accessible_name(re.compile("13:00–14:00"))
        await page.get_by_role("button", name="Undo", exact=True).click()
        await expect(dentist).to_have_accessible_name(re.compile("12:00–13:00"))
        box = await box_of(dentist)
        await page.mouse.move(box["x"] + 40, box["y"] + box["height"] - 3)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 40, box["y"] + box["height"] + 2)
        await page.mouse.move(box["x"] + 40, box["y"] + box["height"] * 1.5 - 6, steps=5)
        await page.mouse.up()
        await expect(dentist).to_have_accessible_name(re.compile("12:00–13:30"))
