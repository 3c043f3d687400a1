"""A person's words on a card, read as an answer to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from state.errors import NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.tool import ToolCall
from state.turn import says_continue

YES: Final = frozenset(
    {"y", "yes", "yep", "yeah", "ok", "okay", "sure", "fine", "good", "great", "perfect", "agreed", "alright"}
    | {"approve", "approved", "accept", "confirm", "go ahead", "do it", "do that", "sounds good", "sounds great"}
    | {"looks good", "looks great", "that works", "works for me", "no problem", "will do", "👍", "✅"}
    | {"是", "是的", "对", "嗯", "好", "好的", "好啊", "可以", "可以的", "行", "没问题", "就这样"}
    | {"同意", "批准", "确认"}
)
_NO_WORDS: Final = frozenset(
    {"n", "no", "nope", "nah", "not now", "cancel", "stop", "never mind", "leave it", "don't", "do not", "👎"}
    | {"reject", "decline", "deny", "否", "不", "不要", "不行", "不用", "不了", "算了", "取消", "别", "不同意", "拒绝"}
)
_POLITE: Final = frozenset({"please", "thanks", "thank you", "谢谢", "请"})
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
_BETWEEN: Final = re.compile(r"[,.;:!，。；：！、…]+|\s+(?=(?:please|thanks|thank you)\b)")
_SUBJECT: Final = r"(?:i|we|you|it|they|he|she|there|the|my|that|this|these|any|all|everything|nothing)\b"
_ASKS: Final = re.compile(
    r"(?:what|when|where|which|who|whose|why|how)(?:$|'s\b|\s+(?:is|are|was|were|do|does|did|will|would|has|have|can"
    r"|happens|much|many|long|come|else|day|time)\b)"
    rf"|(?:is|are|was|were|am|does|did|has|have|will|would)\s+{_SUBJECT}|do\s+(?:i|we|you|they|the|my)\b"
    r"|(?:(?:can|could|will|would)\s+you\s+)?(?:please\s+)?(?:show|list|explain|display|tell\s+me|remind\s+me|let\s+me\s+see)\b"
    r"|(?:请|先)?(?:看看|看一下|显示|给我看|让我看|列出|解释|告诉我|查看)|.*[?？]$|.*(?:吗|呢)$|.*(?:什么|为何|哪|多少|几点|谁)",
    re.IGNORECASE | re.DOTALL,
)
_SUGGESTS: Final = re.compile(
    r"(?:what|how)\s+about\b|why\s+(?:not|don't)\b|shall\s+we\b|.*\binstead\b"
    r"|(?:can|could|will|would|should)\s+(?:you|we|it|i|that|this|the|my)\b(?!\s+(?:please\s+)?(?:show|list|explain|tell|see|fit|be\s+done))"
    r"|.*(?:能不能|可不可以|能否|改到|改成|换到|换成|移到|挪到|怎么样|如何|好不好|行不行|(?:可以|好|行)吗)",
    re.IGNORECASE | re.DOTALL,
)


def reads_as_decision(words: str) -> bool:
    """Tell whether these words decide on a card, rather than only say why it is declined."""
    if asks_about(words):
        return False
    known = _is_plain(words, YES) or _is_plain(words, _NO_WORDS) or _normalize(words) in YES_TO_ALL | EDIT
    return known or any(each.match(words.strip()) for each in (_EDIT, _NO))


def asks_about(words: str) -> bool:
    """Tell whether these words ask something about a card, or to see something; a wish put as a question does not.

    Who wants to go on, perhaps after an interruption, asks to see it.
    """
    if says_continue(words):
        return True
    said = " ".join(words.strip(_AROUND).split())
    return bool(_ASKS.match(said)) and not _SUGGESTS.match(said)


def answer_from_words(asked: Interrupt, words: str) -> Answer:
    """Return the answer that a person's words give to a card or question.

    A question takes any words. A card is approved (`yes`, `approve`), approved with all that follow (`approve all`),
    edited (`edit day=3 slot_start=5`) or declined (`reject`, `no`, perhaps with a reason). What asks about it is to be
    answered (`respond`) while it stays open; all other words decline it, and are the reason. Raises NotAllowed for an
    edit of what has no fields, or that names none.
    """
    if asked.kind is InterruptKind.QUESTION:
        return Answer(type=AnswerType.RESPOND, message=words)
    said = _normalize(words)
    if _is_plain(words, YES):
        return Answer(type=AnswerType.APPROVE)
    if _is_plain(words, _NO_WORDS):
        return Answer(type=AnswerType.REJECT)
    if asks_about(words):
        return Answer(type=AnswerType.RESPOND, message=words)
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


def _is_plain(words: str, known: frozenset[str]) -> bool:
    """Tell whether all that is said is known to mean one thing, politely or not: `Yes please, sounds good!`."""
    parts = {part for each in _BETWEEN.split(words.lower()) if (part := _normalize(each))}
    return bool(parts & known) and parts <= known | _POLITE


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
