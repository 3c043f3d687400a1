"""`dayloom feed`: addresses that calendar programs subscribe to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from dayloom.api.http.user import check_user_id
from dayloom.cli.errors import report_errors, write_json
from dayloom.cli.report import ExitCode
from dayloom.cli.terminal import Terminal
from dayloom.settings import read_settings
from dayloom.stores.owner.feeds import FeedKind, RedisFeeds, StoredFeed
from dayloom.wiring import open_store, utc_now
from state.errors import BadInput

T = TypeVar("T")


@report_errors
def create(screen: Terminal, *, user: str, draft: bool, thread: str | None, json: bool) -> ExitCode:
    """Make a feed and show its address, this once."""
    check_user_id(user)
    kind = FeedKind.DRAFT if draft or thread else FeedKind.CALENDAR
    secret, kept = asyncio.run(_with_feeds(lambda feeds: feeds.create(user, kind, now=utc_now(), thread=thread)))
    settings = read_settings()
    url = f"http://{settings.host}:{settings.port}/feeds/{secret}.ics"
    if json:
        write_json(screen, {"url": url, **_to_json(kept)})
        return ExitCode.DONE
    screen.tell(url)
    screen.note(f"This is the only time the address is shown; whoever knows it can read. {_describe(kept)}")
    screen.note("Where dayloom is reached under another name, put that before /feeds/.")
    return ExitCode.DONE


@report_errors
def list_(screen: Terminal, *, json: bool) -> ExitCode:
    """List the feeds: whose they are, and what they show."""
    found = asyncio.run(_with_feeds(lambda feeds: feeds.all()))
    if json:
        write_json(screen, {"feeds": [_to_json(kept) for kept in found]})
        return ExitCode.DONE
    for kept in found:
        screen.tell(_describe(kept))
    if not found:
        screen.note("There are no feeds. `dayloom feed create` makes one.")
    return ExitCode.DONE


@report_errors
def revoke(screen: Terminal, *, id: str) -> ExitCode:
    """Make a feed unknown at once."""
    if not asyncio.run(_with_feeds(lambda feeds: feeds.revoke(id))):
        raise BadInput(f"There is no feed {id!r}; `dayloom feed list` shows them.")
    screen.tell(f"Feed {id} is revoked.")
    return ExitCode.DONE


async def _with_feeds(act: Callable[[RedisFeeds], Awaitable[T]]) -> T:
    async with open_store(read_settings()) as client:
        return await act(RedisFeeds(client))


def _to_json(kept: StoredFeed) -> dict[str, Any]:
    return kept.model_dump(mode="json", exclude={"digest"})


def _describe(kept: StoredFeed) -> str:
    return f"{kept.id}  {kept.user}  {kept.kind}{f' of {kept.thread}' if kept.thread else ''}"
