"""What people ask for, in their words: a table of requests, each with the calls, question or refusal that is right."""

from __future__ import annotations

from pathlib import Path

from builders import STEADY
from corpus import Case, a_fortnight, an_office, cases, describe, play
from hypothesis import given
from hypothesis import strategies as st

from state.schedule import Schedule
from tools import TOOLBOX
from tools.dispatch import check

TABLES = {name: a_fortnight() for name in ("corpus", "newcomer", "everyday")} | {"office": an_office()}
CASES = [(case, on) for name, on in TABLES.items() for case in cases(Path(__file__).with_name(f"{name}.txt"))]
FEWEST = 300
RIGHT = 0.95


async def test_of_what_people_ask_for_nearly_all_is_right_and_nothing_is_acted_on_wrongly() -> None:
    played = [(case, on, await play(*case.said, schedule=on)) for case, on in CASES]
    told = [(case, describe(came, on)) for case, on, came in played]
    wrong = [f"{' // '.join(case.said)} => {line}" for case, line in told if not case.fits(line)]
    acted = [f"{' // '.join(case.said)} => {line}" for case, line in told if not case.fits(line) and _acts(line)]

    assert len(CASES) >= FEWEST
    assert acted == []
    assert all(check(TOOLBOX, call) for _, _, came in played for call in came.writes)
    assert len(wrong) <= (1 - RIGHT) * len(CASES), "\n".join(wrong)


def _acts(line: str) -> bool:
    return line.partition(":")[0] not in ("ask", "say", "answer")


ACTING = [(case, on) for case, on in CASES if case.acts and len(case.said) == 1]
STRAY = ("zebra", "not", "half", "12-4", "unless", "29", "yesterday", "Bob", "除非", "斑马", "一半")
"""Words that none of the requests is understood with: strangers, negation, parts, days that are not to come."""


@STEADY
@given(st.sampled_from(ACTING), st.sampled_from(STRAY), st.data())
async def test_a_request_with_one_more_word_that_matters_is_never_acted_on_as_if_it_were_not_there(
    acting: tuple[Case, Schedule], stray: str, data: st.DataObject
) -> None:
    case, on = acting
    words = case.said[0].split(" ")
    at = data.draw(st.integers(0, len(words)))
    said = " ".join([*words[:at], stray, *words[at:]])

    assert describe(await play(said, schedule=on), on) != describe(await play(*case.said, schedule=on), on), said
