"""Programs write back to the service: each to its own job, in time, once, and nowhere else."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Serving

WORKER = """
import json, os, sys, urllib.error, urllib.request

def ask(path, body=None, url=os.environ["DAYLOOM_ATTEMPT_URL"]):
    headers = {"Authorization": "Bearer " + os.environ["DAYLOOM_ATTEMPT_TOKEN"], "Content-Type": "application/json"}
    given = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, given, headers)) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)

prompt = sys.stdin.read()
told = {}
def note(name, answer, *fields):
    told[name] = [answer[0], *(answer[1].get(field) for field in fields)]

own = os.environ["DAYLOOM_ATTEMPT_URL"]
note("look", ask("?expand=all"), "next", "task", "notes")
note("too soon", ask("/status", {"status": "review"}), "code", "missing")
note("outside", ask("/outputs", {"summary": "x", "path": "../../../../secret"}), "code")
note("foreign", ask("", url=own.replace(os.environ["DAYLOOM_JOB"], "another")), "code")
note("elsewhere", ask("", url=own.split("/attempts")[0]), "code")
note("output", ask("/outputs", {"kind": "document", "summary": "The week", "text": "Quiet."}))
note("again", ask("/outputs", {"kind": "document", "summary": "The week", "text": "Quiet."}), "code")
open("table.csv", "w").write("1,2")
note("file", ask("/outputs", {"kind": "data", "summary": "A table", "path": "table.csv"}))
ask("/comments", {"text": os.environ["DAYLOOM_ATTEMPT_TOKEN"]})
ask("/log", {"text": "Nearly there."})
note("accept", ask("/status", {"status": "done"}), "code", "legal")
note("hand in", ask("/status", {"status": "review"}))
note("after", ask("/outputs", {"summary": "More", "text": "More."}), "code")
print(json.dumps(told))
"""

MUST_HAVE = "The result must have these; end it with a line such as `[x] a date` for each that it has:"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server whose operator has set up a worker."""
    folder = tmp_path_factory.mktemp("server")
    script, agents = folder / "worker.py", folder / "agents.toml"
    script.write_text(WORKER)
    agents.write_text(f"[writer]\ncommand = {json.dumps([sys.executable, str(script)])}\n")
    with Serving(folder / "home", DAYLOOM_WORKERS=str(agents)) as server:
        yield server


def add(server: Serving, **fields: Any) -> Any:
    given = {"title": "What is on Tuesday?", "due": "2026-01-01T00:00:00Z", "max_attempts": 1, **fields}
    return server.http.post("/jobs", json=given)


def ended(server: Serving, id: str) -> dict[str, Any]:
    """Wait for the job to end; a result that nobody reviews is in review for a moment only."""
    for _ in range(600):
        job = server.http.get(f"/jobs/{id}", params={"expand": "all"}).json()
        passes_by_itself = job["status"] == "review" and job["reviewer"] is None and not job["must_haves"]
        if job["status"] in ("review", "done", "blocked", "failed") and not passes_by_itself:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_a_program_hands_in_what_its_attempt_may_hand_in_and_is_refused_everything_else(server: Serving) -> None:
    job = ended(server, add(server, reviewer="me", must_haves=["a table"], program={"agent": "writer"}).json()["id"])
    [attempt] = job["attempts"]

    assert json.loads(attempt["printed"]) == {
        "look": [200, ["review", "failed", "blocked"], "What is on Tuesday?", f"{MUST_HAVE}\n- a table"],
        "too soon": [409, "incomplete", ["an output"]],
        "outside": [422, "bad_input"],
        "foreign": [401, "bad_token"],
        "elsewhere": [200, None],
        "output": [201],
        "again": [409, "handed_in"],
        "file": [201],
        "accept": [409, "illegal_step", ["review", "failed", "blocked"]],
        "hand in": [200],
        "after": [409, "handed_in"],
    }
    assert (job["status"], attempt["outcome"], attempt["token"]) == ("review", "completed", None)
    assert [(output["text"], output["path"]) for output in job["outputs"]] == [
        ("Quiet.", None),
        ("", str(Path("attempt-1", "work", "table.csv"))),
    ]
    assert job["missing"] == ["a table"]
    assert ("worker", "Nearly there.") in [(line["by"], line["text"]) for line in job["log"]]


def test_a_file_that_was_handed_in_is_given_out_as_long_as_it_lies_in_the_folder_of_its_job(server: Serving) -> None:
    job = ended(server, add(server, reviewer="me", program={"agent": "writer"}).json()["id"])
    outputs = f"/jobs/{job['id']}/outputs"
    given = server.http.get(f"{outputs}/2/file")
    [table] = (server.folder / "jobs").glob(f"*/j-{job['id']}/attempt-1/*/table.csv")
    table.unlink()
    table.symlink_to(server.log)
    refused = [server.http.get(f"{outputs}/{number}/file") for number in (1, 2, 3)]

    assert (given.text, given.headers["content-disposition"]) == ("1,2", "attachment; filename*=UTF-8''table.csv")
    assert [answer.json()["code"] for answer in refused] == ["no_file"] * 3


def test_what_comes_after_the_attempt_has_ended_is_refused(server: Serving) -> None:
    job = ended(server, add(server, program={"agent": "writer"}).json()["id"])
    token, url = job["comments"][0]["text"], f"/jobs/{job['id']}/attempts/1"
    late = server.http.post(f"{url}/log", json={"text": "Still here."}, headers={"authorization": f"Bearer {token}"})

    assert (late.status_code, late.json()["code"]) == (409, "attempt_ended")
    assert server.http.get(url).json()["code"] == "no_token"


def test_a_command_of_ones_own_and_an_agent_that_nobody_set_up_are_refused(server: Serving) -> None:
    command = add(server, program={"command": ["id"]})
    unknown = add(server, program={"agent": "stranger"})

    assert (command.status_code, command.json()["code"]) == (403, "no_commands")
    assert (unknown.status_code, "there are dayloom, writer" in unknown.json()["detail"]) == (422, True)


def test_our_own_worker_agent_reads_its_task_and_hands_in_its_report(server: Serving) -> None:
    job = ended(server, add(server, program={"agent": "dayloom"}).json()["id"])

    assert (job["status"], [output["kind"] for output in job["outputs"]]) == ("done", ["document"]), job
    assert "Tue" in job["outputs"][0]["text"]
