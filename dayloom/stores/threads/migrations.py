"""Snapshots of every released version: older ones are brought up to date when read, newer ones refused untouched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dayloom.stores.redis.errors import Damaged, TooNew
from state.common import SCHEMA_VERSION

VERSION: Final = "schema_version"

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: Final[dict[int, Migration]] = {
    1: lambda values: values,  # 2 knows from when on a window may be used; without it, all of it may.
    2: lambda values: values,  # 3 knows the own times of events, and whether tasks may span long pauses.
    3: lambda values: values,  # 4 knows which version of the calendar a schedule has taken in; older ones are as given.
    4: lambda values: values,  # 5 knows tasks that have ended, the minutes of a task, and cards that change the list.
    5: lambda values: values,  # 6 knows people and places of events, cards that change events, parts, and limits.
    6: lambda values: values,  # 7 knows what a person likes of their days, what jobs say and allow, and child runs.
    7: lambda values: values,  # 8 knows runs of one call of the model, and what they propose.
}
"""From a version of the state's schema to the next: channel values in and out. A released one never changes."""


def upgrade(
    thread: str,
    values: Mapping[str, Any],
    migrations: Mapping[int, Migration] = MIGRATIONS,
    newest: int = SCHEMA_VERSION,
) -> dict[str, Any]:
    """Return the values as this version of the schema has them; raises Damaged and TooNew."""
    found = dict(values)
    version = found.get(VERSION, newest)
    if not isinstance(version, int):
        raise Damaged(f"Thread {thread}: its schema version is unusable. It was left as it is.")
    if version > newest:
        raise TooNew(
            f"Thread {thread}: it was written by a newer dayloom (schema version {version}, this one reads up to "
            f"{newest}). It was left as it is; update dayloom to go on with it."
        )
    while version < newest:
        if version not in migrations:
            raise Damaged(f"Thread {thread}: there is no way from schema version {version} to {version + 1}.")
        found = migrations[version](found)
        version += 1
    if VERSION in found:
        found[VERSION] = newest
    return found
