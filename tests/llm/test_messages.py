"""Messages on their way to a strict provider."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from dayloom.llm.chat_completions.messages import chat_messages

CALL = AIMessage("", tool_calls=[{"name": "find_free", "args": {"days": [1]}, "id": "c1"}])
RESULT = ToolMessage("Two places.", tool_call_id="c1", name="find_free")


def test_a_call_and_its_result_keep_their_id() -> None:
    sent = chat_messages([SystemMessage("Rules."), HumanMessage("Hi"), CALL, RESULT, AIMessage("Done.")])

    assert [message["role"] for message in sent] == ["system", "user", "assistant", "tool", "assistant"]
    assert sent[2]["tool_calls"][0]["id"] == sent[3]["tool_call_id"] == "c1"
    assert sent[2]["tool_calls"][0]["function"] == {"name": "find_free", "arguments": '{"days": [1]}'}
    assert sent[3].keys() == {"role", "tool_call_id", "content"}


def test_marks_of_ours_are_not_sent() -> None:
    (sent,) = chat_messages([AIMessage("Done.", additional_kwargs={"dayloom_closed": "a line"}, id="m1")])

    assert sent == {"role": "assistant", "content": "Done."}


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([HumanMessage("Hi"), RESULT], "no call before it"),
        ([CALL, HumanMessage("Hi"), RESULT], "no tool message after it"),
        ([CALL], "no tool message after it"),
        ([CALL, RESULT, RESULT], "no call before it"),
    ],
)
def test_a_list_that_a_strict_provider_refuses_is_not_sent(messages, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        chat_messages(messages)
