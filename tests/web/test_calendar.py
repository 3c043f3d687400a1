"""The calendar: what lies on it, moving it by hand and by keyboard, the way into the stored calendar and back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from browser import Browser
from playwright.async_api import FloatRect, Locator, Page, expect
from serving import Serving

DESK: Final[dict[str, Any]] = {"viewport": {"width": 1400, "height": 1000}}
SUGGESTED: Final = "suggested by the draft"


def start_thread(server: Serving) -> str:
    """Fill the account with the sample week, and let the agent ask for its plan."""
    server.http.post("/sample").raise_for_status()
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    said = {"messages": [{"role": "user", "content": "Plan my tasks, keep Friday evening free"}]}
    _run(server, thread, {"input": said})
    return thread


def approve(server: Serving, thread: str) -> None:
    _run(server, thread, {"command": {"resume": {"decisions": [{"type": "approve"}]}}})


def _run(server: Serving, thread: str, body: dict[str, Any]) -> None:
    server.http.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "dayloom", **body}).raise_for_status()


def placed(server: Serving, thread: str) -> dict[str, dict[str, Any]]:
    """Return the changes of the draft by title."""
    preview = server.http.get(f"/threads/{thread}/preview").json()
    return {change["title"]: change for change in preview["changes"]}


def entry(page: Page, title: str, kind: str = SUGGESTED) -> Locator:
    return page.get_by_role("region", name="Week").get_by_role(
        "button", name=re.compile(f"^{re.escape(title)} ?, {re.escape(kind)}")
    )


async def box_of(shown: Locator) -> FloatRect:
    """Return where something is; it may be drawn anew between two looks."""
    while True:
        await expect(shown).to_be_visible()
        if (box := await shown.bounding_box()) is not None:
            return box


async def drag(page: Page, shown: Locator, *, column: str, minutes: float, length: float) -> None:
    """Drag an entry of some length in minutes by so many minutes, into the column of a day."""
    box, head = await box_of(shown), await box_of(page.get_by_label(column))
    x, y = box["x"] + box["width"] / 2, box["y"] + 4
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 8, y + 8)
    target = y + minutes * box["height"] / length
    await page.mouse.move(head["x"] + head["width"] / 2, target, steps=6)
    await page.mouse.up()


def length_of(change: dict[str, Any]) -> float:
    after = change["after"]
    return (datetime.fromisoformat(after["end"]) - datetime.fromisoformat(after["start"])).total_seconds() / 60


async def test_a_draft_is_shown_moved_by_hand_written_and_taken_back(browser: Browser, server: Serving) -> None:
    thread = start_thread(server)
    async with browser.visit(f"{server.url}/#/{thread}/week", **DESK) as page:
        await expect(entry(page, "Vocabulary unit 7", "would be here, if you agree")).to_be_visible()
        await expect(entry(page, "Hiking club day", "all-day event")).to_be_visible()

        approve(server, thread)
        await page.reload()
        await drag(page, entry(page, "Listening exercise"), column="Friday", minutes=0, length=45)
        await expect(entry(page, "Listening exercise")).to_have_accessible_name(re.compile("Fri"))
