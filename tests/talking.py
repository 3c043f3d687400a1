"""A chat client over plain HTTP, and a model that takes a given number of rounds and knows who asked it what."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from chat_script import Answer, Fault, Request, Scripted
from durable import DONE, EXECUTE, FINAL, LOOK, WEEK

FINAL_STATUSES = {"success", "interrupted", "error", "timeout", "cancelled"}
TERMINAL = {"run.interrupted", "run.completed", "run.failed", "run.cancelled"}


@dataclass
class Rounds:
    """Looks `rounds` - 1 times, then is done; `asked` counts the requests of each round, plan is 0.

    Once told to by `hangs_in`, it does not answer in that round; `slowly` is the seconds each answer takes.
    """

    rounds: int = 2
    hangs_in: int | None = None
    slowly: float = 0.0
    asked: Counter[tuple[str, int]] = field(default_factory=Counter)
    hanging: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: Request) -> Scripted:
        """Answer one request; conversations are told apart by what the person said first."""
        name, number = self._whose(request), self._round(request)
        self.asked[name, number] += 1
        if number == self.hangs_in:
            self.hanging.set()
            return Fault("hang")
        time.sleep(self.slowly)
        if number > self.rounds:
            return FINAL
        return EXECUTE if number == 0 else Answer(DONE if number == self.rounds else LOOK)

    def _whose(self, request: Request) -> str:
        found = re.search(r"#\w+", request.text)
        return found[0] if found else ""

    def _round(self, request: Request) -> int:
        name = request.body.get("response_format", {}).get("json_schema", {}).get("name")
        if name == "plan_decision":
            return 0
        if name is None:
            return self.rounds + 1
        return 1 + sum(
            message["role"] == "assistant" and '"tool_calls"' in message["content"] for message in request.messages
        )


@dataclass
class Chat:
    """One thread as a client sees it."""

    http: httpx.Client
    thread: str

    @classmethod
    def opened(cls, http: httpx.Client) -> Chat:
        """Return a new thread."""
        return cls(http, checked(http.post("/threads", json={}))["thread_id"])

    def post(self, text: str, **more: Any) -> httpx.Response:
        """Send a message; the answer is as it came."""
        given = {"messages": [{"role": "user", "content": text}], "schedule": WEEK.model_dump(mode="json")}
        return self.http.post(f"/threads/{self.thread}/runs", json={"assistant_id": "dayloom", "input": given, **more})

    def say(self, text: str, **more: Any) -> str:
        """Send a message, and return the id of its run."""
        return checked(self.post(text, **more))["run_id"]

    def status(self, run: str) -> str:
        """How the run stands."""
        return checked(self.http.get(f"/threads/{self.thread}/runs/{run}"))["dayloom_status"]

    def cancel(self, run: str) -> httpx.Response:
        """Ask for its end."""
        return self.http.post(f"/threads/{self.thread}/runs/{run}/cancel", json={})

    def page(self, run: str, start: int = 0, limit: int = 1000) -> dict[str, Any]:
        """One page of events."""
        given = {"from": start, "limit": limit}
        return checked(self.http.get(f"/threads/{self.thread}/runs/{run}/events", params=given))

    def events(self, run: str) -> list[dict[str, Any]]:
        """All events so far."""
        return list(self._pages(run))

    def _pages(self, run: str) -> Iterator[dict[str, Any]]:
        start = 0
        while (page := self.page(run, start))["events"]:
            yield from page["events"]
            start = page["next_offset"]

    def ended(self, run: str, within: float = 90.0) -> str:
        """Wait for the end, and return how it ended."""
        until(lambda: self.status(run) in FINAL_STATUSES, within)
        return self.status(run)


def checked(response: httpx.Response) -> Any:
    """Return what a response holds that tells of success."""
    assert response.is_success, response.text
    return response.json()


def until(happened: Callable[[], object], within: float = 90.0) -> float:
    """Wait for it, and return how long that took."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < within, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - begun


def assert_one_true_end(events: list[dict[str, Any]], end: str) -> None:
    """Check that the events are numbered without holes and that exactly one of them, the last, is this end."""
    assert [event["index"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events if event["type"] in TERMINAL] == [end]
    assert events[-1]["type"] == end


def together(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Do it in so many threads at the same moment, and return what each returned, in order."""
    start = threading.Barrier(count)
    results: list[Any] = [None] * count

    def one(number: int) -> None:
        start.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
