"""What a run's log says in the words of LangGraph's streams: pure translation, the same wherever one begins to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from dayloom.api.agent_server.sse import SseFrame, frame_event, parse_cursor
from dayloom.api.agent_server.stream_event import Cursor, InterruptsAt, StateAt, StateBefore, StateChanges, StreamEvent
from dayloom.api.agent_server.stream_frames import StreamFrames
from dayloom.api.agent_server.stream_mode import StreamMode
from dayloom.stores.threads.event_log import Batch, Recorded
from state.events import EventType
from state.ids import RunId, ThreadId

AT = datetime(2026, 11, 21, tzinfo=UTC)


def batches(*steps: tuple[Sequence[tuple[str, dict[str, Any]]], str | None], first: int = 0) -> Iterator[Batch]:
    for events, checkpoint in steps:
        told = tuple(Recorded(first + number, EventType(type), data, AT) for number, (type, data) in enumerate(events))
        yield Batch(first, told, checkpoint)
        first += len(told)


def translated(*steps: Any, first: int = 0) -> list[StreamEvent]:
    frames = StreamFrames(ThreadId("t"), RunId("r"))
    return [event for batch in batches(*steps, first=first) for event in frames.translate(batch)]


def of(mode: StreamMode | None, events: list[StreamEvent]) -> list[Any]:
    return [(event.name, event.data) for event in events if event.mode is mode]


def words(events: list[StreamEvent]) -> list[tuple[str, str, str]]:
    return [(data[0]["type"], data[0]["id"], data[0]["content"]) for _, data in of(StreamMode.MESSAGES_TUPLE, events)]


CREATED = ("run.created", {})


def piece(text: str) -> tuple[str, dict[str, Any]]:
    return "message.delta", {"text": text, "message": "m"}


def test_metadata_comes_first() -> None:
    assert translated(([CREATED], None))[0].name == "metadata"


def test_every_event_is_told_as_it_is() -> None:
    events = translated(([CREATED], None), ([("round.started", {"round": 1})], None))

    assert [data["index"] for _, data in of(StreamMode.CUSTOM, events)] == [0, 1]
    assert of(StreamMode.CUSTOM, events)[1][1] == {
        "index": 1,
        "type": "round.started",
        "data": {"round": 1},
        "at": "2026-11-21T00:00:00+00:00",
    }


def test_a_step_shows_what_it_began_with_what_it_changed_and_what_it_left() -> None:
    events = translated(([CREATED], "a"), ([("message", {"text": "Hi"})], "b"))

    states = [data for mode in (StreamMode.UPDATES, StreamMode.VALUES) for _, data in of(mode, events)]

    assert states == [StateChanges("a"), StateChanges("b"), StateBefore("a"), StateAt("a"), StateAt("b")]


def test_pieces_of_a_message_share_one_id() -> None:
    pieces = [piece("Good "), piece("day"), ("message", {"text": "Good day", "message": "m"})]

    assert words(translated(([CREATED, *pieces], None))) == [
        ("AIMessageChunk", "r-m", "Good "),
        ("AIMessageChunk", "r-m", "day"),
        ("AIMessageChunk", "r-m", ""),
    ]


def test_a_retracted_message_is_taken_back() -> None:
    events = translated(([CREATED, piece("No"), ("message.retracted", {})], None))

    assert words(events)[-1] == ("remove", "r-m", "")


def test_a_message_that_turned_out_otherwise_is_said_anew() -> None:
    events = translated(([CREATED, piece("No"), ("message", {"text": "Yes", "message": "n"})], None))

    assert words(events) == [
        ("AIMessageChunk", "r-m", "No"),
        ("remove", "r-m", ""),
        ("AIMessageChunk", "r-n", "Yes"),
    ]


def test_whole_messages_grow() -> None:
    pieces = [piece("Good "), piece("day"), ("message", {"text": "Good day", "message": "m"})]

    said = [
        (event, data[0]["content"])
        for event, data in of(StreamMode.MESSAGES, translated((pieces, None)))
        if "meta" not in event
    ]

    assert said == [("messages/partial", "Good "), ("messages/partial", "Good day"), ("messages/complete", "Good day")]


def test_a_call_and_its_result_are_messages() -> None:
    call = {"call_id": "c1", "name": "place", "arguments": {"day": 1}}
    result = {"call_id": "c1", "name": "place", "text": "Placed."}
    events = translated(([CREATED, ("tool.started", call), ("tool.completed", result)], None))

    asked, answered = [data[0] for _, data in of(StreamMode.MESSAGES_TUPLE, events)]

    assert asked["tool_calls"][0]["args"] == {"day": 1}
    assert (answered["type"], answered["tool_call_id"], answered["content"]) == ("tool", "c1", "Placed.")


def test_a_run_that_waits_ends_with_what_it_asks() -> None:
    events = translated(([CREATED], "a"), ([("run.interrupted", {})], None))

    assert of(StreamMode.UPDATES, events)[-1] == ("updates", InterruptsAt("a"))
    assert of(StreamMode.VALUES, events)[-1] == ("values", StateAt("a", interrupts=True))


def test_a_run_that_failed_ends_with_the_error() -> None:
    outcome = {"status": "failed", "code": "model_unavailable", "message": "The model is down."}
    events = translated(([CREATED, ("run.failed", {"outcome": outcome})], None))

    assert of(None, events)[-1] == ("error", {"error": "model_unavailable", "message": "The model is down."})


def test_a_trimmed_log_is_announced_and_the_values_shown() -> None:
    events = translated(([("message", {"text": "Hi"})], None), first=7)

    assert of(None, events)[1] == ("trimmed", {"dropped": 7, "first": 7})
    assert of(StreamMode.VALUES, events)[0] == ("values", StateAt(None))
    assert [event.at for event in events[:3]] == [(6, 0), (6, 1), (6, 2)]


def test_a_step_whose_events_were_told_before_shows_all_the_same() -> None:
    events = translated(([CREATED], None), ([], "a"), ([("run.interrupted", {})], None))

    assert of(StreamMode.VALUES, events)[1:] == [("values", StateAt("a")), ("values", StateAt("a", interrupts=True))]
    assert [event.at for event in events] == sorted({event.at for event in events})


def test_places_only_grow() -> None:
    events = translated(([CREATED, ("message.delta", {"text": "a"})], "a"), ([("run.completed", {})], "b"))
    places = [event.at for event in events]

    assert places == sorted(set(places))


@pytest.mark.parametrize(
    ("written", "place"),
    [("-1", (-1, -1)), ("3-2", (3, 2)), ("12", (12, 2**31)), ("x", None), ("1-", None), ("1-2-3", None), ("", None)],
)
def test_a_place_is_read_or_refused(written: str, place: tuple[int, int] | None) -> None:
    assert parse_cursor(written) == place


def test_a_frame_is_one_event() -> None:
    event = StreamEvent(Cursor(3, 1), StreamMode.CUSTOM, "custom", {"text": "one\ntwo"})

    assert (
        bytes(frame_event(event, event.data, named=True)) == b'event: custom\ndata: {"text":"one\\ntwo"}\nid: 3-1\n\n'
    )
    assert bytes(frame_event(event, b"{}", named=False)) == b"event: custom\ndata: {}\n\n"


@pytest.mark.parametrize("field", ["event", "id"])
def test_nothing_can_break_out_of_its_line(field: str) -> None:
    with pytest.raises(ValidationError):
        SseFrame(**{"event": "e", "id": "1-1", "data": b"", field: "x\ndata: forged"})
