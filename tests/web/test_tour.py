"""The tour of `docs/tour.md`, step by step as it tells it; `make screenshots` keeps what is seen on the way."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from browser import Browser
from playwright.async_api import Page, expect
from serving import Serving

DESK: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 780}, "has_touch": True}
Keep: TypeAlias = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Keep:
    """Keep a picture of what the page shows, where pictures are asked for."""
    folder: str | None = request.config.getoption("--pictures")

    async def take(page: Page, name: str) -> None:
        if folder is None:
            return
        await page.mouse.move(0, 0)
        await expect(page.get_by_role("button", name=re.compile("changed just now"))).to_have_count(0)
        session = await page.context.new_cdp_session(page)
        taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
        (Path(folder) / f"{name}.webp").write_bytes(b64decode(taken["data"]))

    return take


async def test_the_tour_goes_as_it_is_told(browser: Browser, server: Serving, keep: Keep) -> None:
    async with browser.visit(server.url, **DESK) as page:
        await _begin(page, keep)
        await _agree(page, keep)
        await _write_and_take_back(page, keep)
        await _look_behind(page, keep)
    async with browser.visit(page.url, **PHONE, locale="zh-CN", color_scheme="dark") as phone:
        await expect(phone.get_by_role("heading", name="dayloom")).to_be_visible()
        await expect(phone.get_by_text("正在加载…")).to_have_count(0)
        await keep(phone, "phone")


async def _begin(page: Page, keep: Keep) -> None:
    await expect(page.get_by_role("heading", name="Three steps to your first plan")).to_be_visible()
    await keep(page, "start")
    await page.get_by_role("button", name="Use a sample week").click()
    await expect(page.get_by_text("14 here")).to_be_visible()
    box = page.get_by_role("textbox", name="Message")
    await box.fill("Plan my tasks, keep Friday evening free")
    await box.press("Enter")


async def _agree(page: Page, keep: Keep) -> None:
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("would be here, if you agree")).first).to_be_visible()
    await keep(page, "card")
    await page.get_by_role("button", name="Decline").click()
    await page.get_by_role("textbox", name="What should be different?").fill("not on Sunday")
    await page.get_by_role("button", name="Decline").click()
    await expect(page.get_by_text("You declined this: not on Sunday")).to_be_visible()
    await page.get_by_role("button", name="Approve", exact=True).click()
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("placed.")
    await keep(page, "week")


async def _write_and_take_back(page: Page, keep: Keep) -> None:
    await page.get_by_role("button", name="Write to calendar…").click()
    dialog = page.get_by_role("dialog", name="Write this into your calendar?")
    await expect(dialog).to_be_visible()
    await keep(page, "apply")
    await dialog.get_by_role("button", name="Write to calendar").click()
    await expect(page.get_by_text(re.compile("entries are in your calendar"))).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text(re.compile("taken out of your calendar again")).first).to_be_visible()


async def _look_behind(page: Page, keep: Keep) -> None:
    await page.get_by_role("link", name="Trace").click()
    await expect(page.get_by_role("treegrid").or_(page.get_by_role("tree"))).to_be_visible()
    await keep(page, "trace")
    await page.get_by_role("link", name="Week").click()
    await page.get_by_role("button", name="Replay").click()
    await expect(page.get_by_role("slider", name="Moment of the conversation")).to_be_focused()
    await page.keyboard.press("Home")
    await expect(page.get_by_role("region", name="Replay")).to_contain_text("1 of ")
    await keep(page, "replay")
    await page.get_by_role("button", name="Back to now").click()
