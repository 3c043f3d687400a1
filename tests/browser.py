"""A real browser over a real `dayloom serve`: Debian's Chromium, driven by Playwright.

async with Browser.open() as browser:
    async with browser.visit(server.url) as page:      # a profile of its own; problems are asserted at the end
        await page.get_by_role("textbox", name="Message").fill("Plan my tasks")
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from playwright import async_api
from playwright.async_api import ConsoleMessage, Locator, Page, Request, async_playwright

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
)
PATIENCE: Final = 30_000
"""Milliseconds that anything may take to appear, on a machine that does much else."""
async_api.expect.set_options(timeout=PATIENCE)


class Browser:
    """One Chromium; each visit has a profile of its own."""

    def __init__(self, browser: async_api.Browser) -> None:
        self._browser = browser

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """Start it, and end it."""
        assert CHROMIUM is not None
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
            try:
                yield cls(browser)
            finally:
                await browser.close()

    @asynccontextmanager
    async def visit(self, url: str, *, expected: tuple[str, ...] = (), **profile: Any) -> AsyncIterator[Page]:
        """Open the page; at the end nothing may have gone to another host or onto the console.

        `expected` are parts of console errors that the test brings about, as a lost connection does; `profile` are
        Playwright's settings of a context: viewport, colour scheme, language.
        """
        context = await self._browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Berlin", **profile})
        context.set_default_timeout(PATIENCE)
        problems: list[str] = []
        own = urlsplit(url).netloc

        def note_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not any(part in message.text for part in expected):
                problems.append(f"{message.type}: {message.text}")

        def note_request(request: Request) -> None:
            if urlsplit(request.url).scheme.startswith("http") and urlsplit(request.url).netloc != own:
                problems.append(f"asked {request.url}")

        context.on("console", note_console)
        context.on("request", note_request)
        context.on("weberror", lambda error: problems.append(f"thrown: {error.error}"))
        page = await context.new_page()
        try:
            await page.goto(url)
            yield page
        finally:
            await context.close()
        assert not problems, "\n".join(problems)


async def drop_file(page: Page, where: Locator, file: Path) -> None:
    """Drop a file there, as a person drags it in from outside."""
    box = await where.bounding_box()
    assert box is not None
    devtools = await page.context.new_cdp_session(page)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        await devtools.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
