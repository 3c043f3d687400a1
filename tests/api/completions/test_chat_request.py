"""What a request for a completion may say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dayloom.api.completions.chat_request import CompletionRequest
from dayloom.llm.mode import Mode

USER = {"role": "user", "content": "Plan my week"}


def given(**more: Any) -> CompletionRequest:
    return CompletionRequest.model_validate({"model": "dayloom", "messages": [USER], **more})


def test_what_tunes_a_model_is_passed_over() -> None:
    assert given(temperature=0.2, top_p=1, max_tokens=5, seed=1, stop=["x"], logit_bias={}, tools=[]).words

    assert given(n=1, response_format={"type": "text"}, tool_choice="auto", unheard_of=True).words


@pytest.mark.parametrize(
    "more",
    [
        {"n": 2},
        {"response_format": {"type": "xml"}},
        {"tool_choice": "required"},
        {"messages": []},
        {"messages": [USER, {"role": "assistant", "content": "Hello"}]},
        {"messages": [{"role": "user", "content": "  "}]},
        {"messages": [{"role": "pope", "content": "x"}]},
        {"reasoning_effort": "enormous"},
    ],
)
def test_what_cannot_be_done_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        given(**more)


@pytest.mark.parametrize(
    ("effort", "mode"),
    [(None, None), ("minimal", Mode.FAST), ("low", Mode.FAST), ("medium", Mode.THINKING), ("high", Mode.DEEP)],
)
def test_an_effort_is_a_mode(effort: str | None, mode: Mode | None) -> None:
    assert given(reasoning_effort=effort).mode is mode


def test_parts_of_text_are_joined() -> None:
    parts = [{"type": "text", "text": "Plan"}, {"type": "text", "text": "my week"}]

    assert given(messages=[{"role": "user", "content": parts}]).words == "Plan\nmy week"
