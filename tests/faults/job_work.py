"""What a child process does: keep a job that is due, and carry it out, through a bad line."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from job_house import open_house
from stage import NOW

from dayloom.messages.post import Outward
from dayloom.stores.redis.connection import connect
from state.errors import Unavailable
from state.job import Every, ExecutorKind, Program

REPLY: Final[dict[str, Any]] = {"speak": "The summary is written.", "reason": "done", "action": "reply"}
DAILY: Final = Every(at="08:00", since=NOW, timezone="UTC")

QUICKLY: Final[dict[str, Any]] = {
    "executor": ExecutorKind.PROCESS,
    "program": Program(command=("sh", "-c", 'echo "The summary is written." > "$DAYLOOM_RESULT_FILE"')),
}
PATIENT: Final = """
import os, time
if os.environ["DAYLOOM_ATTEMPT"] == "1":
    for _ in range(2):
        os.fork() or os.setsid()
    time.sleep(600)
open(os.environ["DAYLOOM_RESULT_FILE"], "w").write("The summary is written.")
"""
"""The first time it takes long, and so do those that have left its process group."""


def carry_out(*, url: str, id: str, again: bool, hook: str) -> None:
    """Keep it, carry it out, and call out what came of it."""
    asyncio.run(_carry_out(url, id, again=again, hook=hook))


async def _carry_out(url: str, id: str, *, again: bool, hook: str) -> None:
    async with connect(url) as client:
        told = Outward(webhook=hook, private=True)
        house = open_house(client, *[REPLY] * 5, worker="child", exclusive=False, outward=told)
        recurs = {"kind": "supervision", "recurrence": DAILY} if again else {}
        with suppress(Unavailable):
            await house.jobs.add(house.job(id=id, due=NOW, **recurs))
        await house.close()


def carry_out_by_program(*, url: str, id: str, mark: str, folder: str) -> None:
    """Keep it, have a program carry it out that takes long, and wait for it."""
    asyncio.run(_carry_out_by_program(url, id, mark, Path(folder)))


async def _carry_out_by_program(url: str, id: str, mark: str, folder: Path) -> None:
    command = (sys.executable, "-c", PATIENT, mark)
    async with connect(url) as client:
        house = open_house(client, worker="child", exclusive=False, data_dir=folder)
        job = house.job(id=id, due=NOW, executor=ExecutorKind.PROCESS, program=Program(command=command))
        await house.jobs.add(job)
        await house.jobs.wait(id)


def carry_out_quickly(*, url: str, id: str, folder: str) -> None:
    """Keep it and have a program carry it out."""
    asyncio.run(_carry_out_quickly(url, id, Path(folder)))


async def _carry_out_quickly(url: str, id: str, folder: Path) -> None:
    async with connect(url) as client:
        house = open_house(client, worker="child", exclusive=False, data_dir=folder)
        try:
            with suppress(Unavailable):
                await house.jobs.add(house.job(id=id, due=NOW, **QUICKLY))
                await house.jobs.wait(id)
        finally:
            await house.close()
