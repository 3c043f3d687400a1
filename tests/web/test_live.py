"""What somebody changes in another tab or program is on the page at once: conversations, and a draft moved by hand."""

from __future__ import annotations

import re
from typing import Any

from browser import Browser
from playwright.async_api import expect
from serving import Serving
from talking import checked


def begin(server: Serving, thread: str, title: str) -> None:
    """Begin a conversation with something that asks nothing back."""
    checked(server.http.post("/threads", json={"thread_id": thread, "metadata": {"title": title}}))
    run = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "What is on Tuesday?"}]}}
    checked(server.http.post(f"/threads/{thread}/runs/wait", json=run))


def place(server: Serving, thread: str, title: str) -> Any:
    """Put a task where it fits first, as another tab would."""
    preview = server.http.get(f"/threads/{thread}/preview")
    task = next(each["id"] for each in preview.json()["schedule"]["tasks"] if each["title"] == title)
    moves = ([{"task_id": task, "day": day, "slot_start": slot}] for day in range(1, 8) for slot in range(1, 13))
    path, headers = f"/threads/{thread}/preview", {"If-Match": preview.headers["etag"]}
    fits = next(move for move in moves if checked(server.http.post(f"{path}/try", json=move))["fits"])
    return checked(server.http.patch(path, json=fits, headers=headers))


async def test_what_another_tab_changes_is_shown_without_a_reload(browser: Browser, server: Serving) -> None:
    checked(server.http.post("/sample"))
    begin(server, "mine", "My week")
    async with browser.visit(f"{server.url}/#/mine/week", viewport={"width": 1400, "height": 1000}) as page:
        await page.get_by_role("button", name="Conversations").click()
        await expect(page.get_by_role("link", name="My week")).to_be_visible()
        begin(server, "exams", "Exam weeks")
        await expect(page.get_by_role("link", name="Exam weeks")).to_be_visible()
        checked(server.http.patch("/threads/exams", json={"metadata": {"title": "Finals"}}))
        await expect(page.get_by_role("link", name="Finals")).to_be_visible()
        server.http.delete("/threads/exams").raise_for_status()
        await expect(page.get_by_role("link", name="Finals")).to_have_count(0)
        await page.keyboard.press("Escape")

        place(server, "mine", "Listening exercise")
        entry = page.get_by_role("button", name=re.compile("^Listening exercise ?, suggested by the draft"))
        await expect(entry).to_be_visible()
