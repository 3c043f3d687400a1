"""The conversation on the page is live, whatever happens to the page, its connection or the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from browser import Browser
from chat_script import Answer, Request, Scripted
from doubles import ScriptedModelServer
from playwright.async_api import Page, Route, expect
from serving import Serving

CUT_OFF = ("net::ERR_", "Failed to load resource")
"""What a browser notes when the service is gone."""
SEEN = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
SLOWLY = Answer({"action": "reply", "speak": "First thoughts on your week. " * 200}, pause=0.1)
WRONG = {"speak": "Flying there.", "action": "fly"}


@dataclass
class Model:
    """Thinks aloud for very long, until it is told to answer."""

    answers: list[Scripted] = field(default_factory=list)

    def __call__(self, request: Request) -> Scripted:
        """Answer one request."""
        return self.answers.pop(0) if self.answers else SLOWLY


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def scripted(model: Model) -> Iterator[ScriptedModelServer]:
    with ScriptedModelServer(model) as server:
        yield server


async def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill(text)
    await box.press("Enter")


async def test_the_same_conversation_goes_on_after_a_reload_in_a_second_tab_and_over_a_killed_service(
    browser: Browser, tmp_path: Path, model: Model, scripted: ScriptedModelServer
) -> None:
    with Serving(tmp_path / "home", model=scripted.base_url) as server:
        async with browser.visit(server.url, expected=CUT_OFF) as page:
            await say(page, "Plan my week")
            await expect(page.get_by_text("First thoughts")).to_be_visible()
            await page.reload()
            await expect(page.get_by_text("First thoughts")).to_be_visible()
            await expect(page.get_by_role("listitem").filter(has_text="Plan my week")).to_have_count(1)
            second = await page.context.new_page()
            await second.goto(page.url)
            await expect(second.get_by_text("First thoughts")).to_be_visible()

            server.kill()
            await expect(page.get_by_text("Not connected")).to_be_visible()
            await say(page, "And keep Friday free")
            await expect(page.get_by_text("This was not sent")).to_be_visible()
            model.answers = [WRONG, {"action": "reply", "speak": "All is well."}, "All is well."]
            server.start()

            for each in (page, second):
                await expect(each.get_by_role("listitem").filter(has_text="All is well.")).to_have_count(1)
                await expect(each.get_by_text("First thoughts")).to_have_count(0)
                await expect(each.get_by_text("Flying")).to_have_count(0)
                await expect(each.get_by_text("Not connected")).to_have_count(0)
            model.answers = [{"action": "reply", "speak": "Friday is free."}, "Friday is free."]
            box = page.get_by_role("textbox", name="Message")
            await expect(box).to_have_value("And keep Friday free")
            await second.evaluate(SEEN, "hidden")
            await box.press("Enter")
            await expect(page.get_by_role("listitem").filter(has_text="Friday is free.")).to_have_count(1)
            await expect(second.get_by_text("Friday is free.")).to_have_count(0)
            await second.evaluate(SEEN, "visible")
            await expect(second.get_by_role("listitem").filter(has_text="Friday is free.")).to_have_count(1)
            await expect(second.get_by_role("listitem").filter(has_text="And keep Friday free")).to_have_count(1)


async def test_a_run_can_be_stopped_and_a_plan_is_shown_with_its_steps(
    browser: Browser, tmp_path: Path, model: Model, scripted: ScriptedModelServer
) -> None:
    steps = [{"content": "Place the essay", "done_when": "it has a time"}, {"content": "Look at Friday"}]
    with Serving(tmp_path / "home", model=scripted.base_url) as server:
        async with browser.visit(server.url) as page:
            await say(page, "Plan my week")
            await expect(page.get_by_text("First thoughts")).to_be_visible()
            await page.get_by_role("button", name="Stop").click()
            await expect(page.get_by_text("You stopped this.")).to_be_visible()
            await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
            await expect(page.get_by_role("listitem").filter(has_text="Plan my week")).to_have_count(1)

            model.answers = [{"action": "plan_done", "speak": "In two steps.", "plan_steps": steps}]
            await say(page, "Then a plan")
            card = page.get_by_role("article", name="Plan")
            await expect(card.get_by_role("listitem")).to_have_count(2)
            await expect(card.get_by_text("Done when: it has a time")).to_be_visible()
            await card.get_by_role("button", name="Go ahead").click()
            await expect(page.get_by_text("You approved this")).to_be_visible()
            await expect(card).to_have_count(0)


async def test_of_a_thousand_messages_only_those_in_sight_are_drawn_and_it_opens_at_the_end(
    browser: Browser, server: Serving
) -> None:
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    said = [
        {
            "type": "message",
            "role": "agent" if index % 2 else "person",
            "text": f"Message {index}",
            "index": index,
            "at": "2026-11-23T08:00:00Z",
            "run_id": None,
            "checkpoint_id": "",
        }
        for index in range(1000)
    ]

    async def long_record(route: Route) -> None:
        await route.fulfill(json={"thread_id": thread, "entries": said, "total": 1000, "offers": []})

    async with browser.visit(server.url, expected=("404",)) as page:
        await page.route("**/replay?*", long_record)
        await page.goto(f"{server.url}/#/{thread}/week")
        messages = page.get_by_role("region", name="Messages")
        await expect(messages.get_by_text("Message 999")).to_be_in_viewport()
        assert await messages.get_by_role("listitem").count() < 60

        await messages.evaluate("region => region.scrollTo({ top: 0 })")
        await expect(messages.get_by_text("Message 1", exact=True)).to_be_in_viewport()


async def test_who_is_signed_out_signs_in_over_the_page_and_finds_there_what_was_typed(
    browser: Browser, tmp_path: Path
) -> None:
    with Serving(tmp_path / "home", token="token-of-ann", DAYLOOM_API_TOKENS="ann:token-of-ann") as server:
        async with browser.visit(server.url, expected=("401",)) as page:
            await sign_in(page, "no-token-of-hers")
            await expect(page.get_by_label("Token", exact=True)).to_have_attribute("aria-invalid", "true")
            await sign_in(page, "token-of-ann")
            await say(page, "What is on today?")
            await expect(page.get_by_role("button", name="This was good")).to_be_visible()

            await page.context.clear_cookies()
            await say(page, "And tomorrow?")
            await sign_in(page, "token-of-ann")
            await expect(page.get_by_role("dialog")).to_have_count(0)
            # A request that waited for a connection meanwhile goes out signed in: then the words have arrived.
            await until_kept_or_said(page, "And tomorrow?")

            await page.get_by_role("button", name="Conversations").click()
            await page.get_by_role("button", name="More for “What is on today?”").click()
            await page.get_by_role("menuitem", name="Rename").click()
            await page.get_by_role("textbox", name="Name").fill("Today")
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_role("link", name="Today")).to_be_visible()
            await page.get_by_role("button", name="More for “Today”").click()
            await page.get_by_role("menuitem", name="Delete").click()
            await page.get_by_role("button", name="Delete").click()
            await expect(page.get_by_role("heading", name="New conversation")).to_be_visible()
            await page.get_by_role("button", name="Conversations").click()
            await expect(page.get_by_text("There is no conversation yet.")).to_be_visible()


async def until_kept_or_said(page: Page, words: str) -> None:
    """Wait until words stand in the box or in the conversation: they may be in either, and never in neither."""
    box, messages = page.get_by_role("textbox", name="Message"), page.get_by_role("region", name="Messages")
    for _ in range(300):
        if await box.input_value() == words or words in await messages.inner_text():
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} is lost")


async def sign_in(page: Page, token: str) -> None:
    await page.get_by_label("Token", exact=True).fill(token)
    await page.get_by_role("button", name="Sign in").click()
