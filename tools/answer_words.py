"""A person's words on a card, read as an answer to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from state.errors import NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.tool import ToolCall

YES: Final = frozenset(
    {"y", "yes", "ok", "okay", "sure", "approve", "approved", "accept", "confirm", "go ahead", "do it"}
    | {"是", "是的", "好", "好的", "可以", "行", "同意", "批准", "确认"}
)
YES_TO_ALL: Final = frozenset(
    {"a", "all", "approve all", "yes to all", "ok to all", "accept all", "confirm all"}
    | {"全部同意", "都同意", "全部批准", "全部确认"}
)
_NO: Final = re.compile(
    r"(?:reject|decline|deny)(?:$|[\s,.:;!-]+)|(?:no|n)(?:$|[,.:;!-]\s*)"
    r"|拒绝[\s，。：；！、]*|(?:不同意|不要|不行|否|不)(?:$|[\s，。：；！、]+)",
    re.IGNORECASE,
)
EDIT: Final = frozenset({"e", "edit", "修改"})
"""Words that ask for an edit and name no field."""
_EDIT: Final = re.compile(r"(?:edit|修改|改为|改)[\s:：]*(?=\w+\s*=)", re.IGNORECASE)
_FIELD: Final = re.compile(r"(\w+)\s*=\s*(.+?)(?=[\s,，;；]+\w+\s*=|$)", re.DOTALL)
_AROUND: Final = " \t\r\n.!。！"


def reads_as_decision(words: str) -> bool:
    """Tell whether these words decide on a card, rather than only say why it is declined."""
    said = _normalize(words)
    return said in YES | YES_TO_ALL | EDIT or any(each.match(words.strip()) for each in (_EDIT, _NO))


def answer_from_words(asked: Interrupt, words: str) -> Answer:
    """Return the answer that a person's words give to a card or question.

    A question takes any words. A card is approved (`yes`, `approve`), approved with all that follow (`approve all`),
    edited (`edit day=3 slot_start=5`) or declined (`reject`, `no`, perhaps with a reason); all other words decline it,
    and are the reason. Raises NotAllowed for an edit of what has no fields, or that names none.
    """
    if asked.kind is InterruptKind.QUESTION:
        return Answer(type=AnswerType.RESPOND, message=words)
    said = _normalize(words)
    if said in YES:
        return Answer(type=AnswerType.APPROVE)
    if said in YES_TO_ALL:
        return Answer(type=AnswerType.APPROVE, scope="once" if asked.kind is InterruptKind.REORDER else "turn")
    if said in EDIT and AnswerType.EDIT in asked.allowed:
        raise NotAllowed("say what should be different, for instance another day and time")
    if edit := _EDIT.match(words.strip()):
        fields = _FIELD.findall(words.strip()[edit.end() :])
        return edit_answer(asked, [f"{name}={value.strip()}" for name, value in fields])
    no = _NO.match(words.strip())
    return Answer(type=AnswerType.REJECT, message=words.strip()[no.end() if no else 0 :].strip())


def edit_answer(asked: Interrupt, fields: Iterable[str]) -> Answer:
    """Return the answer that changes fields of the card's call, each given as FIELD=VALUE with a JSON value or a word.

    Raises NotAllowed when this is no tool card or a field is not written so.
    """
    if asked.call is None:
        raise NotAllowed(f"this {asked.kind.value} has no fields to edit; approve, reject or reply to it")
    changed = ToolCall(name=asked.call.name, arguments=dict(_field(each) for each in fields))
    return Answer(type=AnswerType.EDIT, edited_action=changed)


def _normalize(words: str) -> str:
    return " ".join(words.strip(_AROUND).lower().split())


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise NotAllowed(f"an edit is written FIELD=VALUE, for instance day=3; {text!r} is not")
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value
