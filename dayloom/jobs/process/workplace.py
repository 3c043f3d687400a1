"""What all programs of one process of ours share."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import psutil

from dayloom.jobs.process.agents import Agent
from dayloom.jobs.task_prompt import TaskPrompt
from dayloom.stores.owner.workers import Place, RedisWorkers
from state.job import WorkerProcess

GRACE: Final = 1.0
"""Seconds between SIGTERM and SIGKILL."""


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Where and how programs work; `worker` names this process and `itself` is it.

    `url` is where they reach the service, None when there is none. `most` and `most_of_agent` are how many may be at
    work at once, over all processes of the store.
    """

    data_dir: Path
    workers: RedisWorkers
    agents: Mapping[str, Agent]
    most: int
    most_of_agent: int
    url: str | None
    clock: Callable[[], datetime]
    worker: str
    itself: WorkerProcess
    prompt: TaskPrompt
    grace: float = GRACE

    async def take(self, place: Place, agent: Agent, until: datetime) -> bool:
        """Take a place for a program, or hold it for longer; False when all are taken. Raises StoreUnavailable."""
        most_of_agent = min(self.most_of_agent, agent.at_once or self.most_of_agent)
        return await self.workers.take(place, self.clock(), until, most=self.most, most_of_agent=most_of_agent)


def this_process() -> WorkerProcess:
    """Return the process that runs this."""
    return WorkerProcess(host=socket.gethostname(), pid=os.getpid(), started=psutil.Process().create_time())


def is_gone(process: WorkerProcess | None, here: WorkerProcess) -> bool:
    """Tell whether a process was on this host and has died."""
    if process is None or process.host != here.host:
        return False
    try:
        return psutil.Process(process.pid).create_time() != process.started
    except psutil.NoSuchProcess:
        return True
