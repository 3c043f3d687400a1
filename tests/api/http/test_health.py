"""The service answers, and comes back after it was killed."""

from __future__ import annotations

from pathlib import Path

from serving import Serving


def test_the_service_answers_again_after_it_was_killed(tmp_path: Path) -> None:
    with Serving(tmp_path / "home") as server:
        server.kill()
        server.start()

        assert server.http.get("/ok").json() == {"ok": True}
        assert server.http.get("/healthz").json() == {"status": "ok"}
