"""A thread sees the calendar and the tasks of its user as they are now; by LangGraph's SDK and the offline model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api.sdk import APPROVE, ASSISTANT, said
from drafting import House
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from talking import checked

ICALENDAR = {"content-type": "text/calendar"}
NOW = {"start": "2026-11-30", "grid": "half-hours", "allow_past": True}
NEXT = {**NOW, "start": "2026-12-07"}


def dentist(day: str, hour: int, hours: int = 1) -> str:
    """A calendar with one event on a day of 2026, in UTC."""
    lines = ["VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:dentist", "DTSTAMP:20261101T000000Z"]
    times = [f"DTSTART:2026{day}T{hour:02}0000Z", f"DTEND:2026{day}T{hour + hours:02}0000Z", "SUMMARY:Dentist"]
    return "\r\n".join(["BEGIN:VCALENDAR", *lines, *times, "END:VEVENT", "END:VCALENDAR", ""])


class Talk:
    """One thread of the user, and what it shows."""

    def __init__(self, sdk: SyncLangGraphClient, thread: str, week: dict[str, Any]) -> None:
        self.sdk, self.thread, self.week = sdk, thread, week

    def ran(self, **given: Any) -> dict[str, Any]:
        """Let a run end, and return the state."""
        self.sdk.runs.wait(self.thread, ASSISTANT, config={"configurable": {"week": self.week}}, **given)
        return dict(self.sdk.threads.get_state(self.thread))

    def say(self, words: str) -> dict[str, Any]:
        return self.ran(input=said(words))

    def approved(self, words: str) -> dict[str, Any]:
        """Say something, approve its card, and return the card."""
        state = self.say(words)
        self.ran(command=APPROVE)
        return state["interrupts"][0]["value"]


def texts(state: dict[str, Any]) -> str:
    """What was said on the thread."""
    return "\n".join(str(message["content"]) for message in state["values"]["messages"])


def places(state: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """The status and the number of places of every entry of the schedule."""
    return {task["title"]: (task["status"], len(task["slots"])) for task in state["values"]["schedule"]["tasks"]}


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    yield house.http
    house.store.ask("FLUSHALL")


@pytest.fixture
def sdk(http: httpx.Client) -> Iterator[SyncLangGraphClient]:
    with get_sync_client(url=str(http.base_url), api_key=None) as client:
        yield client


def begun(sdk: SyncLangGraphClient, week: dict[str, Any] = NOW) -> Talk:
    return Talk(sdk, (sdk.threads.create())["thread_id"], week)


def test_a_thread_begun_before_calendar_and_tasks_came_takes_them_in_and_tells(
    http: httpx.Client, sdk: SyncLangGraphClient
) -> None:
    talk = begun(sdk)
    hello = talk.say("hello")
    checked(http.put("/calendar", content=dentist("1201", 9), headers=ICALENDAR))
    checked(http.post("/tasks", json=[{"title": "Essay", "duration": 2}]))

    card = (talk.say("Plan my tasks"))["interrupts"][0]["value"]
    state = talk.ran(command=APPROVE)

    assert hello["values"]["schedule"]["timezone"] == "Europe/Berlin"
    assert [action["name"] for action in card["action_requests"]] == ["draft_plan"]
    assert "have changed since: new: Dentist, Essay." in texts(state)
    assert places(state) == {"Dentist": ("existing", 1), "Essay": ("suggested", 1)}


def test_what_changes_between_two_turns_is_told_once_and_the_draft_stays(
    http: httpx.Client, sdk: SyncLangGraphClient
) -> None:
    checked(http.put("/calendar", content=dentist("1201", 9), headers=ICALENDAR))
    tasks = [{"title": "Essay", "duration": 2}, {"title": "Slides", "duration": 1}]
    slides = checked(http.post("/tasks", json=tasks))["tasks"][1]["id"]
    talk = begun(sdk)
    talk.approved("Plan my tasks")
    before = places(talk.say("hello"))
    checked(http.put("/calendar", content=dentist("1202", 9), headers=ICALENDAR))
    http.delete(f"/tasks/{slides}").raise_for_status()

    first, second = talk.say("你好"), talk.say("hello")

    assert "你的日历或任务有变化——已移除：Slides；改了时间：Dentist。" in texts(first)
    assert (texts(second).count("有变化"), texts(second).count("have changed")) == (1, 0)
    assert places(second) == {title: at for title, at in before.items() if title != "Slides"}


def test_under_an_open_card_nothing_is_taken_in(http: httpx.Client, sdk: SyncLangGraphClient) -> None:
    checked(http.post("/tasks", json=[{"title": "Essay", "duration": 2}]))
    talk = begun(sdk)
    talk.say("Plan my tasks")
    checked(http.put("/calendar", content=dentist("1204", 15), headers=ICALENDAR))

    answered = talk.ran(command=APPROVE)
    later = talk.say("hello")

    assert "have changed" not in texts(answered)
    assert places(answered) == {"Essay": ("suggested", 1)}
    assert "new: Dentist." in texts(later)


def test_a_schedule_that_was_given_stays_as_it_was_given(http: httpx.Client, sdk: SyncLangGraphClient) -> None:
    talk = begun(sdk)
    given = {"window": {"start": "2026-11-30", "days": 7}, "grid": [{"slot": 1, "start": "08:00", "end": "09:00"}]}
    talk.ran(input=said("hello", schedule={**given, "tasks": [{"id": 1, "title": "Mine", "duration": 1}]}))
    checked(http.put("/calendar", content=dentist("1201", 9), headers=ICALENDAR))

    assert places(talk.say("hello")) == {"Mine": ("pending", 0)}


def test_the_same_list_again_next_week_leaves_the_entries_of_this_week(
    http: httpx.Client, sdk: SyncLangGraphClient
) -> None:
    checked(http.post("/tasks", content="title,duration\nGym,2\n", headers={"content-type": "text/csv"}))
    this_week, next_week = begun(sdk, NOW), begun(sdk, NEXT)

    for talk in (this_week, next_week):
        talk.approved("Plan my tasks")
        card = talk.approved("Put it into my calendar")
        assert [change["kind"] for change in card["dayloom"]["changes"]] == ["place"]

    written = http.get("/calendar.ics").text
    days = [written.count(f"DTSTART:{day}") for day in ("20261130", "20261207")]
    assert (written.count("SUMMARY:Gym"), days) == (2, [1, 1])
    state = this_week.say("hello")
    assert (places(state), "have changed" in texts(state)) == ({"Gym": ("existing", 1)}, False)


def test_a_draft_that_clashes_is_told_so_instead_of_a_card_to_apply_it(
    http: httpx.Client, sdk: SyncLangGraphClient
) -> None:
    checked(http.post("/tasks", json=[{"title": "Essay", "duration": 2}]))
    talk = begun(sdk)
    talk.approved("Plan my tasks")
    checked(http.put("/calendar", content=dentist("1130", 7, 14), headers=ICALENDAR))

    state = talk.say("Put it into my calendar")

    assert state["interrupts"] == []
    assert "without a place now: Essay" in texts(state)
    assert "SUMMARY:Essay" not in http.get("/calendar.ics").text
