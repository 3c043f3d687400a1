"""The id of a server: one that has lost everything since the last start is named before anybody relies on it."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Final

from dayloom.stores.redis.connection import AsyncRedis, as_text, reaching, without_password
from dayloom.stores.redis.errors import FolderUnusable
from dayloom.stores.redis.keys import NAMESPACE

KEY: Final = f"{NAMESPACE}:server"
"""String: a random name the server was given when it was first used; never expires."""
NOTES: Final = "servers.json"


async def check_server_id(client: AsyncRedis, url: str, folder: Path) -> list[str]:
    """Return what is wrong with the memory of this server, one sentence; empty when it is the one known from before.

    A server that is new here gets a name, which is noted in the folder. Raises StoreUnavailable and FolderUnusable.
    """
    with reaching(client):
        await client.set(KEY, secrets.token_hex(8), nx=True)
        found = await client.get(KEY)
    name, address = as_text(found), without_password(url)
    known = _read(folder)
    before = known.get(address)
    if before == name:
        return []
    _write(folder, {**known, address: name})
    if before is None:
        return []
    return [
        f"The server at {address} has lost what it held when it was last used here: it was emptied, or it came back "
        "without its data. Restore its append-only file, or go on without the old threads."
    ]


def _read(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / NOTES).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    except OSError as error:
        raise FolderUnusable(f"{folder / NOTES} cannot be read: {error.strerror}.") from error
    return found if isinstance(found, dict) else {}


def _write(folder: Path, known: dict[str, str]) -> None:
    fresh = folder / f"{NOTES}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
        fresh.replace(folder / NOTES)
    except OSError as error:
        raise FolderUnusable(
            f"{folder / NOTES} cannot be written: {error.strerror}. "
            "Make the folder writable for you, or choose another one with DAYLOOM_DATA_DIR."
        ) from error
