"""A person's words on a card: what counts as which answer."""

from __future__ import annotations

from typing import Any

import pytest

from state.errors import NotAllowed
from state.interrupt import Answer, AnswerType, Interrupt, InterruptKind
from state.tool import ToolCall
from tools.answer_words import answer_from_words

CALL = ToolCall(name="place", arguments={"task_id": 3, "day": 2, "slot_start": 5})
WORDS = [
    ("approve", AnswerType.APPROVE, ""),
    ("Yes!", AnswerType.APPROVE, ""),
    (" ok. ", AnswerType.APPROVE, ""),
    ("go  ahead", AnswerType.APPROVE, ""),
    ("好的。", AnswerType.APPROVE, ""),
    ("同意", AnswerType.APPROVE, ""),
    ("reject", AnswerType.REJECT, ""),
    ("No.", AnswerType.REJECT, ""),
    ("reject: not on Monday", AnswerType.REJECT, "not on Monday"),
    ("no, keep Saturday free too", AnswerType.REJECT, "keep Saturday free too"),
    ("no problem with Friday", AnswerType.REJECT, "no problem with Friday"),
    ("拒绝，周一不行", AnswerType.REJECT, "周一不行"),
    ("拒绝周一", AnswerType.REJECT, "周一"),
    ("不", AnswerType.REJECT, ""),
    ("yes, but not on Friday", AnswerType.REJECT, "yes, but not on Friday"),
    ("not on Monday", AnswerType.REJECT, "not on Monday"),
    ("nothing after 18:00", AnswerType.REJECT, "nothing after 18:00"),
    ("不想周一学习", AnswerType.REJECT, "不想周一学习"),
    ("What about Tuesday?", AnswerType.REJECT, "What about Tuesday?"),
    ("edit it yourself", AnswerType.REJECT, "edit it yourself"),
    ("Sounds good.", AnswerType.APPROVE, ""),
    ("yes please", AnswerType.APPROVE, ""),
    ("OK, go ahead, thanks!", AnswerType.APPROVE, ""),
    ("好的，就这样。", AnswerType.APPROVE, ""),
    ("👍", AnswerType.APPROVE, ""),
    ("nope", AnswerType.REJECT, ""),
    ("no, thank you", AnswerType.REJECT, ""),
    ("算了，谢谢", AnswerType.REJECT, ""),
    ("continue", AnswerType.RESPOND, "continue"),
    ("Why Tuesday?", AnswerType.RESPOND, "Why Tuesday?"),
    ("what is on Monday", AnswerType.RESPOND, "what is on Monday"),
    ("Show me the week first", AnswerType.RESPOND, "Show me the week first"),
    ("can you show me Friday", AnswerType.RESPOND, "can you show me Friday"),
    ("does it leave room for lunch?", AnswerType.RESPOND, "does it leave room for lunch?"),
    ("周一有什么安排？", AnswerType.RESPOND, "周一有什么安排？"),
    ("先给我看看这周", AnswerType.RESPOND, "先给我看看这周"),
    ("can you move it to Friday?", AnswerType.REJECT, "can you move it to Friday?"),
    ("why not Friday?", AnswerType.REJECT, "why not Friday?"),
    ("could it be later instead?", AnswerType.REJECT, "could it be later instead?"),
    ("do it on Tuesday", AnswerType.REJECT, "do it on Tuesday"),
    ("what I want is Tuesday", AnswerType.REJECT, "what I want is Tuesday"),
    ("能不能改到周二？", AnswerType.REJECT, "能不能改到周二？"),
    ("周二可以吗？", AnswerType.REJECT, "周二可以吗？"),
]
EDITS: list[tuple[str, dict[str, Any]]] = [
    ("edit day=3 slot_start=5", {"day": 3, "slot_start": 5}),
    ("Edit: day = 3, slot_start=5", {"day": 3, "slot_start": 5}),
    ("修改 day=3", {"day": 3}),
    ("edit strategy=rapid", {"strategy": "rapid"}),
    ('edit keep_free=[{"weekdays": [5]}] day=1', {"keep_free": [{"weekdays": [5]}], "day": 1}),
]


def asked(kind: InterruptKind = InterruptKind.TOOL) -> Interrupt:
    call = CALL if kind is InterruptKind.TOOL else None
    return Interrupt(
        id="1-1", kind=kind, asker="execute", description="?", call=call, editable=("day",), state_version=0, digest=""
    )


@pytest.mark.parametrize(("words", "kind", "message"), WORDS)
def test_words_are_an_answer(words: str, kind: AnswerType, message: str) -> None:
    assert answer_from_words(asked(), words) == Answer(type=kind, message=message)


@pytest.mark.parametrize(("words", "fields"), EDITS)
def test_an_edit_names_its_fields(words: str, fields: dict[str, Any]) -> None:
    edited = ToolCall(name="place", arguments=fields)

    assert answer_from_words(asked(), words) == Answer(type=AnswerType.EDIT, edited_action=edited)


@pytest.mark.parametrize("words", ["approve all", "Yes to all!", "全部同意"])
def test_all_further_cards_may_be_approved_at_once(words: str) -> None:
    assert answer_from_words(asked(), words) == Answer(type=AnswerType.APPROVE, scope="turn")
    assert answer_from_words(asked(InterruptKind.REORDER), words) == Answer(type=AnswerType.APPROVE)


@pytest.mark.parametrize("words", ["yes", "no", "On Tuesday", "edit day=3"])
def test_a_question_takes_any_words(words: str) -> None:
    given = answer_from_words(asked(InterruptKind.QUESTION), words)

    assert given == Answer(type=AnswerType.RESPOND, message=words)


def test_what_has_no_fields_cannot_be_edited() -> None:
    with pytest.raises(NotAllowed, match="plan has no fields"):
        answer_from_words(asked(InterruptKind.PLAN), "edit day=3")
