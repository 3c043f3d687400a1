"""What a run's log says in the words of LangGraph's streams: pure translation, the same wherever one begins to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from dayloom.api.agent_server.sse import Asking, Before, Cursor, Difference, Draft, Frame, Whole, cursor, framed
from dayloom.api.agent_server.stream_frames import Tale
from dayloom.api.agent_server.stream_mode import Mode
from dayloom.stores.threads.event_log import Batch, Recorded
from state.events import EventType
from state.ids import RunId, ThreadId

AT = datetime(2026, 11, 21, tzinfo=UTC)


def batches(*steps: tuple[Sequence[tuple[str, dict[str, Any]]], str | None], first: int = 0) -> Iterator[Batch]:
    for events, checkpoint in steps:
        told = tuple(Recorded(first + number, EventType(type), data, AT) for number, (type, data) in enumerate(events))
        yield Batch(first, told, checkpoint)
        first += len(told)


def told(*steps: Any, first: int = 0) -> list[Draft]:
    tale = Tale(ThreadId("t"), RunId("r"))
    return [draft for batch in batches(*steps, first=first) for draft in tale.told(batch)]


def of(mode: Mode | None, drafts: list[Draft]) -> list[Any]:
    return [(draft.event, draft.data) for draft in drafts if draft.mode is mode]


def words(drafts: list[Draft]) -> list[tuple[str, str, str]]:
    return [(data[0]["type"], data[0]["id"], data[0]["content"]) for _, data in of(Mode.MESSAGES_TUPLE, drafts)]


CREATED = ("run.created", {})


def piece(text: str) -> tuple[str, dict[str, Any]]:
    return "message.delta", {"text": text, "message": "m"}


def test_metadata_comes_first() -> None:
    assert told(([CREATED], None))[0].event == "metadata"


def test_every_event_is_told_as_it_is() -> None:
    drafts = told(([CREATED], None), ([("round.started", {"round": 1})], None))

    assert [data["index"] for _, data in of(Mode.CUSTOM, drafts)] == [0, 1]
    assert of(Mode.CUSTOM, drafts)[1][1] == {
        "index": 1,
        "type": "round.started",
        "data": {"round": 1},
        "at": "2026-11-21T00:00:00+00:00",
    }


def test_a_step_shows_what_it_began_with_what_it_changed_and_what_it_left() -> None:
    drafts = told(([CREATED], "a"), ([("message", {"text": "Hi"})], "b"))

    states = [data for mode in (Mode.UPDATES, Mode.VALUES) for _, data in of(mode, drafts)]

    assert states == [Difference("a"), Difference("b"), Before("a"), Whole("a"), Whole("b")]


def test_pieces_of_a_message_share_one_id() -> None:
    pieces = [piece("Good "), piece("day"), ("message", {"text": "Good day", "message": "m"})]

    assert words(told(([CREATED, *pieces], None))) == [
        ("AIMessageChunk", "r-m", "Good "),
        ("AIMessageChunk", "r-m", "day"),
        ("AIMessageChunk", "r-m", ""),
    ]


def test_a_retracted_message_is_taken_back() -> None:
    drafts = told(([CREATED, piece("No"), ("message.retracted", {})], None))

    assert words(drafts)[-1] == ("remove", "r-m", "")


def test_a_message_that_turned_out_otherwise_is_said_anew() -> None:
    drafts = told(([CREATED, piece("No"), ("message", {"text": "Yes", "message": "n"})], None))

    assert words(drafts) == [
        ("AIMessageChunk", "r-m", "No"),
        ("remove", "r-m", ""),
        ("AIMessageChunk", "r-n", "Yes"),
    ]


def test_whole_messages_grow() -> None:
    pieces = [piece("Good "), piece("day"), ("message", {"text": "Good day", "message": "m"})]

    said = [
        (event, data[0]["content"]) for event, data in of(Mode.MESSAGES, told((pieces, None))) if "meta" not in event
    ]

    assert said == [("messages/partial", "Good "), ("messages/partial", "Good day"), ("messages/complete", "Good day")]


def test_a_call_and_its_result_are_messages() -> None:
    call = {"call_id": "c1", "name": "place", "arguments": {"day": 1}}
    result = {"call_id": "c1", "name": "place", "text": "Placed."}
    drafts = told(([CREATED, ("tool.started", call), ("tool.completed", result)], None))

    asked, answered = [data[0] for _, data in of(Mode.MESSAGES_TUPLE, drafts)]

    assert asked["tool_calls"][0]["args"] == {"day": 1}
    assert (answered["type"], answered["tool_call_id"], answered["content"]) == ("tool", "c1", "Placed.")


def test_a_run_that_waits_ends_with_what_it_asks() -> None:
    drafts = told(([CREATED], "a"), ([("run.interrupted", {})], None))

    assert of(Mode.UPDATES, drafts)[-1] == ("updates", Asking("a"))
    assert of(Mode.VALUES, drafts)[-1] == ("values", Whole("a", asking=True))


def test_a_run_that_failed_ends_with_the_error() -> None:
    outcome = {"status": "failed", "code": "model_unavailable", "message": "The model is down."}
    drafts = told(([CREATED, ("run.failed", {"outcome": outcome})], None))

    assert of(None, drafts)[-1] == ("error", {"error": "model_unavailable", "message": "The model is down."})


def test_a_trimmed_log_is_announced_and_the_values_shown() -> None:
    drafts = told(([("message", {"text": "Hi"})], None), first=7)

    assert of(None, drafts)[1] == ("trimmed", {"dropped": 7, "first": 7})
    assert of(Mode.VALUES, drafts)[0] == ("values", Whole(None))
    assert [draft.at for draft in drafts[:3]] == [(6, 0), (6, 1), (6, 2)]


def test_a_step_whose_events_were_told_before_shows_all_the_same() -> None:
    drafts = told(([CREATED], None), ([], "a"), ([("run.interrupted", {})], None))

    assert of(Mode.VALUES, drafts)[1:] == [("values", Whole("a")), ("values", Whole("a", asking=True))]
    assert [draft.at for draft in drafts] == sorted({draft.at for draft in drafts})


def test_places_only_grow() -> None:
    drafts = told(([CREATED, ("message.delta", {"text": "a"})], "a"), ([("run.completed", {})], "b"))
    places = [draft.at for draft in drafts]

    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("written", "place"),
    [("-1", (-1, -1)), ("3-2", (3, 2)), ("12", (12, 2**31)), ("x", None), ("1-", None), ("1-2-3", None), ("", None)],
)
def test_a_place_is_read_or_refused(written: str, place: tuple[int, int] | None) -> None:
    assert cursor(written) == place


def test_a_frame_is_one_event() -> None:
    draft = Draft(Cursor(3, 1), Mode.CUSTOM, "custom", {"text": "one\ntwo"})

    assert bytes(framed(draft, draft.data, named=True)) == b'event: custom\ndata: {"text":"one\\ntwo"}\nid: 3-1\n\n'
    assert bytes(framed(draft, b"{}", named=False)) == b"event: custom\ndata: {}\n\n"


@pytest.mark.parametrize("field", ["event", "id"])
def test_nothing_can_break_out_of_its_line(field: str) -> None:
    with pytest.raises(ValidationError):
        Frame(**{"event": "e", "id": "1-1", "data": b"", field: "x\ndata: forged"})
