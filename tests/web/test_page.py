"""The page is there, under a strict policy, and asks nobody else."""

from __future__ import annotations

from browser import Browser
from playwright.async_api import expect
from serving import Serving


async def test_the_page_opens_and_follows_the_chosen_language(browser: Browser, server: Serving) -> None:
    async with browser.visit(server.url) as page:
        await page.get_by_role("button", name="Settings").click()
        await page.get_by_role("button", name="Language").click()
        await page.get_by_role("option", name="中文").click()

        await expect(page.get_by_role("dialog", name="设置")).to_be_visible()
        assert await page.evaluate("document.documentElement.lang") == "zh-CN"


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
