"""What a person says in the chat to have a draft in the calendar, and out of it again; the offline model answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from drafting import House
from talking import Chat, checked

DENTIST = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\nDTSTAMP:20261101T000000Z\r\n"
    "DTSTART:20261124T190000Z\r\nDTEND:20261124T193000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def talk(house: House) -> Iterator[Talk]:
    """A conversation of somebody who has a calendar and two tasks."""
    checked(house.http.put("/calendar", content=DENTIST, headers={"content-type": "text/calendar"}))
    checked(house.http.post("/tasks", json=[{"title": "Essay", "duration": 2}, {"title": "Slides", "duration": 1}]))
    yield Talk(house)
    house.store.ask("FLUSHALL")


class Talk:
    """One conversation, a run at a time."""

    def __init__(self, house: House) -> None:
        self.http = house.http
        self.thread = Chat.opened(house.http).thread

    def say(self, words: str) -> dict[str, Any]:
        """Say something; returns the card that opens."""
        return self._ran(input={"messages": [{"role": "user", "content": words}]})

    def answer(self, decision: str = "approve") -> dict[str, Any]:
        """Answer the card."""
        return self._ran(command={"resume": {"decisions": [{"type": decision}]}})

    def _ran(self, **given: Any) -> dict[str, Any]:
        checked(self.http.post(f"/threads/{self.thread}/runs/wait", json={"assistant_id": "dayloom", **given}))
        state = checked(self.http.get(f"/threads/{self.thread}/state"))
        return state["interrupts"][0]["value"] if state["interrupts"] else {}

    @property
    def calendar(self) -> bytes:
        return self.http.get("/calendar.ics").content

    @property
    def preview(self) -> dict[str, Any]:
        return checked(self.http.get(f"/threads/{self.thread}/preview"))


def test_a_draft_goes_into_the_calendar_and_out_of_it_again(talk: Talk) -> None:
    before = talk.calendar
    assert talk.say("Plan my tasks")["action_requests"][0]["name"] == "draft_plan"
    talk.answer()
    drawn = talk.preview["schedule"]

    card = talk.say("Put it into my calendar")
    assert card["action_requests"][0]["name"] == "apply_schedule"
    assert [change["kind"] for change in card["dayloom"]["changes"]] == ["place", "place"]
    assert talk.calendar == before
    assert talk.answer() == {}
    assert (talk.calendar.count(b"SUMMARY:Essay"), talk.calendar.count(b"SUMMARY:Slides")) == (1, 1)
    assert {task["status"] for task in talk.preview["schedule"]["tasks"]} == {"existing"}

    assert talk.say("take it back")["action_requests"][0]["name"] == "undo_apply"
    assert b"SUMMARY:Essay" in talk.calendar
    assert talk.answer() == {}
    assert talk.calendar == before
    assert talk.preview["schedule"]["tasks"] == drawn["tasks"]


def test_a_declined_card_leaves_the_calendar_alone(talk: Talk) -> None:
    before = talk.calendar
    talk.say("Plan my tasks")
    talk.answer()
    talk.say("Put it into my calendar")

    assert talk.answer("reject") == {}
    assert talk.calendar == before


def test_what_was_applied_in_the_chat_is_undone_by_request_and_the_other_way_round(talk: Talk) -> None:
    before = talk.calendar
    talk.say("Plan my tasks")
    talk.answer()
    talk.say("Put it into my calendar")
    talk.answer()
    for number, act in enumerate(("undo", "apply")):
        seen = {"state_version": talk.preview["schedule"]["version"]}
        headers = {"Idempotency-Key": f"by-hand-{number}"}
        checked(talk.http.post(f"/threads/{talk.thread}/{act}", json=seen, headers=headers))
        assert (talk.calendar == before) is (act == "undo")
    talk.say("take it out of my calendar again")
    talk.answer()

    assert talk.calendar == before
