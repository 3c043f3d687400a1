"""How many tokens a request is, counted as OpenAI's newer models count (o200k), over the tools there are."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import bpe_openai
import pytest
from langchain_core.messages import HumanMessage
from stage import a_task, a_week, an_event

from dayloom.calendars import sample_week, schedule_from
from prompts.prompt import prompt_for
from state.common import CommonState
from state.prompt import Prompt, Purpose, Question
from state.schedule import Schedule
from state.when import Locale
from tools import TOOLBOX

ENCODING = bpe_openai.get_encoding("o200k_base")
TITLES = ("Linear algebra exercise sheet", "Read chapter of Hobsbawm", "Gym with Nora", "Prepare the seminar talk")


def tokens(text: str) -> int:
    """Count the tokens of a text."""
    return len(ENCODING.encode(text))


def size(prompt: Prompt) -> int:
    """Count the tokens of a request's messages, with the four that frame each."""
    return sum(tokens(message.text) + 4 for message in prompt.messages)


def first_request(schedule: Schedule, locale: Locale, words: str = "Plan my tasks, keep Friday evening free") -> Prompt:
    """Return the first request of a conversation."""
    state = CommonState(schedule=schedule, locale=locale, goal=words, messages=[HumanMessage(words)])
    return prompt_for(Question(Purpose.PLAN, state, TOOLBOX.specs))


def the_sample_week() -> Schedule:
    """Return the week that comes with the package."""
    sample = sample_week()
    loaded = schedule_from(
        [sample.calendar],
        [sample.tasks],
        start=sample.start,
        days=sample.days,
        timezone="Europe/Berlin",
    )
    return loaded.schedule


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
def test_rules_tools_and_decisions_are_at_most_3200_tokens(locale: Locale) -> None:
    assert tokens(first_request(a_week(), locale).messages[0].text) <= 3200


def test_the_situation_of_forty_tasks_and_sixty_events_is_at_most_2500_tokens() -> None:
    assert tokens(first_request(a_full_week(), Locale.EN).messages[-1].text) <= 2500


@pytest.mark.parametrize("locale", Locale)
def test_the_first_request_of_the_sample_week_leaves_room_in_4096_tokens(locale: Locale) -> None:
    assert size(first_request(the_sample_week(), locale)) <= 4096 - 600


def test_every_day_is_named_once_with_its_date_and_every_slot_with_its_clock_times() -> None:
    shown = first_request(the_sample_week(), Locale.EN).messages[-1].text

    assert shown.count("5 Fri 27 Nov: ") == 1
    assert "11 19:00-19:45" in shown


def test_a_long_window_is_told_as_far_as_a_prompt_goes() -> None:
    week = a_full_week()
    year = week.model_copy(update={"window": week.window.model_copy(update={"days": 366})})

    assert size(first_request(year, Locale.EN)) <= size(first_request(week, Locale.EN)) + 400
