"""The page is there, under a strict policy, and asks nobody else."""

from __future__ import annotations

import gzip

from browser import Browser
from playwright.async_api import expect
from serving import Serving

from dayloom.api.http.page import BUILT


async def test_the_page_opens_and_follows_the_chosen_language(browser: Browser, server: Serving) -> None:
    async with browser.visit(server.url) as page:
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("button", name="Language").click()
        await page.get_by_role("option", name="中文").click()

        await expect(page.get_by_role("dialog", name="设置")).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"


async def test_the_first_load_stays_small(browser: Browser, server: Serving) -> None:
    loaded: set[str] = set()
    async with browser.visit(server.url) as page:
        page.on("response", lambda answer: loaded.add(answer.url))
        await page.reload()
        await expect(page.get_by_role("button", name="Use a sample week")).to_be_visible()
        await page.get_by_role("button", name="Not now").click()
        await expect(page.get_by_role("button", name="Today")).to_be_visible()
    files = [BUILT / "assets" / url.rpartition("/")[2] for url in loaded if "/assets/" in url]
    sent = sum(len(gzip.compress(file.read_bytes())) for file in files)

    assert len(files) > 10
    assert sent < 400_000


async def test_no_script_or_style_may_run_that_is_not_a_file_of_the_service(server: Serving) -> None:
    policy = server.http.get("/").headers["content-security-policy"]

    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy


async def test_files_are_compressed_and_kept_for_good(server: Serving) -> None:
    page = server.http.get("/")
    script = page.text.partition('src="')[2].partition('"')[0]
    answer = server.http.get(f"/{script.removeprefix('./')}", headers={"accept-encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert page.headers["cache-control"] == "no-cache"
