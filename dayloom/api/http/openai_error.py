"""An error as OpenAI's clients read it."""

from __future__ import annotations

from typing import Any, Final

PREFIX: Final = "/v1/"
"""Where the routes for OpenAI's clients begin."""
_TYPES: Final = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
}


def error_json(path: str, status: int, code: str, message: str) -> dict[str, Any]:
    """Return the member `error` of an answer to OpenAI's clients; nothing for other paths."""
    if not path.startswith(PREFIX):
        return {}
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
