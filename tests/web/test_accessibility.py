"""The page is for everybody: no violation in any panel, theme, language or size, and no need of a mouse."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from axe import violations
from browser import Browser
from playwright.async_api import expect
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
