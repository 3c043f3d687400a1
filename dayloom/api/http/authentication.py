"""Who may come in: everybody at this machine, or whoever brings a token that holds.

Only configured and stored tokens and JWTs are read, from `Authorization: Bearer` or `X-Api-Key`, never from the URL.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dayloom.api.http.jwt_tokens import Passes
from dayloom.api.http.problem_kind import Kind, Problem
from dayloom.api.http.user import EVERYTHING, LOCAL, USER_ID, Scope, User
from dayloom.settings import Settings
from dayloom.stores.owner.tokens import PREFIX, RedisTokens, digest
from dayloom.stores.redis.connection import AsyncRedis
from state.errors import BadInput

NO_TOKEN: Final = Kind(
    401,
    "no_token",
    "Who asks?",
    "Send a token as `Authorization: Bearer …` or `X-Api-Key`; `dayloom token create` makes one.",
)
BAD_TOKEN: Final = Kind(
    401, "bad_token", "The token does not hold", "Use another one; `dayloom token create` makes one."
)
_JWT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")


@dataclass(frozen=True)
class Door:
    """Tells users by what they bring; `configured` maps the digest of a token to its user."""

    configured: Mapping[str, str]
    stored: RedisTokens | None
    passes: Passes | None

    @property
    def open(self) -> bool:
        """Tell whether everybody who reaches the server is its user."""
        return not self.configured and self.stored is None and self.passes is None

    async def who(self, headers: Mapping[str, str]) -> User:
        """Return whose token this is; raises Problem when it is nobody's, and StoreUnavailable."""
        if self.open:
            return LOCAL
        token = _brought(headers)
        if (known := self._configured(token)) is not None:
            return User(known, EVERYTHING)
        if token.startswith(PREFIX) and self.stored is not None:
            kept = await self.stored.find(token, datetime.now(UTC))
            if kept is not None:
                return User(kept.user, frozenset(map(Scope, kept.scopes)))
        elif self.passes is not None and _JWT.fullmatch(token):
            return self.passes.who(token)
        raise bad_token("The token is not known, was revoked, or has expired.")

    def _configured(self, token: str) -> str | None:
        """Compare with every token, so that the time says nothing about which one it resembles."""
        brought, found = digest(token), None
        for known, user in self.configured.items():
            if hmac.compare_digest(known, brought):
                found = user
        return found


def bad_token(why: str) -> Problem:
    """Return the refusal of a token."""
    return Problem(BAD_TOKEN, why, headers={"WWW-Authenticate": 'Bearer realm="dayloom", error="invalid_token"'})


async def made_door(settings: Settings, client: AsyncRedis) -> Door:
    """Return the door these settings and the stored tokens make.

    Raises BadInput when the service could be reached from elsewhere and nothing would tell users apart.
    """
    configured = dict(map(_parsed, (each.get_secret_value() for each in settings.api_tokens)))
    passes = Passes.of(settings) if settings.jwt_key else None
    stored = RedisTokens(client)
    if configured or passes or await stored.all():
        return Door(configured, stored, passes)
    if not loopback(settings.host):
        raise BadInput(
            f"dayloom does not listen on {settings.host} without tokens: anybody who reaches it could use it. "
            "Make a token with `dayloom token create USER`, set DAYLOOM_API_TOKENS or DAYLOOM_JWT_KEY, "
            "or listen on 127.0.0.1."
        )
    return Door({}, None, None)


def loopback(host: str) -> bool:
    """Tell whether only this machine reaches a server on this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _parsed(entry: str) -> tuple[str, str]:
    """Return digest and user of `user:token`, or of `token` alone."""
    user, colon, token = entry.partition(":")
    if not colon:
        user, token = LOCAL.id, entry
    if not USER_ID.fullmatch(user) or not token:
        raise BadInput(
            "An entry of DAYLOOM_API_TOKENS is not `user:token` or `token`; see the allowed characters of a user."
        )
    return digest(token), user


def _brought(headers: Mapping[str, str]) -> str:
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    if key := headers.get("x-api-key", "").strip():
        return key
    raise Problem(NO_TOKEN, "The request brings no token.", headers={"WWW-Authenticate": 'Bearer realm="dayloom"'})
