"""`dayloom token`: access tokens of the service."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from dayloom.api.http.user import check_user_id
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import read_settings
from dayloom.stores.owner.tokens import RedisTokens, StoredToken
from dayloom.wiring import open_store, utc_now
from state.errors import BadInput

T = TypeVar("T")

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@report_errors
def create(screen: Terminal, *, user: str, scope: tuple[str, ...], expires: str | None, json: bool) -> ExitCode:
    """Make a token and show it, this once."""
    check_user_id(user)
    now = utc_now()
    until = _until(now, expires) if expires else None
    token, kept = asyncio.run(_with_tokens(lambda tokens: tokens.create(user, scope, now=now, expires=until)))
    if json:
        write_json(screen, {"token": token, **_to_json(kept)})
        return ExitCode.DONE
    screen.tell(token)
    screen.note(f"This is the only time the token is shown. {_describe(kept, now)}")
    screen.note("A service that runs without tokens asks for them after its next start.")
    return ExitCode.DONE


@report_errors
def list_(screen: Terminal, *, json: bool) -> ExitCode:
    """List the tokens: whose they are, what they are good for, until when."""
    found = asyncio.run(_with_tokens(lambda tokens: tokens.all()))
    if json:
        write_json(screen, {"tokens": [_to_json(kept) for kept in found]})
        return ExitCode.DONE
    for kept in found:
        screen.tell(_describe(kept, utc_now()))
    if not found:
        screen.note("There are no tokens. `dayloom token create USER` makes one.")
    return ExitCode.DONE


@report_errors
def revoke(screen: Terminal, *, id: str) -> ExitCode:
    """Make a token worthless at once."""
    if not asyncio.run(_with_tokens(lambda tokens: tokens.revoke(id))):
        raise BadInput(f"There is no token {id!r}; `dayloom token list` shows them.")
    screen.tell(f"Token {id} is revoked.")
    return ExitCode.DONE


async def _with_tokens(act: Callable[[RedisTokens], Awaitable[T]]) -> T:
    async with open_store(read_settings()) as client:
        return await act(RedisTokens(client))


def _until(now: datetime, expires: str) -> datetime:
    read = re.fullmatch(r"([1-9][0-9]{0,4})([mhdw])", expires)
    if read is None:
        raise BadInput(f"{expires!r} is no length of time. Write 30m, 12h, 30d or 8w.")
    return now + timedelta(**{_UNITS[read[2]]: int(read[1])})


def _to_json(kept: StoredToken) -> dict[str, Any]:
    return kept.model_dump(mode="json", exclude={"digest"})


def _describe(kept: StoredToken, now: datetime) -> str:
    until = "for ever" if kept.expires is None else f"until {kept.expires:%Y-%m-%d %H:%M} UTC"
    state = "" if kept.lives(now) else ", expired"
    return f"{kept.id}  {kept.user}  {', '.join(kept.scopes)}  {until}{state}"
