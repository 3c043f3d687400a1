"""Authorization before every route: who asks, with which scope, and within the rate limit.

A route needs a token unless it is named here, so that one that forgets to ask for its user is closed too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Scope as Asgi

from dayloom.api.http.authentication import BAD_TOKEN, bad_token, token_in
from dayloom.api.http.backend import Backend
from dayloom.api.http.origin import require_own_page
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.sessions import Sessions, session_in
from dayloom.api.http.user import Scope, User
from dayloom.jobs.process.tokens import PREFIX
from dayloom.jobs.process.write_back import find_attempt
from dayloom.stores.owner.feeds import RedisFeeds
from dayloom.stores.owner.sessions import RedisSessions

PUBLIC: Final = frozenset({"/", "/ok", "/healthz", "/info", "/openapi.json", "/docs", "/favicon.ico"})
PUBLIC_FOLDERS: Final = ("/assets/", "/docs/")
"""What a page needs before anybody has typed a token."""
SESSION: Final = "/session"
"""Where somebody signs in, and looks whether they have."""
OPERATORS: Final = frozenset({"/metrics"})
"""What tells of all users together."""
_READ_SUFFIXES: Final = (
    "/search",
    "/count",
    "/history",
    "/state/checkpoint",
    "/stream/events",
    "/tasks/read",
    "/preview/try",
)
"""The ends of routes that only read, though they are asked by POST."""
_CANCELS: Final = b"cancel_on_disconnect"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED_BY_PROGRAMS: Final = frozenset({"/calendar.ics"})
"""What calendar programs read, which send a password only when they are asked for one."""
_FEED: Final = re.compile(r"/feeds/([^/]+)\.ics")
"""An address with a secret of its own, because many calendar programs can send no token."""
_ATTEMPT: Final = re.compile(r"/jobs/([^/]+)/attempts/(\d{1,7})(?:/\w+)?")
"""Where the program of an attempt writes back, with a token that is good for nothing else."""
_CREDENTIALS: Final = frozenset({"token", "accesstoken", "apikey", "xapikey", "authorization", "bearer", "jwt"})

TOKEN_IN_URL: Final = ProblemKind(
    400,
    "token_in_url",
    "A token does not belong into a URL",
    "Send it as `Authorization: Bearer …`, and replace this one.",
)
UNKNOWN_FEED: Final = ProblemKind(
    404, "unknown_feed", "There is no such feed", "Make another one with `dayloom feed create`."
)
MISSING_SCOPE: Final = ProblemKind(
    403, "missing_scope", "The token is not good for this", "Use a token with that scope."
)


class Authorization:
    """Lets a request pass, noting its user in `dayloom.user`, or raises Problem."""

    def __init__(self, backend: Backend) -> None:
        self._authentication = backend.authentication
        self._feeds = RedisFeeds(backend.client)
        self._client = backend.client
        self._rate_limit = backend.rate_limit
        self._sessions = Sessions(backend.authentication, RedisSessions(backend.client))
        self._guesses = backend.guesses

    async def __call__(self, scope: Asgi) -> None:
        """Check one request."""
        _refuse_token_in_url(scope["query_string"])
        path: str = scope["path"]
        if path in PUBLIC or path.startswith(PUBLIC_FOLDERS):
            return
        if path == SESSION:
            scope["dayloom.user"] = await self._user_if_any(scope)
            return
        if scope["method"] in _SAFE and (feed := _FEED.fullmatch(path)):
            user = await self._user_of_feed(scope, feed[1])
        elif attempt := _ATTEMPT.fullmatch(path):
            user = await self._user_of_attempt(scope, attempt[1], int(attempt[2]))
        else:
            user = await self._authenticate(scope)
        await self._rate_limit.count(user.id)
        _require_scope(user, required_scope(scope["method"], path, scope["query_string"]))
        scope["dayloom.user"] = user

    async def _authenticate(self, scope: Asgi) -> User:
        """Return who asks; wrong tokens are counted by address, and a right one passes however many came before.

        Many people share an address, behind a proxy or a company's network: somebody else's guesses must lock none of
        them out. Whoever guesses gains nothing by it: what slows him down is each wrong answer.
        """
        headers = Headers(scope=scope)
        try:
            if (session := session_in(scope)) and not _brings_token(headers) and not self._authentication.open_to_all:
                return await self._user_of_session(scope, session)
            return await self._authentication.authenticate(headers)
        except Problem as refused:
            if refused.kind.code == BAD_TOKEN.code:
                await self._count_guess(scope)
            if scope["path"] in ASKED_BY_PROGRAMS:
                raise Problem(refused.kind, str(refused), headers=_with_basic(refused.headers)) from None
            raise

    async def _user_of_session(self, scope: Asgi, session: str) -> User:
        """Return who has signed in; a wrong session is no guess, because one that has ended looks the same."""
        changes = scope["method"] not in _SAFE or _CANCELS in scope["query_string"]
        require_own_page(scope, changes=changes)
        return await self._sessions.find(session)

    async def _user_if_any(self, scope: Asgi) -> User | None:
        """Return who asks, None for somebody who has not signed in."""
        try:
            return await self._authenticate(scope)
        except Problem as refused:
            if refused.kind.status == HTTPStatus.UNAUTHORIZED:
                return None
            raise

    async def _user_of_feed(self, scope: Asgi, secret: str) -> User:
        """Return whose feed is asked for, noting it in `dayloom.feed`; guesses are counted as wrong tokens are."""
        feed = await self._feeds.find(secret)
        if feed is None:
            await self._count_guess(scope)
            raise Problem(UNKNOWN_FEED, "There is no feed at this address; it may have been revoked.")
        scope["dayloom.feed"] = feed
        return User(feed.user, frozenset({Scope.READ}))

    async def _user_of_attempt(self, scope: Asgi, job: str, number: int) -> User:
        """Return whose job an attempt is of, whose program asks; no other token is good for this."""
        token = token_in(Headers(scope=scope))
        user = await find_attempt(self._client, token, job, number)
        if user is None:
            if token.startswith(PREFIX):
                await self._count_guess(scope)
            raise bad_token("The token is not that of this attempt.")
        return User(user, frozenset({Scope.WRITE}))

    async def _count_guess(self, scope: Asgi) -> None:
        await self._guesses.count(scope["client"][0] if scope["client"] else "")


def required_scope(method: str, path: str, query: bytes = b"") -> Scope:
    """Return what a token must be good for; whoever watches a run so that leaving cancels it does not just read."""
    if path in OPERATORS:
        return Scope.ADMIN
    reads = method in _SAFE or path.endswith(_READ_SUFFIXES)
    return Scope.READ if reads and _CANCELS not in query else Scope.WRITE


def _require_scope(user: User, scope: Scope) -> None:
    if not user.may(scope):
        challenge: Mapping[str, str] = {
            "WWW-Authenticate": f'Bearer realm="dayloom", error="insufficient_scope", scope="{scope}"'
        }
        raise Problem(MISSING_SCOPE, f"This needs a token with the scope `{scope}`.", headers=challenge)


def _brings_token(headers: Headers) -> bool:
    return "authorization" in headers or "x-api-key" in headers


def _with_basic(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the headers of a refusal with HTTP Basic among what may be sent; elsewhere browsers would ask for it."""
    challenge = headers.get("WWW-Authenticate", "Bearer")
    return {**headers, "WWW-Authenticate": f'{challenge}, Basic realm="dayloom", charset="UTF-8"'}


def _refuse_token_in_url(query: bytes) -> None:
    """Raise Problem when the query carries a token: a URL ends up in logs, histories and referrers."""
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name.lower().replace("-", "").replace("_", "") in _CREDENTIALS:
            raise Problem(TOKEN_IN_URL, f"The query parameter `{name}` looks like a token; URLs are written into logs.")
