"""Processes of this machine, found by a word on their command line."""

from __future__ import annotations

import asyncio

import psutil


def alive(mark: str) -> list[psutil.Process]:
    """Return the processes that have this word on their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


async def become(mark: str, count: int = 1) -> None:
    """Return when so many processes have this word on their command line."""
    for _ in range(1_000):
        if len(alive(mark)) >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{mark} was never started")


async def vanish(mark: str) -> None:
    """Return when no process has this word on its command line any more."""
    for _ in range(1_000):
        if not alive(mark):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{mark} is still alive: {alive(mark)}")
