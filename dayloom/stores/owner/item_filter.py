"""Which items a search finds, and which namespaces a listing shows: the rules of LangGraph's stores."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from langgraph.store.base import ListNamespacesOp, MatchCondition

from dayloom.stores.redis.errors import UnknownOperator

Namespace = tuple[str, ...]

_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def fits(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether every field of an item is as wanted; raises UnknownOperator."""
    return all(_matches(value.get(name), each) for name, each in wanted.items())


def _matches(value: Any, wanted: Any) -> bool:
    match wanted:
        case dict() if any(str(name).startswith("$") for name in cast(dict[str, Any], wanted)):
            return all(_compare(value, name, each) for name, each in cast(dict[str, Any], wanted).items())
        case dict():
            return isinstance(value, dict) and fits(cast(dict[str, Any], value), cast(dict[str, Any], wanted))
        case list() | tuple():
            return (
                isinstance(value, list | tuple)
                and len(cast(list[Any], value)) == len(cast(list[Any], wanted))
                and all(map(_matches, cast(list[Any], value), cast(list[Any], wanted)))
            )
        case _:
            return value == wanted


def _compare(value: Any, name: str, wanted: Any) -> bool:
    """Compare by an operator; what has no order among itself, such as a text and a number, is neither more nor less."""
    if name == "$eq":
        return value == wanted
    if name == "$ne":
        return value != wanted
    if name not in _ORDER:
        known = ", ".join(("$eq", "$ne", *_ORDER))
        raise UnknownOperator(f"A filter cannot compare by {name!r}; there are {known}.")
    try:
        return _ORDER[name](*_comparable(value, wanted))
    except TypeError:
        return False


def _comparable(value: Any, wanted: Any) -> tuple[Any, Any]:
    """Return both as numbers where one of them is and the other one says a number, as the other stores do."""
    if isinstance(value, str) and isinstance(wanted, str):
        return value, wanted
    try:
        return float(value), float(wanted)
    except ValueError as error:
        raise TypeError from error


def select_namespaces(found: Iterable[Namespace], op: ListNamespacesOp) -> list[Namespace]:
    """Return the page of the namespaces that a listing asks for, cut at its depth, each once and in order."""
    chosen = [each for each in found if all(_fits_path(each, one) for one in op.match_conditions or ())]
    cut = sorted({each[: op.max_depth] for each in chosen})
    return cut[op.offset : op.offset + op.limit]


def _fits_path(namespace: Namespace, condition: MatchCondition) -> bool:
    path = tuple(condition.path)
    if len(path) > len(namespace):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for wanted, label in zip(path, part, strict=True))
