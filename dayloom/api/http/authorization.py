"""The gate in front of every route: who asks, may they, and not too often.

A route is closed unless it is named here, so that one that forgets to ask for its user is closed too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Scope as Asgi

from dayloom.api.http.backend import Backend
from dayloom.api.http.problem_kind import Kind, Problem
from dayloom.api.http.user import Scope, User

PUBLIC: Final = frozenset({"/", "/ok", "/healthz", "/info", "/openapi.json", "/favicon.ico"})
PUBLIC_FOLDERS: Final = ("/assets/",)
"""What the page needs before anybody has typed a token."""
OPERATORS: Final = frozenset({"/metrics"})
"""What tells of all users together."""
_READING: Final = ("/search", "/count", "/history", "/state/checkpoint")
"""The ends of routes that only read, though they are asked by POST."""
_CANCELS: Final = b"cancel_on_disconnect"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_CREDENTIALS: Final = frozenset({"token", "accesstoken", "apikey", "xapikey", "authorization", "bearer", "jwt"})

TOKEN_IN_URL: Final = Kind(
    400,
    "token_in_url",
    "A token does not belong into a URL",
    "Send it as `Authorization: Bearer …`, and replace this one.",
)
MISSING_SCOPE: Final = Kind(403, "missing_scope", "The token is not good for this", "Use a token with that scope.")


class Gate:
    """Lets a request pass, noting its user in `dayloom.user`, or raises Problem."""

    def __init__(self, backend: Backend) -> None:
        self._door = backend.door
        self._rate = backend.rate

    async def __call__(self, scope: Asgi) -> None:
        """Check one request."""
        _without_token(scope["query_string"])
        path: str = scope["path"]
        if path in PUBLIC or path.startswith(PUBLIC_FOLDERS):
            return
        user = await self._door.who(Headers(scope=scope))
        await self._rate.spend(user.id)
        _permitted(user, needed(scope["method"], path, scope["query_string"]))
        scope["dayloom.user"] = user


def needed(method: str, path: str, query: bytes = b"") -> Scope:
    """Return what a token must be good for; whoever watches a run so that leaving cancels it does not just read."""
    if path in OPERATORS:
        return Scope.ADMIN
    reads = method in _SAFE or path.endswith(_READING)
    return Scope.READ if reads and _CANCELS not in query else Scope.WRITE


def _permitted(user: User, scope: Scope) -> None:
    if not user.may(scope):
        challenge: Mapping[str, str] = {
            "WWW-Authenticate": f'Bearer realm="dayloom", error="insufficient_scope", scope="{scope}"'
        }
        raise Problem(MISSING_SCOPE, f"This needs a token with the scope `{scope}`.", headers=challenge)


def _without_token(query: bytes) -> None:
    """A URL ends up in logs, histories and referrers."""
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name.lower().replace("-", "").replace("_", "") in _CREDENTIALS:
            raise Problem(TOKEN_IN_URL, f"The query parameter `{name}` looks like a token; URLs are written into logs.")
