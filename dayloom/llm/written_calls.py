"""Tool calls that a server left in the text: as Python (Llama, Olmo, LFM2), or in harmony's channels (gpt-oss).

A text is read only when all of it is calls, and every one of them whole; anything else is left alone.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from dayloom.llm.calls import Fields, strict_json
from dayloom.llm.mend import LONGEST

_PYTHON: Final = re.compile(
    r"\A\s*(?:<\|(?:python_start|python_tag|tool_call_start)\|>|<function_calls>)?"
    r"(?P<code>.*?)(?:<\|(?:python_end|tool_call_end|eom_id)\|>|</function_calls>)?\s*\Z",
    re.DOTALL,
)
_MESSAGE: Final = re.compile(
    r"\s*(?:<\|start\|>)?(?P<head>[^<]*)<\|channel\|>(?P<channel>[^<]*)(?:<\|constrain\|>[^<]*)?<\|message\|>"
    r"(?P<body>.*?)(?P<end><\|(?:end|call|return)\|>|\Z)",
    re.DOTALL,
)
_RECIPIENT: Final = re.compile(r"\bto=(\S+)")
_TOOLS: Final = "functions."
_JSON_NAMES: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}


def python_calls(text: str, *, sure: bool) -> list[Fields] | None:
    """Return the calls of `[place(task_id=3, day=2, slot_start=5)]`, or of such calls one a line; else None.

    Arguments must be named, for an order can be mistaken. `sure` is whether no further line may be missing.
    """
    found = _PYTHON.match(text)
    if found is None or "(" not in text or len(text) > LONGEST:
        return None
    try:
        return [_call(node) for node in _expressions(found["code"].strip(), sure=sure)]
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


def harmony_calls(text: str, *, sure: bool) -> list[Fields] | None:
    """Return the calls in messages to `functions`, when the text ends with one and no message is for the person.

    `sure` is whether the last message is whole, though nothing closes it.
    """
    calls: list[Fields] = []
    recipient: re.Match[str] | None = None
    at, end = 0, len(text.rstrip())
    while at < end:
        if (message := _MESSAGE.match(text, at)) is None:
            return None
        at = message.end()
        recipient = _RECIPIENT.search(message["head"]) or _RECIPIENT.search(message["channel"])
        if recipient is None:
            if message["end"] != "<|end|>" or message["channel"].strip() not in {"analysis", "commentary"}:
                return None
        elif (call := _read_addressed(recipient[1], message["body"])) is None or (
            message["end"] != "<|call|>" and not sure
        ):
            return None
        else:
            calls.append(call)
    return calls if recipient else None


def _read_addressed(recipient: str, body: str) -> Fields | None:
    try:
        arguments = strict_json(body)
    except (ValueError, RecursionError):
        return None
    if not recipient.startswith(_TOOLS) or not isinstance(arguments, dict):
        return None
    return {"name": recipient.removeprefix(_TOOLS), "arguments": arguments}


def _expressions(code: str, *, sure: bool) -> Iterator[ast.expr]:
    """Yield what is listed in the code, or what its lines are. Raises ValueError when it is anything else."""
    body = ast.parse(code).body
    match body:
        case [ast.Expr(value=ast.List(elts=[_, *_] as items))]:
            yield from items
        case [ast.Expr(), *_] if sure:
            for line in body:
                if not isinstance(line, ast.Expr):
                    raise ValueError("a statement")
                yield line.value
        case _:
            raise ValueError("no calls")


def _call(node: ast.expr) -> Fields:
    """Return a call with named literals. Raises ValueError or TypeError for any other expression."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.args:
        raise ValueError("no call with named arguments")
    given = {keyword.arg: ast.literal_eval(_Literals().visit(keyword.value)) for keyword in node.keywords}
    if None in given or len(given) < len(node.keywords):
        raise ValueError("arguments without names, or one given twice")
    return {"name": node.func.id, "arguments": json.loads(json.dumps(given))}


class _Literals(ast.NodeTransformer):
    """Turns the literals of JSON into those of Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_JSON_NAMES[node.id]) if node.id in _JSON_NAMES else node
