"""The table of fault cases tells the truth."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from faults.cases import CASES

TESTS = Path(__file__).parents[1]


def test_there_are_twenty_one_cases_and_each_is_proved_or_says_what_it_waits_for() -> None:
    assert len(CASES) == 21
    assert [case.fault for case in CASES if not case.tests and not case.waits_for] == []


@pytest.mark.parametrize("named", [named for case in CASES for named in case.tests])
def test_the_test_a_case_names_is_there(named: str) -> None:
    file, _, function = named.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert function in defined
