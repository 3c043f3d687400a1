"""Authentication: which user a request comes from, by its token; with no token set up, whoever is at this machine.

Only configured and stored tokens and JWTs are read, from `Authorization: Bearer` or `X-Api-Key` or as the password of
HTTP Basic (whoever the user name says), never from the URL.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dayloom.api.http.jwt_tokens import JwtVerifier
from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.user import EVERYTHING, LOCAL, USER_ID, Scope, User
from dayloom.settings import Settings
from dayloom.stores.owner.tokens import PREFIX, RedisTokens, StoredToken, digest
from dayloom.stores.redis.connection import AsyncRedis
from state.errors import BadInput

NO_TOKEN: Final = ProblemKind(
    401,
    "no_token",
    "Who asks?",
    "Send a token as `Authorization: Bearer …` or `X-Api-Key`; `dayloom token create` makes one.",
)
BAD_TOKEN: Final = ProblemKind(
    401, "bad_token", "The token does not hold", "Use another one; `dayloom token create` makes one."
)
_JWT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")


@dataclass(frozen=True)
class Authentication:
    """Finds the user of a request by its token; `configured` maps the digest of a token to its user."""

    configured: Mapping[str, str]
    stored: RedisTokens | None
    jwt: JwtVerifier | None

    @property
    def open_to_all(self) -> bool:
        """Tell whether everybody who reaches the server is its user."""
        return not self.configured and self.stored is None and self.jwt is None

    async def authenticate(self, headers: Mapping[str, str]) -> User:
        """Return the user whose token this is; raises Problem (401) when it is nobody's, and StoreUnavailable."""
        if self.open_to_all:
            return LOCAL
        token = token_in(headers)
        if (known := self.configured_user(token)) is not None:
            return User(known, EVERYTHING)
        if token.startswith(PREFIX) and self.stored is not None:
            kept = await self.stored.find(token, datetime.now(UTC))
            if kept is not None:
                return stored_user(kept)
        elif self.jwt is not None and _JWT.fullmatch(token):
            return self.jwt.verify(token)
        raise bad_token("The token is not known, was revoked, or has expired.")

    def configured_user(self, token: str) -> str | None:
        """Return whose configured token this is.

        It is compared with every token, so that the time says nothing about which one it resembles.
        """
        brought, found = digest(token), None
        for known, user in self.configured.items():
            if hmac.compare_digest(known, brought):
                found = user
        return found


def stored_user(kept: StoredToken) -> User:
    """Return whose stored token this is."""
    return User(kept.user, frozenset(map(Scope, kept.scopes)), kept.expires)


def bad_token(why: str) -> Problem:
    """Return the refusal of a token."""
    return Problem(BAD_TOKEN, why, headers={"WWW-Authenticate": 'Bearer realm="dayloom", error="invalid_token"'})


async def make_authentication(settings: Settings, client: AsyncRedis) -> Authentication:
    """Return the authentication that settings and stored tokens ask for.

    Raises BadInput when the service could be reached from elsewhere and nothing would tell users apart.
    """
    configured = dict(map(_parse_entry, (each.get_secret_value() for each in settings.api_tokens)))
    jwt = JwtVerifier.from_settings(settings) if settings.jwt_key else None
    stored = RedisTokens(client)
    if configured or jwt or await stored.all():
        return Authentication(configured, stored, jwt)
    if not is_loopback(settings.host):
        raise BadInput(
            f"dayloom does not listen on {settings.host} without tokens: anybody who reaches it could use it. "
            "Make a token with `dayloom token create USER`, set DAYLOOM_API_TOKENS or DAYLOOM_JWT_KEY, "
            "or listen on 127.0.0.1."
        )
    return Authentication({}, None, None)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server on this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _parse_entry(entry: str) -> tuple[str, str]:
    """Return digest and user of `user:token`, or of `token` alone."""
    user, colon, token = entry.partition(":")
    if not colon:
        user, token = LOCAL.id, entry
    if not USER_ID.fullmatch(user) or not token:
        raise BadInput(
            "An entry of DAYLOOM_API_TOKENS is not `user:token` or `token`; see the allowed characters of a user."
        )
    return digest(token), user


def token_in(headers: Mapping[str, str]) -> str:
    """Return the token that a request brings; raises Problem (401) when there is none."""
    scheme, _, brought = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and brought.strip():
        return brought.strip()
    if scheme.lower() == "basic" and (password := _password(brought)):
        return password
    if key := headers.get("x-api-key", "").strip():
        return key
    raise Problem(NO_TOKEN, "The request brings no token.", headers={"WWW-Authenticate": 'Bearer realm="dayloom"'})


def _password(credentials: str) -> str:
    """Return the password of HTTP Basic, where calendar programs put a token; empty when it cannot be read."""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
    except binascii.Error:
        return ""
