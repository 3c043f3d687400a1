"""What the chat backend costs: many conversations, the wait for the first event, and streams on which nothing happens.

Everything is measured in one run. Waiting time is in units of one bare round trip to the very store the service uses,
processor time is that of the service's process alone, and the people who talk to it are a process of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx

# The tests know how to start both servers.
sys.path.append(str(Path(__file__).parents[1] / "tests"))

from dev_server import DevServer
from serving import Serving

from bench.request_head import measure_head
from bench.table import table
from dayloom.stores.redis.connection import connect

PEOPLE: Final = 1000
THINK: Final = 10.0
SECONDS: Final = 30.0
STREAMS: Final = 1000
FIRSTS: Final = 30
READERS: Final = 50
POLLERS: Final = {"alone": 0, "polled": 200}
READING: Final = 10.0
"""Seconds that people stream and pages poll."""
GOAL_RUNS: Final = 2
IDLE: Final = 10.0
MARGIN: Final = 2.0
"""Seconds left out at both ends when processor time is read."""
GOAL_TRIPS: Final = 1600
GOAL_SOONER: Final = 10
GOAL_POLL: Final = 10
"""Milliseconds."""
SETTINGS: Final = {"DAYLOOM_RATE_LIMIT": "0"}
_TICK: Final = 100


def measure(people: int = PEOPLE) -> dict[str, Any]:
    """Return every figure."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        with Serving(here / "crowd", **SETTINGS) as service:
            crowd = _crowd(service, people)
        with Serving(here / "first", **SETTINGS) as service, DevServer(here / "reference") as reference:
            urls = {"dayloom": service.url, "langgraph dev": reference.url}
            firsts = _firsts(urls)
            readers = {
                name: {with_: _readers(url, pollers) for with_, pollers in POLLERS.items()}
                for name, url in urls.items()
            }
        idle = asyncio.run(_idle(here))
    return {"crowd": crowd, "first": firsts, "readers": readers, "idle": idle, "head": asyncio.run(measure_head())}


def _crowd(service: Serving, people: int) -> dict[str, Any]:
    trip = asyncio.run(_round_trip(service))
    command = [sys.executable, "-P", "-m", "bench.crowd", service.url, str(people), str(THINK), str(SECONDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as crowd:
        time.sleep(THINK + MARGIN)
        before = _cpu(service)
        time.sleep(SECONDS - 2 * MARGIN)
        spent = (_cpu(service) - before) / (SECONDS - 2 * MARGIN)
        found = json.loads(crowd.communicate()[0])
    waited = sorted(found["waited"])
    rate = len(waited) / SECONDS
    return {
        "people": people,
        "turns_per_second": round(rate, 1),
        "errors": len(found["errors"]),
        "round_trip_ms": round(trip * 1000, 3),
        "p50_ms": round(statistics.median(waited) * 1000, 1),
        "p95_ms": round(waited[int(len(waited) * 0.95)] * 1000, 1),
        "p95_round_trips": round(waited[int(len(waited) * 0.95)] / trip),
        "cpu_ms_per_turn": round(spent / rate * 1000, 1),
        "turns_per_second_and_core": round(rate / spent, 1),
        "memory_mb": round(_memory(service)),
        "client_cpu_s": round(found["cpu"], 1),
    }


def _readers(url: str, pollers: int) -> dict[str, float]:
    """Return what people who stream runs see, and pages that poll their threads meanwhile."""
    command = [sys.executable, "-P", "-m", "bench.readers", url, str(READERS), str(pollers), str(READING)]
    found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    return {
        "runs_per_second": round(found["runs"] / READING, 1),
        "first_event_ms": round(statistics.median(found["firsts"]) * 1000, 1),
        "poll_ms": round(statistics.median(found["polls"]) * 1000, 1) if found["polls"] else 0.0,
        "errors": len(found["errors"]),
    }


async def _round_trip(service: Serving) -> float:
    """Return the median seconds of a bare PING to the store of the service."""
    async with connect(f"unix://{service.folder}/store/valkey.sock") as client:
        times: list[float] = []
        for _ in range(300):
            begun = time.perf_counter()
            await client.ping()
            times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _firsts(urls: dict[str, str]) -> dict[str, dict[str, float]]:
    """Return the median milliseconds from the post of a run to its first frame and first event, taking turns."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in urls}
    for _ in range(FIRSTS):
        for name, url in urls.items():
            times[name].append(_first(url))
    return {
        name: {
            "first_frame_ms": round(statistics.median(frame for frame, _ in each) * 1000, 1),
            "first_event_ms": round(statistics.median(event for _, event in each) * 1000, 1),
        }
        for name, each in times.items()
    }


def _first(url: str) -> tuple[float, float]:
    asked: dict[str, Any] = {
        "assistant_id": "dayloom",
        "input": {"messages": [{"role": "user", "content": "Hello"}]},
        "stream_mode": ["custom"],
    }
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        thread = http.post("/threads", json={}).json()["thread_id"]
        begun = time.perf_counter()
        with http.stream("POST", f"/threads/{thread}/runs/stream", json=asked) as answer:
            told = [time.perf_counter() - begun for line in answer.iter_lines() if line.startswith("event:")]
    return told[0], told[1]


async def _idle(folder: Path) -> dict[str, Any]:
    """Return what streams on a run cost whose model does not answer."""
    model = await asyncio.start_server(_silent, "127.0.0.1", 0)
    port = model.sockets[0].getsockname()[1]
    service = Serving(folder / "idle", model=f"http://127.0.0.1:{port}/v1", **SETTINGS)
    await asyncio.to_thread(service.__enter__)
    try:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=service.url, timeout=60, limits=limits, trust_env=False) as http:
            thread = (await http.post("/threads", json={})).json()["thread_id"]
            asked = {"assistant_id": "dayloom", "input": {"messages": [{"role": "user", "content": "Hello"}]}}
            run = (await http.post(f"/threads/{thread}/runs", json=asked)).json()["run_id"]
            quiet, before = await _spent(service), _memory(service)
            streams = [
                asyncio.create_task(_listen(http, f"/threads/{thread}/runs/{run}/stream")) for _ in range(STREAMS)
            ]
            await asyncio.sleep(IDLE)
            busy, after = await _spent(service), _memory(service)
            for stream in streams:
                stream.cancel()
            await asyncio.gather(*streams, return_exceptions=True)
    finally:
        await asyncio.to_thread(service.__exit__)
        model.close()
    return {
        "streams": STREAMS,
        "kb_per_stream": round((after - before) * 1000 / STREAMS, 1),
        "cpu_percent_without": round(quiet * 100, 1),
        "cpu_percent_with": round(busy * 100, 1),
    }


async def _spent(service: Serving) -> float:
    """Return the share of one core the service uses."""
    before = _cpu(service)
    await asyncio.sleep(IDLE / 2)
    return (_cpu(service) - before) / (IDLE / 2)


async def _listen(http: httpx.AsyncClient, path: str) -> None:
    async with http.stream("GET", path, params={"stream_mode": "custom"}) as answer:
        async for _ in answer.aiter_lines():
            pass


async def _silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take a request and never answer."""
    await reader.read()


def _cpu(service: Serving) -> float:
    fields = Path(f"/proc/{service.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(service: Serving) -> float:
    """Return megabytes held by the process."""
    line = next(each for each in Path(f"/proc/{service.pid}/status").read_text().splitlines() if "VmRSS" in each)
    return int(line.split()[1]) / 1000


def _say(figures: dict[str, Any]) -> str:
    crowd, idle, head = figures["crowd"], figures["idle"], figures["head"]
    ours, theirs = figures["first"]["dayloom"], figures["first"]["langgraph dev"]

    def sooner(name: str) -> str:
        return f"{theirs[name] / ours[name]:.1f}x sooner"

    def read(name: str, among: str) -> tuple[str, float, float]:
        mine, other = (figures["readers"][server][among][name] for server in ("dayloom", "langgraph dev"))
        return f"{mine} ({other})", mine, other

    polled, mine, other = read("runs_per_second", "polled")
    rows = [
        (f"{crowd['people']} conversations, {THINK:.0f} s think time: turns a second", crowd["turns_per_second"], ""),
        ("  errors", crowd["errors"], "0"),
        ("  p50 of a turn, ms", crowd["p50_ms"], ""),
        ("  p95 of a turn, ms", crowd["p95_ms"], ""),
        (f"  p95 in bare round trips of {crowd['round_trip_ms']} ms", crowd["p95_round_trips"], f"<= {GOAL_TRIPS}"),
        ("  processor time of the service per turn, ms", crowd["cpu_ms_per_turn"], ""),
        ("  turns a second and core", crowd["turns_per_second_and_core"], ""),
        ("  memory of the service, MB", crowd["memory_mb"], ""),
        ("post to first frame, ms", ours["first_frame_ms"], ""),
        ("post to first event, ms", ours["first_event_ms"], ""),
        ("  langgraph dev: first frame, ms", theirs["first_frame_ms"], sooner("first_frame_ms")),
        ("  langgraph dev: first event, ms", theirs["first_event_ms"], sooner("first_event_ms")),
        ("  goal", None, f">= {GOAL_SOONER}x sooner"),
        (f"{READERS} streams: runs a second (langgraph dev)", read("runs_per_second", "alone")[0], ""),
        (f"  beside {POLLERS['polled']} pollers", polled, f"{mine / max(other, 0.1):.1f}x, goal >= {GOAL_RUNS}x"),
        ("  post to first event, ms", read("first_event_ms", "polled")[0], ""),
        ("  a poll, ms", read("poll_ms", "polled")[0], f"goal < {GOAL_POLL} ms"),
        (f"{idle['streams']} idle streams: memory of each, kB", idle["kb_per_stream"], ""),
        ("  processor time, % of a core", idle["cpu_percent_with"], f"{idle['cpu_percent_without']} without"),
        ("a bare request, its head bounded: processor time, µs", head["with"], f"{head['without']} without bounds"),
    ]
    return table(
        ("measured", "figure", "goal, or beside it"), [(name, str(figure), goal) for name, figure, goal in rows]
    )


def main() -> None:
    """Measure, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench.service", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many conversations; {PEOPLE} unless told")
    given = parser.parse_args()
    figures = measure(given.people)
    print(json.dumps(figures) if given.json else _say(figures))


if __name__ == "__main__":
    main()
