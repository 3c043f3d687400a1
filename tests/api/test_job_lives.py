"""A todo and a supervision live their lives with the offline model, and everything is there after a restart."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from serving import Serving

PARTS = ("attempts", "outputs", "comments", "log", "due", "status", "thread", "completed_at")


def fetched(server: Serving, id: str) -> dict[str, Any]:
    return server.http.get(f"/jobs/{id}", params={"expand": "all"}).json()


def reached(server: Serving, id: str, status: str, attempts: int) -> dict[str, Any]:
    """Return a job when it stands so after so many attempts."""
    job: dict[str, Any] = {}
    for _ in range(600):
        job = fetched(server, id)
        ended = [each for each in job["attempts"] if each["outcome"]]
        if (job["status"], len(ended)) == (status, attempts):
            return job
        time.sleep(0.1)
    raise AssertionError(job)


def kept(job: dict[str, Any]) -> dict[str, Any]:
    return {name: job[name] for name in PARTS}


def test_over_http_and_after_the_server_was_killed_in_between(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        todo = server.http.post(
            "/jobs", json={"title": "Add a task: call Anna, 30 minutes", "due": "2026-01-01T00:00:00Z"}
        ).json()["id"]
        again = server.http.post("/jobs", json={"example": "weekly-plan"}).json()["id"]
        server.http.post(f"/jobs/{again}/run")
        blocked, waiting = reached(server, todo, "blocked", 1), reached(server, again, "pending", 1)

        server.kill()
        server.start()
        assert [kept(fetched(server, id)) for id in (todo, again)] == [kept(blocked), kept(waiting)]
        assert server.http.post(f"/jobs/{todo}/answer", json={"message": "yes"}).status_code == 202
        done = reached(server, todo, "done", 2)
        server.http.post(f"/jobs/{again}/run")
        second = reached(server, again, "pending", 2)

    assert done["completed_at"].endswith(("Z", "+00:00"))
    assert second["due"] == waiting["due"]
    assert "call Anna" in second["outputs"][-1]["text"]
    assert "call Anna" not in second["outputs"][0]["text"]
