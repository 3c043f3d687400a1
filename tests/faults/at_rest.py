"""What must be true when everything is at rest again, going by what people were told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from faults.random_conversations import Person, Thread
from redis import Redis
from talking import TERMINAL

REST: Final = 20.0
"""Seconds in which locks, claims and nudges must be gone when nobody does anything any more."""
_HELD: Final = ("*:lease", "*:inbox", "*:queue", "dayloom:1:active", "*{dayloom}:job:*")
"""Keys that are there only while something is under way.

A workspace's lock is none of them: one of a process that died before it noted its run counts only while its thread is
at work, and the next run takes it over.
"""
ONCE: Final = {"tool.completed": "call_id", "interrupt.opened": "interrupt_id", "interrupt.resolved": "interrupt_id"}


def wrongs_at_rest(people: list[Person], store: str, called: Sequence[dict[str, Any]]) -> list[str]:
    """Return everything that is not as promised; `called` is what the webhook was told, each with its id."""
    found = [wrong for person in people for wrong in person.wrong]
    found += _held(store)
    for person in people:
        found += [f"{person.user}: {wrong}" for wrong in _calendar(person)]
        found += [f"{person.user}: {wrong}" for wrong in _strangers(person, people)]
        found += [f"{person.user}: {wrong}" for wrong in _jobs(person, called)]
        for thread in person.threads:
            found += [f"{thread.id}: {wrong}" for wrong in _thread(person, thread)]
        found += [f"{person.user}: {wrong}" for wrong in _workspace(person)]
    return found


def _held(store: str) -> list[str]:
    """Wait until nothing is held any more, and return what is."""
    end = time.monotonic() + REST
    with Redis.from_url(store) as redis:
        while (keys := [key for each in _HELD for key in redis.scan_iter(each)]) and time.monotonic() < end:
            time.sleep(0.1)
        return [f"{key.decode()} is still held at rest: {_value(redis, key)}" for key in keys]


def _workspace(person: Person) -> Iterator[str]:
    """Begin a run on another thread, which a workspace that is held would refuse."""
    body = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "#last place 1 1"}]}}
    path = f"{person.urls[0]}/threads/last-of-{person.user}/runs"
    response = person.http.post(path, json={**body, "if_not_exists": "create"}, timeout=60)
    if not response.is_success:
        yield f"a further run was refused: {response.text}"


def _value(redis: Redis, key: bytes) -> Any:
    return redis.hgetall(key) if redis.type(key) == b"hash" else redis.type(key)


def _calendar(person: Person) -> Iterator[str]:
    text = person.ask("GET", "/calendar.ics").text
    found = Counter(line.removeprefix("SUMMARY:") for line in text.splitlines() if line.startswith("SUMMARY:"))
    wanted = Counter(thread.title for thread in person.threads if thread.in_calendar)
    if found != wanted:
        yield f"the calendar lacks {dict(wanted - found)} and has {dict(found - wanted)} too many"


def _strangers(person: Person, people: list[Person]) -> Iterator[str]:
    mine = {thread.id for thread in person.threads} | {work.thread for work in person.jobs}
    seen = {line["thread_id"] for line in person.ask("POST", "/threads/search", json={"limit": 1000}).json()}
    if seen != mine:
        yield f"the list of threads is {seen ^ mine} off"
    for other in people:
        for thread in other.threads[-1:] if other is not person else ():
            if (status := person.until_told("GET", f"/threads/{thread.id}/state").status_code) != 404:
                yield f"the thread {thread.id} of somebody else is {status}"


def _jobs(person: Person, called: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Judge the jobs: each carried out once, told once in the inbox, and called out at least once under one id."""
    messages = person.get("/inbox?limit=1000")["messages"]
    kept = [job["id"] for job in person.get("/jobs")["jobs"]]
    if kept != [work.id for work in person.jobs]:
        yield f"its jobs are {kept}, promised were {[work.id for work in person.jobs]}"
    for work in person.jobs:
        job = person.get(f"/jobs/{work.id}")
        if [output["text"] for output in job["outputs"]] != [f"Report {work.marker}."]:
            yield f"job {work.marker} has handed in {job['outputs']}"
        if [attempt["outcome"] for attempt in job["attempts"]] != ["completed"]:
            yield f"job {work.marker} has the attempts {job['attempts']}"
        told = [message["id"] for message in messages if message["job"] == work.id]
        if len(told) != 1:
            yield f"job {work.marker} was told {len(told)} times"
        ids = {call["webhook-id"] for call in called if call["job"] == work.id}
        if len(ids) != 1:
            yield f"job {work.marker} was called out under {ids}"


def _thread(person: Person, thread: Thread) -> Iterator[str]:
    entries = person.get(f"/threads/{thread.id}/replay")["entries"]
    state = person.get(f"/threads/{thread.id}/state")
    runs = person.get(f"/threads/{thread.id}/runs?limit=1000")
    yield from _conversation(thread, entries)
    yield from _state(person, thread, state, entries)
    yield from _audit(person.get(f"/threads/{thread.id}/audit")["entries"], thread)
    wanted = [run for turn in thread.turns for run in turn.runs]
    if [run["run_id"] for run in reversed(runs)] != wanted:
        yield f"its runs are {[run['run_id'] for run in runs]}, promised were {wanted}"
    for run in runs:
        path = f"/threads/{thread.id}/runs/{run['run_id']}/events?limit=1000"
        yield from (f"run {run['run_id']}: {wrong}" for wrong in _events(person.get(path)["events"]))


def _conversation(thread: Thread, entries: list[dict[str, Any]]) -> Iterator[str]:
    """Judge the replay: every message, card, answer, effect and ending once, in order."""
    said = [entry["text"] for entry in entries if entry["type"] == "message"]
    wanted = [text for turn in thread.turns for text in _texts(turn.marker)]
    if [text.split(" ")[0] if text.startswith("#") else text for text in said] != wanted:
        yield f"the conversation reads {said}, not {wanted}"
    answers = [entry["answer"]["type"] for entry in entries if entry["type"] == "answer"]
    if answers != [turn.decision for turn in thread.turns]:
        yield f"the answers were {answers}, taken were {[turn.decision for turn in thread.turns]}"
    ran = [entry["name"] for entry in entries if entry["type"] == "tool" and not entry["refused"]]
    if ran != thread.approved:
        yield f"what ran is {ran}, approved was {thread.approved}"
    by_hand = [entry["act"] for entry in entries if entry["type"] == "by_hand"]
    if by_hand != thread.by_hand:
        yield f"done by hand was {thread.by_hand}, told is {by_hand}"
    previews = [entry["version"] for entry in entries if entry["type"] == "preview"]
    if previews != sorted(set(previews)):
        yield f"the previews are {previews}"


def _texts(marker: str) -> list[str]:
    return [f"#{marker}", "On it.", f"Shall I {marker}?", f"Ended {marker}."]


def _state(person: Person, thread: Thread, state: Any, entries: list[dict[str, Any]]) -> Iterator[str]:
    values = state["values"]
    if state["interrupts"] or state["next"]:
        yield f"it still waits: {state['interrupts']} {state['next']}"
    if (status := person.get(f"/threads/{thread.id}")["dayloom_status"]) not in ("idle", "cancelled"):
        yield f"it is {status}"
    preview = person.get(f"/threads/{thread.id}/preview")
    if (preview["version"], preview["schedule"]) != (values["preview_version"], values["schedule"]):
        yield "preview and state disagree"
    told = [entry["text"] for entry in entries if entry["type"] == "message"]
    kept = [message["content"] for message in values["messages"] if message["type"] in ("human", "ai")]
    if (missing := Counter(told) - Counter(text.split("\n[closed")[0] for text in kept if text)) or not kept:
        yield f"the replay tells {dict(missing)}, the state does not"
    placed = values["schedule"]["tasks"][0]["status"]
    drawn = "suggested" if "place" in thread.approved else "pending"
    if placed != (wanted := "existing" if thread.in_calendar else drawn):
        yield f"its task is {placed}, not {wanted}"


def _audit(entries: list[dict[str, Any]], thread: Thread) -> Iterator[str]:
    """Judge the log, whose chain the service has checked: who answered what, and each write with its yes."""
    answers = [entry["what"] for entry in entries if entry["card"] and entry["what"] in ("approve", "reject")]
    if answers != [turn.decision for turn in thread.turns]:
        yield f"the audit log has the answers {answers}"
    writes = [entry["call"] for entry in entries if entry["what"] == "write" and entry["call"]]
    if writes != thread.approved:
        yield f"the audit log has the writes {writes}, approved was {thread.approved}"
    by_hand = [entry["by_hand"] for entry in entries if entry["by_hand"]]
    if by_hand != thread.by_hand:
        yield f"the audit log has {by_hand} by hand"


def _events(events: list[dict[str, Any]]) -> Iterator[str]:
    if [event["index"] for event in events] != list(range(len(events))):
        yield f"the events are numbered {[event['index'] for event in events]}"
    ends = [event["type"] for event in events if event["type"] in TERMINAL]
    if len(ends) != 1 or events[-1]["type"] not in TERMINAL:
        yield f"it ends {ends}, last is {events[-1:]}"
    for kind, name in ONCE.items():
        told = [event["data"].get(name) for event in events if event["type"] == kind]
        if len(told) != len(set(told)):
            yield f"{kind} was told twice: {told}"
    versions = [event["data"]["version"] for event in events if event["type"] == "preview.updated"]
    if versions != sorted(set(versions)):
        yield f"preview.updated has the versions {versions}"
    finals = [event for event in events if event["type"] == "message" and event["data"].get("final")]
    if len(finals) > 1:
        yield f"the final message was told {len(finals)} times"
