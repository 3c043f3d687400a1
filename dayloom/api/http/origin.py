"""Where a request comes from: the right Host, and no foreign page.

A page on the web can make its reader's browser ask a server on the reader's own machine, under that server's address
(then `Origin` betrays it) or under a name of its own that points there (then `Host` does).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from dayloom.api.http.authentication import is_loopback
from dayloom.api.http.problem_kind import MALFORMED, Problem, ProblemKind
from dayloom.settings import Settings

WRONG_HOST: Final = ProblemKind(
    421, "wrong_host", "The request was meant for another server", "Enter the name in DAYLOOM_ALLOWED_HOSTS."
)
FOREIGN_ORIGIN: Final = ProblemKind(
    403, "foreign_origin", "A foreign page asked", "Enter the page's origin in DAYLOOM_ALLOWED_ORIGINS."
)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class OriginCheck:
    """Lets a request pass by its Host and Origin, or raises Problem."""

    def __init__(self, settings: Settings) -> None:
        named = frozenset(host.lower() for host in settings.allowed_hosts)
        self._hosts = (named | _LOCAL | {settings.host}) if is_loopback(settings.host) or named else None
        self._origins = frozenset(origin.lower().rstrip("/") for origin in settings.allowed_origins)

    async def __call__(self, scope: Scope) -> None:
        """Check one request."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and _host_name(host) not in self._hosts:
            raise Problem(WRONG_HOST, "The `Host` of the request is not a name of this server.")
        origin = headers.get("origin", "").lower()
        if origin and origin not in self._origins and not _is_same_origin(origin, host):
            raise Problem(FOREIGN_ORIGIN, "The `Origin` of the request is not a page this server trusts.")
        if not origin and headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise Problem(FOREIGN_ORIGIN, "A page of another site asked for this.")


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError as error:
        raise Problem(MALFORMED, "The `Host` of the request cannot be read.") from error


def _is_same_origin(origin: str, host: str) -> bool:
    return origin.partition("://")[2] == host.lower()
