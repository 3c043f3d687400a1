"""What a person types to change a card before they approve it: a day and a clock time, or a way of planning."""

from __future__ import annotations

from typing import Any, Final

from dayloom.cli.card import STRATEGY
from dayloom.offline import grammar
from dayloom.offline.grid import days_of, slot_at
from dayloom.offline.places import read_places
from dayloom.offline.words import normalise
from state.common import CommonState
from state.errors import NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt
from tools.planners.draft import Strategy

PLACE: Final = ("day", "slot_start")
"""The fields that a day and a clock time stand for."""


def edit_from_words(asked: Interrupt, words: str, state: CommonState) -> Answer:
    """Return the answer that changes a card as these words say; raises NotAllowed when they were not understood."""
    said = normalise(words)
    changed = _place(asked, said, state) or _way(asked, said)
    if changed is None or asked.call is None:
        raise NotAllowed(f"“{words.strip()}” is no such change; say for instance “Thursday 10:00”")
    call = asked.call.model_copy(update={"arguments": changed})
    return Answer(type=AnswerType.EDIT, edited_action=call)


def _place(asked: Interrupt, said: str, state: CommonState) -> dict[str, Any] | None:
    """Return the day, the first of those that come, and the start; of what was not said nothing."""
    found = read_places(said)
    if not set(PLACE) <= set(asked.editable) or len(found) != 1:
        return None
    (place,), schedule = found, state.schedule
    days = days_of(place, schedule, state.today)
    coming = [day for day in days if schedule.date_of(day) >= state.today] or list(days)
    slot = slot_at(place.at, schedule.grid) if place.at else None
    if len((*place.weekdays, *place.dates, *place.ahead)) > 1 or not coming:
        return None
    if (place.at is None) == place.timed or (place.at and slot is None):
        return None
    day = {"day": coming[0]} if place.dated else {}
    return day | ({"slot_start": slot} if slot else {})


def _way(asked: Interrupt, said: str) -> dict[str, Any] | None:
    if STRATEGY not in asked.editable:
        return None
    ways = ((grammar.RAPID, Strategy.RAPID), (grammar.STEADY, Strategy.STEADY))
    return next(({STRATEGY: way.value} for pattern, way in ways if pattern.search(said)), None)
