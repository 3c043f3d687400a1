"""Why an answer ended, in the words of many servers: whether it is whole."""

from __future__ import annotations

from typing import Final

from dayloom.llm.failure import AttemptFailed, Reason, Remedy, bad_answer

WHOLE: Final = frozenset(
    [
        "stop",
        "tool_calls",
        "tool_call",
        "tool_use",
        "function_call",
        "eos",
        "eos_token",
        "end_turn",
        "stop_sequence",
        "complete",
        "completed",
    ]
)
"""Finish reasons of an answer that says all it meant to say."""
CUT: Final = frozenset(
    ["length", "max_tokens", "max_length", "model_length", "max_output_tokens", "model_context_window_exceeded"]
)
WITHHELD: Final = frozenset(
    [
        "content_filter",
        "content_filtered",
        "safety",
        "recitation",
        "prohibited_content",
        "blocklist",
        "spii",
        "refusal",
        "sensitive",
        "guardrail_intervened",
    ]
)
BROKEN: Final = frozenset(["error", "abort", "network_error", "malformed_function_call"])
BUSY: Final = frozenset(["insufficient_system_resource"])

OTHER_WORDS: Final = "Say it in other words, or choose another DAYLOOM_MODEL"
MORE_ROOM: Final = (
    "Give the model more room (the server's context and its limit on new tokens), or choose another DAYLOOM_MODEL"
)


def judge_finish(reason: str | None, *, ended: bool) -> None:
    """Return when the answer is whole: its server says so, or gives no reason and says that nothing follows.

    Raises AttemptFailed otherwise.
    """
    match (reason or "").lower():
        case "" if ended:
            return
        case "":
            raise bad_answer("its answer broke off")
        case known if known in WHOLE:
            return
        case known if known in CUT:
            raise bad_answer("its answer was cut off for length", remedy=Remedy.FEW_WORDS, advice=MORE_ROOM)
        case known if known in WITHHELD:
            raise bad_answer(f"its provider withheld the answer ({known})", remedy=Remedy.NOTHING, advice=OTHER_WORDS)
        case known if known in BROKEN:
            detail = f"its answer ended with an error ({known})"
            raise AttemptFailed(Reason.SERVER_ERROR, detail, remedy=Remedy.IN_ONE_PIECE)
        case known if known in BUSY:
            raise AttemptFailed(Reason.SERVER_ERROR, f"its server was too busy to end the answer ({known})")
        case unknown:
            raise bad_answer(f"its answer ended for an unknown reason ({unknown[:40]})")
