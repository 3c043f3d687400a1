"""Cancel wins and nothing follows it, or the run had ended; whatever the run was at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from doubles import ScriptedModelServer
from durable import CONFIRM, EXECUTE
from serving import Serving
from talking import Chat, Rounds, assert_one_true_end, until

PROMISED = 3.0


@pytest.fixture
def model() -> Rounds:
    return Rounds()


@pytest.fixture
def server(tmp_path: Path, model: Rounds) -> Iterator[Serving]:
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as serving:
        yield serving


@pytest.mark.parametrize("round", [0, 1, 3])
def test_a_run_is_cancelled_in_the_middle_of_a_long_model_call(server: Serving, model: Rounds, round: int) -> None:
    model.hangs_in = round
    chat = Chat.opened(server.http)
    run = chat.say("#one Plan my week")
    model.hanging.wait()
    answered = chat.cancel(run)
    took = until(lambda: chat.status(run) == "cancelled")
    asked = sum(model.asked.values())
    time.sleep(0.5)

    assert answered.is_success
    assert took < PROMISED
    assert_one_true_end(chat.events(run), "run.cancelled")
    assert sum(model.asked.values()) == asked


def test_a_cancel_after_the_end_changes_nothing(server: Serving) -> None:
    chat = Chat.opened(server.http)
    run = chat.say("#one Plan my week")
    assert chat.ended(run) == "success"
    before = chat.events(run)
    chat.cancel(run)

    assert chat.status(run) == "success"
    assert chat.events(run) == before


def test_a_run_that_waits_behind_another_is_cancelled_and_never_asks_the_model(server: Serving, model: Rounds) -> None:
    model.hangs_in = 1
    chat = Chat.opened(server.http)
    first = chat.say("#one Plan my week")
    model.hanging.wait()
    second = chat.say("#two And tidy up", multitask_strategy="enqueue")
    chat.cancel(second)
    took = until(lambda: chat.status(second) == "cancelled")
    standing = chat.status(first)
    chat.cancel(first)
    chat.ended(first)

    assert took < PROMISED
    assert standing == "running"
    assert_one_true_end(chat.events(second), "run.cancelled")
    assert not any(name == "#two" for name, _ in model.asked)


def test_a_thread_whose_run_was_cancelled_takes_the_next_message(server: Serving, model: Rounds) -> None:
    model.hangs_in = 1
    chat = Chat.opened(server.http)
    first = chat.say("#one Plan my week")
    model.hanging.wait()
    chat.cancel(first)
    until(lambda: chat.status(first) == "cancelled")
    model.hangs_in = None

    assert chat.ended(chat.say("#two Plan my week")) == "success"


def test_a_run_that_waits_at_a_card_is_cancelled_and_the_card_is_closed(tmp_path: Path) -> None:
    script = [EXECUTE, CONFIRM]
    with ScriptedModelServer(script) as scripted, Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        run = chat.say("Place my essay")
        assert chat.ended(run) == "interrupted"
        chat.cancel(run)
        late = chat.http.post(
            f"/threads/{chat.thread}/runs",
            json={"assistant_id": "dayloom", "command": {"resume": {"decisions": [{"type": "approve"}]}}},
        )
        state = chat.http.get(f"/threads/{chat.thread}/state").json()
        events = chat.events(run)

    assert late.status_code == 409
    assert state["next"] == []
    assert_one_true_end(events, "run.interrupted")


def test_a_run_is_cancelled_while_it_goes_from_tool_to_tool(tmp_path: Path) -> None:
    model = Rounds(rounds=1000)
    with ScriptedModelServer(model) as scripted, Serving(tmp_path, model=scripted.base_url) as server:
        chat = Chat.opened(server.http)
        run = chat.say("#one Plan my week", config={"configurable": {"max_rounds": 1000}})
        until(lambda: any(event["type"] == "tool.started" for event in chat.events(run)))
        chat.cancel(run)
        took = until(lambda: chat.status(run) == "cancelled")
        events = chat.events(run)
        asked = model.asked.total()
        time.sleep(0.5)

    assert took < PROMISED
    assert_one_true_end(events, "run.cancelled")
    assert model.asked.total() <= asked + 1, "one request may have been on its way"


def test_a_run_that_takes_too_long_ends_as_out_of_time(tmp_path: Path) -> None:
    model = Rounds(hangs_in=0)
    with (
        ScriptedModelServer(model) as scripted,
        Serving(tmp_path, model=scripted.base_url, DAYLOOM_RUN_DEADLINE="2s") as server,
    ):
        chat = Chat.opened(server.http)
        run = chat.say("#one Plan my week")
        took = until(lambda: chat.status(run) not in ("pending", "running"))
        status, events = chat.status(run), chat.events(run)

    assert took < 2 + PROMISED
    assert status == "timeout"
    assert_one_true_end(events, "run.failed")
