"""What is told while a run works: words for good, retracted words never."""

from __future__ import annotations

import io

from rich.console import Console

from dayloom.cli.progress import Progress
from dayloom.cli.terminal import Terminal
from state.events import Event, EventType
from state.when import Locale


def told(*events: Event, lively: bool = False, final: bool = True) -> tuple[str, str]:
    out, err = (Console(file=io.StringIO(), width=60, force_terminal=lively, _environ={}) for _ in range(2))
    progress = Progress(Terminal(out=out, err=err), Locale.EN, out, final=final)
    with progress:
        for event in events:
            progress.emit(event)
    return out.file.getvalue(), err.file.getvalue()  # type: ignore[attr-defined] both are StringIO


def event(kind: EventType, **data: object) -> Event:
    return Event(type=kind, data=dict(data))


STARTED = event(EventType.RUN_STARTED, run_id="run-1")
DELTA = event(EventType.MESSAGE_DELTA, text="I would plac")
MESSAGE = event(EventType.MESSAGE, text="I would place [it].")
FINAL = event(EventType.MESSAGE, text="All done.", final=True)


def test_in_a_pipe_only_whole_messages_are_written() -> None:
    assert told(STARTED, DELTA, MESSAGE, FINAL) == ("I would place [it].\nAll done.\n", "")


def test_closing_words_can_be_left_to_the_command() -> None:
    assert told(STARTED, MESSAGE, FINAL, final=False) == ("I would place [it].\n", "")


def test_what_tells_of_a_card_is_left_to_the_card() -> None:
    of_card = event(EventType.MESSAGE, text="With your approval this happens (1): …", of_card=True)

    assert told(STARTED, MESSAGE, of_card) == ("I would place [it].\n", "")


def test_on_a_terminal_words_grow_beside_the_results() -> None:
    out, err = told(STARTED, DELTA, MESSAGE, lively=True)

    assert out == "I would place [it].\n"
    assert "I would plac" in err
    assert "thinking" in err


def test_the_place_of_growing_words_is_cleared_at_the_end() -> None:
    _, err = told(STARTED, DELTA, lively=True)

    assert err.endswith("\x1b[?25h\r\x1b[1A\x1b[2K") or "\x1b[2K" in err.rpartition("thinking")[2]


def test_retracted_words_are_gone_from_the_picture() -> None:
    retracted = event(EventType.MESSAGE_RETRACTED)

    out, err = told(STARTED, DELTA, retracted, event(EventType.MESSAGE_DELTA, text="Better"), lively=True)

    assert out == ""
    assert "I would plac" not in err.rpartition("Better")[0].rpartition("thinking")[2]


def test_what_went_wrong_on_the_way_is_told() -> None:
    wrong = event(EventType.CORRECTION, complaint="tool_call: missing\x1b[2J", hint="")

    _, err = told(STARTED, wrong, event(EventType.MODEL_RETRY), event(EventType.ORDER_GUARD_RESTORED))

    assert err.splitlines() == [
        "(the model is corrected: tool_call: missing[2J)",
        "(the model did not answer; trying again)",
        "(the order of tasks was restored)",
    ]
