"""A user of the service, and what a token is good for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What a token is good for; `admin` holds the others."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


EVERYTHING: Final = frozenset(Scope)


@dataclass(frozen=True)
class User:
    """Somebody who was let in, and what they may do."""

    id: str
    scopes: frozenset[Scope] = EVERYTHING


LOCAL: Final = User("local")
"""Whoever sits at this machine, as long as nothing else can reach the server."""
