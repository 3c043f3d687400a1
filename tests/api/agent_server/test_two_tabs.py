"""Two tabs of one person, in one workspace: nothing they write is lost, and one run at a time works there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from api.behaviour import APPROVED
from doubles import ScriptedModelServer
from serving import Serving
from talking import Chat, Rounds


@pytest.fixture
def model() -> Rounds:
    return Rounds()


@pytest.fixture
def server(tmp_path: Path, model: Rounds) -> Iterator[Serving]:
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as serving:
        yield serving


def test_a_message_of_another_tab_waits_for_the_workspace(server: Serving, model: Rounds) -> None:
    model.hangs_in = 0
    one, two = Chat.opened(server.http), Chat.opened(server.http)
    at_work = one.say("#one Plan my week")
    model.hanging.wait()
    refused = two.post("#no Plan mine", multitask_strategy="reject")
    waits = two.say("#two Plan mine")
    written_on = one.say("#three And tidy up")
    while_at_work = [two.status(waits), one.status(written_on), sum(model.asked.values())]
    model.hangs_in = None
    one.cancel(at_work)

    assert refused.status_code == 409
    assert while_at_work == ["pending", "pending", 1]
    assert [two.ended(waits), one.ended(written_on)] == ["success", "success"]


def test_a_message_that_waits_for_the_workspace_survives_a_restart(server: Serving, model: Rounds) -> None:
    model.hangs_in = 0
    one, two = Chat.opened(server.http), Chat.opened(server.http)
    at_work = one.say("#one Plan my week")
    model.hanging.wait()
    waits = two.say("#two Plan mine")
    server.kill()
    model.hangs_in = None
    server.start()

    assert [one.ended(at_work), two.ended(waits)] == ["success", "success"]


def test_a_message_that_waits_for_the_workspace_can_be_cancelled(server: Serving, model: Rounds) -> None:
    model.hangs_in = 0
    one, two = Chat.opened(server.http), Chat.opened(server.http)
    at_work = one.say("#one Plan my week")
    model.hanging.wait()
    waits = two.say("#two Plan mine")
    two.cancel(waits)
    standing = two.status(waits)
    model.hangs_in = None
    one.cancel(at_work)

    assert standing == "cancelled"
    assert one.ended(one.say("#three Again")) == "success"
    assert all(name != "#two" for name, _ in model.asked)


def test_a_run_at_a_card_is_done_for_the_sdk_and_its_thread_waits(tmp_path: Path) -> None:
    with Serving(tmp_path) as server:
        chat = Chat.opened(server.http)
        run = chat.say("Plan my tasks")
        chat.ended(run)
        shown = server.http.get(f"/threads/{chat.thread}/runs/{run}").json()
        listed = server.http.get(f"/threads/{chat.thread}/runs", params={"status": "success"}).json()
        thread = server.http.get(f"/threads/{chat.thread}").json()
        answered = server.http.post(f"/threads/{chat.thread}/runs", json=APPROVED)

    assert (shown["status"], shown["dayloom_status"], len(listed)) == ("success", "interrupted", 1)
    assert (thread["status"], thread["dayloom_status"]) == ("interrupted", "interrupted")
    assert answered.status_code == 200
