"""Damaged decisions: what is meant beyond doubt is read, and nothing else is ever taken for a decision."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from damages import DAMAGES, HARMLESS, SAME, Damage, plain, some_decision
from model_desk import EXECUTE_FORMAT

from dayloom.llm.mend import mend
from dayloom.llm.repair import decision_text
from state.decision import ExecuteDecision, parse_execute_decision
from state.errors import MalformedDecision
from state.prompt import Prompt
from tools import TOOLBOX

PROMPT = Prompt((), EXECUTE_FORMAT, TOOLBOX.specs)
SEEDS = range(200)


def read(text: str) -> ExecuteDecision | None:
    """Return the decision that is taken from a text; None when the model is asked again."""
    try:
        return parse_execute_decision(decision_text(text, PROMPT))
    except MalformedDecision:
        return None


def fate(damage: Damage, seed: int) -> str:
    """Tell what becomes of one damaged decision; what it is reasoned with changes nothing."""
    fields = some_decision(random.Random(seed))
    meant, taken = read(plain(fields)), read(damage(fields, random.Random(seed)))
    assert meant is not None
    if taken is None:
        return "asked again"
    return "right" if taken.model_dump(exclude={"reason"}) == meant.model_dump(exclude={"reason"}) else "wrong"


@pytest.mark.parametrize("name", DAMAGES)
def test_no_damage_turns_a_decision_into_another(name: str) -> None:
    assert Counter(fate(DAMAGES[name], seed) for seed in SEEDS)["wrong"] == 0


@pytest.mark.parametrize("name", SAME)
def test_what_stands_around_a_decision_is_no_reason_to_ask_again(name: str) -> None:
    assert Counter(fate(SAME[name], seed) for seed in SEEDS) == {"right": len(SEEDS)}


@pytest.mark.parametrize("name", HARMLESS)
def test_damaged_punctuation_is_mended(name: str) -> None:
    right = Counter(fate(HARMLESS[name], seed) for seed in SEEDS)["right"]
    assert right >= LEAST.get(name, len(SEEDS))


LEAST = {
    "a comma missing": 180,
    "all commas missing, by lines": 150,
    "missing brace": 160,
    "missing brace in a fence": 160,
    "missing brace under the root field": 160,
}
"""Where fewer than all are read: numbers without a comma, and decisions after whose last field more could have come."""


@pytest.mark.parametrize(
    "text",
    ["{" * 60_000, '{"a":' * 5_000, "{'a': " + "'" * 10_000, "/*" * 5_000, '{"a": 1,' + "#" * 9_000, '{"a" ' * 2_000],
    ids=len,
)
def test_hostile_text_is_given_up(text: str) -> None:
    assert mend(text) is None
    assert read(text) is None


WRITTEN = [
    "[place(task_id=3, day=2, slot_start=15)]",
    "[get_task_info(task_id=3), query_range(day=12)]",
    "place(task_id=3, day=2, slot_start=15)",
    '<|channel|>commentary to=functions.place<|message|>{"task_id": 3, "day": 2, "slot_start": 15}',
]


@pytest.mark.parametrize("text", WRITTEN)
def test_half_of_a_written_call_is_none(text: str) -> None:
    assert read(text) is not None
    assert [read(text[:cut]) for cut in range(len(text))] == [None] * len(text)
