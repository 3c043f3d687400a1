"""What jobs cost: carried out through the queue beside bare runs, and a look at the timetable beside its sleepers.

Everything is measured in one run and compared within it: the same question is asked in so many runs and in so many
jobs of one process with the offline model; and a look that finds nothing due, or one job, is timed with few and with
ten thousand supervisions asleep.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.table import table
from dayloom.jobs.service import JobService, new_job
from dayloom.runs.observer import Observers
from dayloom.settings import Settings
from dayloom.stores.owner.due import take_due
from dayloom.stores.owner.jobs import RedisJobs
from dayloom.wiring import at_work, new_run_id, new_thread_id, open_models, open_store
from state.job import Every
from state.ports import Accepted

WORK: Final = 60
"""Jobs, and runs, that are carried out."""
SLEEPING: Final = (10, 10_000)
LOOKS: Final = 200
ASKED: Final = "What is on Tuesday?"
REST: Final = 15.0

Figures = dict[str, Any]


def measure() -> Figures:
    """Return everything this bench measures."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


def show_table(figures: Figures) -> str:
    """Return the figures as two tables."""
    work = [[row["what"], row["per_second"]] for row in figures["work"]]
    looks = [[row["sleeping"], row["idle_ms"], row["one_due_ms"]] for row in figures["looks"]]
    ratio = figures["ratio"]
    return "\n".join(
        [
            f"jobs: {WORK} of each, at once in one process, with the offline model",
            table(["what", "a second"], work),
            f"a job costs {ratio['job_over_run']} times its run",
            "",
            "a look at the timetable, median in milliseconds",
            table(["asleep", "nothing due", "one due"], looks),
            f"with {SLEEPING[1]:,} asleep it takes {ratio['look']} times as long as with {SLEEPING[0]}",
        ]
    )


async def _measure(folder: Path) -> Figures:
    settings = Settings(data_dir=folder, timezone="UTC", workspace_exclusion=False)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_store(settings))
        models = await stack.enter_async_context(open_models(settings, client))
        service = await stack.enter_async_context(at_work(settings, client, models, Observers()))
        await _runs(service, settings, 5)
        runs, jobs = await _runs(service, settings, WORK), await _jobs(service, settings)
    async with open_store(settings.model_copy(update={"data_dir": folder / "asleep"})) as client:
        looks = [await _looks(client, settings.now(), count) for count in SLEEPING]
    few, many = looks
    return {
        "work": [
            {"what": "runs", "per_second": round(WORK / runs, 1)},
            {"what": "jobs", "per_second": round(WORK / jobs, 1)},
        ],
        "looks": looks,
        "ratio": {"job_over_run": round(jobs / runs, 2), "look": round(many["one_due_ms"] / few["one_due_ms"], 2)},
    }


async def _runs(service: JobService, settings: Settings, count: int) -> float:
    """Return the seconds that so many runs take, each on a thread of its own."""
    runs = service.tenants.of("runs").runs

    async def one() -> None:
        asked = Accepted(run=new_run_id(), at=settings.now(), message=ASKED, settings=settings.run_settings())
        await runs.join((await runs.start(new_thread_id(), asked)).thread, asked.run)

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return time.perf_counter() - begun


async def _jobs(service: JobService, settings: Settings) -> float:
    """Return the seconds from the first job that is added until all are done."""
    jobs, now = service.of("jobs"), settings.now()
    begun = time.perf_counter()
    await asyncio.gather(*(jobs.add(new_job(f"j{at}", now, title=ASKED, due=now)) for at in range(WORK)))
    while True:
        await asyncio.sleep(0.02)
        if all(job.status.ended for job in await jobs.store.all()):
            return time.perf_counter() - begun


async def _looks(client: Any, now: datetime, sleeping: int) -> dict[str, Any]:
    """Return how long a look takes with so many asleep."""
    await client.flushall()
    store = RedisJobs(client, owner="sleepers")
    every = Every(at="08:00", since=now, timezone="UTC")
    asleep = [
        new_job(f"s{at}", now, title=ASKED, recurrence=every, due=now + timedelta(days=1)) for at in range(sleeping)
    ]
    for at in range(0, sleeping, 500):
        await asyncio.gather(*(store.add(job) for job in asleep[at : at + 500]))
    idle = [await _timed(client, now) for _ in range(LOOKS)]
    due = []
    for _ in range(LOOKS):
        await store.remind_of([asleep[0].model_copy(update={"due": now})])
        due.append(await _timed(client, now))
    return {"sleeping": sleeping, "idle_ms": _median(idle), "one_due_ms": _median(due)}


async def _timed(client: Any, now: datetime) -> float:
    begun = time.perf_counter()
    await take_due(client, now, REST)
    return time.perf_counter() - begun


def _median(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def main() -> None:
    """Measure and print a table, or with `--json` one object."""
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    figures = measure()
    sys.stdout.write((json.dumps(figures) if given.json else show_table(figures)) + "\n")


if __name__ == "__main__":
    main()
