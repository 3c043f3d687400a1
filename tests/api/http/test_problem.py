"""Every error has a problem: a stable code, a status, and how to mend it."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import dayloom.api
import dayloom.stores.redis.errors
import state.errors
from dayloom.api.http.problem import KINDS, kind_of, wrong_fields
from dayloom.api.http.problem_kind import INTERNAL
from dayloom.api.http.problem_kind import Problem as ApiProblem
from state.errors import DayloomError


def errors() -> list[type[DayloomError]]:
    named = [*vars(state.errors).values(), *vars(dayloom.stores.redis.errors).values()]
    return sorted({each for each in named if isinstance(each, type) and issubclass(each, DayloomError)}, key=str)


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.__name__)
def test_every_error_of_the_vocabulary_has_a_kind(error: type[DayloomError]) -> None:
    kind = kind_of(error.__new__(error))

    assert 400 <= kind.status < 600
    if issubclass(error, state.errors.Refused):
        assert 404 <= kind.status < 500
        assert kind.code != "refused" or error is state.errors.Refused
    if issubclass(error, state.errors.Unavailable):
        assert kind.status == 503


def test_a_code_has_one_status() -> None:
    assert len({kind.code for kind in KINDS.values()}) == len({(kind.code, kind.status) for kind in KINDS.values()})


def test_what_nobody_foresaw_is_our_mistake() -> None:
    assert kind_of(KeyError("secret")) is INTERNAL


def test_wrong_fields_are_listed_without_what_they_held() -> None:
    found = [{"loc": ("body", "days"), "msg": "Input should be greater than 0", "input": "private words", "type": "x"}]

    problem = wrong_fields(found)

    assert isinstance(problem, ApiProblem)
    assert problem.more == {"errors": [{"where": "body.days", "wrong": "Input should be greater than 0"}]}
    assert "private words" not in str(problem)


def test_every_problem_kind_of_the_service_says_how_to_mend_it() -> None:
    found = pkgutil.walk_packages(dayloom.api.__path__, "dayloom.api.")
    modules = [importlib.import_module(each.name) for each in found]
    kinds = {id(value): value for module in modules for value in vars(module).values() if type(value) is type(INTERNAL)}

    assert [kind.code for kind in kinds.values() if not kind.mend] == []
