"""What a child process does: hold the conversation against a store, and note in its journal what it was told."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
from collections.abc import Awaitable, Callable
from os.path import exists
from typing import Any

from awaits import run_counting
from faults.conversation import ACTS, WEEK, Act, DecidingModel, Moment, Note, nothing
from faults.houses import House, OpenHouse, lease_key
from forks import Journal

from state.errors import DayloomError, Refused, Stopped, ThreadBusy, Unavailable
from state.ids import ThreadId

TRIES = 4
"""How often the person does the same thing again before giving up; a thread that is busy is waited out in between."""
UNKNOWN = ("unknown", "busy")
"""What the person is told when the same thing must be done again."""


def play(
    *,
    url: str,
    thread: str,
    journal: str,
    house: str,
    begin: int = 0,
    again: bool = False,
    leave: str | None = None,
    dies_at: int | None = None,
) -> None:
    """Do the acts from the `begin`-th on; `again` when somebody may have done that one before.

    Leaves as soon as the file `leave` exists; dies at the `dies_at`-th await.
    """
    leaves = (lambda: exists(leave)) if leave else bool
    playing = _play(url, thread, Journal(journal), opener(house), begin=begin, again=again, leaves=leaves)
    if dies_at is None:
        asyncio.run(playing)
    else:
        run_counting(playing, lambda number: number == dies_at and os.kill(os.getpid(), signal.SIGKILL))


def look(*, url: str, thread: str, journal: str, house: str) -> None:
    """Note what the thread shows to a process that took no part."""
    asyncio.run(_look(url, thread, Journal(journal), opener(house)))


def opener(house: str) -> OpenHouse:
    """Return what `module:function` names."""
    module, _, name = house.partition(":")
    return getattr(importlib.import_module(module), name)


async def _play(url: str, thread: str, note: Note, opened: OpenHouse, **how: Any) -> None:
    async with opened(url) as house:
        await conversed(house, thread, note, **how)


async def conversed(
    house: House,
    thread: str,
    note: Note,
    *,
    begin: int = 0,
    again: bool = False,
    before: Callable[[Moment], Awaitable[None]] = nothing,
    mended: Callable[[], Awaitable[None]] = nothing,
    leaves: Callable[[], bool] = bool,
) -> None:
    """Do the acts as a person would: again when the answer did not come, once more when the thread was busy.

    `mended` is awaited before something is done again, `before` before each call of the model; the person leaves
    between two acts when `leaves` says so.
    """
    for number, act in enumerate(ACTS[begin:], begin):
        for attempt in range(TRIES):
            if leaves():
                return
            repeated = attempt > 0 or (again and number == begin)
            note(begun=number, repeated=repeated)
            told = await _done(house, thread, act, note, before)
            note(told=told, act=number, repeated=repeated)
            if told not in UNKNOWN:
                break
            await mended()
            if told == "busy":
                await house.client.delete(lease_key(thread))


async def _done(house: House, thread: str, act: Act, note: Note, before: Callable[[Moment], Awaitable[None]]) -> str:
    """Do one thing and return what the person was told: a status, `refused`, `busy` or `unknown`."""
    model = DecidingModel(note, cancel=lambda: house.cancel(thread), before=before)
    try:
        told = await _acted(house, thread, act, model)
        if (preview := await house.previews.get(ThreadId(thread))) is not None:
            note(preview=preview.version)
    except (Unavailable, Stopped) as error:
        note(error=f"{type(error).__name__}: {error}")
        return "unknown"
    except ThreadBusy as error:
        note(error=str(error))
        return "busy"
    except Refused as error:
        note(error=f"{type(error).__name__}: {error}")
        return "refused"
    return told


async def _acted(house: House, thread: str, act: Act, model: DecidingModel) -> str:
    if act.answers:
        return await house.answer(thread, act.answers, act.id, model, decision=act.decision, text=act.text)
    return await house.say(thread, act.text, act.id, model, schedule=WEEK if act is ACTS[0] else None)


async def _look(url: str, thread: str, note: Journal, opened: OpenHouse) -> None:
    async with opened(url) as house:
        try:
            note(**await shown(house, ThreadId(thread)))
        except DayloomError as error:
            note(entries=[], error=str(error))


async def shown(house: House, thread: ThreadId) -> dict[str, Any]:
    """Return what anybody can see of a thread."""
    scenes = [scene async for scene in house.agent.replay(thread)]
    state = await house.agent.state(thread)
    preview = await house.previews.get(thread)
    return {
        "entries": [entry.model_dump(mode="json") for scene in scenes for entry in scene.entries],
        "schedule": state.schedule.model_dump(mode="json"),
        "preview_version": state.preview_version,
        "preview": preview and preview.model_dump(mode="json"),
        "waiting": state.interrupt is not None,
    }
