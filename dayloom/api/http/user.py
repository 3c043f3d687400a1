"""A user of the service, and what a token is good for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from state.errors import BadInput

USER_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@|:/+=-]{0,127}")
"""Letters, digits and `._@|:/+=-`, 128 at most."""


def check_user_id(user: str) -> None:
    """Raise BadInput for what can be nobody's id."""
    if not USER_ID.fullmatch(user):
        raise BadInput(f"{user!r} is no user id. Use letters, digits and ._@|:/+=-, at most 128 of them.")


class Scope(StrEnum):
    """What a token is good for; `write` holds `read`, and `admin` holds both."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


_HOLDERS: Final = {
    Scope.READ: frozenset(Scope),
    Scope.WRITE: frozenset({Scope.WRITE, Scope.ADMIN}),
    Scope.ADMIN: frozenset({Scope.ADMIN}),
}

EVERYTHING: Final = frozenset({Scope.ADMIN})


@dataclass(frozen=True)
class User:
    """Somebody who was let in, what they may do, and until when that is known; None means until it is revoked."""

    id: str
    scopes: frozenset[Scope] = EVERYTHING
    expires: datetime | None = None

    def may(self, scope: Scope) -> bool:
        """Tell whether they hold this scope."""
        return bool(self.scopes & _HOLDERS[scope])


LOCAL: Final = User("local")
"""Whoever sits at this machine, as long as nothing else can reach the server."""
