"""What a run did, on the page: looked through, corrected, and what is remembered of it."""

from __future__ import annotations

from axe import violations
from browser import Browser
from playwright.async_api import Page, expect
from serving import Serving

RULE = "No study before 10:00"


async def test_a_corrected_step_is_remembered_listed_and_leads_back_to_its_run(
    browser: Browser, server: Serving
) -> None:
    server.http.post("/sample").raise_for_status()
    thread, run = _asked(server, "What is at risk?")
    async with browser.visit(f"{server.url}/#/{thread}/trace") as page:
        tree = page.get_by_role("treegrid", name="Tree")
        await tree.get_by_role("row", name="Run").focus()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("region", name="Done")).to_be_visible()

        await tree.get_by_role("row", name="Check the deadlines").click()
        step = page.get_by_role("region", name="Check the deadlines")
        await expect(step).to_contain_text("deadlines are at risk")
        await step.get_by_role("textbox", name="What would have been right").fill(RULE)
        await step.get_by_role("button", name="Correct it").click()
        await expect(step.get_by_role("status")).to_contain_text(f"Remembered: “{RULE}”")
        await expect(tree.get_by_role("row", name="You corrected it")).to_be_visible()

        assert await violations(page) == []
        await page.get_by_role("radio", name="Timeline").click()
        await expect(
            page.get_by_role("table", name="Timeline").get_by_role("row", name="Check the deadlines")
        ).to_be_visible()

        assert await violations(page) == []
        await step.get_by_role("link", name="Look at it in the memory").click()
        rules = page.get_by_role("region", name="Rules")
        await expect(rules).to_contain_text("Plans keep to it")
        await expect(rules).to_contain_text("you corrected a run")
        assert await violations(page) == []
        await rules.get_by_role("link", name="See the run").click()
        await expect(tree.get_by_role("row", name="You corrected it")).to_be_visible()
        assert page.url.endswith(f"#/{thread}/trace/{run}")


async def test_what_is_remembered_is_added_changed_made_a_skill_and_forgotten_with_the_way_back(
    browser: Browser, server: Serving
) -> None:
    async with browser.visit(f"{server.url}/#/-/memory", expected=("422",)) as page:
        await page.get_by_role("button", name="Remember something").click()
        await page.get_by_role("textbox", name="What holds", exact=True).fill("Essays in the morning")
        await page.get_by_role("button", name="How sure you are").click()
        await page.get_by_role("option", name="Unsure").click()
        await page.get_by_role("button", name="Save").click()
        rules = page.get_by_role("region", name="Rules")
        await expect(rules).to_contain_text("Unsure")

        await _promote(page, "mornings")
        await expect(page.get_by_role("alert")).to_contain_text("confidence of 0.8")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="Change “Essays").click()
        await page.get_by_role("button", name="How sure you are").click()
        await page.get_by_role("option", name="Quite sure").click()
        await page.get_by_role("button", name="Save").click()
        await expect(rules).to_contain_text("Quite sure")
        await _promote(page, "mornings")
        skills = page.get_by_role("region", name="Ways to do things")
        await expect(skills).to_contain_text("mornings")

        await page.get_by_role("button", name="More for “Essays").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await expect(skills).not_to_contain_text("mornings")
        await page.get_by_role("button", name="Undo").click()
        await expect(skills).to_contain_text("mornings")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Export").click()
        assert "Essays in the morning" in (await (await download.value).path()).read_text()


async def _promote(page: Page, name: str) -> None:
    await page.get_by_role("button", name="More for “Essays").click()
    await page.get_by_role("menuitem", name="Make it a way").click()
    await page.get_by_role("textbox", name="What it is called").fill(name)
    await page.get_by_role("button", name="Save").click()


def _asked(server: Serving, words: str) -> tuple[str, str]:
    """Say something in a new thread, and return it with its run."""
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    asked = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": words}]}}
    server.http.post(f"/threads/{thread}/runs/wait", json=asked).raise_for_status()
    (run,) = server.http.get(f"/threads/{thread}/runs").json()
    return thread, run["run_id"]
