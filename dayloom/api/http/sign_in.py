"""Routes: signing in with a token, looking whether one has, and signing out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from dayloom.api.http.authentication import BAD_TOKEN, Authentication
from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend
from dayloom.api.http.problem_kind import Problem
from dayloom.api.http.responses import problems
from dayloom.api.http.sessions import Sessions, delete_cookie, session_in, set_cookie
from dayloom.api.http.user import LOCAL, Scope, User
from dayloom.stores.owner.sessions import RedisSessions

router = APIRouter(prefix="/session", tags=["Service"])


class SignInMethod(StrEnum):
    """By what somebody may sign in."""

    TOKEN = "token"  # noqa: S105 a word
    JWT = "jwt"


class SignIn(BaseModel):
    """The token or JWT that somebody signs in with."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"token": "dl_5f2a8c1d9e0b_…"}]})

    token: Annotated[SecretStr, Field(min_length=1, max_length=8_000)]


class SessionJson(BaseModel):
    """Who is signed in, and until when at the longest; `user` is null for nobody.

    `sign_in` names what may be signed in with; when it is empty, nobody need sign in.
    """

    sign_in: list[SignInMethod]
    user: str | None
    scopes: list[Scope]
    expires: datetime | None

    @classmethod
    def of(cls, authentication: Authentication, user: User | None) -> SessionJson:
        """Return what is told to somebody."""
        asked = {SignInMethod.TOKEN: not authentication.open_to_all, SignInMethod.JWT: authentication.jwt is not None}
        return cls(
            sign_in=[way for way, taken in asked.items() if taken],
            user=user.id if user else None,
            scopes=[scope for scope in Scope if user and user.may(scope)],
            expires=user.expires if user else None,
        )


@router.get("", responses=problems())
async def get(request: Request, backend: CurrentBackend) -> SessionJson:
    """Tell who is signed in and how one signs in; anybody may ask."""
    return SessionJson.of(backend.authentication, request.scope["dayloom.user"])


@router.post("", responses=problems())
async def sign_in(given: SignIn, request: Request, response: Response, backend: CurrentBackend) -> SessionJson:
    """Sign in with a token: from now on the browser brings a cookie that scripts cannot read.

    A request with this cookie that changes something must come from the service's own page (`Origin` or
    `Sec-Fetch-Site`). The session ends with its token, and after 30 days at the latest.
    """
    if backend.authentication.open_to_all:
        return SessionJson.of(backend.authentication, LOCAL)
    try:
        user, secret = await _sessions(backend).begin(given.token.get_secret_value())
    except Problem as refused:
        if refused.kind.code == BAD_TOKEN.code:
            await backend.guesses.count(request.client.host if request.client else "")
        raise
    if before := session_in(request.scope):
        await RedisSessions(backend.client).end(before)
    if user.expires is not None:
        set_cookie(response, request.scope, secret, user.expires)
    return SessionJson.of(backend.authentication, user)


@router.delete("", status_code=204, responses=problems())
async def sign_out(request: Request, response: Response, backend: CurrentBackend) -> None:
    """Sign out: the session is worth nothing from now on. Whoever is not signed in stays so."""
    if (secret := session_in(request.scope)) is not None:
        await RedisSessions(backend.client).end(secret)
        delete_cookie(response, request.scope)


def _sessions(backend: Backend) -> Sessions:
    return Sessions(backend.authentication, RedisSessions(backend.client))
