"""How many tokens a request is, counted as OpenAI's newer models count (o200k), over the tools there are."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from stage import a_task, a_week, an_event

from bench.prompts import converse, message_tokens, schema_tokens, share, the_sample_week, tokens
from dayloom.llm.chat_completions.shape import Rung
from dayloom.stores.redis.connection import AsyncRedis
from prompts.exchange import tool_exchange
from prompts.prompt import prompt_for
from state.common import CLOSED, CommonState
from state.prompt import Prompt, Purpose, Question
from state.schedule import Schedule
from state.tool import ToolCall
from state.when import Locale
from tools import TOOLBOX

TITLES = ("Linear algebra exercise sheet", "Read chapter of Hobsbawm", "Gym with Nora", "Prepare the seminar talk")


def size(prompt: Prompt, rung: Rung = Rung.JSON_SCHEMA) -> int:
    """Count the tokens of a request at a server that writes the schema into the prompt too."""
    return message_tokens(prompt) + schema_tokens(prompt, rung)


def first_request(schedule: Schedule, locale: Locale, purpose: Purpose = Purpose.PLAN) -> Prompt:
    """Return the first request of a conversation, or the first one to work."""
    words = "Plan my tasks, keep Friday evening free"
    state = CommonState(schedule=schedule, locale=locale, goal=words, messages=[HumanMessage(words)])
    return prompt_for(Question(purpose, state, TOOLBOX.specs))


def a_full_week() -> Schedule:
    """Return a week of sixty events and forty tasks with deadlines."""
    due = datetime(2026, 11, 28, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    tasks = [
        a_task(n, f"{TITLES[n % 4]} {n}", category="history", order=n, deadline=due, earliest=due.replace(day=24))
        for n in range(1, 41)
    ]
    events = [an_event(100 + n, (n % 7 + 1, n // 7 + 1, n // 7 + 1), title=f"{TITLES[n % 4]} {n}") for n in range(60)]
    return a_week(*tasks, *events)


@pytest.mark.parametrize("locale", Locale)
def test_rules_tools_and_decisions_are_at_most_4000_tokens(locale: Locale) -> None:
    assert tokens(first_request(a_week(), locale).messages[0].text) <= 4000


def test_the_situation_of_forty_tasks_and_sixty_events_is_at_most_2500_tokens() -> None:
    assert tokens(first_request(a_full_week(), Locale.EN).messages[-1].text) <= 2500


@pytest.mark.parametrize("rung", [Rung.JSON_SCHEMA, Rung.TOOL_CALL])
@pytest.mark.parametrize("locale", Locale)
def test_the_first_request_of_the_sample_week_leaves_room_in_5120_tokens(locale: Locale, rung: Rung) -> None:
    assert size(first_request(the_sample_week(), locale), rung) <= 5120 - 400


@pytest.mark.parametrize("rung", [Rung.JSON_SCHEMA, Rung.TOOL_CALL])
@pytest.mark.parametrize(("purpose", "room"), [(Purpose.PLAN, 3600), (Purpose.EXECUTE, 320)])
def test_forty_tasks_and_sixty_events_leave_room_in_12288_tokens(purpose: Purpose, room: int, rung: Rung) -> None:
    assert size(first_request(a_full_week(), Locale.EN, purpose), rung) <= 12288 - room


def test_thirty_turns_add_little_to_a_request() -> None:
    said = "Move everything from Monday to Wednesday"
    turns = [
        [
            HumanMessage(said, id=f"h{turn}"),
            *tool_exchange(ToolCall(name="relocate"), f"call_{turn}", "Moved. " * 100),
            AIMessage("Moved to Wednesday. " * 8, id=f"a{turn}", additional_kwargs={CLOSED: "completed; 3 changes"}),
        ]
        for turn in range(30)
    ]
    talked = [message for turn in turns for message in turn]
    state = CommonState(schedule=the_sample_week(), goal=said, messages=[*talked, HumanMessage(said, id="new")])

    grown = message_tokens(prompt_for(Question(Purpose.PLAN, state, TOOLBOX.specs)))
    assert grown <= message_tokens(first_request(the_sample_week(), Locale.EN)) + 2000


async def test_four_fifths_of_a_conversation_can_come_from_a_cache(store_url: str, redis: AsyncRedis) -> None:
    assert share(await converse(store_url, turns=2)) >= 80


def test_every_day_is_named_once_with_its_date_and_every_slot_with_its_clock_times() -> None:
    shown = first_request(the_sample_week(), Locale.EN).messages[-1].text

    assert shown.count("5 Fri 27 Nov: ") == 1
    assert "11 19:00-19:45" in shown


def test_a_long_window_is_told_as_far_as_a_prompt_goes() -> None:
    week = a_full_week()
    year = week.model_copy(update={"window": week.window.model_copy(update={"days": 366})})

    assert size(first_request(year, Locale.EN)) <= size(first_request(week, Locale.EN)) + 400
