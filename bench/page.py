"""What the page costs: its first load, and a long conversation over a full calendar beside a short one.

Both conversations are shown by the same Chromium in one run. The paint is the first that has the newest message and the
calendar's entries; frames are those of two seconds of scrolling through the messages.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, expect

# The tests know how to start a server and a browser.
sys.path.append(str(Path(__file__).parents[1] / "tests"))

from browser import CHROMIUM, Browser
from serving import Serving

from bench.table import table
from dayloom.api.http.page import ASSETS, BUILT, HOW_TO_BUILD, is_built

MESSAGES: Final = 1000
ENTRIES: Final = 200
GOAL_LOAD: Final = 400_000
REPEATS: Final = 5
_SCROLL: Final = """async () => {
  const pane = [...document.querySelectorAll('[data-place="talk"] *')].find(
    (one) => one.scrollHeight > one.clientHeight + 50 && getComputedStyle(one).overflowY !== "visible");
  const frames = [];
  let last = performance.now();
  const end = last + 2000;
  while (last < end) {
    pane.scrollTop -= 120;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.slice(1);
}"""


async def measure() -> dict[str, Any]:
    """Return every figure."""
    with tempfile.TemporaryDirectory() as folder, Serving(Path(folder) / "home", DAYLOOM_RATE_LIMIT="0") as server:
        short = _talk(server, 2)
        async with Browser.open() as browser:
            load = await _first_load(browser, server)
            figures = {"short": await _show(browser, server, short)}
            server.http.put("/calendar", content=_calendar(), headers={"content-type": "text/calendar"})
            figures["long"] = await _show(browser, server, _talk(server, MESSAGES))
    return {"load": load, **figures}


def _talk(server: Serving, messages: int) -> str:
    """Have a conversation of so many messages, half of them answers; return its thread."""
    thread = server.http.post("/threads", json={}).json()["thread_id"]
    for number in range(messages // 2):
        said = {"messages": [{"role": "user", "content": f"Hello for the {number + 1}. time"}]}
        answer = server.http.post(f"/threads/{thread}/runs/wait", json={"assistant_id": "dayloom", "input": said})
        answer.raise_for_status()
    return thread


def _calendar() -> str:
    """Return a week of events, as many as are asked for, none beside another in its hour for long."""
    events = [
        f"BEGIN:VEVENT\r\nUID:{number}@bench\r\nSUMMARY:Event {number}\r\n"
        f"RRULE:FREQ=WEEKLY\r\nDTSTART:202611{23 + number % 7}T{7 + number // 7 % 14:02}{number // 98 * 20:02}00Z\r\n"
        f"DURATION:PT20M\r\nEND:VEVENT\r\n"
        for number in range(ENTRIES)
    ]
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\n" + "".join(events) + "END:VCALENDAR\r\n"


async def _first_load(browser: Browser, server: Serving) -> dict[str, int]:
    """Return the bytes of what a first visit loads, compressed as the service compresses it."""
    loaded: set[str] = set()
    async with browser.visit(f"{server.url}/ok", expected=("404",)) as page:
        page.on("response", lambda answer: loaded.add(answer.url.removeprefix(server.url)))
        await page.goto(server.url)
        await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
        await page.wait_for_timeout(2000)
    files = [BUILT / "assets" / Path(url).name for url in loaded if url.startswith(ASSETS)]
    return {
        "bytes": sum(_sent(file) for file in [*files, BUILT / "index.html"]),
        "files": len(files) + 1,
    }


def _sent(file: Path) -> int:
    content = file.read_bytes()
    return len(content) if file.suffix == ".woff2" else len(gzip.compress(content, 9))


async def _show(browser: Browser, server: Serving, thread: str) -> dict[str, float]:
    """Return milliseconds until a conversation is seen with the calendar, and the frames of scrolling through it."""
    shown: list[float] = []
    for _ in range(REPEATS):
        async with browser.visit(f"{server.url}/#/{thread}/week") as page:
            shown.append(await _shown(page))
    async with browser.visit(f"{server.url}/#/{thread}/week") as page:
        await _shown(page)
        frames = sorted(await page.evaluate(_SCROLL)) or [0.0]
        nodes = await page.evaluate("document.querySelectorAll('*').length")
    return {
        "shown (ms)": statistics.median(shown),
        "frame p50 (ms)": frames[len(frames) // 2],
        "frame p95 (ms)": frames[len(frames) * 95 // 100],
        "elements": nodes,
    }


async def _shown(page: Page) -> float:
    """Return the milliseconds since the visit began until the newest message is there and the days are drawn."""
    await expect(page.get_by_role("region", name="Messages")).to_contain_text("time")
    await expect(page.get_by_role("button", name="Today")).to_be_visible()
    return await page.evaluate("performance.now()")


def _row(name: str, short: float, long: float) -> list[Any]:
    return [name, round(short), round(long), round(long / max(1, short), 1)]


def main() -> None:
    """Print the table, or with `--json` the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.page", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    as_json = parser.parse_args().json
    if CHROMIUM is None or not is_built():
        why = "no Chromium on this machine" if CHROMIUM is None else HOW_TO_BUILD
        print(json.dumps({"skipped": why}) if as_json else f"page: {why}")
        return
    figures = asyncio.run(measure())
    if as_json:
        print(json.dumps(figures))
        return
    print(f"first load: {figures['load']['bytes'] / 1000:.0f} KB compressed (goal {GOAL_LOAD / 1000:.0f})")
    rows = [_row(name, figures["short"][name], figures["long"][name]) for name in figures["long"]]
    print(table(["", "2 messages, empty calendar", f"{MESSAGES} messages, {ENTRIES} entries a week", "ratio"], rows))


if __name__ == "__main__":
    main()
