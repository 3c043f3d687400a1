"""`dayloom trace`: what a run did, by the name of the run or of its thread."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shell import Shell, place

EXECUTE = {"action": "execute", "speak": "To work."}
DONE = {"action": "done", "goal_check": "all of it"}


def test_it_draws_the_newest_run_of_a_thread_and_any_by_name(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Chapter 4 is on Monday."])
    shell.plan("Plan chapter 4")
    asked = shell("trace", shell.thread, "--json").json
    assert shell("answer", shell.thread, "--approve").code == 0

    newest, drawn = shell("trace", shell.thread, "--json").json, shell("trace", shell.thread).out
    by_name = shell("trace", asked["run_id"], "--json").json

    [shown], [card] = ([span for span in told["spans"] if span["kind"] == "card"] for told in (asked, by_name))
    assert (by_name["run_id"], by_name["totals"]) == (asked["run_id"], asked["totals"])
    assert (shown["status"], shown["about"]["answer"], shown["ended"]) == ("waiting", None, None)
    assert (card["status"], card["about"]["answer"], card["ended"] is not None) == ("ok", "approve", True)
    assert (asked["status"], newest["status"], newest["outcome"]) == ("interrupted", "success", "completed")
    assert [span["name"] for span in newest["spans"] if span["kind"] == "node"] == [
        *("confirm", "execute", "execute", "order_guard", "deliver")
    ]
    [model] = {span["name"] for span in newest["spans"] if span["kind"] == "model"}
    for told in (newest["run_id"], "completed", "2 model calls", "1 tool call ", "answer  approve", "tool  place"):
        assert told in drawn

    prices = tmp_path / "prices.toml"
    prices.write_text(f"[{json.dumps(model)}]\ninput = 1000000\noutput = 0\n")
    monkeypatch.setenv("DAYLOOM_PRICES", str(prices))
    priced = shell("trace", shell.thread, "--json").json
    assert priced["totals"]["cost"] == priced["totals"]["prompt_tokens"] > 0


def test_it_shows_what_the_models_were_shown_word_for_word(shell: Shell) -> None:
    model = shell.model([EXECUTE, place(2, 1, 3), DONE, "Chapter 4 is on Monday."])
    shell.plan("Plan chapter 4")
    told = shell("trace", shell.thread, "--prompts")
    prompts = shell("trace", shell.thread, "--prompts", "--json").json["prompts"]

    sent = [[message["content"] for message in request.body["messages"]] for request in model.requests]
    assert [[message["content"] for message in prompt["messages"]] for prompt in prompts] == sent
    assert all(text in told.out for text in sent[-1][-1].splitlines())


def test_an_unknown_run_is_named(shell: Shell) -> None:
    refused = shell("trace", "run-nowhere")

    assert refused.code == 2
    assert "run-nowhere" in refused.err


def test_what_was_good_or_wrong_is_said_of_a_run_and_drawn_with_it(shell: Shell) -> None:
    shell.model([EXECUTE, place(2, 1, 3), DONE, "Nothing placed."])
    shell.plan("Plan chapter 4")
    declined = shell("answer", shell.thread, "--reject", "Never before ten")
    [how] = [line for line in declined.err.splitlines() if "--remember" in line]
    wrong = [
        shell("trace", shell.thread, "--good", "--bad"),
        shell("trace", shell.thread, "--good", "--span", "99"),
        shell("trace", shell.thread, "--correct", " "),
    ]
    praised = shell("trace", shell.thread, "--good", "--why", "Quick", "--span", "2")
    noted = shell("trace", shell.thread, "--correct", "Tea at five", "--only-note", "--json").json
    learned = shell(*how.split()[-4:], "--json").json
    drawn, replayed = shell("trace", shell.thread).out, shell("replay", shell.thread).out

    assert [answer.code for answer in wrong] == [2, 2, 2]
    assert "nothing was learned" in praised.out
    assert (noted["feedback"]["text"], noted["learned"]) == ("Tea at five", None)
    assert (learned["learned"]["rule"], learned["feedback"]["kind"]) == ("Never before ten", "correction")
    assert "feedback  positive  on 2  Quick" in drawn
    assert "You corrected that: Never before ten" in replayed
    shell("memory", "delete", learned["learned"]["id"])
