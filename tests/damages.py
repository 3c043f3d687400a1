"""Ways in which the text of a decision gets damaged, each a pure function of the decision and a seeded choice.

A damage either still says the decision, or must be asked again; none may turn it into another one.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, Any]
Damage: TypeAlias = Callable[[Fields, random.Random], str]

ABORT = '{"action": "abort", "abort": {"code": "impossible_request", "user_message": "No."}}'
OTHER = '{"reason": "That is all.", "action": "done", "goal_check": "Everything is placed."}'
WORDS = [
    "I look at the week first.",
    'She said "Friday", so Friday it is.',
    "Don't move the exam; it's fixed.",
    "Grüße — 你好, 14:00–15:30 😀",
    "Use {braces} and [brackets], then: stop.",
    "Step 1: read\nStep 2: place",
    'The "action": "done" comes later.',
    "A, b, and c: nothing # else // really",
    "Wed 25 Nov 2026 11:50-13:00",
    "True, None and null are words.",
]
CALLS = [
    {"name": "find_free", "arguments": {"duration": 3, "days": [1, 2], "embed": False}},
    {"name": "place", "arguments": {"task_id": 3, "day": 2, "slot_start": 5}},
    {"name": "draft_plan", "arguments": {}},
    {"name": "query_range", "arguments": {"day": 4, "first": None}},
    {"name": "get_task_info", "arguments": {"task_id": 12}},
]


def some_decision(choice: random.Random) -> Fields:
    """Return a decision as a model writes one: its reason first, `speak` last where there is one."""
    kind = choice.choice(["confirm", "continue", "reads", "ask_user", "next_plan", "done", "abort"])
    call, other = choice.sample(CALLS, 2)
    payload: Fields = {
        "confirm": {"tool_call": call},
        "continue": {"tool_call": call},
        "reads": {"tool_calls": [call, other]},
        "ask_user": {},
        "next_plan": {"goal_check": choice.choice(WORDS)},
        "done": {"goal_check": choice.choice(WORDS)},
        "abort": {"abort": {"code": "no_room", "user_message": choice.choice(WORDS), "internal_reason": "full"}},
    }[kind]
    action = "continue" if kind == "reads" else kind
    reason = {"reason": choice.choice(WORDS)} if choice.random() < 0.8 else {}
    speak = {"speak": choice.choice(WORDS)} if choice.random() < 0.8 else {}
    return {**reason, "action": action, **payload, **speak}


def plain(fields: Fields) -> str:
    """Return the decision as JSON, the way most models space it."""
    return json.dumps(fields, ensure_ascii=False)


def _pretty(fields: Fields) -> str:
    return json.dumps(fields, ensure_ascii=False, indent=2)


def _outside(text: str, pattern: str, new: str, count: int = 0) -> str:
    """Replace a pattern outside strings."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    left = [count or len(parts)]

    def replace(part: str) -> str:
        if left[0] <= 0:
            return part
        changed, times = re.subn(pattern, new, part, count=left[0])
        left[0] -= times
        return changed

    return "".join(part if number % 2 else replace(part) for number, part in enumerate(parts))


def _strings(text: str, change: Callable[[str], str], *, keys: bool = True, values: bool = True) -> str:
    """Change the string literals of a JSON text."""

    def changed(found: re.Match[str]) -> str:
        is_key = found[2] is not None
        return change(found[1]) + (found[2] or "") if (keys if is_key else values) else found[0]

    return re.sub(r'("(?:[^"\\]|\\.)*")(\s*:)?', changed, text)


def _at_field(fields: Fields, choice: random.Random) -> str:
    names = list(fields)
    kept = names[: choice.randrange(1, len(names) + 1)]
    return plain({name: fields[name] for name in kept})[:-1]


def _cut(share: float) -> Damage:
    return lambda fields, _: plain(fields)[: max(1, int(len(plain(fields)) * share))]


def _without(fields: Fields, choice: random.Random, wanted: str) -> str:
    """Return the decision without one of its own marks."""
    text = plain(fields)
    own = _strings(text, lambda string: f'"{"x" * (len(string) - 2)}"')
    at = choice.choice([number for number, letter in enumerate(own) if letter == wanted])
    return text[:at] + text[at + 1 :]


def _said(fields: Fields, words: str) -> Fields:
    return {**fields, "speak": words}


def _unescaped(fields: Fields, words: str) -> str:
    """Return the decision speaking words whose quotes are not escaped."""
    return plain(_said(fields, "@")).replace('"@"', f'"{words}"')


def _thought(fields: Fields) -> str:
    return f"I could stop: {OTHER} But no."


def _bare_keys(text: str) -> str:
    return re.sub(r'"(\w+)"(\s*:)', r"\1\2", text)


def _python(fields: Fields) -> str:
    return repr(fields)


SAME: dict[str, Damage] = {
    "as it is": lambda f, _: plain(f),
    "compact": lambda f, _: json.dumps(f, ensure_ascii=False, separators=(",", ":")),
    "pretty": lambda f, _: _pretty(f),
    "escaped": lambda f, _: json.dumps(f),
    "fenced": lambda f, _: f"```json\n{_pretty(f)}\n```",
    "fenced without a language": lambda f, _: f"```\n{plain(f)}\n```",
    "prose before": lambda f, _: f"Sure, here is what I do: {plain(f)}",
    "prose after": lambda f, _: f"{plain(f)}\n\nDoes that help?",
    "fenced among prose": lambda f, _: f"Here:\n```json\n{plain(f)}\n```\nDone!",
    "null fields": lambda f, _: plain({**f, "abort": f.get("abort"), "tool_calls": f.get("tool_calls")}),
    "thought before": lambda f, _: f"<think>{_thought(f)}</think>\n{plain(f)}",
    "thought never opened": lambda f, _: f"{_thought(f)}\n</think>\n\n{plain(f)}",
    "harmony": lambda f, _: (
        f"<|channel|>analysis<|message|>{_thought(f)}<|end|><|start|>assistant<|channel|>final<|message|>{plain(f)}"
        "<|return|>"
    ),
    "JSON in JSON": lambda f, _: json.dumps(plain(f)),
    "one of a list": lambda f, _: f"[{plain(f)}]",
    "under the root field": lambda f, _: plain({"decision": f}),
    "a mark of the template after": lambda f, _: f"{plain(f)}<|im_end|>",
}
"""Nothing is damaged: only what stands around it differs."""

HARMLESS: dict[str, Damage] = {
    "trailing comma": lambda f, _: plain(f)[:-1] + ",}",
    "trailing commas everywhere": lambda f, _: _outside(plain(f), r"([}\]])", r",\1").replace("{,}", "{}"),
    "a comma missing": lambda f, c: _outside(plain(f), r",", "", 1),
    "all commas missing, by lines": lambda f, _: _outside(_pretty(f), r",", ""),
    "single quotes": lambda f, _: _strings(plain(f), lambda s: "'" + s[1:-1].replace("'", "\\'") + "'"),
    "Python": lambda f, _: _python(f),
    "Python literals": lambda f, _: _outside(plain({**f, "abort": f.get("abort")}), "null", "None"),
    "line comments": lambda f, _: _pretty(f).replace("{\n", "{ // my decision\n", 1),
    "block comments": lambda f, _: plain(f)[:-1] + " /* that is all */}",
    "hash comments": lambda f, _: _pretty(f).replace("{\n", "{ # my decision\n", 1),
    "unquoted keys": lambda f, _: _bare_keys(plain(f)),
    "unquoted keys and trailing comma": lambda f, _: _bare_keys(plain(f))[:-1] + ",}",
    "missing brace": lambda f, _: plain(f)[:-1],
    "missing brace in a fence": lambda f, _: f"```json\n{plain(f)[:-1]}\n```",
    "trailing comma under the root field": lambda f, _: f'{{"decision": {plain(f)},}}',
    "missing brace under the root field": lambda f, _: f'{{"decision": {plain(f)}',
    "curly quotes": lambda f, _: _strings(plain(f), lambda s: f"“{s[1:-1]}”"),
    "upper-case action": lambda f, _: plain({**f, "action": f["action"].upper()}),
    "title-case action": lambda f, _: plain({**f, "action": f["action"].title()}),
    "unquoted action": lambda f, _: plain(f).replace(f'"action": "{f["action"]}"', f'"action": {f["action"]}'),
    "arguments as text": lambda f, _: plain(
        {**f, "tool_call": {**f["tool_call"], "arguments": json.dumps(f["tool_call"]["arguments"])}}
        if "tool_call" in f
        else f
    ),
}
"""Punctuation is damaged, and nothing else."""

HARMFUL: dict[str, Damage] = {
    "cut at a tenth": _cut(0.1),
    "cut at half": _cut(0.5),
    "cut at three quarters": _cut(0.75),
    "cut at nine tenths": _cut(0.9),
    "cut anywhere": lambda f, c: plain(f)[: c.randrange(1, len(plain(f)))],
    "cut after a field": _at_field,
    "last two letters missing": lambda f, _: plain(f)[:-2],
    "raw line breaks": lambda f, _: _unescaped(f, "One\nTwo"),
    "a raw tab": lambda f, _: _unescaped(f, "One\tTwo"),
    "unescaped quotes": lambda f, _: _unescaped(f, 'She said "Friday" twice'),
    "unescaped quotes with a comma": lambda f, _: _unescaped(f, 'She said "yes", then "no"'),
    "unescaped quotes like a field": lambda f, _: _unescaped(f, 'It is "day": 2 then'),
    "unescaped decision in speak": lambda f, _: _unescaped(f, f"Or {OTHER} instead"),
    "unescaped calls in speak": lambda f, _: _unescaped(f, 'Or {"name": "place", "arguments": {"task_id": 9}} then'),
    "a colon missing": lambda f, c: _outside(plain(f), r":", "", 1),
    "a quote missing": lambda f, c: _without(f, c, '"'),
    "a brace missing anywhere": lambda f, c: _without(f, c, c.choice("{}")),
    "action given twice": lambda f, _: plain(f)[:-1] + ', "action": "abort"}',
    "action given twice, first": lambda f, _: '{"action": "abort", ' + plain(f)[1:],
    "speak given twice": lambda f, _: plain(_said(f, "One"))[:-1] + ', "speak": "Two"}',
    "thought never closed": lambda f, _: f"<think>{_thought(f)}",
    "thought with the decision never closed": lambda f, _: f"<think>Maybe {ABORT}",
    "decision before an open thought": lambda f, _: f"{plain(f)}<think>wait, {ABORT}",
    "harmony without an end": lambda f, _: f"<|channel|>analysis<|message|>{_thought(f)}",
    "two decisions": lambda f, _: f"{plain(f)}\n{OTHER}",
    "damaged, then another": lambda f, _: f"{plain(f)[:-3]}\n{OTHER}",
    "cut, then another": lambda f, c: f"{plain(f)[: c.randrange(2, len(plain(f)))]}\n{OTHER}",
    "an example before a damaged one": lambda f, _: f"For example {OTHER}, so: {plain(f)[:-1]},,",
    "an example before bare keys": lambda f, _: f"Like {OTHER} I say {_bare_keys(plain(f))}",
    "another in a comment": lambda f, _: f"{plain(f)[:-1]} /* not {OTHER} */}}",
    "choices": lambda f, _: f"Either {plain(f)} or {ABORT}.",
    "a list of two": lambda f, _: f"[{plain(f)}, {OTHER}]",
    "nested in a damaged one": lambda f, _: f'{{"reason": "as follows", "decision": {OTHER}, "final": {plain(f)[:-1]}',
}
"""What is meant cannot be known, or only by guessing: asking again is right, and so is reading it right."""

DAMAGES: dict[str, Damage] = SAME | HARMLESS | HARMFUL
