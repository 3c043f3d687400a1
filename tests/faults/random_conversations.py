"""What several people do meanwhile: say, see a card, answer it twice, apply, undo, give work away; and their model.

Whoever gets no answer asks again with the same key until there is one, as a good client does. What was answered is
noted, and must be true once everything is at rest.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import httpx
from chat_script import Request, Scripted
from durable import DONE, EXECUTE
from faults.attacked_service import token
from stage import a_call, a_task, a_week
from talking import FINAL_STATUSES, together

PATIENCE: Final = 150.0
"""Seconds after which somebody who waits says that it is stuck."""
MOST_JOBS: Final = 4
"""Jobs that a person gives away."""
FREE: Final = (1, 3, 6, 8)
"""Slots in which a task of two fits without a pause; each thread has a place of its own in the week."""
BUSY: Final = frozenset({"thread_busy", "workspace_busy", "moved_on"})
_WORDS: Final = re.compile(r"#(\w+) (place|apply|undo|job)(?: (\d+) (\d+))?")
_TOOLS: Final = {"apply": "apply_schedule", "undo": "undo_apply"}


def reply_to(request: Request) -> Scripted:
    """Answer as a model that does what the newest message says, after asking, and then is done."""
    marker, act, day, slot = _WORDS.findall(request.text)[-1]
    if act == "job":
        return {"action": "reply", "speak": f"Report {marker}."}
    match request.body.get("response_format", {}).get("json_schema", {}).get("name"):
        case "plan_decision":
            return EXECUTE
        case None:
            return f"Ended {marker}."
    if "Round 1 of" not in request.text:
        return DONE
    call = a_call(_TOOLS[act]) if act in _TOOLS else a_call("place", task_id=1, day=int(day), slot_start=int(slot))
    return {"action": "confirm", "speak": f"Shall I {marker}?", "tool_call": call}


class Wrong(AssertionError):
    """Something that a client sees is not as promised."""


@dataclass
class Turn:
    """One message, the card it led to, and the answer that was taken."""

    marker: str
    tool: str
    decision: str = ""
    runs: list[str] = field(default_factory=list)


@dataclass
class Thread:
    """What was done on a thread, as far as its person was told."""

    id: str
    title: str
    turns: list[Turn] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    in_calendar: bool = False

    @property
    def approved(self) -> list[str]:
        """The tools that were approved on cards."""
        return [turn.tool for turn in self.turns if turn.decision == "approve"]


@dataclass
class Work:
    """A job that was given away, and its thread."""

    marker: str
    id: str
    thread: str


class Person:
    """One user, who talks until `over` is set, one thread after the other."""

    def __init__(self, user: str, seed: int, urls: list[str], over: threading.Event) -> None:
        self.user, self.over, self.urls = user, over, urls
        self.random = Random(f"{user} {seed}")
        self.threads: list[Thread] = []
        self.jobs: list[Work] = []
        self.wrong: list[str] = []
        headers = {"authorization": f"Bearer {token(user)}"}
        self.http = httpx.Client(timeout=4, headers=headers, trust_env=False, limits=httpx.Limits(max_connections=20))

    def live(self) -> None:
        """Talk; what is wrong is noted."""
        try:
            while not self.over.is_set() and len(self.threads) < 7 * len(FREE):
                if len(self.jobs) < MOST_JOBS:
                    self._give_away(f"{self.user}{len(self.threads)}j")
                self._converse(len(self.threads))
            for work in self.jobs:
                self._until_done(work)
        except Exception as error:
            self.wrong.append(f"{self.user} on {self.threads[-1].id}: {type(error).__name__}: {error}")

    def get(self, path: str) -> Any:
        """Return what is there."""
        return self.ask("GET", path).json()

    def ask(self, method: str, path: str, *, key: str = "", **given: Any) -> httpx.Response:
        """Ask until there is an answer that does not say "later"; it must be one of success."""
        response = self.until_told(method, path, key=key, **given)
        if not response.is_success:
            raise Wrong(f"{method} {path} {key}: {response.status_code} {response.text}")
        return response

    def until_told(self, method: str, path: str, *, key: str = "", **given: Any) -> httpx.Response:
        """Ask until there is an answer that does not say "later"."""
        headers = {"Idempotency-Key": key} if key else {}
        end = time.monotonic() + PATIENCE
        hasty = bool(key) and self.random.random() < 0.25
        while time.monotonic() < end:
            url = self.random.choice(self.urls) + path
            timeout = 0.03 if hasty else 4.0
            hasty = False
            try:
                response = self.http.request(method, url, headers=headers, timeout=timeout, **given)
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code < 500 and _code(response) not in BUSY:
                return response
            time.sleep(0.1)
        raise Wrong(f"{method} {path} {key}: no answer for {PATIENCE:.0f} s, last {response and response.text}")

    def _give_away(self, marker: str) -> None:
        """Add a job that is due, with a key: whoever repeats it has one job."""
        given = {"title": f"#{marker} job", "due": "2026-01-01T08:00:00Z"}
        job = self.ask("POST", "/jobs", key=marker, json=given).json()
        self.jobs.append(Work(marker, job["id"], job["thread"]))

    def _until_done(self, work: Work) -> None:
        end = time.monotonic() + PATIENCE
        while (job := self.get(f"/jobs/{work.id}"))["status"] != "done":
            if time.monotonic() > end:
                raise Wrong(f"job {work.marker} is still {job['status']}: {job['attempts']}")
            time.sleep(0.1)

    def _converse(self, number: int) -> None:
        name = f"{self.user}{number}"
        thread = Thread(f"thread-{name}", f"Essay {name}")
        self.threads.append(thread)
        self.ask("POST", "/threads", json={"thread_id": thread.id, "if_exists": "do_nothing"})
        day, slot = 1 + number % 7, FREE[number // 7]
        if self._turn(thread, f"#{name}p place {day} {slot}", "place", schedule=_week(thread.title)):
            self._apply(thread, name)

    def _apply(self, thread: Thread, name: str) -> None:
        thread.in_calendar = self._act(thread, f"{name}a", "apply")
        if thread.in_calendar and self.random.random() < 0.6:
            thread.in_calendar = not self._act(thread, f"{name}u", "undo")

    def _act(self, thread: Thread, marker: str, act: str) -> bool:
        """Apply or undo, by request or in the chat; tell whether it was done."""
        if self.random.random() < 0.5:
            return self._turn(thread, f"#{marker} {act}", _TOOLS[act])
        version = self.get(f"/threads/{thread.id}/preview")["schedule"]["version"]
        path, seen = f"/threads/{thread.id}/{act}", {"state_version": version}
        told = [answer.json() for answer in self._twice(lambda _: self.ask("POST", path, key=marker, json=seen))]
        if told[0] != told[1]:
            raise Wrong(f"one {act} with one key came to two ends: {told}")
        thread.by_hand.append(act)
        return True

    def _turn(self, thread: Thread, words: str, tool: str, schedule: Any = None) -> bool:
        """Say something, answer the card twice, and tell whether it was approved."""
        turn = Turn(words.split(maxsplit=1)[0][1:], tool)
        thread.turns.append(turn)
        given = {"messages": [{"role": "user", "content": words}], **({"schedule": schedule} if schedule else {})}
        body = {"assistant_id": "dayloom", "input": given}
        turn.runs.append(self.ask("POST", f"/threads/{thread.id}/runs", key=turn.marker, json=body).json()["run_id"])
        self._ended(thread, turn.runs[-1])
        [card] = self.get(f"/threads/{thread.id}/state")["interrupts"]
        if card["value"]["action_requests"][0]["name"] != tool:
            raise Wrong(f"{turn.marker}: the card shows {card['value']['action_requests']}")
        self._answer(thread, turn, card["id"])
        return turn.decision == "approve"

    def _answer(self, thread: Thread, turn: Turn, card: str) -> None:
        """Answer at the same moment with one key or with two; a further answer afterwards is too late."""
        one_key = self.random.random() < 0.4
        first = "reject" if self.random.random() < 0.15 else "approve"
        second = first if one_key or self.random.random() < 0.6 else "reject"

        def answered(key: str, decision: str) -> httpx.Response:
            resume = {card: {"decisions": [{"type": decision}]}}
            body = {"assistant_id": "dayloom", "command": {"resume": resume}}
            return self.until_told("POST", f"/threads/{thread.id}/runs", key=f"{turn.marker}{key}", json=body)

        decisions = [first, second]
        told = self._twice(lambda at: answered("x" if one_key else "xy"[at], decisions[at]))
        taken = [at for at, response in enumerate(told) if response.is_success]
        if len({told[at].json()["run_id"] for at in taken}) != 1 or len(taken) != 1 + one_key:
            raise Wrong(f"{turn.marker} was answered {[(each.status_code, each.text) for each in told]}")
        turn.decision = decisions[taken[0]]
        turn.runs.append(told[taken[0]].json()["run_id"])
        self._ended(thread, turn.runs[-1])
        late = answered("z", "approve")
        if late.status_code != 409:
            raise Wrong(f"{turn.marker} was answered once more: {late.status_code} {late.text}")

    def _ended(self, thread: Thread, run: str) -> None:
        end = time.monotonic() + PATIENCE
        while (status := self.get(f"/threads/{thread.id}/runs/{run}")["dayloom_status"]) not in FINAL_STATUSES:
            if time.monotonic() > end:
                raise Wrong(f"run {run} is still {status}")
            time.sleep(0.05)
        if status not in ("success", "interrupted"):
            raise Wrong(f"run {run} ended as {status}")

    def _twice(self, act: Callable[[int], httpx.Response]) -> list[httpx.Response]:
        failed: list[Exception] = []

        def one(at: int) -> httpx.Response | None:
            try:
                return act(at)
            except Wrong as error:
                failed.append(error)
                return None

        told = together(2, one)
        if failed:
            raise failed[0]
        return told


def _code(response: httpx.Response) -> str:
    return response.json().get("code", "") if response.status_code == 409 else ""


def _week(title: str) -> Any:
    week = a_week(a_task(1, title))
    window = week.window.model_copy(update={"start": date.today() + timedelta(days=1)})
    return week.model_copy(update={"window": window}).model_dump(mode="json")
