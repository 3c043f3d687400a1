"""Every span has a title that a person reads, in each language."""

from __future__ import annotations

import pytest

from dayloom.traces.about import SpanKind
from dayloom.traces.titles import title_of
from graph.build import NODES
from state.interrupt import AnswerType
from state.outcome import OutcomeStatus
from state.prompt import Purpose
from state.transcript import FeedbackKind
from state.when import Locale
from tools import TOOLBOX

NAMES = {
    SpanKind.TOOL: [spec.name for spec in TOOLBOX.specs],
    SpanKind.NODE: [node.__name__ for node in NODES],
    SpanKind.MODEL: list(Purpose),
    SpanKind.ANSWER: list(AnswerType),
    SpanKind.CONCLUSION: list(OutcomeStatus),
    SpanKind.FEEDBACK: list(FeedbackKind),
}
OTHERS = [(kind, "any") for kind in SpanKind if kind not in NAMES]


@pytest.mark.parametrize(("kind", "name"), [*((kind, name) for kind in NAMES for name in NAMES[kind]), *OTHERS])
def test_no_name_of_the_code_is_shown(kind: SpanKind, name: str) -> None:
    english, chinese = title_of(kind, name, Locale.EN), title_of(kind, name, Locale.ZH)

    assert name not in (english, chinese)
    assert english != chinese
