"""Where a page of LangGraph's sends what the person says of a run: one address for each of its feedback keys.

LangGraph's server gives addresses of LangSmith that anybody may post to. Ours are paths of this server, and take the
token that every route takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

FEEDBACK_KEYS: Final = "feedback_keys"
"""What a request for a run is about: the keys that its page wants addresses for."""


def feedback_urls(thread: str, run: str, about: Mapping[str, Any]) -> dict[str, str]:
    """Return the address of each key that was asked for."""
    keys = about.get(FEEDBACK_KEYS) or ()
    return {key: f"/threads/{thread}/runs/{run}/feedback?key={quote(key, safe='')}" for key in keys}
