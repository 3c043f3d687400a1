"""Which model a run thinks with, and how hard: what is sent, what is remembered, what is refused."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from doubles import Fault, ScriptedModelServer
from langchain_core.messages import HumanMessage

from dayloom.llm.mode import Mode
from dayloom.llm.models import Models
from dayloom.offline import OfflineModel
from dayloom.settings import Settings
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import manner_key
from dayloom.wiring import open_models
from prompts.instructions import rules
from state.common import CommonState, RunSettings
from state.errors import BadInput, ModelUnavailable, UnknownModel
from state.ports import ChatModel
from state.prompt import ModelReply, Purpose, Question
from tools import TOOLBOX

DONE = {"action": "done", "goal_check": "All is placed."}
EFFORTS = [(None, None), (Mode.FAST, "low"), (Mode.THINKING, "medium"), (Mode.DEEP, "high")]


async def opened(stack: AsyncExitStack, server: ScriptedModelServer, **settings: object) -> Models:
    given = {"model": "first", "fallback_models": ("second",), "openai_base_url": server.base_url, **settings}
    return await stack.enter_async_context(open_models(Settings.model_validate(given)))


async def ask(model: ChatModel, purpose: Purpose = Purpose.EXECUTE) -> ModelReply:
    state = CommonState(messages=[HumanMessage("Plan my week.")])
    return await model.reply(Question(purpose, state, TOOLBOX.specs), lambda _: None)


async def test_a_fallback_may_live_elsewhere_with_a_key_of_its_own(stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_KEY", "sk-other")
    refusal = Fault("status", 401)
    async with ScriptedModelServer([refusal]) as here, ScriptedModelServer([DONE]) as there:
        given = {"fallback_models": f"second@{there.base_url}#OTHER_KEY", "openai_api_key": "sk-first"}
        models = await opened(stack, here, **given)
        reply = await ask(models.of())

    assert models.names == ("first", "second", "offline")
    assert reply.model == "second"
    assert here.requests[0].headers["authorization"] == "Bearer sk-first"
    assert there.requests[0].headers["authorization"] == "Bearer sk-other"
    assert "sk-other" in Settings.model_validate({"fallback_models": given["fallback_models"]}).secrets()


async def test_a_key_in_a_variable_that_is_not_set_is_told_at_start(stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTHER_KEY", raising=False)
    async with ScriptedModelServer() as server:
        with pytest.raises(BadInput, match=r"the key of second from OTHER_KEY, which is not set"):
            await opened(stack, server, fallback_models=f"second@{server.base_url}#OTHER_KEY")


async def test_the_key_of_one_address_is_not_sent_to_another(stack) -> None:
    async with ScriptedModelServer([Fault("status", 401)]) as here, ScriptedModelServer([DONE]) as there:
        given = {"fallback_models": f"second@{there.base_url}", "openai_api_key": "sk-first"}
        await ask((await opened(stack, here, **given)).of())

    assert "sk-first" not in str(there.requests[0].headers)


async def test_how_a_model_is_asked_is_remembered_by_the_next_process(redis: AsyncRedis) -> None:
    async with ScriptedModelServer(lambda _: DONE, refuses=["json_schema"]) as server:
        given = Settings.model_validate({"model": "first", "openai_base_url": server.base_url})
        for _ in range(2):
            async with open_models(given, redis) as models:
                await ask(models.of())

    assert [request.shape for request in server.requests] == ["json_schema", "tools", "tools"]
    (key,) = await redis.keys("*:manner:*")
    assert 0 < await redis.ttl(key) <= 7 * 24 * 3600


@pytest.mark.parametrize("saved", [b"no json", b"[]", b'{"rung": 99}'])
async def test_a_record_that_makes_no_sense_is_not_believed(redis: AsyncRedis, saved: bytes) -> None:
    async with ScriptedModelServer([DONE]) as server:
        await redis.set(manner_key(server.base_url, "first"), saved)
        given = Settings.model_validate({"model": "first", "openai_base_url": server.base_url})
        async with open_models(given, redis) as models:
            await ask(models.of())

    assert [request.shape for request in server.requests] == ["json_schema"]


@pytest.mark.parametrize(("mode", "effort"), EFFORTS)
async def test_a_mode_asks_for_an_effort_and_no_mode_for_none(stack, mode: Mode | None, effort: str | None) -> None:
    async with ScriptedModelServer([DONE, "Done."]) as server:
        model = (await opened(stack, server)).of(mode=mode)
        await ask(model)
        await ask(model, Purpose.DELIVER)

    assert [request.body.get("reasoning_effort") for request in server.requests] == [effort, effort]


@pytest.mark.parametrize(
    "refusal",
    [
        Fault("status", 400, param="reasoning_effort", message="Unsupported value"),
        Fault("status", 400, message="Unrecognized request argument supplied: reasoning_effort"),
        Fault("status", 422, message="body.reasoning_effort: Extra inputs are not permitted"),
    ],
)
async def test_an_api_that_does_not_know_the_effort_is_asked_for_it_once(stack, refusal: Fault) -> None:
    async with ScriptedModelServer([refusal, DONE, DONE]) as server:
        models = await opened(stack, server)
        await ask(models.of(mode=Mode.DEEP))
        await ask(models.of("first", Mode.FAST))

    assert [request.body.get("reasoning_effort") for request in server.requests] == ["high", None, None]
    assert {request.shape for request in server.requests} == {"json_schema"}


async def test_effort_and_shape_may_both_be_refused(stack) -> None:
    refusal = Fault("status", 400, param="reasoning_effort", message="no")
    script = [refusal, DONE]
    async with ScriptedModelServer(script, refuses=["tools", "json_schema"]) as server:
        await ask((await opened(stack, server)).of(mode=Mode.DEEP))

    sent = [(request.shape, request.body.get("reasoning_effort")) for request in server.requests]
    assert sent == [("json_schema", "high"), ("tools", "high"), ("json_object", "high"), ("json_object", None)]


async def test_a_bad_request_is_not_mistaken_for_a_refused_effort(stack) -> None:
    async with ScriptedModelServer(
        lambda _: Fault("status", 400, param="messages", message="reasoning_effort")
    ) as server:
        with pytest.raises(ModelUnavailable):
            await ask((await opened(stack, server)).of(mode=Mode.DEEP))

    assert len({request.model for request in server.requests}) == len(server.requests)


async def test_the_model_asked_for_comes_first_and_the_others_stay_its_fallbacks(stack) -> None:
    async with ScriptedModelServer([Fault("status", 404), DONE, DONE]) as server:
        models = await opened(stack, server)
        first = await ask(models.of("second"))
        second = await ask(models.of())

    assert [request.model for request in server.requests] == ["second", "first", "first"]
    assert (first.model, second.model) == ("first", "first")


async def test_a_model_nobody_configured_is_refused_by_name(stack) -> None:
    async with ScriptedModelServer() as server:
        models = await opened(stack, server)
        with pytest.raises(UnknownModel, match=r"no model 'third' here; there are first, second, offline"):
            models.of("third")

    assert models.names == ("first", "second", "offline")


async def test_offline_may_always_be_asked_for_and_ignores_the_mode(stack) -> None:
    async with ScriptedModelServer() as server:
        models = await opened(stack, server)
        reply = await ask(models.of("offline", Mode.DEEP))

    assert reply.model == "offline"
    assert server.requests == []


async def test_without_an_api_there_is_only_offline() -> None:
    async with open_models(Settings(model="offline")) as models:
        assert models.names == ("offline",)
        assert isinstance(models.of(), OfflineModel)


async def test_an_offline_default_may_still_have_models_to_ask_for(stack) -> None:
    async with ScriptedModelServer([DONE]) as server:
        models = await opened(stack, server, model="offline")
        replies = [(await ask(model)).model for model in (models.of(), models.of("second"))]

    assert replies == ["offline", "second"]


async def test_all_share_one_client_that_closes_with_the_models() -> None:
    async with ScriptedModelServer(lambda _: DONE) as server, AsyncExitStack() as stack:
        models = await opened(stack, server)
        views = [models.of(), models.of("second", Mode.DEEP)]
        for view in views:
            await ask(view)
        await stack.aclose()

        for view in views:
            with pytest.raises(RuntimeError, match="closed"):
                await ask(view)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("mode", "rounds", "context"), [(Mode.FAST, 30, 12_000), (Mode.THINKING, 60, 24_000), (Mode.DEEP, 120, 48_000)]
)
def test_a_mode_scales_the_budgets(mode: Mode, rounds: int, context: int) -> None:
    budgets = mode.budgets(RunSettings(max_corrections=5))

    assert budgets == RunSettings(max_rounds=rounds, context_tokens=context, max_corrections=5)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("rounds", [1, 1000])
def test_budgets_stay_within_what_settings_may_be(mode: Mode, rounds: int) -> None:
    budgets = mode.budgets(RunSettings(max_rounds=rounds, context_tokens=1000))

    assert RunSettings.model_validate(budgets.model_dump()) == budgets


def test_the_page_about_modes_tells_what_they_do() -> None:
    page = (Path(__file__).parents[2] / "docs" / "modes.md").read_text(encoding="utf-8")
    usual = RunSettings()

    for mode in Mode:
        budgets = mode.budgets(usual)
        row = f"| `{mode}` | `{mode.effort}` | {budgets.max_rounds} | {budgets.context_tokens:,} |"
        assert row in page


SHOWN = [(Purpose.PLAN, "plan_decision"), (Purpose.EXECUTE, "execute_decision"), (Purpose.DELIVER, None)]


@pytest.mark.parametrize(("purpose", "shape"), SHOWN)
async def test_a_question_is_shown_as_the_prompt_of_its_purpose(stack, purpose: Purpose, shape: str | None) -> None:
    async with ScriptedModelServer([DONE]) as server:
        await ask((await opened(stack, server)).of(), purpose)

    (request,) = server.requests
    wanted = request.body.get("response_format", {}).get("json_schema", {}).get("name")
    assert wanted == shape
    assert request.text.startswith(rules(CommonState().locale))
    assert "Plan my week." in request.text
