"""One token budget for what the model is shown: over it, a message is shortened, and at most once."""

from __future__ import annotations

import re
from typing import Final

from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage

from state.common import split_history

SHORTENED: Final = "dayloom_shortened"
KEPT_CHARACTERS: Final = 240
ARCHIVED_BRIEFLY: Final = 4
"""So many words of closed loops are left where there is no room for all."""
KEPT_WHOLE: Final = 2
"""So many of the newest messages are never shortened."""
COUNTED: Final = 256
"""Servers that report fewer tokens for a long prompt count something else, such as those not in their cache."""
_WIDE: Final = re.compile("[\u2e81-\U0010ffff]+")


def tokens(text: str) -> int:
    """Estimate tokens: four Latin characters, or one beyond ASCII, make one."""
    wide = 0 if text.isascii() else len(text) - len(_WIDE.sub("", text))
    return wide + (len(text) - wide + 3) // 4


def was_cut(text: str, read: int) -> bool:
    """Tell whether a server that says how many tokens it read has left some of the text out.

    No tokenizer known makes less than a token of six Latin characters or of three others. A few tokens are no count of
    a conversation at all.
    """
    wide = len(text) - len(_WIDE.sub("", text))
    return COUNTED <= read < (len(text) - wide) // 6 + wide // 3


def shorten(messages: list[AnyMessage], limit: int) -> list[AnyMessage]:
    """Return the messages that must be replaced so that all fit into `limit` tokens, oldest first.

    The person's words are kept word for word; a message that was shortened before is left as it is.
    """
    over = sum(tokens(message.text) for message in messages) - limit
    replaced: list[AnyMessage] = []
    for message in messages[:-KEPT_WHOLE]:
        if over <= 0:
            break
        if _may_shrink(message):
            short = _short(message)
            over -= tokens(message.text) - tokens(short.text)
            replaced.append(short)
    return replaced


def condense(messages: list[AnyMessage]) -> list[AnyMessage]:
    """Return the newest words of closed loops, and the open loop with only its newest messages in full."""
    archive, loop = split_history(messages)
    kept = [*archive[-ARCHIVED_BRIEFLY:], *loop]
    short = {message.id: message for message in shorten(kept, 0)}
    return [short.get(message.id, message) if message.id else message for message in kept]


def _may_shrink(message: AnyMessage) -> bool:
    return (
        not isinstance(message, HumanMessage | SystemMessage)
        and SHORTENED not in message.additional_kwargs
        and len(message.text) > KEPT_CHARACTERS
    )


def _short(message: AnyMessage) -> AnyMessage:
    left_out = len(message.text) - KEPT_CHARACTERS
    marked = {**message.additional_kwargs, SHORTENED: True}
    text = f"{message.text[:KEPT_CHARACTERS]} … ({left_out} characters left out to save space)"
    return message.model_copy(update={"content": text, "additional_kwargs": marked})
