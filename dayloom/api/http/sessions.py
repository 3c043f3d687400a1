"""Sessions: a page signs in with a token once, and its browser brings a cookie from then on.

The cookie holds a secret of its own and no token. It is good as long as that by which its owner signed in: who revokes
the token ends its sessions. A browser sends it by itself, so whatever changes something must come from our own page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope as Asgi

from dayloom.api.http.authentication import Authentication, stored_user
from dayloom.api.http.origin import scheme_of
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.user import EVERYTHING, Scope, User
from dayloom.stores.owner.sessions import LONGEST, RedisSessions, StoredSession
from dayloom.stores.owner.tokens import digest, token_id

NO_SESSION: Final = ProblemKind(
    401, "no_session", "You are not signed in any more", "Sign in again: `POST /session` with a token."
)
COOKIE: Final = "dayloom_session"
_SECURE_COOKIE: Final = "__Host-dayloom_session"
"""Under this name browsers take it by HTTPS alone, and from no other host."""


@dataclass(frozen=True)
class Sessions:
    """Begins, finds and ends the sessions of those whom an authentication knows."""

    authentication: Authentication
    store: RedisSessions

    async def begin(self, token: str) -> tuple[User, str]:
        """Return whose token this is, signed in until when, and the secret of the session; raises Problem (401)."""
        user = await self.authentication.authenticate({"authorization": f"Bearer {token}"})
        latest = datetime.now(UTC) + LONGEST
        expires = min(user.expires or latest, latest)
        proof, id = self._proof(token)
        session = StoredSession(user=user.id, scopes=tuple(sorted(user.scopes)), proof=proof, token=id, expires=expires)
        return replace(user, expires=expires), await self.store.create(session)

    async def find(self, secret: str) -> User:
        """Return who has signed in, if that by which they did still holds; raises Problem (401)."""
        session = await self.store.find(secret)
        user = await self._known(session) if session else None
        if session is None or user is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="dayloom"'}
            raise Problem(NO_SESSION, "The session has ended.", headers=challenge)
        return replace(user, expires=session.expires)

    def _proof(self, token: str) -> tuple[str, str | None]:
        """Return what must still be known later of a token that holds, and its id where it is stored."""
        jwt, configured = self.authentication.jwt, self.authentication.configured_user(token) is not None
        if configured or (id := token_id(token)) is None:
            return (digest(token) if configured or jwt is None else jwt.fingerprint), None
        return digest(token), id

    async def _known(self, session: StoredSession) -> User | None:
        known = self.authentication
        if session.token is not None:
            now = datetime.now(UTC)
            kept = await known.stored.get(session.token, session.proof, now) if known.stored else None
            return stored_user(kept) if kept else None
        if (user := known.configured.get(session.proof)) is not None:
            return User(user, EVERYTHING)
        if known.jwt is not None and known.jwt.fingerprint == session.proof:
            return User(session.user, frozenset(map(Scope, session.scopes)))
        return None


def session_in(scope: Asgi) -> str | None:
    """Return the secret of the session that a request brings."""
    headers = Headers(scope=scope)
    return cookie_parser("; ".join(headers.getlist("cookie"))).get(_cookie_name(scope)) or None


def set_cookie(response: Response, scope: Asgi, secret: str, expires: datetime) -> None:
    """Let the browser bring a session from now on: to us alone, and out of reach of scripts."""
    seconds = max(0, int((expires - datetime.now(UTC)).total_seconds()))
    response.set_cookie(
        _cookie_name(scope), secret, max_age=seconds, httponly=True, samesite="strict", secure=_is_secure(scope)
    )


def delete_cookie(response: Response, scope: Asgi) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(_cookie_name(scope), httponly=True, samesite="strict", secure=_is_secure(scope))


def _cookie_name(scope: Asgi) -> str:
    return _SECURE_COOKIE if _is_secure(scope) else COOKIE


def _is_secure(scope: Asgi) -> bool:
    return scheme_of(scope, Headers(scope=scope)) == "https"
