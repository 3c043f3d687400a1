"""Finding the one decision in what a model wrote."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from dayloom.llm.calls import DecisionReader, Fields, strict_json, unique_fields
from dayloom.llm.mend import mend, names_action
from dayloom.llm.thoughts import split_thoughts
from dayloom.llm.written_calls import harmony_calls, python_calls
from state.decision import DECISION
from state.prompt import Prompt

BRACES: Final = 64
"""Opening braces that are tried before the search ends; it keeps hostile text cheap."""
OPEN_THOUGHT: Final = "(unfinished thought)"

_OBJECT: Final = re.compile(r"\{\s*[\"'“]")
_FENCED: Final = re.compile(r"\A\s*```\w*\s*(.*?)\s*```\s*\Z", re.DOTALL)
_XML_CALL: Final = re.compile(r"<function=(\w+)>(.*?)</function>", re.DOTALL)
_XML_ARGUMENT: Final = re.compile(r"<parameter=(\w+)>\s*(.*?)\s*</parameter>", re.DOTALL)
_decoder: Final = json.JSONDecoder(object_pairs_hook=unique_fields)


def decision_text(answer: str, prompt: Prompt | None = None, *, sure: bool = True) -> str:
    """Return the JSON text of the one decision in an answer.

    Fences, thoughts and prose around it are dropped, calls of the tools in `prompt` become the decision they amount to,
    and JSON that is damaged beyond doubt only in its punctuation is mended. An answer without a decision, or with
    several, is returned without its thoughts for the parser to complain about. Nothing is ever completed: half a
    decision is none. `sure` is whether the server said that the answer is whole.
    """
    reader = DecisionReader.of(prompt)
    whole = harmony_calls(answer, sure=sure) or _unnest(_strict(answer))
    words, thinking = (answer, False) if whole is not None else split_thoughts(answer)
    if thinking:
        return f"{words.strip()}\n{OPEN_THOUGHT}".strip()
    decision = reader.decision_of(whole) if whole is not None else _find(reader, words, sure=sure)
    return words if decision is None else json.dumps(decision, ensure_ascii=False)


def _find(reader: DecisionReader, words: str, *, sure: bool) -> Fields | None:
    fenced = _FENCED.match(words)
    text = _plain_calls(fenced[1] if fenced else words)
    value = _unnest(_strict(text))
    if value is not None:
        return reader.decision_of(value)
    if (calls := python_calls(text, sure=sure)) is not None:
        return reader.decision_of(calls)
    return _within(reader, text) or (_mend_json(reader, text) if sure else None)


def _within(reader: DecisionReader, text: str) -> Fields | None:
    """Return the decision that stands alone among prose, or the calls that do."""
    rest, values = _objects(text)
    meant = [value for value in values if reader.decision_of(value) is not None]
    if not meant or len(meant) < len(values) or names_action(rest) or _OBJECT.search(rest):
        return None
    if len(meant) > 1 and any(value.keys() & {"action", DECISION} for value in meant):
        return None
    return reader.decision_of(meant)


def _mend_json(reader: DecisionReader, text: str) -> Fields | None:
    """Return the decision in damaged JSON, unless there may be another one around it."""
    start, end = text.find("{"), text.rfind("}") + 1
    if start < 0 or names_action(text[:start]):
        return None
    mending = None if names_action(text[end:]) else mend(text[start:end])
    return reader.decision_of(mending or mend(text[start:]))


def _objects(text: str) -> tuple[str, list[Fields]]:
    """Return the objects in a text, and what stands around them."""
    values: list[Fields] = []
    around: list[str] = []
    at = start = 0
    for _ in range(BRACES):
        at = text.find("{", at)
        if at < 0:
            break
        try:
            value, end = _decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            around.append(text[start:at])
            values.append(value)
            at = start = end
    return "\n".join([*around, text[start:]]), values


def _strict(text: str) -> Any:
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        return None


def _unnest(value: Any) -> Any:
    """Return a value, or what is inside when it is JSON text once more."""
    return _strict(value) if isinstance(value, str) else value


def _plain_calls(text: str) -> str:
    """Return a text in which calls in tags of their own are JSON."""
    return _XML_CALL.sub(lambda found: json.dumps({"name": found[1], "arguments": _xml_arguments(found[2])}), text)


def _xml_arguments(body: str) -> Any:
    given = _XML_ARGUMENT.findall(body)
    if not given:
        return body
    values = {name: _strict(text) for name, text in given}
    return {name: text if values[name] is None else values[name] for name, text in given}
