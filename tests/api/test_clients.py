"""From the calendar to the applied plan and its feed, through clients that others wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from api import javascript
from api.sdk import APPROVE, ASSISTANT, said
from feed_readers import events_in
from langgraph_sdk import get_sync_client
from openai import OpenAI
from serving import Serving

REQUESTS: Final = ("Plan my tasks", "Put it into my calendar")
LECTURE: Final = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
CALENDAR: Final = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\nUID:lecture@tests\r\n"
    f"DTSTAMP:20261101T000000Z\r\nDTSTART:{LECTURE:%Y%m%dT%H%M%SZ}\r\nDURATION:PT90M\r\nSUMMARY:Lecture\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def by_python_sdk(url: str, key: str, folder: Path) -> None:
    client = get_sync_client(url=url, api_key=key)
    thread = client.threads.create()["thread_id"]
    for request in REQUESTS:
        list(client.runs.stream(thread, ASSISTANT, input=said(request), stream_mode=["values", "messages-tuple"]))
        assert client.threads.get_state(thread)["tasks"][0]["interrupts"]
        client.runs.wait(thread, ASSISTANT, command=APPROVE)


def by_javascript_sdk(url: str, key: str, folder: Path) -> None:
    assert javascript.run("conversation.mjs", javascript.package_folder(folder), url, key)


def by_openai_sdk(url: str, key: str, folder: Path) -> None:
    client, messages = OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0), list[Any]()
    for words in (REQUESTS[0], "approve", REQUESTS[1], "approve"):
        messages.append({"role": "user", "content": words})
        answer = client.chat.completions.create(model=ASSISTANT, messages=messages).choices[0].message.content or ""
        messages.append({"role": "assistant", "content": answer})
        assert ("Reply with" in answer) == (words != "approve")


CLIENTS: Final = (by_python_sdk, by_javascript_sdk, by_openai_sdk)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, store_url: str) -> Iterator[Serving]:
    """A service with a user for each client."""
    tokens = ",".join(f"{client.__name__.replace('_', '-')}:token-{client.__name__}" for client in CLIENTS)
    with Serving(tmp_path_factory.mktemp("clients"), redis_url=store_url, DAYLOOM_API_TOKENS=tokens) as server:
        yield server


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_gets_from_a_calendar_to_a_plan_in_it_that_two_programs_read(
    server: Serving, client: Callable[[str, str, Path], None], pytestconfig: pytest.Config
) -> None:
    token = f"token-{client.__name__}"
    with server.client(token) as person:
        person.put("/calendar", content=CALENDAR, headers={"content-type": "text/calendar"}).raise_for_status()
        tasks = [{"title": "Essay", "duration": 2}, {"title": "Lab report", "duration": 1}]
        person.post("/tasks", json=tasks).raise_for_status()
        client(server.url, token, pytestconfig.cache.mkdir("javascript-sdk"))
        feed = person.post("/feeds", json={}).json()["path"]

    with server.client() as reader:
        events = events_in(reader.get(feed))

    assert events.keys() == {"Lecture", "Essay", "Lab report"}
    assert events["Lecture"][1] == LECTURE
    assert len({start for _, start in events.values()}) == 3
