"""How runs behave, there and here: creation, status, waiting, cancelling, strategies, answers to cards."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from api.behaviour import APPROVED, NOBODY, SLOW, TALK, Rows, Side, planning, saying

ROWS = Rows([])

OF_RUN = {
    "run_id",
    "thread_id",
    "assistant_id",
    "metadata",
    "status",
    "kwargs",
    "multitask_strategy",
    "created_at",
    "updated_at",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ASSISTANT = "b171f576-9b01-5916-ac50-17ed3e4db79b"


def nameless(location: str | None) -> str | None:
    """Return a location with `*` in place of ids."""
    return UUID.sub("*", location) if location else None


@ROWS.alike([200, True, "pending", {"m": 1}, "/threads/*/runs/*"])
async def a_run_is_accepted(side: Side) -> Any:
    thread = await side.thread()
    made = await side.http.post(f"/threads/{thread}/runs", json=saying(TALK, metadata={"m": 1}))
    run = made.json()
    own = {key: value for key, value in run["metadata"].items() if key == "m"}
    location = nameless(made.headers["content-location"])
    return [made.status_code, run.keys() >= OF_RUN, run["status"], own, location]


@ROWS.alike(["enqueue", 200])
async def a_second_run_that_names_no_strategy(side: Side) -> Any:
    thread, run = await side.slowly()
    path = f"/threads/{thread}/runs"
    strategy = (await side.get(f"{path}/{run}"))["multitask_strategy"]
    code = await side.code("POST", path, saying(TALK))
    await side.http.post(f"{path}/{run}/cancel?wait=true")
    return [strategy, code]


@ROWS.alike([404, 422, 422])
async def an_assistant_nobody_has_is_refused(side: Side) -> Any:
    path = f"/threads/{await side.thread()}/runs"
    named = [{"assistant_id": NOBODY}, {"assistant_id": "somebody"}]
    return [
        *[await side.code("POST", path, {**saying(TALK), **name}) for name in named],
        await side.code("POST", path, {"input": {}}),
    ]


@ROWS.alike([422, 422])
async def a_run_that_makes_no_sense_is_refused(side: Side) -> Any:
    path = f"/threads/{await side.thread()}/runs"
    bad = [{"multitask_strategy": "hope"}, {"stream_mode": "smoke"}]
    return [await side.code("POST", path, saying(TALK, **each)) for each in bad]


@ROWS.alike([200, 200, 200])
async def what_frameworks_put_beside_input_and_settings_is_passed_over(side: Side) -> Any:
    asked = saying(TALK)
    extra = {"tools": [], "ag-ui": {"context": []}}
    bodies = [
        {**asked, "input": {**asked["input"], **extra}},
        {**asked, "config": {"configurable": extra}},
        {**asked, "context": extra},
    ]
    return [(await side.wait(await side.thread(), body)).status_code for body in bodies]


@ROWS.alike([200, "idle"])
async def a_missing_thread_is_made_when_asked_for(side: Side) -> Any:
    thread = "5f0c0000-0000-4000-8000-000000000001"
    waited = await side.wait(thread, saying(TALK, if_not_exists="create"))
    return [waited.status_code, (await side.get(f"/threads/{thread}"))["status"]]


@ROWS.alike([200, ["human", "ai"], "/threads/*/runs/*", "/threads/*/runs/*/join"])
async def waiting_returns_the_values(side: Side) -> Any:
    waited = await side.wait(await side.thread(), saying(TALK))
    types = [message["type"] for message in waited.json()["messages"]]
    locations = [nameless(waited.headers.get(name)) for name in ("content-location", "location")]
    return [waited.status_code, types, *locations]


@ROWS.alike([200, True, "success"])
async def joining_after_the_end_returns_the_values(side: Side) -> Any:
    thread = await side.thread()
    run = await side.start(thread, saying(TALK))
    path = f"/threads/{thread}/runs/{run['run_id']}"
    first, again = [await side.http.get(f"{path}/join") for _ in range(2)]
    same = first.json()["messages"] == again.json()["messages"]
    return [again.status_code, same, (await side.get(path))["status"]]


@ROWS.unlike(there=[404, 200, 200], ours=[404, 404, 404], why="an unknown run is missing wherever it is named")
async def an_unknown_run_is_missing(side: Side) -> Any:
    path = f"/threads/{await side.thread()}/runs/{NOBODY}"
    return [await side.code("GET", where) for where in (path, f"{path}/join", f"{path}/stream")]


@ROWS.alike([True, 1, 0, 404])
async def runs_are_listed_newest_first(side: Side) -> Any:
    thread = await side.thread()
    for text in (TALK, "hello"):
        await side.wait(thread, saying(text))
    path = f"/threads/{thread}/runs"
    runs = await side.get(path)
    newest = runs[0]["created_at"] > runs[1]["created_at"]
    limited, failed = await side.get(f"{path}?limit=1"), await side.get(f"{path}?status=error")
    return [newest, len(limited), len(failed), await side.code("GET", f"/threads/{NOBODY}/runs")]


@ROWS.alike([204, 404, 200])
async def a_deleted_run_is_gone_and_its_thread_stays(side: Side) -> Any:
    thread = await side.thread()
    run = await side.start(thread, saying(TALK))
    path = f"/threads/{thread}/runs/{run['run_id']}"
    await side.http.get(f"{path}/join")
    asked = [("DELETE", path), ("GET", path), ("GET", f"/threads/{thread}/state")]
    return [await side.code(method, where) for method, where in asked]


@ROWS.alike(["busy", "running"])
async def a_thread_at_work_is_busy(side: Side) -> Any:
    thread, run = await side.slowly()
    seen = [(await side.get(f"/threads/{thread}{path}"))["status"] for path in ("", f"/runs/{run}")]
    await side.http.post(f"/threads/{thread}/runs/{run}/cancel?wait=true")
    return seen


@ROWS.alike([409, 409, 409, 422])
async def a_busy_thread_refuses_what_may_not_wait(side: Side) -> Any:
    thread, run = await side.slowly()
    path = f"/threads/{thread}/runs"
    refused = saying(TALK, multitask_strategy="reject")
    codes = [
        await side.code("POST", path, refused),
        await side.code("POST", f"{path}/stream", refused),
        await side.code("POST", f"/threads/{thread}/state", {"values": {"goal": "x"}}),
        await side.code("POST", path, saying(TALK, multitask_strategy="hope")),
    ]
    await side.http.post(f"{path}/{run}/cancel?wait=true")
    return codes


@ROWS.alike(200)
async def another_thread_of_the_same_workspace(side: Side) -> Any:
    thread, run = await side.slowly()
    code = await side.code("POST", f"/threads/{await side.thread()}/runs", saying(TALK))
    await side.http.post(f"/threads/{thread}/runs/{run}/cancel?wait=true")
    return code


@ROWS.alike([202, "interrupted", "interrupted"])
async def a_run_at_work_is_cancelled(side: Side) -> Any:
    thread, run = await side.slowly()
    path = f"/threads/{thread}/runs/{run}"
    code = await side.code("POST", f"{path}/cancel")
    await side.http.get(f"{path}/join")
    return [code, (await side.get(path))["status"], (await side.get(f"/threads/{thread}"))["status"]]


@ROWS.alike(["pending", 202, "interrupted"])
async def a_run_that_waits_its_turn_is_cancelled(side: Side) -> Any:
    thread, run = await side.slowly()
    waiting = await side.start(thread, saying(TALK, multitask_strategy="enqueue"))
    path = f"/threads/{thread}/runs/{waiting['run_id']}"
    code = await side.code("POST", f"{path}/cancel")
    seen = [waiting["status"], code, (await side.get(path))["status"]]
    await side.http.post(f"/threads/{thread}/runs/{run}/cancel?wait=true")
    return seen


@ROWS.alike([404, "success", 404])
async def an_ended_run_is_not_there_to_be_cancelled(side: Side) -> Any:
    thread = await side.thread()
    run = await side.start(thread, saying(TALK))
    path = f"/threads/{thread}/runs/{run['run_id']}"
    await side.http.get(f"{path}/join")
    code = await side.code("POST", f"{path}/cancel")
    unknown = await side.code("POST", f"/threads/{thread}/runs/{NOBODY}/cancel")
    return [code, (await side.get(path))["status"], unknown]


@ROWS.alike([404, "idle", []])
async def a_run_that_is_rolled_back_leaves_nothing(side: Side) -> Any:
    thread, run = await side.slowly()
    path = f"/threads/{thread}/runs/{run}"
    await side.http.post(f"{path}/cancel?wait=true&action=rollback")
    values = (await side.get(f"/threads/{thread}/state"))["values"]
    return [await side.code("GET", path), (await side.get(f"/threads/{thread}"))["status"], values.get("messages", [])]


@ROWS.alike(["completed"] * 3)
async def a_card_that_a_run_closed_takes_an_answer_again_when_the_run_is_rolled_back(side: Side) -> Any:
    answer, message = {**APPROVED, "config": SLOW}, saying("never mind", config=SLOW)
    return [await _rolled_back(side, *how) for how in ((answer, None), (message, None), (message, 0))]


async def _rolled_back(side: Side, body: Any, step: int | None) -> Any:
    """Return what an answer comes to after a run that went on from the card, or an older step, was rolled back."""
    thread = await side.thread()
    await side.wait(thread, planning())
    history = await side.post(f"/threads/{thread}/history", {"limit": 50})
    older = {each["metadata"]["step"]: each["checkpoint_id"] for each in history}.get(step)
    run = await side.start(thread, {**body, **({"checkpoint_id": older} if older else {})})
    while (await side.get(f"/threads/{thread}/state"))["next"] == ["confirm"]:  # noqa: ASYNC110 in another process
        await asyncio.sleep(0.05)
    await side.http.post(f"/threads/{thread}/runs/{run['run_id']}/cancel?wait=true&action=rollback")
    return (await side.wait(thread, APPROVED)).json()["outcome"]["status"]


@ROWS.alike(["success", "interrupted"])
async def the_strategy_interrupt_ends_the_run_before(side: Side) -> Any:
    return await _after(side, "interrupt")


@ROWS.alike(["success"])
async def the_strategy_rollback_takes_the_run_before_away(side: Side) -> Any:
    return await _after(side, "rollback")


async def _after(side: Side, strategy: str) -> Any:
    thread, _ = await side.slowly()
    await side.wait(thread, saying(TALK, multitask_strategy=strategy))
    return [run["status"] for run in await side.get(f"/threads/{thread}/runs")]


@ROWS.alike([["success", "success"], [TALK, "hello"]])
async def the_strategy_enqueue_lets_a_run_wait_its_turn(side: Side) -> Any:
    thread = await side.thread()
    await side.start(thread, saying(TALK))
    ended = await side.wait(thread, saying("hello", multitask_strategy="enqueue"))
    runs = await side.get(f"/threads/{thread}/runs")
    said = [message["content"] for message in ended.json()["messages"] if message["type"] == "human"]
    return [[run["status"] for run in runs], said]


@ROWS.alike([200, ["human", "ai"], 404, "/threads/*/runs/*"])
async def a_run_without_a_thread_leaves_none(side: Side) -> Any:
    waited = await side.http.post("/runs/wait", json=saying(TALK))
    location = waited.headers["content-location"]
    gone = await side.code("GET", "/".join(location.split("/")[:3]))
    return [waited.status_code, [message["type"] for message in waited.json()["messages"]], gone, nameless(location)]


@ROWS.alike([200, ["value", "id"], ["action_requests", "dayloom", "review_configs"], ["approve", "edit", "reject"]])
async def waiting_for_a_card_returns_it(side: Side) -> Any:
    waited = await side.wait(await side.thread(), planning())
    (card,) = waited.json()["__interrupt__"]
    allowed = card["value"]["review_configs"][0]["allowed_decisions"]
    named = [name for name in ("value", "id") if name in card]
    return [waited.status_code, named, sorted(card["value"]), allowed]


@ROWS.alike([True, None, "idle", "suggested"])
async def an_approved_card_is_acted_on(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    values = (await side.wait(thread, APPROVED)).json()
    record = await side.get(f"/threads/{thread}")
    task = values["schedule"]["tasks"][0]
    return ["__interrupt__" not in values, values["interrupt"], record["status"], task["status"]]


@ROWS.unlike(
    there=[200, "success"], ours=[409, None], why="an answer without an open card is refused and changes nothing"
)
async def a_card_that_was_answered_before(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    await side.wait(thread, APPROVED)
    return await _answered_again(side, thread)


@ROWS.unlike(there=[200, "error"], ours=[409, None], why="an answer without an open card is refused")
async def a_thread_without_a_card_is_answered(side: Side) -> Any:
    return await _answered_again(side, await side.thread())


async def _answered_again(side: Side, thread: str) -> Any:
    before = len(await side.get(f"/threads/{thread}/runs"))
    code = (await side.wait(thread, APPROVED)).status_code
    runs = await side.get(f"/threads/{thread}/runs")
    return [code, runs[0]["status"] if len(runs) > before else None]


@ROWS.unlike(
    there=[],
    ours=["not on monday"],
    why="input while a card is open declines the card with that reason; there the card is forgotten",
)
async def something_else_is_said_while_a_card_is_open(side: Side) -> Any:
    thread = await side.thread()
    await side.wait(thread, planning())
    values = (await side.wait(thread, saying("not on monday"))).json()
    return [each["reason"] for each in values["rejections"]]


@ROWS.alike(["dayloom", True, 200, 404, True])
async def the_assistant_is_found(side: Side) -> Any:
    found = await side.post("/assistants/search", {"graph_id": "dayloom"})
    path = f"/assistants/{found[0]['assistant_id']}"
    schemas = await side.get(f"{path}/schemas")
    named = {"graph_id", "input_schema", "output_schema", "state_schema", "config_schema"}
    return [
        found[0]["graph_id"],
        found[0]["assistant_id"] == ASSISTANT,
        await side.code("GET", path),
        await side.code("GET", f"/assistants/{NOBODY}"),
        schemas.keys() >= named,
    ]


@ROWS.alike([{"ok": True}, True, 404])
async def the_server_answers(side: Side) -> Any:
    told = await side.get("/ok")
    return [{"ok": told["ok"]}, "version" in await side.get("/info"), await side.code("GET", "/nowhere")]
