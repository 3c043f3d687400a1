"""A model without room for the whole conversation: asked once more with less of it, and otherwise told so."""

from __future__ import annotations

import pytest
from doubles import Answer, Fault, ScriptedModelServer
from langchain_core.messages import AIMessage, HumanMessage
from model_desk import Desk
from stage import a_task, a_week

from prompts.exchange import tool_exchange
from prompts.prompt import prompt_for
from state.common import CLOSED, CommonState
from state.errors import ModelUnavailable
from state.events import EventType
from state.prompt import ModelReply, Prompt, Purpose, Question
from state.tool import ToolCall
from tools import TOOLBOX

DONE = {"action": "done", "goal_check": "All is placed."}
FULL = [
    Fault("status", 400, code="context_length_exceeded", message="Please reduce the length of the messages."),
    Fault("status", 400, message="This model's maximum context length is 4096 tokens. However, you requested 4700."),
    Fault("status", 400, message="the request exceeds the available context size (4096 tokens), try increasing it"),
    Fault("status", 500, message="Requested tokens (4700) exceed context window of 4096"),
    Fault("status", 400, message="prompt too long; exceeded max context length by 604 tokens"),
    Fault("status", 400, message="Input token count exceeds the maximum: input token count 4700"),
    Fault("status", 400, message="prompt is too long: 4700 tokens > 4096 maximum"),
]
"""OpenAI, vLLM, llama.cpp, its Python server, Ollama, Gemini, Anthropic."""


def a_long_talk() -> Prompt:
    """Return the prompt of a conversation with closed turns, and an open one with a long observation."""
    closed = [HumanMessage("What is on Monday?"), AIMessage("Algebra.", additional_kwargs={CLOSED: "completed"})] * 9
    seen = tool_exchange(ToolCall(name="get_overview"), "call_1", "Monday is free. " * 200)
    messages = [*closed, HumanMessage("Plan my week."), *seen, AIMessage("Well."), AIMessage("So.")]
    numbered = [message.model_copy(update={"id": str(at)}) for at, message in enumerate(messages)]
    state = CommonState(messages=numbered, schedule=a_week(*(a_task(n) for n in range(1, 41))))
    return prompt_for(Question(Purpose.EXECUTE, state, TOOLBOX.specs))


async def decide(desk: Desk) -> ModelReply:
    """Ask for a decision in a long conversation."""
    return await desk.model.answer(a_long_talk(), desk.events.append)


@pytest.mark.parametrize("full", FULL)
async def test_a_model_without_room_is_asked_once_more_with_less(seat, full) -> None:
    async with ScriptedModelServer([full, DONE]) as server:
        desk = seat(server)
        await decide(desk)

    whole, brief = (request.text for request in server.requests)
    assert len(brief) < len(whole) - 3000
    assert "Plan my week." in brief
    assert len(desk.of(EventType.CONTEXT_COMPACTED)) == 1


async def test_a_model_that_had_no_room_is_spared_the_whole_conversation_from_then_on(seat) -> None:
    async with ScriptedModelServer([FULL[0], DONE, DONE]) as server:
        desk = seat(server)
        await decide(desk)
        await decide(desk)

    assert server.requests[1].text == server.requests[2].text


async def test_an_answer_without_room_is_asked_for_once_more_with_less_to_read_and_in_few_words(seat) -> None:
    async with ScriptedModelServer([Answer(DONE, finish_reason="length"), DONE]) as server:
        await decide(seat(server))

    whole, brief = (request.text for request in server.requests)
    assert len(brief) < len(whole) - 3000
    assert "in a few words" in brief


async def test_a_model_that_is_silent_twice_is_asked_with_less_to_read(seat) -> None:
    async with ScriptedModelServer([Fault("hang"), Fault("hang"), DONE]) as server:
        await decide(seat(server, silence=0.1, reading=1e9))

    whole, again, brief = (request.text for request in server.requests)
    assert whole == again
    assert len(brief) < len(whole) - 3000


@pytest.mark.parametrize("full", FULL)
async def test_without_room_even_for_less_the_person_is_told_why(seat, full) -> None:
    async with ScriptedModelServer([full, full]) as server:
        with pytest.raises(ModelUnavailable, match="has no room for all that was sent") as caught:
            await decide(seat(server))

    assert caught.value.code == "model_context_full"
    assert "--ctx-size" in str(caught.value)
    assert len(server.requests) == 2


async def test_a_server_that_cuts_in_silence_is_noticed_by_the_tokens_it_read(seat) -> None:
    cut = Answer(DONE, usage=(514, 7))
    async with ScriptedModelServer([cut, cut]) as server:
        desk = seat(server)
        with pytest.raises(ModelUnavailable, match="it read 514 tokens and left out the rest") as caught:
            await decide(desk)

    assert caught.value.code == "model_context_full"
    assert len(server.requests) == 2


@pytest.mark.parametrize("read", [0, 11, 5000])
async def test_a_server_that_read_everything_or_counts_otherwise_is_believed(seat, read: int) -> None:
    async with ScriptedModelServer([Answer(DONE, usage=(read, 7))]) as server:
        await decide(seat(server))

    assert len(server.requests) == 1
