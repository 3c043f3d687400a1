"""Models the agent can think with. The client of remote ones is slow to import and comes only when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dayloom.llm.openai import OpenAIChatModel

__all__ = ["OpenAIChatModel"]

_homes: Final = {"OpenAIChatModel": "dayloom.llm.openai"}


def __getattr__(name: str) -> Any:
    if name not in _homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_homes[name]), name)
