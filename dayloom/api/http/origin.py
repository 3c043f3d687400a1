"""Where a request comes from: the right Host, and no foreign page.

A page on the web can make its reader's browser ask a server on the reader's own machine, under that server's address
(then `Origin` betrays it) or under a name of its own that points there (then `Host` does).
"""

from __future__ import annotations

import logging
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from dayloom.api.http.authentication import is_loopback
from dayloom.api.http.problem_kind import MALFORMED, Problem, ProblemKind
from dayloom.settings import Settings

WRONG_HOST: Final = ProblemKind(
    421, "wrong_host", "The request was meant for another server", "Enter the name in DAYLOOM_ALLOWED_HOSTS."
)
FOREIGN_ORIGIN: Final = ProblemKind(
    403,
    "foreign_origin",
    "A foreign page asked",
    "Enter the page's origin in DAYLOOM_ALLOWED_ORIGINS, or start with `dayloom serve --allow-origin`.",
)
LOGGED: Final = 20
"""So many refused origins are named in the log, each once."""
_ORIGIN: Final = re.compile(r"https?://[\w.:\[\]-]{1,200}", re.ASCII)
_log: Final = logging.getLogger(__name__)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST: Final = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[\w.-]*))(?::\d*)?", re.ASCII)
"""Name or address and port, and nothing else: `evil.com@127.0.0.1` is read as two things by two readers."""


def require_own_page(scope: Scope, *, changes: bool) -> None:
    """Raise Problem for a request with a cookie that no page of this server has sent; a browser adds it by itself.

    A page that may ask (DAYLOOM_ALLOWED_ORIGINS) has a token, and is not ours. What `changes` nothing may come from
    an address line too, or from a browser that says nothing of pages.
    """
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "").lower()
    own = origin == f"{scheme_of(scope, headers)}://{_only_host(headers)}" if origin else site == "same-origin"
    if not own and (changes or origin or site not in {None, "none"}):
        raise Problem(FOREIGN_ORIGIN, "A request with a session must come from the service's own page.")


class OriginCheck:
    """Lets a request pass by its Host and Origin, or raises Problem."""

    def __init__(self, settings: Settings) -> None:
        named = frozenset(host.lower() for host in settings.allowed_hosts)
        self._hosts = (named | _LOCAL | {settings.host.lower()}) if is_loopback(settings.host) or named else None
        self._origins = frozenset(origin.lower().rstrip("/") for origin in settings.allowed_origins)
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope) -> None:
        """Check one request."""
        headers = Headers(scope=scope)
        host = _only_host(headers)
        name = _host_name(host)
        if self._hosts is not None and name not in self._hosts:
            raise Problem(WRONG_HOST, "The `Host` of the request is not a name of this server.")
        origin = headers.get("origin", "").lower()
        if origin and origin not in self._origins and origin != f"{scheme_of(scope, headers)}://{host}":
            self._log_once(origin)
            raise Problem(FOREIGN_ORIGIN, "The `Origin` of the request is not a page this server trusts.")
        if not origin and headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise Problem(FOREIGN_ORIGIN, "A page of another site asked for this.")

    def _log_once(self, origin: str) -> None:
        """Tell whoever runs the service how to let a page in: its browser shows its reader only that it failed."""
        if origin in self._logged or len(self._logged) == LOGGED or not _ORIGIN.fullmatch(origin):
            return
        self._logged.add(origin)
        _log.warning(
            "The page at %s was refused. If it is yours, set DAYLOOM_ALLOWED_ORIGINS=%s, or start with "
            "`dayloom serve --allow-origin %s`.",
            *(origin,) * 3,
        )


def _only_host(headers: Headers) -> str:
    """Return the Host header; of two, somebody on the way may have believed the other one."""
    found = headers.getlist("host")
    if len(found) > 1:
        raise Problem(MALFORMED, "The request has more than one `Host`.")
    return found[0].lower() if found else ""


def _host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    if (parts := _HOST.fullmatch(host)) is None:
        raise Problem(MALFORMED, "The `Host` of the request cannot be read.")
    return parts["address"] or parts["name"]


def scheme_of(scope: Scope, headers: Headers) -> str:
    """Return how the page's browser came here; a foreign page cannot send the header that a proxy adds."""
    return headers.get("x-forwarded-proto", scope["scheme"]).partition(",")[0].strip().lower()
