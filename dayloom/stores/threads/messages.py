"""LangChain's messages out of plain data.

Making a message takes LangChain twenty times as long as checking what stands in it. Words of closed loops are most of
what a thread carries, and always have the same few fields; those are checked here. Whatever else there is, is left to
LangChain.
"""

from __future__ import annotations

from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

_TYPES: Final[dict[Any, type[BaseMessage]]] = {"human": HumanMessage, "ai": AIMessage}
_FIELDS: Final = {each: len(each.model_fields) for each in _TYPES.values()}
_MAYBE: Final = (str, type(None))


def revive_message(plain: Any) -> Any:
    """Return the message when it is nothing but words, else what was given, which LangChain is to check."""
    if not isinstance(plain, dict) or not isinstance(kind := plain.get("type"), str) or kind not in _TYPES:
        return plain
    message_type = _TYPES[kind]
    if len(plain) != _FIELDS[message_type] or not _words(plain) or not (kind == "human" or _nothing_else(plain)):
        return plain
    message = message_type.__new__(message_type)
    message.__setstate__(
        {
            "__dict__": dict(plain),
            "__pydantic_fields_set__": set(plain),
            "__pydantic_extra__": {},
            "__pydantic_private__": None,
        }
    )
    return message


def _words(plain: dict[Any, Any]) -> bool:
    """Tell whether what every message has is there, as LangChain's own types have it."""
    return (
        isinstance(plain.get("content"), str)
        and isinstance(plain.get("additional_kwargs"), dict)
        and isinstance(plain.get("response_metadata"), dict)
        and isinstance(plain.get("name", ...), _MAYBE)
        and isinstance(plain.get("id", ...), _MAYBE)
    )


def _nothing_else(plain: dict[Any, Any]) -> bool:
    """Tell whether the fields that only the agent's messages have are there, and empty."""
    return plain.get("tool_calls") == [] == plain.get("invalid_tool_calls") and plain.get("usage_metadata", ...) is None
