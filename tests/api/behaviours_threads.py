"""How threads, their state and their history behave, there and here."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from api.behaviour import APPROVED, NOBODY, TALK, Rows, Side, planning, saying, unique

ROWS = Rows([])

OF_THREAD = {"thread_id", "created_at", "updated_at", "metadata", "status", "values"}
OF_STATE = {
    "values",
    "next",
    "tasks",
    "metadata",
    "created_at",
    "checkpoint",
    "parent_checkpoint",
    "interrupts",
    "checkpoint_id",
    "parent_checkpoint_id",
}
OF_TASK = {"id", "name", "path", "error", "interrupts", "checkpoint", "state", "result"}


@ROWS.alike([200, True, "idle", {"a": 1}])
async def a_new_thread_is_idle_and_keeps_its_metadata(side: Side) -> Any:
    made = await side.http.post("/threads", json={"metadata": {"a": 1}})
    thread = made.json()
    return [made.status_code, thread.keys() >= OF_THREAD, thread["status"], thread["metadata"]]


@ROWS.alike([409, 200, {"a": 1}])
async def a_thread_is_made_once(side: Side) -> Any:
    given = {"thread_id": await side.thread(metadata={"a": 1}), "metadata": {"b": 2}}
    again = await side.http.post("/threads", json={**given, "if_exists": "do_nothing"})
    return [await side.code("POST", "/threads", given), again.status_code, again.json()["metadata"]]


@ROWS.alike(422)
async def a_thread_that_makes_no_sense_is_refused(side: Side) -> Any:
    return await side.code("POST", "/threads", {"if_exists": "perhaps"})


@ROWS.unlike(there=422, ours=400, why="what is no JSON is malformed, not invalid")
async def a_body_that_is_no_json(side: Side) -> Any:
    bad = await side.http.post("/threads", content=b"{no", headers={"content-type": "application/json"})
    return bad.status_code


@ROWS.alike([404] * 7)
async def an_unknown_thread_is_missing(side: Side) -> Any:
    path = f"/threads/{NOBODY}"
    return [
        await side.code("GET", path),
        await side.code("GET", f"{path}/state"),
        await side.code("GET", f"{path}/history"),
        await side.code("GET", f"{path}/runs"),
        await side.code("PATCH", path, {"metadata": {}}),
        await side.code("DELETE", path),
        await side.code("POST", f"{path}/runs", saying(TALK)),
    ]


@ROWS.unlike(there=409, ours=404, why="an unknown thread is missing wherever it is named")
async def an_unknown_thread_cannot_be_copied(side: Side) -> Any:
    return await side.code("POST", f"/threads/{NOBODY}/copy")


@ROWS.unlike(there=422, ours=404, why="our ids need not be UUIDs")
async def an_id_that_is_no_uuid(side: Side) -> Any:
    return await side.code("GET", "/threads/k7m3-9qxp")


@ROWS.alike({"a": 1, "b": 3, "c": 4})
async def a_patch_adds_to_the_metadata(side: Side) -> Any:
    thread = await side.thread(metadata={"a": 1, "b": 2})
    await side.http.patch(f"/threads/{thread}", json={"metadata": {"b": 3, "c": 4}})
    return (await side.get(f"/threads/{thread}"))["metadata"]


@ROWS.alike([204, 404, 404, 404])
async def a_deleted_thread_is_gone(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    path = f"/threads/{thread}"
    asked = [("DELETE", path), ("GET", path), ("GET", f"{path}/state"), ("DELETE", path)]
    return [await side.code(method, where) for method, where in asked]


@ROWS.alike([2, 1, 0, 1, ["status", "thread_id"]])
async def threads_are_found_by_metadata_status_and_id(side: Side) -> Any:
    tag = unique()
    thread = await side.thread(metadata={"tag": tag})
    await side.thread(metadata={"tag": tag, "other": True})
    by_tag = {"metadata": {"tag": tag}}
    found = await side.post("/threads/search", {"ids": [thread], "select": ["thread_id", "status"]})
    return [
        len(await side.post("/threads/search", by_tag)),
        len(await side.post("/threads/search", {"metadata": {"tag": tag, "other": True}})),
        len(await side.post("/threads/search", {**by_tag, "status": "busy"})),
        len(found),
        sorted(found[0]),
    ]


@ROWS.alike([1, 0, 1, 0])
async def threads_are_found_and_counted_by_their_values(side: Side) -> Any:
    tag = unique()
    await side.wait(await side.thread(metadata={"tag": tag}), saying(TALK))
    wanted = [{"metadata": {"tag": tag}, "values": values} for values in ({"turn": 1}, {"turn": 9})]
    found = [len(await side.post("/threads/search", each)) for each in wanted]
    return [*found, *[await side.post("/threads/count", each) for each in wanted]]


@ROWS.alike([["extracted", "thread_id"], TALK, True, None, [422] * 3])
async def values_are_picked_out_of_threads(side: Side) -> Any:
    tag = unique()
    thread = await side.thread(metadata={"tag": tag})
    await side.wait(thread, saying(TALK))
    paths = {"first": "values.messages[-2].content", "tag": "metadata.tag", "nothing": "values.messages[9].content"}
    [found] = await side.post("/threads/search", {"ids": [thread], "select": ["thread_id"], "extract": paths})
    bad = [
        {"no name": "values.turn"},
        {"turn": "secrets.turn"},
        dict.fromkeys((f"a{at}" for at in range(11)), "values"),
    ]
    picked = found["extracted"]
    refused = [await side.code("POST", "/threads/search", {"extract": each}) for each in bad]
    return [sorted(found), picked["first"], picked["tag"] == tag, picked["nothing"], refused]


@ROWS.alike([3, 1, 0])
async def threads_are_counted(side: Side) -> Any:
    tag = unique()
    for number in range(3):
        await side.thread(metadata={"tag": tag, "number": number})
    asked = [{"tag": tag}, {"tag": tag, "number": 1}, {"tag": unique()}]
    return [await side.post("/threads/count", {"metadata": metadata}) for metadata in asked]


@ROWS.alike([[2, "2"], [1, None]])
async def a_search_tells_where_it_goes_on(side: Side) -> Any:
    tag = unique()
    for _ in range(3):
        await side.thread(metadata={"tag": tag})
    pages = [{"limit": 2}, {"limit": 2, "offset": 2}]
    found = [await side.http.post("/threads/search", json={"metadata": {"tag": tag}, **page}) for page in pages]
    return [[len(page.json()), page.headers.get("x-pagination-next")] for page in found]


@ROWS.alike([True, True])
async def threads_are_sorted(side: Side) -> Any:
    tag = unique()
    made = [await side.thread(metadata={"tag": tag}) for _ in range(3)]
    asked = [{}, {"sort_by": "created_at", "sort_order": "asc"}]
    found = [await side.post("/threads/search", {"metadata": {"tag": tag}, **order}) for order in asked]
    ids = [[thread["thread_id"] for thread in page] for page in found]
    return [ids[0] == made[::-1], ids[1] == made]


@ROWS.alike([422, 422, 422])
async def a_search_that_makes_no_sense_is_refused(side: Side) -> Any:
    bad = [{"status": "asleep"}, {"sort_by": "colour"}, {"limit": 0}]
    return [await side.code("POST", "/threads/search", body) for body in bad]


@ROWS.alike([True, {}, [], [], None])
async def a_thread_nobody_ran_has_an_empty_state(side: Side) -> Any:
    state = await side.get(f"/threads/{await side.thread()}/state")
    return [state.keys() >= OF_STATE, state["values"], state["next"], state["tasks"], state["checkpoint"]]


@ROWS.alike([200, []])
async def a_thread_nobody_ran_has_no_history(side: Side) -> Any:
    history = await side.http.get(f"/threads/{await side.thread()}/history")
    return [history.status_code, history.json()]


@ROWS.alike([True, [], [], ["human", "ai"], "success", True])
async def the_state_after_a_turn(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    state = await side.get(f"/threads/{thread}/state")
    (run,) = await side.get(f"/threads/{thread}/runs")
    return [
        state.keys() >= OF_STATE,
        state["next"],
        state["interrupts"],
        [message["type"] for message in state["values"]["messages"]],
        run["status"],
        state["checkpoint"]["thread_id"] == thread,
    ]


@ROWS.alike([True, True, [], ["plan"]])
async def history_goes_from_the_newest_step_to_the_first(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    history = await side.http.post(f"/threads/{thread}/history", json={"limit": 50})
    if history.status_code != 200:
        return history.status_code
    states = history.json()
    steps = [state["metadata"]["step"] for state in states]
    linked = all(one["parent_checkpoint"] == older["checkpoint"] for one, older in pairwise(states))
    first = next(state for state in states if state["metadata"]["step"] == 0)
    return [steps == sorted(steps, reverse=True), linked, states[0]["next"], first["next"]]


@ROWS.alike([[1, 0], [1], [1], []])
async def history_is_filtered(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    steps = await side.post(f"/threads/{thread}/history", {"limit": 3})
    newest = steps[0]["checkpoint"]
    asked = [
        {"before": {"configurable": newest}, "limit": 2},
        {"metadata": {"step": 1}, "limit": 50},
        {"checkpoint": {**newest, "checkpoint_id": steps[1]["checkpoint_id"]}, "limit": 50},
        {"checkpoint": {**newest, "checkpoint_id": NOBODY}, "limit": 50},
    ]
    found = [await side.post(f"/threads/{thread}/history", each) for each in asked]
    return [[step["metadata"]["step"] for step in each] for each in found]


@ROWS.alike([1, True])
async def history_shows_the_newest_state_unless_more_is_asked_for(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    history = await side.get(f"/threads/{thread}/history?limit=1")
    state = await side.get(f"/threads/{thread}/state")
    return [len(history), history[0]["checkpoint"] == state["checkpoint"]]


@ROWS.alike([True, True, ["human", "ai"]])
async def a_state_is_read_at_its_step(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, saying(TALK))
    newest = (await side.get(f"/threads/{thread}/state"))["checkpoint"]
    by_path = await side.get(f"/threads/{thread}/state/{newest['checkpoint_id']}")
    by_body = await side.post(f"/threads/{thread}/state/checkpoint", {"checkpoint": newest})
    types = [message["type"] for message in by_body["values"]["messages"]]
    ids = [state["checkpoint"]["checkpoint_id"] == newest["checkpoint_id"] for state in (by_path, by_body)]
    return [*ids, types]


@ROWS.alike([["confirm"], True, 1, ["confirm"], "interrupted", 1, True])
async def a_card_shows_in_state_and_thread(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    state = await side.get(f"/threads/{thread}/state")
    (task,) = state["tasks"]
    record = await side.get(f"/threads/{thread}")
    (waiting,) = record["interrupts"].values()
    return [
        state["next"],
        task.keys() >= OF_TASK,
        len(state["interrupts"]),
        [task["name"]],
        record["status"],
        len(waiting),
        waiting[0]["value"] == task["interrupts"][0]["value"] == state["interrupts"][0]["value"],
    ]


@ROWS.alike([200, True, ["confirm"], 0, ["interrupted", True]])
async def a_copy_is_a_thread_of_its_own(side: Side) -> Any:
    thread = await side.thread(metadata={"a": 1})
    await side.wait(thread, planning())
    made = await side.http.post(f"/threads/{thread}/copy")
    copied = made.json()["thread_id"]
    state = await side.get(f"/threads/{copied}/state")
    runs = await side.get(f"/threads/{copied}/runs")
    await side.wait(copied, APPROVED)
    original = await side.get(f"/threads/{thread}")
    open_card = (await side.get(f"/threads/{thread}/state"))["values"]["interrupt"] is not None
    return [made.status_code, copied != thread, state["next"], len(runs), [original["status"], open_card]]
