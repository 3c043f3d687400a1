"""The list of tasks on the page: added in plain words, split, finished, taken back; and what plans keep to."""

from __future__ import annotations

from axe import violations
from browser import Browser
from playwright.async_api import expect
from serving import Serving

BAD_LINE = "title,duration,deadline\nEssay,2h,2099-11-27\nPoem,1.5,\nSonnet,45min,\n"


async def test_a_list_is_shown_as_it_is_read_and_what_cannot_be_read_stays_to_be_corrected(
    browser: Browser, server: Serving
) -> None:
    async with browser.visit(f"{server.url}/#/-/tasks") as page:
        box, tasks = page.get_by_role("textbox", name="Add tasks"), page.get_by_role("list", name="Tasks")
        await box.fill("Laundry 1h due 2099-12-04")
        await expect(page.get_by_role("list", name="Read as")).to_contain_text("1 hr · due Fri, 4 Dec 2099")
        assert server.http.get("/tasks").json()["tasks"] == []
        await box.press("Enter")
        await expect(tasks).to_contain_text("Laundry")
        await expect(box).to_have_value("")

        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Choose a file").click()
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": BAD_LINE.encode()}
        await (await chooser.value).set_files(file)  # type: ignore[arg-type]
        box = page.get_by_role("textbox", name="From list.csv")
        panel = page.get_by_role("region", name="Tasks")
        await expect(panel.get_by_role("alert")).to_contain_text("row 3: duration '1.5' may be hours or slots")
        assert await violations(page) == []
        await page.get_by_role("button", name="Keep 2 tasks").click()

        await expect(tasks).to_contain_text("Sonnet")
        await expect(box).to_have_value("title,duration,deadline\nPoem,1.5,")
        await box.fill("title,duration,deadline\nPoem,1.5h,")
        await page.get_by_role("button", name="Keep this task").click()
        await expect(tasks.get_by_role("listitem").filter(has_text="Poem")).to_contain_text("1 hr 30 mins")
        assert len(server.http.get("/tasks").json()["tasks"]) == 4


async def test_a_task_is_split_a_part_finished_and_taken_back_and_what_is_refused_keeps_what_was_typed(
    browser: Browser, server: Serving
) -> None:
    tasks = [{"title": "Essay", "duration": "2h"}, {"title": "Tax", "duration": "1h", "deadline": "2020-01-01"}]
    server.http.post("/tasks", json=tasks)
    async with browser.visit(f"{server.url}/#/-/tasks", expected=("422",)) as page:
        late = page.get_by_role("listitem").filter(has_text="Tax")
        await expect(late).to_contain_text("Its due date has passed. What would help: place it on ")
        await page.get_by_role("button", name="More for Essay").click()
        await page.get_by_role("menuitem", name="Split into parts").click()
        await page.get_by_role("button", name="Split", exact=True).click()
        await page.get_by_role("button", name="Finish Essay, Part 1").click()
        await expect(page.get_by_text("2 parts, 1 open")).to_be_visible()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_text("2 parts, 2 open")).to_be_visible()

        await page.get_by_role("button", name="More for Essay", exact=True).click()
        await page.get_by_role("menuitem", name="Edit").click()
        await page.get_by_text("More: days, times, parts, repetition").click()
        assert await violations(page) == []
        due = page.get_by_role("textbox", name="Due")
        await due.fill("someday")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("someday")
        await expect(due).to_have_value("someday")
        await due.fill("2099-12-04 18:00")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("due Fri, 4 Dec 2099, 18:00")).to_be_visible()


async def test_limits_are_said_back_before_they_are_kept_for_good_or_in_one_conversation(
    browser: Browser, server: Serving
) -> None:
    server.http.post("/tasks", json=[{"title": "Essay", "duration": "2h"}])
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    said = {"messages": [{"role": "user", "content": "What is at risk this week?"}]}
    server.http.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "dayloom", "input": said})
    async with browser.visit(f"{server.url}/#/{thread}/week") as page:
        await expect(page.get_by_text("Essay").first).to_be_visible()  # the calendar has looked at the limits too
        await page.get_by_role("link", name="Tasks").click()
        await page.get_by_role("button", name="Limits").click()
        await page.get_by_role("button", name="Add working hours").click()
        await page.get_by_role("textbox", name="Until").fill("16.30")
        await page.get_by_role("textbox", name="Most work a day").fill("5h")
        said = page.get_by_role("status").filter(has_text="So this holds for good:")
        await expect(said).to_contain_text("Work only between 09:00 and 16:30 on Mon–Fri.")
        await expect(said).to_contain_text("At most 5 hrs of work a day.")
        assert await violations(page) == []
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)

        await page.get_by_role("button", name="Limits").click()
        await page.get_by_role("button", name="This holds").click()
        await page.get_by_role("option", name="In this conversation only").click()
        await page.get_by_role("textbox", name="Free around every entry").fill("15min")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("dialog")).to_have_count(0)

    draft = server.http.get(f"/threads/{thread}/preview").json()["schedule"]
    assert draft["limits"] == {"buffer": 15}
    kept = server.http.get("/limits").json()["limits"]
    assert kept == {"hours": [{"hours": "09:00-16:30", "weekdays": [1, 2, 3, 4, 5]}], "most_minutes": 300}
