"""The page is for everybody: no violation in any panel, theme, language or size, and no need of a mouse."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from axe import violations
from browser import Browser
from playwright.async_api import Page, expect
from serving import Serving

PANELS: Final = ("talk", "week", "tasks", "jobs", "trace", "memory")
DESK: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
LOADING: Final = re.compile("Loading…|正在加载…")


@pytest.mark.parametrize(
    ("viewport", "theme", "language"),
    [(DESK, "light", "en-GB"), (DESK, "dark", "zh-CN"), (PHONE, "dark", "en-GB"), (PHONE, "light", "zh-CN")],
    ids=["desk, light, English", "desk, dark, Chinese", "phone, dark, English", "phone, light, Chinese"],
)
async def test_axe_finds_nothing_in_any_panel(
    browser: Browser, server: Serving, viewport: Any, theme: Any, language: str
) -> None:
    server.http.post("/sample").raise_for_status()
    async with browser.visit(server.url, viewport=viewport, color_scheme=theme, locale=language) as page:
        for panel in PANELS:
            await page.goto(f"{server.url}/#/-/{panel}")
            await expect(page.get_by_text(LOADING)).to_have_count(0)
            assert await violations(page) == [], panel


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(
            "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''"
        )
        if focused.strip() == name:
            return
    raise AssertionError(f"no way by Tab to {name!r}")


async def test_a_first_plan_needs_no_mouse(browser: Browser, server: Serving) -> None:
    async with browser.visit(server.url, viewport=DESK) as page:
        await expect(page.get_by_role("button", name="Use a sample week")).to_be_visible()
        await tab_to(page, "Use a sample week")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("14 here")).to_be_visible()
        await page.get_by_role("button", name="Skip to the conversation").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.type("Plan my tasks")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()

        await tab_to(page, "Approve")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Write to calendar…")).to_be_visible()
        await tab_to(page, "Write to calendar…")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog", name="Write this into your calendar?")).to_be_visible()
        await tab_to(page, "Write to calendar")
        await page.keyboard.press("Enter")

        await expect(page.get_by_text("14 entries are in your calendar.").first).to_be_visible()
