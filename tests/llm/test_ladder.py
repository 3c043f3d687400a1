"""How a decision is asked for, and what an API that knows less is asked instead."""

from __future__ import annotations

import json

import pytest
from chat_script import refusal
from doubles import Answer, Fault, ScriptedModelServer
from model_desk import EXECUTE_FORMAT

from prompts.decision_format import PLAN_FORMAT
from state.decision import ResponseFormat, parse_execute_decision
from state.errors import ModelUnavailable
from tools import TOOLBOX

DONE = {"action": "done", "goal_check": "All is placed."}
REFUSED = [
    ((), "json_schema"),
    (("json_schema",), "tools"),
    (("json_schema", "tools"), "json_object"),
    (("json_schema", "tools", "json_object"), "text"),
]


@pytest.mark.parametrize(("refuses", "shape"), REFUSED)
async def test_the_best_shape_an_api_knows_is_found_and_remembered(seat, refuses, shape) -> None:
    async with ScriptedModelServer([DONE, DONE], refuses=refuses) as server:
        desk = seat(server)
        first = await desk.decide()
        second = await desk.decide()

    assert json.loads(first.text) == json.loads(second.text) == DONE
    assert [request.shape for request in server.requests] == [*refuses, shape, shape]
    assert desk.waits == []


@pytest.mark.parametrize("wanted", [PLAN_FORMAT, EXECUTE_FORMAT])
async def test_the_schema_carries_the_name_of_the_decision(seat, wanted: ResponseFormat) -> None:
    async with ScriptedModelServer([DONE]) as server:
        await seat(server).decide(wanted)

    asked = server.requests[0].body["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["name"] == wanted.name


async def test_a_forced_tool_call_answers_with_its_arguments(seat) -> None:
    async with ScriptedModelServer([Answer(DONE, preamble="Let me see.")], refuses=["json_schema"]) as server:
        reply = await seat(server).decide()

    assert server.requests[-1].forced_tool == "execute_decision"
    assert json.loads(reply.text) == DONE


async def test_the_schema_of_a_tool_says_nothing_of_closed_objects(seat) -> None:
    async with ScriptedModelServer([DONE, DONE], refuses=["json_schema"]) as server:
        await seat(server).decide()

    closing = ["additionalProperties" in json.dumps(request.body) for request in server.requests]
    assert closing == [True, False]


async def test_a_forced_tool_call_that_is_ignored_answers_with_its_content(seat) -> None:
    async with ScriptedModelServer([Answer(DONE, as_content=True)], refuses=["json_schema"]) as server:
        reply = await seat(server).decide()

    assert json.loads(reply.text) == DONE


async def test_each_model_stands_on_its_own_rung(seat) -> None:
    def script(request):
        if request.model == "first":
            return Fault("status", 404)
        if request.shape == "json_schema":
            return Fault("status", 400, message="response_format is unknown here")
        return DONE

    async with ScriptedModelServer(script) as server:
        desk = seat(server, fallbacks=("second",))
        await desk.decide()
        await desk.decide()

    assert [(request.model, request.shape) for request in server.requests] == [
        ("first", "json_schema"),
        ("second", "json_schema"),
        ("second", "tools"),
        ("first", "json_schema"),
        ("second", "tools"),
    ]


@pytest.mark.parametrize(
    "refusal",
    [
        Fault("status", 400, message="This model does not support response format `json_schema`"),
        Fault("status", 422, message="body.response_format: Extra inputs are not permitted"),
        Fault("status", 400, param="response_format", message="no"),
    ],
)
async def test_a_refused_shape_is_recognised_in_the_words_of_many_apis(seat, refusal) -> None:
    async with ScriptedModelServer([refusal, DONE]) as server:
        await seat(server).decide()

    assert [request.shape for request in server.requests] == ["json_schema", "tools"]


@pytest.mark.parametrize(
    "refusal",
    [
        Fault("status", 400, message="bad request"),
        Fault("status", 400, param="messages", message="invalid JSON in messages"),
    ],
)
async def test_a_bad_request_is_not_mistaken_for_a_refused_shape(seat, refusal) -> None:
    async with ScriptedModelServer([refusal]) as server:
        with pytest.raises(ModelUnavailable) as caught:
            await seat(server).decide()

    assert caught.value.code == "model_refused_request"
    assert len(server.requests) == 1


async def test_a_shape_that_fails_and_never_worked_is_not_tried_three_times(seat) -> None:
    def script(request):
        return DONE if request.shape == "json_object" else Fault("status", 500)

    async with ScriptedModelServer(script) as server:
        desk = seat(server)
        await desk.decide()
        await desk.decide()

    assert [request.shape for request in server.requests] == ["json_schema", "tools", "json_object", "json_object"]


async def test_a_shape_that_worked_is_not_left_for_a_passing_error(seat) -> None:
    async with ScriptedModelServer([DONE, Fault("status", 500), DONE]) as server:
        desk = seat(server)
        await desk.decide()
        await desk.decide()

    assert [request.shape for request in server.requests] == ["json_schema"] * 3


async def test_a_shape_refused_for_plain_text_is_never_asked(seat) -> None:
    async with ScriptedModelServer(["Here is your week."]) as server:
        reply = await seat(server).tell()

    assert reply.text == "Here is your week."
    assert server.requests[0].shape == "text"


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{json.dumps(DONE)}\n```",
        f"Sure! {json.dumps(DONE)} Does that help?",
        f'<think>{{"action": "abort"}}</think>{json.dumps(DONE)}',
        json.dumps({**DONE, "tool_call": None}),
        json.dumps(DONE),
    ],
)
async def test_a_decision_is_found_in_plain_text(seat, text: str) -> None:
    async with ScriptedModelServer([text], refuses=["json_schema", "tools", "json_object"]) as server:
        reply = await seat(server).decide()

    assert parse_execute_decision(reply.text).action == "done"


@pytest.mark.parametrize(
    "text", ["I think we are done!", f"{json.dumps(DONE)} or {json.dumps(DONE)}", '{"action": "do']
)
async def test_text_without_exactly_one_decision_is_handed_on_as_it_is(seat, text: str) -> None:
    async with ScriptedModelServer([text]) as server:
        reply = await seat(server).decide()

    assert reply.text == text


PROSE = "I would place the essay on Tuesday."


async def test_a_schema_that_is_ignored_twice_running_is_left_for_the_next_rung(seat) -> None:
    async with ScriptedModelServer([PROSE, PROSE, Answer(DONE)]) as server:
        desk = seat(server)
        for _ in range(3):
            await desk.decide()

    assert [request.shape for request in server.requests] == ["json_schema", "json_schema", "tools"]


async def test_a_schema_that_is_ignored_once_is_asked_for_again(seat) -> None:
    blank = {"decision": {"reason": "", "action": "done", "goal_check": " ", "speak": ""}}
    async with ScriptedModelServer([PROSE, DONE, PROSE, blank, blank, DONE]) as server:
        desk = seat(server)
        for _ in range(6):
            await desk.decide()

    assert {request.shape for request in server.requests} == {"json_schema"}


@pytest.mark.parametrize(
    "refusal",
    [
        Fault("status", 400, message="System role not supported"),
        Fault("status", 500, message="Jinja Exception: Conversation roles must alternate user/assistant/user/..."),
        Fault("status", 400, message="Only user and assistant roles are supported!"),
    ],
)
async def test_a_model_without_a_system_role_reads_the_rules_in_the_first_words_of_the_user(seat, refusal) -> None:
    async with ScriptedModelServer([refusal, DONE, DONE]) as server:
        desk = seat(server)
        await desk.decide()
        await desk.decide()

    roles = [[message["role"] for message in request.messages] for request in server.requests]
    assert roles == [["system", "user"], ["user"], ["user"]]
    assert server.requests[1].text == "You plan weeks.\n\nPlan my week."


async def test_where_no_call_can_be_forced_the_tools_themselves_are_offered_from_then_on(seat) -> None:
    unforced = Fault("status", 400, param="tool_choice", message="Only auto is supported")
    script = [refusal("json_schema"), unforced, Answer(DONE, as_content=True), Answer(DONE, as_content=True)]
    async with ScriptedModelServer(script) as server:
        desk = seat(server)
        await desk.decide()
        await desk.decide()

    assert [request.body.get("tool_choice") for request in server.requests[2:]] == ["auto", "auto"]
    offered = [tool["function"]["name"] for tool in server.requests[-1].body["tools"]]
    assert offered == ["execute_decision", *(tool.name for tool in TOOLBOX.specs)]
