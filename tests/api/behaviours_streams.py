"""How streams are framed, there and here, and how they are joined and resumed."""

from __future__ import annotations

from typing import Any

from api.behaviour import APPROVED, TALK, Rows, Sent, Side, Streamed, planning, saying
from api.behaviours_runs import nameless

ROWS = Rows([])

RESUMABLE = saying(TALK, stream_resumable=True)


async def _streamed(side: Side, body: Any) -> tuple[str, Streamed]:
    """Return the path of a run's stream, and what was streamed to the end."""
    thread = await side.thread()
    streamed = await side.stream("POST", f"/threads/{thread}/runs/stream", body)
    return f"/threads/{thread}/runs/{streamed.sent[0].data['run_id']}/stream", streamed


@ROWS.alike([200, "text/event-stream; charset=utf-8", "no-store", "/threads/*/runs/*"])
async def a_stream_has_a_head(side: Side) -> Any:
    streamed = await side.said(saying(TALK))
    names = ("content-type", "cache-control", "content-location")
    return [streamed.response.status_code, *[nameless(streamed.response.headers.get(name)) for name in names]]


@ROWS.alike(["metadata", True, 1])
async def a_stream_begins_with_its_run(side: Side) -> Any:
    streamed = await side.said(saying(TALK))
    first = streamed.sent[0]
    ends = streamed.response.headers["content-location"].endswith(first.data["run_id"])
    return [first.event, ends, first.data.get("attempt")]


@ROWS.alike(
    {
        "values": ["metadata", "values"],
        "updates": ["metadata", "updates"],
        "messages-tuple": ["metadata", "messages"],
        "custom": ["metadata", "custom"],
        "events": ["metadata", "events"],
    }
)
async def each_mode_has_its_events(side: Side) -> Any:
    modes = ("values", "updates", "messages-tuple", "custom", "events")
    return {mode: (await side.said(saying(TALK, stream_mode=mode))).names for mode in modes}


def _told(one: Sent) -> str:
    """Return what an event of `tasks`, `checkpoints` or `debug` is about: its step in `debug`, and its node."""
    payload = one.data.get("payload", one.data)
    kind = one.data.get("type") or {"checkpoints": "checkpoint"}.get(one.event, "task")
    kind = "task_result" if "result" in payload else kind
    node = payload["name"] if "name" in payload else ",".join(payload["next"])
    step = f" {one.data['step']}" if one.event == "debug" else ""
    return f"{kind}{step}: {node}{' waits' * bool(payload.get('interrupts'))}"


def _is_of_input(one: Sent) -> bool:
    """Tell whether it is the checkpoint LangGraph makes of the bare input; ours takes the input in with its first."""
    payload = one.data.get("payload", one.data)
    return "metadata" in payload and payload["metadata"].get("source") == "input"


@ROWS.alike(
    {
        "checkpoints": ["checkpoint: plan", "checkpoint: execute", "checkpoint: confirm"],
        "tasks": [
            "task: plan",
            "task_result: plan",
            "task: execute",
            "task_result: execute",
            "task: confirm",
            "task_result: confirm waits",
        ],
        "debug": [
            "checkpoint 0: plan",
            "task 1: plan",
            "task_result 1: plan",
            "checkpoint 1: execute",
            "task 2: execute",
            "task_result 2: execute",
            "checkpoint 2: confirm",
            "task 3: confirm",
            "task_result 3: confirm waits",
        ],
    }
)
async def steps_and_tasks_are_told_up_to_a_card(side: Side) -> Any:
    streamed = await side.said(planning(stream_mode=["tasks", "checkpoints", "debug"]))
    told = [one for one in streamed.sent[1:] if not _is_of_input(one)]
    return {name: [_told(one) for one in told if one.event == name] for name in ("checkpoints", "tasks", "debug")}


@ROWS.alike(
    [
        "checkpoint: confirm",
        "task: confirm",
        "task_result: confirm",
        "checkpoint: execute",
        "task: execute",
        "task_result: execute",
        "checkpoint: execute",
        "task: execute",
        "task_result: execute",
        "checkpoint: order_guard",
        "task: order_guard",
        "task_result: order_guard",
        "checkpoint: deliver",
        "task: deliver",
        "task_result: deliver",
        "checkpoint: ",
    ]
)
async def steps_and_tasks_go_on_where_the_card_was(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    body = {**APPROVED, "stream_mode": ["tasks", "checkpoints"]}
    streamed = await side.stream("POST", f"/threads/{thread}/runs/stream", body)
    return [_told(one) for one in streamed.sent[1:]]


@ROWS.alike(
    [
        ["config", "metadata", "next", "parent_config", "tasks", "values"],
        ["id", "input", "name", "triggers"],
        ["error", "id", "interrupts", "name", "result"],
        ["payload", "step", "timestamp", "type"],
        ["id", "interrupts", "name", "state"],
        ["checkpoint", "parent_checkpoint"],
        [["branch:to:plan"], 0, True],
    ]
)
async def steps_and_tasks_have_their_shapes(side: Side) -> Any:
    streamed = await side.said(saying(TALK, stream_mode=["tasks", "checkpoints", "debug"]))
    told = [one for one in streamed.sent[1:] if not _is_of_input(one)]
    step = next(one.data for one in told if one.event == "checkpoints")
    task = next(one.data for one in told if one.event == "tasks")
    result = next(one.data for one in told if one.event == "tasks" and "result" in one.data)
    dated = next(one.data for one in told if one.event == "debug")
    shapes = [step, task.keys() - {"metadata"}, result, dated, step["tasks"][0], dated["payload"].keys() - step.keys()]
    same = task["id"] == result["id"] == step["tasks"][0]["id"]
    return [*map(sorted, shapes), [task["triggers"], step["metadata"]["step"], same]]


@ROWS.alike(["metadata", "values"])
async def values_are_streamed_unless_something_else_is_asked_for(side: Side) -> Any:
    return (await side.said(saying(TALK))).names


@ROWS.alike([["metadata", "values", "updates", "values", "updates", "values"], ["plan", "deliver"]])
async def modes_are_mixed_in_one_stream(side: Side) -> Any:
    streamed = await side.said(saying(TALK, stream_mode=["values", "updates"]))
    return [streamed.names, [node for one in streamed.sent if one.event == "updates" for node in one.data]]


@ROWS.alike([["human"], ["human"], ["human", "ai"]])
async def values_grow_from_the_input_to_the_answer(side: Side) -> Any:
    streamed = await side.said(saying(TALK, stream_mode="values"))
    return [[message["type"] for message in one.data["messages"]] for one in streamed.sent[1:]]


@ROWS.alike([True, "ai", True])
async def a_message_comes_with_where_it_was_said(side: Side) -> Any:
    streamed = await side.said(saying(TALK, stream_mode="messages-tuple"))
    message, where = next(one.data for one in streamed.sent if one.event == "messages")
    return [bool(message["content"]), message["type"].removesuffix("MessageChunk").lower(), "langgraph_node" in where]


@ROWS.alike([True, True])
async def events_have_ids_only_when_they_can_be_resumed(side: Side) -> Any:
    plain = await side.said(saying(TALK))
    resumable = await side.said(RESUMABLE)
    return [not any(plain.ids), all(resumable.ids) and len(set(resumable.ids)) == len(resumable.ids)]


@ROWS.alike([True, True, []])
async def a_stream_goes_on_after_the_last_event_seen(side: Side) -> Any:
    path, whole = await _streamed(side, RESUMABLE)
    all_again = await side.stream("GET", path, last_event_id="-1")
    rest = await side.stream("GET", path, last_event_id=str(whole.ids[1]))
    nothing = await side.stream("GET", path, last_event_id=str(whole.ids[-1]))
    return [all_again.sent == whole.sent, rest.sent == whole.sent[2:], nothing.sent]


@ROWS.alike([200, []])
async def a_stream_joined_after_the_end_is_empty(side: Side) -> Any:
    path, _ = await _streamed(side, saying(TALK))
    joined = await side.stream("GET", path)
    return [joined.response.status_code, joined.sent]


@ROWS.alike([["__interrupt__"], ["id", "value"], True])
async def a_card_ends_the_stream(side: Side) -> Any:
    streamed = await side.said(planning(stream_mode=["updates", "values"]))
    update = [one.data for one in streamed.sent if one.event == "updates"][-1]
    values = [one.data for one in streamed.sent if one.event == "values"][-1]
    (card,) = update["__interrupt__"]
    same = values["__interrupt__"][0]["id"] == card["id"]
    return [list(update), [name for name in ("id", "value") if name in card], same]


@ROWS.alike(["confirm", "execute", "execute", "order_guard", "deliver"])
async def an_answer_goes_on_where_the_card_was(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    body = {**APPROVED, "stream_mode": "updates"}
    streamed = await side.stream("POST", f"/threads/{thread}/runs/stream", body)
    return [node for one in streamed.sent if one.event == "updates" for node in one.data]


@ROWS.alike([200, "/runs/*", ["metadata", "values"]])
async def a_stream_without_a_thread(side: Side) -> Any:
    streamed = await side.stream("POST", "/runs/stream", saying(TALK))
    head = streamed.response
    return [head.status_code, nameless(head.headers["content-location"]), streamed.names]
