"""Mending JSON that is damaged in a way which cannot change what it says.

A library moves punctuation; here is judged whether it moved nothing else. Models forget commas and brackets, quote like
Python or like a book, and add comments: that is mended. Text that was cut off, or whose quotes are not escaped, can be
read in several ways: it is left alone, and the model is asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias, cast

import json_repair

from state.decision import DECISION

LONGEST: Final = 12_000
"""Characters that are worth mending; the library reads long damaged text slowly."""
DEEPEST: Final = 32

_GAP: Final = r"(?:\s|//[^\n]*|/\*.*?\*/|\#[^\n]*)*"
_ENDS: Final = rf"(?={_GAP}(?:[,:}}\]]|\Z)|\s{_GAP}[\"'“{{\[])"
_WORD: Final = re.compile(
    rf"""{_GAP}(?P<comma>,{_GAP})?(?:
      (?P<mark>[{{}}\[\]:])
    | (?:"(?P<double>(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}))*)"
      |  '(?P<single>(?:[^'\\\x00-\x1f]|\\(?:['"\\/bfnrt]|u[0-9a-fA-F]{{4}}))*)'
      |  “(?P<curly>(?:[^“”\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}))*)”
      |  (?P<bare>[^\s,:{{}}\[\]"'“”\#/`]+)
      ){_ENDS}
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r'\\.|"')
_ACTION: Final = re.compile(r"[\"'“‘`]\s*action\b|\baction\s*[\"'”’`]\s*:|[{,]\s*action\s*:", re.IGNORECASE)
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None, "none": None}

Word: TypeAlias = tuple[str, Any]
"""A bracket, a colon, or a value with its type: everything in a JSON text but commas and space."""


def mend(text: str) -> dict[str, Any] | None:
    """Return the object that a damaged text means beyond doubt, or None.

    Nothing is added, dropped or changed but commas, quotes and comments; only the very last brace may be missing, and
    only after `speak`, which stands last, so that nothing else can be missing with it.
    """
    found = _find_words(text)
    if found is None:
        return None
    words = [_word(each) for each in found]
    value: Any = json_repair.loads("".join(map(_strict, found, words)), skip_json_loads=True)
    if not isinstance(value, dict):
        return None
    fields = cast("dict[str, Any]", value)
    meant = list(_flat(fields))
    return fields if words == meant or (_may_close(fields) and [*words, ("mark", "}")] == meant) else None


def names_action(text: str) -> bool:
    """Tell whether a text holds what may be the `action` key of a decision, however damaged."""
    return _ACTION.search(text) is not None


def _may_close(fields: dict[str, Any]) -> bool:
    if DECISION in fields:
        return len(fields) == 1 and isinstance(fields[DECISION], dict) and _may_close(fields[DECISION])
    whole = fields.get("action") != "continue" or "tool_call" in fields or "tool_calls" in fields
    return whole and next(reversed(fields), None) == "speak"


def _find_words(text: str) -> list[re.Match[str]] | None:
    """Return where the words of a text are; None when it is no sequence of words, or a comment holds a decision."""
    if len(text) > LONGEST:
        return None
    words: list[re.Match[str]] = []
    at = depth = 0
    while (found := _WORD.match(text, at)) is not None and found["end"] is None:
        if names_action(text[at : found.start(_kind(found))]):
            return None
        at = found.end()
        depth += found["mark"] in {"{", "["}
        words.append(found)
    return words if found is not None and depth <= DEEPEST and not names_action(text[at:]) else None


def _kind(found: re.Match[str]) -> str:
    return found.lastgroup or "end"


def _strict(found: re.Match[str], word: Word) -> str:
    """Return a word as JSON has it, with the comma before it."""
    comma = "," if found["comma"] else " "
    return comma + (word[1] if word[0] == "mark" else json.dumps(word[1], ensure_ascii=False))


def _word(found: re.Match[str]) -> Word:
    text = found[_kind(found)]
    match _kind(found):
        case "mark":
            return "mark", text
        case "bare":
            return _bare(text)
        case _:
            return _scalar(json.loads(f'"{_ESCAPED.sub(_as_json, text)}"'))


def _as_json(found: re.Match[str]) -> str:
    match found[0]:
        case '"':
            return '\\"'
        case "\\'":
            return "'"
        case escape:
            return escape


def _bare(text: str) -> Word:
    if text.lower() in _LITERALS:
        return _scalar(_LITERALS[text.lower()])
    try:
        return _scalar(json.loads(text))
    except ValueError:
        return _scalar(text)


def _scalar(value: Any) -> Word:
    return type(value).__name__, value


def _flat(value: Any) -> Iterator[Word]:
    match value:
        case dict():
            yield "mark", "{"
            for name, field in cast("dict[str, Any]", value).items():
                yield _scalar(name)
                yield "mark", ":"
                yield from _flat(field)
            yield "mark", "}"
        case list():
            yield "mark", "["
            for item in cast("list[Any]", value):
                yield from _flat(item)
            yield "mark", "]"
        case _:
            yield _scalar(value)
